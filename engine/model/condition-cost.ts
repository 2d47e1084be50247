// How many steps a condition can take at most, before it is evaluated: the library has no limit of its own, and an
// evaluation cannot be interrupted. Every value is taken as large as it could be, so that the count is never too low.
// A step is about a tenth of a microsecond.

import type { ASTNode } from '@marcbachmann/cel-js';
import { factOf, macroOf, partsOf } from './condition-language.ts';

/** About half a second, and a condition over some ten thousand paths. */
export const STEPS_MAX = 5_000_000;

export type Sizes = {
  /** By fact, such as `change.paths`. */
  readonly listLength: (fact: string) => number;
  /** Of the longest text among the facts. */
  readonly charsMax: number;
};

/** How large a value can be: a text (numbers and truths are empty ones), or a list with its largest element. */
type Size =
  | { readonly type: 'text'; readonly chars: number }
  | { readonly type: 'list'; readonly length: number; readonly each: Size };

type Known = { readonly sizes: Sizes; readonly variables: ReadonlyMap<string, Size> };
type Costed = { readonly steps: number; readonly size: Size };

export function costOf(ast: ASTNode, sizes: Sizes): number {
  return cost(ast, { sizes, variables: new Map() }).steps;
}

const PLAIN: Size = { type: 'text', chars: 0 };
const LISTS: readonly string[] = ['change.authors', 'change.paths', 'change.kinds'];
/** Characters that are copied or compared in a step. */
const CHARS_PER_STEP = 64;

function cost(node: ASTNode, known: Known): Costed {
  const macro = macroOf(node);
  if (macro !== null) return costOfMacro(macro, known);
  const fact = factOf(node);
  if (fact !== null) return { steps: 1, size: sizeOfFact(fact, known) };
  const parts = partsOf(node).map((part) => cost(part, known));
  const sizes = parts.map(({ size }) => size);
  const own = ownCost(node, sizes);
  return { steps: parts.reduce((sum, { steps }) => sum + steps, 1 + own.steps), size: own.size };
}

function costOfMacro({ name, list, variable, body }: NonNullable<ReturnType<typeof macroOf>>, known: Known): Costed {
  const over = cost(list, known);
  const each = elementOf(over.size);
  const within: Known = { ...known, variables: new Map([...known.variables, [variable, each]]) };
  const parts = body.map((part) => cost(part, within));
  const perItem = parts.reduce((sum, { steps }) => sum + steps, 1);
  const length = lengthOf(over.size);
  const results: Readonly<Record<string, Size>> = {
    filter: over.size,
    map: { type: 'list', length, each: parts.at(-1)?.size ?? PLAIN },
  };
  return { steps: over.steps + 1 + length * perItem, size: results[name] ?? PLAIN };
}

function sizeOfFact(fact: string, { sizes, variables }: Known): Size {
  const text: Size = { type: 'text', chars: sizes.charsMax };
  const variable = variables.get(fact);
  if (variable !== undefined) return variable;
  return LISTS.includes(fact) ? { type: 'list', length: sizes.listLength(fact), each: text } : text;
}

/** Beside what its parts cost. */
function ownCost(node: ASTNode, sizes: readonly Size[]): Costed {
  const [left = PLAIN, right = PLAIN] = sizes;
  switch (node.op) {
    case 'value':
      return { steps: 0, size: { type: 'text', chars: typeof node.args === 'string' ? node.args.length : 0 } };
    case 'list':
      return { steps: sizes.length, size: { type: 'list', length: sizes.length, each: sizes.reduce(larger, PLAIN) } };
    case '?:':
      return { steps: 0, size: larger(right, sizes[2] ?? PLAIN) };
    case '[]':
      return { steps: 0, size: elementOf(left) };
    case '+':
      return { steps: weight(left) + weight(right), size: sum(left, right) };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { steps: Math.min(weight(left), weight(right)), size: PLAIN };
    case 'in':
      return { steps: lengthOf(right) * Math.min(weight(left), weight(elementOf(right))), size: PLAIN };
    case 'call':
      return { steps: weight(left), size: PLAIN };
    case 'rcall':
      return ofMethod(node.args[0], left, right);
    default:
      return { steps: 0, size: PLAIN };
  }
}

function ofMethod(name: string, left: Size, right: Size): Costed {
  // Searching a text takes at worst the product of both; `lowerAscii` can lengthen some letters.
  if (name === 'contains') return { steps: weight(left) * (1 + charsOf(right)), size: PLAIN };
  if (name === 'size') return { steps: 1 + charsOf(left), size: PLAIN };
  const isText = name === 'lowerAscii' || name === 'upperAscii';
  return { steps: weight(left), size: isText ? { type: 'text', chars: 3 * charsOf(left) } : PLAIN };
}

function sum(a: Size, b: Size): Size {
  if (a.type === 'list' && b.type === 'list')
    return { type: 'list', length: a.length + b.length, each: larger(a.each, b.each) };
  return { type: 'text', chars: charsOf(a) + charsOf(b) };
}

/** At least as large as both. */
function larger(a: Size, b: Size): Size {
  if (a.type === 'text' && b.type === 'text') return { type: 'text', chars: Math.max(a.chars, b.chars) };
  if (a.type === 'list' && b.type === 'list')
    return { type: 'list', length: Math.max(a.length, b.length), each: larger(a.each, b.each) };
  return a.type === 'list' ? a : b;
}

/** Steps to walk or copy all of it. */
function weight(size: Size): number {
  return size.type === 'text' ? 1 + size.chars / CHARS_PER_STEP : 1 + size.length * weight(size.each);
}

function lengthOf(size: Size): number {
  return size.type === 'list' ? size.length : 0;
}

function elementOf(size: Size): Size {
  return size.type === 'list' ? size.each : PLAIN;
}

function charsOf(size: Size): number {
  return size.type === 'text' ? size.chars : 0;
}
