// Single breakages of a source, each a small slip that a person might make: an edit to its text, with its line and
// its kind. Pure: which of them are drawn is decided by the seed, before any test is looked at.

import { Random } from '../simulation/random.ts';
import { isNode, type Node, parse, type SourceFile, visit } from '../unit/house/source.ts';

type Edit = { readonly kind: string; readonly start: number; readonly end: number; readonly text: string };

export type Breakage = Edit & { readonly file: string; readonly line: number; readonly was: string };

/** In the order of the text. Types and imports are left alone, and so are words: no test is held to each of them. */
export function breakagesIn(file: SourceFile): readonly Breakage[] {
  const found: Breakage[] = [];
  visit(parse(file), (node, parent, key) => {
    for (const edit of SLIPS.flatMap((slip) => slip(node, { text: file.text, parent, key }))) {
      const line = file.text.slice(0, edit.start).split('\n').length;
      found.push({ ...edit, file: file.path, line, was: file.text.slice(edit.start, edit.end) });
    }
  });
  return found.sort((a, b) => a.start - b.start || a.end - b.end || (a.kind + a.text < b.kind + b.text ? -1 : 1));
}

export function broken({ text }: SourceFile, edit: Edit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

/** All of them in the order of the draw, one a line of source: a line with many is no likelier than another. */
export function* drawn(files: readonly SourceFile[], seed: string): Iterable<Breakage> {
  const random = new Random(`breakages/${seed}`);
  const lines = files.flatMap((file) => [...Map.groupBy(breakagesIn(file), ({ line }) => line).values()]);
  for (let left = lines.length; left > 0; left -= 1) {
    const at = random.between(0, left - 1);
    const line = lines[at];
    const last = lines[left - 1];
    if (line === undefined || last === undefined) return;
    lines[at] = last;
    yield random.pick(line);
  }
}

type Where = { readonly text: string; readonly parent: Node | null; readonly key: string };
type Slip = (node: Node, where: Where) => readonly Edit[];

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
};
const SIGNS: Readonly<Record<string, readonly string[]>> = { '-': ['+'], '*': ['/'], '/': ['*'] };
const METHODS: readonly (readonly [string, string])[] = [
  ['some', 'every'],
  ['min', 'max'],
];
/** Calls that give back what they were called on, in another order or with less in it. */
const SIEVES: readonly string[] = ['filter', 'toSorted', 'toReversed'];

const SLIPS: readonly Slip[] = [
  comparison,
  sign,
  connective,
  fallback,
  negation,
  condition,
  statement,
  earlyReturn,
  constant,
  method,
  sieve,
];

function comparison(node: Node, where: Where): readonly Edit[] {
  return node.type === 'BinaryExpression' ? operatorEdits('flip a comparison', node, where, COMPARISONS) : [];
}

function sign(node: Node, where: Where): readonly Edit[] {
  return node.type === 'BinaryExpression' ? operatorEdits('turn a sign', node, where, SIGNS) : [];
}

