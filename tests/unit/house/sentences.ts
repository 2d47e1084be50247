// Sentences are for people. What the engine has to know stands beside them as data, so that a word can be changed
// without changing what is decided; and what a person may do is data as well, which each face prints in its own
// manner.

import { isNode, type Offence, offence, parse, type SourceFile, visit } from './source.ts';

/** Names that hold a sentence in this code. */
const SENTENCES: readonly unknown[] = ['sentence', 'said', 'reason', 'because'];
const READS: readonly unknown[] = [
  'at',
  'charAt',
  'endsWith',
  'includes',
  'indexOf',
  'lastIndexOf',
  'match',
  'matchAll',
  'replace',
  'replaceAll',
  'search',
  'slice',
  'split',
  'startsWith',
  'substring',
];

/** Each place where a sentence is taken apart, or searched. */
export function readBackOffences(file: SourceFile): readonly Offence[] {
  const found: Offence[] = [];
  visit(parse(file), (node) => {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) return;
    const { callee } = node;
    const property = nameOf(callee.property);
    const given = Array.isArray(node.arguments) ? node.arguments.filter(isNode) : [];
    const isRead = isText(callee.object) && READS.includes(property);
    const isTested = (property === 'test' || property === 'exec') && given.some(isText);
    if (isRead || isTested)
      found.push(offence(file, node.start, 'a sentence is read back: carry what it says as data'));
  });
  return found;
}

/** Each text that tells a command of ours: a remedy says what may be done, and the command line how it is typed. */
export function commandOffences(file: SourceFile): readonly Offence[] {
  const found: Offence[] = [];
  visit(parse(file), (node) => {
    const { value } = node;
    const text = typeof value === 'string' ? value : cookedOf(value);
    if ((node.type === 'Literal' || node.type === 'TemplateElement') && /\btidegate [a-z]/.test(text)) {
      found.push(
        offence(file, node.start, 'a command in the core: make it a remedy, and let the command line print it'),
      );
    }
  });
  return found;
}

/** `sentence`, `verdict.sentence`, `verdict?.sentence`. */
function isText(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === 'ChainExpression') return isText(node.expression);
  return SENTENCES.includes(node.type === 'Identifier' ? node.name : nameOf(node.property));
}

function nameOf(property: unknown): unknown {
  return isNode(property) ? property.name : undefined;
}

function cookedOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '';
}
