// Which part of CEL conditions may use. A list of what there is, not of what there is not: whatever a later version
// of the library offers stays out until it is written here. Left out on purpose: `matches` (a regular expression can
// take for ever), time (it would read the machine's zone), conversions to `dyn` (they would get past the type check).

import type { ASTNode } from '@marcbachmann/cel-js';

/** One thing wrong, at characters `start` to `end` of the expression. */
export type Misstep = {
  readonly message: string;
  readonly hint: string;
  readonly start: number;
  readonly end: number;
  /** A name that there is not, and those that there are, for "did you mean". */
  readonly name?: { readonly word: string; readonly known: readonly string[] };
};

/** Every fact there is, and what it stands for. */
export const CONDITION_FACTS: Readonly<Record<string, string>> = {
  environment: "the environment's name",
  'version.commit': 'the commit, 40 hex digits',
  'version.tag': 'its tag; empty where it has none',
  'version.short': 'the tag where there is one, else the first 7 digits of the commit',
  'version.major': 'the major number of the version that its tag names; empty where it names none',
  kind: 'deploy, rollback or heal',
  trigger: 'commit, tag, promotion, revert, request, schedule or failure',
  requestedBy: '`Name <email>` of the one who asked for this version by name; empty where nobody did',
  'change.authors': '`Name <email>` of everybody who made the change',
  'change.paths': 'the paths that it touches',
  'change.kinds': 'its kinds by conventional commit type; empty text for a commit that names none',
  'change.commits': 'how many commits it has',
  'current.commit': 'the commit that runs here; empty where nothing does',
  'current.tag': 'its tag; empty where it has none',
  'current.major': 'the major number of the version that its tag names; empty where it names none',
};

/** Macros that go through a list; each names its own variable. */
const MACROS: readonly string[] = ['all', 'exists', 'exists_one', 'filter', 'map'];
const METHODS: readonly string[] = ['startsWith', 'endsWith', 'contains', 'size', 'lowerAscii', 'upperAscii'];
const FUNCTIONS: readonly string[] = ['size'];

const WHY_NOT: Readonly<Record<string, string>> = {
  matches: 'a regular expression can take for ever; use startsWith, endsWith or contains',
  has: 'every fact is there; one that has no value is an empty text',
  timestamp: 'a condition knows no time; use a `window`',
  duration: 'a condition knows no time; use a `window`',
};

export function misstepIn(ast: ASTNode): Misstep | null {
  return inNode(ast, []);
}

/** `change.paths`, `environment`: in the order of their first use, each once. */
export function factsRead(ast: ASTNode): readonly string[] {
  const found = factOf(ast);
  if (found !== null) return Object.hasOwn(CONDITION_FACTS, found) ? [found] : [];
  return [...new Set(partsOf(ast).flatMap((part) => factsRead(part)))];
}

/** `change.paths` for the node that says so; null for any other. */
export function factOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return null;
  const [group, field] = node.args;
  return group.op === 'id' ? `${group.args}.${field}` : null;
}

export type Macro = {
  readonly name: string;
  readonly list: ASTNode;
  readonly variable: string;
  readonly body: readonly ASTNode[];
};

/** Null for everything that is no macro of ours, or one whose variable is no name. */
export function macroOf(node: ASTNode): Macro | null {
  if (node.op !== 'rcall') return null;
  const [name, list, [variable, ...body]] = node.args;
  if (!MACROS.includes(name) || variable?.op !== 'id') return null;
  return { name, list, variable: variable.args, body };
}

export function partsOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return macroOf(node) === null ? [node.args[1], ...node.args[2]] : [node.args[1], ...node.args[2].slice(1)];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function inNode(node: ASTNode, variables: readonly string[]): Misstep | null {
  const wrong = whyNot(node, variables);
  if (wrong !== null) return wrong;
  if (node.op === '.' && isGroup(node.args[0], variables)) return null;
  const macro = macroOf(node);
  if (macro === null) return firstOf(partsOf(node), variables);
  return inNode(macro.list, variables) ?? firstOf(macro.body, [...variables, macro.variable]);
}

