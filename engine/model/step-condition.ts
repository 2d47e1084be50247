// Conditions of `if:` on a step: a part of CEL over what earlier steps did and what a step may name anyway. They are
// the version's own, so they are hostile: no loops, no regular expressions, no clock; the cost is what is written.
// Every name stands for text. Without a word about the state, `success() &&` stands before it, as in GitHub Actions.

import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { misstepOf, summaryOf } from './condition.ts';
import { type Misstep, partsOf } from './condition-language.ts';
import { stepReference } from './step-reference.ts';
import { namedValue, TEMPLATE_NAMES, type TemplateValues } from './template.ts';

export const STEP_CONDITION_LENGTH_MAX = 2_000;
const NESTING_MAX = 40;

/** How the stage stands when a step is about to begin. */
export type StageStanding = { readonly failed: boolean; readonly cancelled: boolean };

export type StepCondition = {
  /** CEL, without the `${{ }}` that some write around it. */
  readonly expression: string;
  /** It may hold after a step has failed, or after the run was cancelled. */
  readonly afterFailure: boolean;
};

export type StepJudgement =
  | { readonly type: 'true' }
  /** `seen`: what it looked at. */
  | { readonly type: 'false'; readonly seen: readonly string[] }
  | { readonly type: 'none'; readonly sentence: string };

const STATE: Readonly<Record<string, (standing: StageStanding) => boolean>> = {
  success: ({ failed, cancelled }) => !failed && !cancelled,
  failure: ({ failed, cancelled }) => failed && !cancelled,
  cancelled: ({ cancelled }) => cancelled,
  always: () => true,
};
const FUNCTIONS = [...Object.keys(STATE), 'size'];
const METHODS: readonly string[] = ['startsWith', 'endsWith', 'contains', 'size', 'lowerAscii', 'upperAscii'];

/** `${{ … }}` around the whole is left away: GitHub Actions takes both. */
export function bareCondition(written: string): string {
  const [, inside] = /^\s*\$\{\{((?:(?!\}\})[\s\S])*)\}\}\s*$/.exec(written) ?? [];
  return (inside ?? written).trim();
}

export function checkStepCondition(
  expression: string,
): { readonly misstep: Misstep } | { readonly names: readonly string[]; readonly condition: StepCondition } {
  const parsed = parse(expression, { failed: false, cancelled: false });
  if ('misstep' in parsed) return parsed;
  const afterFailure = parsed.functions.some((name) => name !== 'success' && Object.hasOwn(STATE, name));
  return { names: parsed.names, condition: { expression, afterFailure } };
}

export function judgeStepCondition(
  { expression }: StepCondition,
  standing: StageStanding,
  values: TemplateValues,
): StepJudgement {
  const parsed = parse(expression, standing);
  if ('misstep' in parsed) return { type: 'none', sentence: parsed.misstep.message };
  const seen = parsed.names.map((name) => `${name} is \`${shorten(namedValue(name, values) ?? '')}\``);
  if (!parsed.functions.some((name) => Object.hasOwn(STATE, name)) && (standing.failed || standing.cancelled))
    return { type: 'false', seen: [standing.cancelled ? 'the run was cancelled' : 'an earlier step failed'] };
  try {
    const answer: unknown = parsed.evaluate(nested(parsed.names, (name) => namedValue(name, values) ?? ''));
    if (typeof answer === 'boolean') return answer ? { type: 'true' } : { type: 'false', seen };
    return { type: 'none', sentence: 'it gives neither true nor false' };
  } catch (error) {
    return { type: 'none', sentence: summaryOf(error) };
  }
}

type Parsed = {
  readonly evaluate: (context: Nested) => unknown;
  readonly names: readonly string[];
  readonly functions: readonly string[];
};

