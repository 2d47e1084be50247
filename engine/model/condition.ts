// Conditions of `when:`: a part of CEL over documented facts. Written by people who may change gates, judged over
// values that anybody who may commit can choose, so both are hostile here: nothing may hang, throw, or look at
// anything but the facts. There is no clock among the facts (time is for windows), and nothing that is not written
// down in FACTS.

import { Environment, type ParseError } from '@marcbachmann/cel-js';
import { costOf, STEPS_MAX } from './condition-cost.ts';
import { factsRead, type Misstep, misstepIn } from './condition-language.ts';

export const CONDITION_LENGTH_MAX = 2_000;

/** What a condition may look at. What is not there is an empty text, so that every fact always has its type. */
export type ConditionFacts = {
  readonly environment: string;
  readonly version: {
    readonly commit: string;
    readonly tag: string;
    readonly short: string;
    readonly major: string;
  };
  readonly kind: string;
  readonly trigger: string;
  readonly requestedBy: string;
  readonly change: {
    readonly authors: readonly string[];
    readonly paths: readonly string[];
    readonly kinds: readonly string[];
    readonly commits: number;
  };
  readonly current: { readonly commit: string; readonly tag: string; readonly major: string };
};

export type Judgement =
  | { readonly type: 'true' | 'false' }
  /** Why it has no answer for these facts; the sentence says what happened. */
  | { readonly type: 'none'; readonly sentence: string };

const NESTING_MAX = 40;
/** A change of ordinary size: an expression that cannot be judged over it could never be relied upon. */
const ORDINARY = { length: 1_000, chars: 100 } as const;

/** Null where the expression is sound: it parses, names only what there is, and gives true or false. */
export function checkCondition(expression: string): Misstep | null {
  const parsed = parse(expression);
  if ('misstep' in parsed) return parsed.misstep;
  const steps = costOf(parsed.ast, { listLength: () => ORDINARY.length, charsMax: ORDINARY.chars });
  if (steps <= STEPS_MAX) return null;
  const message = `this takes too many steps for a change of ${ORDINARY.length} paths`;
  return {
    message,
    hint: 'do not go through a list within a list, and do not let texts or lists grow',
    start: 0,
    end: expression.length,
  };
}

/** The facts that it looks at, each once: `change.kinds`, `environment`. */
export function conditionReads(expression: string): readonly string[] {
  const parsed = parse(expression);
  return 'misstep' in parsed ? [] : factsRead(parsed.ast);
}

export function judgeCondition(expression: string, facts: ConditionFacts): Judgement {
  const parsed = parse(expression);
  if ('misstep' in parsed) return { type: 'none', sentence: parsed.misstep.message };
  const { change } = facts;
  const lists: Readonly<Record<string, readonly string[]>> = {
    'change.authors': change.authors,
    'change.paths': change.paths,
    'change.kinds': change.kinds,
  };
  const size = { listLength: (fact: string) => lists[fact]?.length ?? 0, charsMax: longest(facts) };
  if (costOf(parsed.ast, size) > STEPS_MAX) {
    const sentence = `this change (${change.paths.length} paths, ${change.authors.length} authors) is too large to be judged by it`;
    return { type: 'none', sentence };
  }
  try {
    const answer: unknown = parsed.evaluate({ ...facts, change: { ...change, commits: BigInt(change.commits) } });
    if (typeof answer === 'boolean') return { type: answer ? 'true' : 'false' };
    return { type: 'none', sentence: 'it gives neither true nor false' };
  } catch (error) {
    return { type: 'none', sentence: summaryOf(error) };
  }
}

const list = 'list<string>';

/** Building it is half a millisecond and it never changes, so there is one for all: its parser is synchronous. */
const FACTS = new Environment({ limits: { maxDepth: NESTING_MAX } })
  .registerVariable('environment', 'string')
  .registerVariable('version', { schema: { commit: 'string', tag: 'string', short: 'string', major: 'string' } })
  .registerVariable('kind', 'string')
  .registerVariable('trigger', 'string')
  .registerVariable('requestedBy', 'string')
  .registerVariable('change', { schema: { authors: list, paths: list, kinds: list, commits: 'int' } })
  .registerVariable('current', { schema: { commit: 'string', tag: 'string', major: 'string' } });

type Parsed = ReturnType<Environment['parse']>;

function parse(
  expression: string,
): { readonly ast: Parsed['ast']; readonly evaluate: Parsed } | { readonly misstep: Misstep } {
  if (expression.length > CONDITION_LENGTH_MAX) {
    const message = `this condition is longer than ${CONDITION_LENGTH_MAX} characters`;
    return { misstep: { message, hint: 'split it over several policies', start: 0, end: 1 } };
  }
  try {
    const parsed = FACTS.parse(expression);
    const misstep = misstepIn(parsed.ast);
    if (misstep !== null) return { misstep };
    const { valid, type, error } = parsed.check();
    if (!valid) return { misstep: misstepOf(error, expression) };
    if (type === 'bool') return { ast: parsed.ast, evaluate: parsed };
    const message = `this condition gives ${sayType(type ?? 'nothing')}, not true or false`;
    return { misstep: { message, hint: 'compare it with something', start: 0, end: expression.length } };
  } catch (error) {
    return { misstep: misstepOf(error, expression) };
  }
}

/** What helps, by the library's code for what is wrong. */
const HINTS: Readonly<Record<string, string>> = {
  no_such_overload: 'both sides must be of one type: texts in quotes, numbers without',
  unexpected_character: '`==` compares, `&&` and `||` join, `!` negates',
  unterminated_string: 'close the quote',
  limit_exceeded: 'write it less nested',
  reserved_identifier: 'CEL keeps this word for itself; call the variable otherwise',
};

export function misstepOf(error: unknown, expression: string): Misstep {
  const { range, code } = error instanceof Error ? (error as Partial<ParseError>) : {};
  const start = Math.min(range?.start ?? 0, expression.length);
  const end = Math.max(start, Math.min(range?.end ?? start, expression.length));
  const said = summaryOf(error).replaceAll('$', '').replaceAll('`', "'");
  if (/\bEOF\b/.test(said)) {
    const hint = 'close what is open, and write what is missing';
    return { message: 'the condition ends before it is finished', hint, start, end };
  }
  const hint = HINTS[code ?? ''] ?? 'a condition compares facts and texts, joined by `&&`, `||` and `!`';
  return { message: said, hint, start, end };
}

/** The library's own words, on one line, without the excerpt that it puts below. */
export function summaryOf(error: unknown): string {
  const said = error instanceof Error && 'summary' in error ? String(error.summary) : String(error);
  const line = said.split('\n')[0] ?? '';
  return `${line.charAt(0).toLowerCase()}${line.slice(1, 200)}`;
}

function sayType(type: string): string {
  return type.startsWith('$') ? `the group \`${type.slice(1)}\`` : `a value of type ${type}`;
}

function longest(facts: ConditionFacts): number {
  const { version, current, change } = facts;
  let chars = 0;
  const texts = [facts.environment, facts.kind, facts.trigger, facts.requestedBy, version.commit, version.tag];
  for (const each of [texts, [version.short, current.commit, current.tag], change.authors, change.paths, change.kinds])
    for (const text of each) chars = Math.max(chars, text.length);
  return chars;
}