function firstOf(nodes: readonly ASTNode[], variables: readonly string[]): Misstep | null {
  for (const node of nodes) {
    const wrong = inNode(node, variables);
    if (wrong !== null) return wrong;
  }
  return null;
}

const GROUPS = [...new Set(Object.keys(CONDITION_FACTS).map((fact) => fact.split('.')[0] ?? ''))];

function whyNot(node: ASTNode, variables: readonly string[]): Misstep | null {
  switch (node.op) {
    case 'id':
      if (isGroup(node, variables)) {
        const fields = fieldsOf(node.args).join(', ');
        return misstep(`\`${node.args}\` is not one fact`, `name one of its facts: ${fields}`, node);
      }
      return [...GROUPS, ...variables].includes(node.args)
        ? null
        : unknown(`there is no fact \`${node.args}\``, 'facts', node, node.args, [...GROUPS, ...variables]);
    case '.':
      return unknownField(node, variables);
    case 'call':
      return offered(node.args[0], FUNCTIONS, FUNCTIONS, node);
    case 'rcall':
      return offered(node.args[0], [...METHODS, ...MACROS], METHODS, node) ?? shadowing(node, variables);
    case 'map':
    case '.?':
    case '[?]':
      return misstep('maps and optional values are not offered here', 'lists are, such as ["feat", "fix"]', node);
    default:
      return null;
  }
}

function unknownField(node: Extract<ASTNode, { op: '.' }>, variables: readonly string[]): Misstep | null {
  const [group, field] = node.args;
  if (group.op !== 'id' || !isGroup(group, variables)) return null;
  const fields = fieldsOf(group.args);
  if (fields.includes(field)) return null;
  return unknown(`\`${group.args}\` has no \`${field}\``, `facts of \`${group.args}\``, node, field, fields);
}

function isGroup(node: ASTNode, variables: readonly string[]): boolean {
  return node.op === 'id' && !variables.includes(node.args) && fieldsOf(node.args).length > 0;
}

function fieldsOf(group: string): readonly string[] {
  return Object.keys(CONDITION_FACTS)
    .filter((fact) => fact.startsWith(`${group}.`))
    .map((fact) => fact.slice(group.length + 1));
}

function offered(word: string, names: readonly string[], shown: readonly string[], node: ASTNode): Misstep | null {
  if (names.includes(word)) return null;
  const why = Object.hasOwn(WHY_NOT, word) ? WHY_NOT[word] : undefined;
  if (why !== undefined) return misstep(`\`${word}()\` is not offered here`, why, node, word);
  return unknown(`there is no \`${word}()\` here`, 'functions', node, word, shown === METHODS ? names : shown);
}

/** A variable that hides a fact is a slip, and would make what an expression reads depend on where one looks. */
function shadowing(node: ASTNode, variables: readonly string[]): Misstep | null {
  const macro = macroOf(node);
  if (macro === null || ![...GROUPS, ...variables].includes(macro.variable)) return null;
  return misstep(`\`${macro.variable}\` has a meaning here already`, 'call the variable otherwise', node);
}

function unknown(message: string, noun: string, node: ASTNode, word: string, known: readonly string[]): Misstep {
  return { ...misstep(message, `${noun}: ${known.join(', ')}`, node, word), name: { word, known } };
}

/** Where a word inside the node is what is wrong, it is pointed at: that of a method stands after its list. */
function misstep(message: string, hint: string, node: ASTNode, word?: string): Misstep {
  const { start, end } = node;
  const whole = { message, hint, start, end };
  if (word === undefined) return whole;
  const at = node.input.indexOf(word, node.op === 'rcall' || node.op === '.' ? afterReceiver(node) : start);
  return at < 0 || at >= end ? whole : { ...whole, start: at, end: at + word.length };
}

function afterReceiver(node: Extract<ASTNode, { op: 'rcall' | '.' }>): number {
  return node.op === 'rcall' ? node.args[1].end : node.args[0].end;
}