function operatorEdits(
  kind: string,
  { left, right, operator }: Node,
  { text }: Where,
  table: Readonly<Record<string, readonly string[]>>,
): readonly Edit[] {
  if (!isNode(left) || !isNode(right) || typeof operator !== 'string') return [];
  const between = text
    .slice(left.end, right.start)
    .replace(/\/\/[^\n]*|\/\*.*?\*\//gs, (note) => ' '.repeat(note.length));
  const start = left.end + between.indexOf(operator);
  return (table[operator] ?? []).map((other) => ({ kind, start, end: start + operator.length, text: other }));
}

function connective(node: Node, { text }: Where): readonly Edit[] {
  const { left, right, operator } = node;
  if (node.type !== 'LogicalExpression' || operator === '??' || !isNode(left) || !isNode(right)) return [];
  const [one, two] = [bracketed(left, text), bracketed(right, text)];
  const swapped = { ...span(node), kind: 'swap && and ||', text: `(${one} ${operator === '&&' ? '||' : '&&'} ${two})` };
  return [swapped, ...[one, two].map((kept) => ({ ...span(node), kind: 'drop a condition', text: kept }))];
}

function fallback(node: Node, { text }: Where): readonly Edit[] {
  const { left, right, operator } = node;
  if (node.type !== 'LogicalExpression' || operator !== '??' || !isNode(left) || !isNode(right)) return [];
  return [left, right].map((kept) => ({ ...span(node), kind: 'keep one side of ??', text: bracketed(kept, text) }));
}

function negation({ type, test }: Node, { text }: Where): readonly Edit[] {
  if ((type !== 'IfStatement' && type !== 'ConditionalExpression') || !isNode(test)) return [];
  // A comparison is flipped instead, which is the same.
  if (test.type === 'BinaryExpression') return [];
  const inner =
    test.type === 'UnaryExpression' && test.operator === '!' && isNode(test.argument) ? test.argument : null;
  const other = inner === null ? `!${bracketed(test, text)}` : bracketed(inner, text);
  return [{ ...span(test), kind: 'negate', text: other }];
}

function condition({ type, test, alternate }: Node): readonly Edit[] {
  if (type !== 'IfStatement' || !isNode(test) || isNode(alternate)) return [];
  return [{ ...span(test), kind: 'drop a condition', text: 'true' }];
}

function statement(node: Node, { parent }: Where): readonly Edit[] {
  if (parent?.type !== 'BlockStatement' && parent?.type !== 'SwitchCase') return [];
  const isGuard = node.type === 'IfStatement' && !isNode(node.alternate);
  if (!isGuard && !(node.type === 'ExpressionStatement' && !isAssertion(node.expression))) return [];
  return [{ ...span(node), kind: 'drop a statement', text: ';' }];
}

/** What may never happen cannot be shown to happen. */
function isAssertion(expression: unknown): boolean {
  if (!isNode(expression) || expression.type !== 'CallExpression' || !isNode(expression.callee)) return false;
  return expression.callee.name === 'assert' || expression.callee.name === 'unreachable';
}

const FUNCTIONS: readonly string[] = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const HOISTED: readonly string[] = ['FunctionDeclaration', 'ReturnStatement', 'TSTypeAliasDeclaration'];

/** Only where nothing is returned: elsewhere the compiler would say so. */
function earlyReturn({ type, body }: Node): readonly Edit[] {
  if (!FUNCTIONS.includes(type) || !isNode(body) || body.type !== 'BlockStatement' || givesValue(body)) return [];
  const statements = Array.isArray(body.body) ? body.body.filter(isNode) : [];
  return statements
    .filter(({ type: each }) => !HOISTED.includes(each))
    .map(({ start }) => ({ kind: 'return early', start, end: start, text: 'return; ' }));
}

function givesValue(node: Node): boolean {
  if (node.type === 'ReturnStatement') return isNode(node.argument);
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .some((child: unknown) => isNode(child) && !FUNCTIONS.includes(child.type) && givesValue(child));
}

/** Up to this a number counts or points at something; above, it is a measure. */
const COUNT_MAX = 3;

function constant(node: Node, { parent, key }: Where): readonly Edit[] {
  if (node.type !== 'Literal' || parent?.type.startsWith('TS') === true) return [];
  if (key === 'key' && parent?.computed !== true) return [];
  const { value } = node;
  if (typeof value === 'boolean') return [{ ...span(node), kind: 'replace a constant', text: String(!value) }];
  if (typeof value !== 'number') return [];
  return value <= COUNT_MAX
    ? [{ ...span(node), kind: 'off by one', text: String(value + 1) }]
    : [{ ...span(node), kind: 'replace a constant', text: String(2 * value) }];
}

function method({ type, callee }: Node): readonly Edit[] {
  if (type !== 'CallExpression' || !isNode(callee) || !isNode(callee.property)) return [];
  const { property } = callee;
  return METHODS.filter((pair) => pair.some((each) => each === property.name)).map(([one, two]) => ({
    ...span(property),
    kind: `swap ${one} and ${two}`,
    text: property.name === one ? two : one,
  }));
}

function sieve(node: Node, { text }: Where): readonly Edit[] {
  const { callee } = node;
  if (node.type !== 'CallExpression' || !isNode(callee) || !isNode(callee.property) || !isNode(callee.object))
    return [];
  const { name } = callee.property;
  if (typeof name !== 'string' || !SIEVES.includes(name)) return [];
  return [{ ...span(node), kind: `drop .${name}`, text: bracketed(callee.object, text) }];
}

function span({ start, end }: Node): { readonly start: number; readonly end: number } {
  return { start, end };
}

function bracketed({ start, end }: Node, text: string): string {
  return `(${text.slice(start, end)})`;
}