function parse(expression: string, standing: StageStanding): Parsed | { readonly misstep: Misstep } {
  if (expression.length > STEP_CONDITION_LENGTH_MAX) {
    const message = `this condition is longer than ${STEP_CONDITION_LENGTH_MAX} characters`;
    return { misstep: { message, hint: 'let a step decide, and ask for what it put out', start: 0, end: 1 } };
  }
  try {
    const { ast } = new Environment({ limits: { maxDepth: NESTING_MAX } }).parse(expression);
    const found: Found = { names: [], functions: [] };
    const misstep = misstepIn(ast, found);
    if (misstep !== null) return { misstep };
    const names = [...new Set(found.names)];
    const parsed = environmentOf(names, standing).parse(expression);
    const { valid, type, error } = parsed.check();
    if (!valid) return { misstep: misstepOf(error, expression) };
    if (type === 'bool') return { evaluate: parsed, names, functions: found.functions };
    const message = `this condition gives a value of type ${type ?? 'none'}, not true or false`;
    return { misstep: { message, hint: 'compare it with something', start: 0, end: expression.length } };
  } catch (error) {
    return { misstep: misstepOf(error, expression) };
  }
}

type Nested = { [name: string]: string | Nested };

/** `steps.build.outcome` and the like as the groups that CEL goes through. */
function nested(names: readonly string[], leaf: (name: string) => string): Nested {
  const root: Nested = {};
  for (const name of names) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let group = root;
    for (const part of path) {
      const inner = Object.hasOwn(group, part) ? group[part] : undefined;
      const next: Nested = typeof inner === 'object' ? inner : {};
      group[part] = next;
      group = next;
    }
    group[last] = leaf(name);
  }
  return root;
}

function environmentOf(names: readonly string[], standing: StageStanding): Environment {
  const environment = new Environment({ limits: { maxDepth: NESTING_MAX } });
  for (const [name, answer] of Object.entries(STATE))
    environment.registerFunction(`${name}(): bool`, () => answer(standing));
  for (const [name, schema] of Object.entries(nested(names, () => 'string'))) {
    if (typeof schema === 'string') environment.registerVariable(name, schema);
    else environment.registerVariable(name, { schema });
  }
  return environment;
}

type Found = { readonly names: string[]; readonly functions: string[] };

function misstepIn(node: ASTNode, found: Found): Misstep | null {
  switch (node.op) {
    case 'id':
    case '.': {
      const name = nameOf(node);
      if (name === null || !isKnown(name)) return unknown(node, name);
      found.names.push(name);
      return null;
    }
    case 'call': {
      const [name] = node.args;
      if (!FUNCTIONS.includes(name))
        return misstep(`there is no \`${name}()\` here`, `there are: ${FUNCTIONS.join(', ')}`, node);
      found.functions.push(name);
      break;
    }
    case 'rcall':
      if (!METHODS.includes(node.args[0]))
        return misstep(`there is no \`${node.args[0]}()\` here`, `texts have: ${METHODS.join(', ')}`, node);
      break;
    case 'map':
    case '.?':
    case '[?]':
    case '[]':
      return misstep('maps and places in lists are not offered here', 'name a value by its dots', node);
    default:
      break;
  }
  for (const part of partsOf(node)) {
    const wrong = misstepIn(part, found);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** `steps.build.outputs.image` for the node that says so; null for a member of anything else. */
function nameOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return null;
  const [group, field] = node.args;
  const before = nameOf(group);
  return before === null ? null : `${before}.${field}`;
}

/** What every object has (`constructor`) is no name here: the library would take it for that. */
function isKnown(name: string): boolean {
  if (name.split('.').some((part) => part in {})) return false;
  if (Object.hasOwn(TEMPLATE_NAMES, name) || stepReference(name) !== null) return true;
  return /^variables\.[A-Za-z][A-Za-z0-9_]*$/.test(name);
}

function unknown(node: ASTNode, name: string | null): Misstep {
  const group = name?.split('.')[0];
  if (group === 'steps') {
    const hint = 'there are: steps.ID.outcome, steps.ID.conclusion, steps.ID.outputs.NAME';
    return misstep(`\`${name}\` names nothing of a step`, hint, node);
  }
  const hint = `there are: ${[...Object.keys(TEMPLATE_NAMES), 'variables.NAME', 'steps.ID.…'].join(', ')}`;
  return misstep(name === null ? 'only names have members' : `there is no \`${name}\``, hint, node);
}

function misstep(message: string, hint: string, { start, end }: ASTNode): Misstep {
  return { message, hint, start, end };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
