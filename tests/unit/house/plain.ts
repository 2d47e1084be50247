// Comments that are read at one glance, in words that everybody knows; and types that nobody claims without a look.

import { isNode, type Offence, offence, parse, type SourceFile, visit } from './source.ts';

export const COLUMNS_MAX = 118;

/** Put together from pieces, so that this file does not find itself. */
const STRANGE = new RegExp(
  `\\b(${['who' + 'ever', 'an' + 'ew', 'reck' + 'on\\w*', 'me' + 'nd(?:s|ed|ing)?', 'vou' + 'ch\\w*'].join('|')})\\b`,
  'i',
);

/** Files that say which word became which: there a former word may be quoted as code. */
const QUOTING: readonly string[] = ['CHANGELOG.md', 'docs/decisions.md'];

/** Each line with a comment on it that is too wide. */
export function wideOffences(file: SourceFile): readonly Offence[] {
  return commentsOf(file)
    .flatMap(({ start, end }) => lineStarts(file.text, start, end))
    .filter((at) => columns(file.text, at) > COLUMNS_MAX)
    .map((at) => offence(file, at, `a comment beyond column ${COLUMNS_MAX}`));
}

export function strangeWordOffences(file: SourceFile): readonly Offence[] {
  const shown = QUOTING.includes(file.path) ? file.text.replace(/`[^`\n]*`/g, '``') : file.text;
  return shown.split('\n').flatMap((line, index) => {
    const word = STRANGE.exec(line)?.[0];
    return word === undefined
      ? []
      : [{ file: file.path, line: index + 1, text: line.trim(), why: `'${word}': say it in a word of every day` }];
  });
}

/** `value as T` and `<T>value`. `as const` claims nothing, `satisfies` is checked. */
export function assertionOffences(file: SourceFile): readonly Offence[] {
  const found: Offence[] = [];
  visit(parse(file), (node) => {
    if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') return;
    const type = isNode(node.typeAnnotation) ? node.typeAnnotation : null;
    if (isNode(type?.typeName) && type.typeName.name === 'const') return;
    found.push(offence(file, node.start, 'a type is claimed: look at the value, or move this into a decoder'));
  });
  return found;
}

/** Where comments stand: the text without what is quoted can hold no other `//` or `/*`. */
function commentsOf(file: SourceFile): readonly { readonly start: number; readonly end: number }[] {
  let rest = file.text;
  visit(parse(file), ({ type, start, end }) => {
    if (type === 'Literal' || type === 'TemplateElement') {
      rest = rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, ' ') + rest.slice(end);
    }
  });
  return [...rest.matchAll(/\/\/.*|\/\*[\s\S]*?\*\//g)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

function lineStarts(text: string, start: number, end: number): readonly number[] {
  const starts = [text.lastIndexOf('\n', start - 1) + 1];
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function columns(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return (end === -1 ? text.length : end) - at;
}
