// Other people's words in a comment on a forge: nothing of them may link, mention, close an issue or become markup.
// Names and values stand in code spans, sentences are escaped. Pure; GitHub's flavour of Markdown (CommonMark with
// its autolinks).

import { visible } from '../base/visible.ts';

/**
 * Breaks `@name`, `#12`, `GH-12` and addresses apart for anyone who looks for them in the rendered text; it has no
 * shape.
 */
const JOINER = '\u200d';

/** A code span on one line: its fence is longer than any run of backticks within. Safe in a table. */
export function codeSpan(text: string): string {
  const inside = visible(text.replace(/\s*\n\s*/g, ' ')).replaceAll('|', '\\|');
  if (inside.trim() === '') return '``` ```';
  const fence = fenceFor(inside, 1);
  const padding = inside.startsWith('`') || inside.endsWith('`') || /^ .* $/.test(inside) ? ' ' : '';
  return `${fence}${padding}${inside}${padding}${fence}`;
}

/** A block that is shown as it is. `language`: of the highlighter, such as `diff`. */
export function codeBlock(text: string, language: string): string {
  const inside = text.split('\n').map(visible).join('\n').replace(/\n*$/, '');
  const fence = fenceFor(inside, 3);
  return `${fence}${language}\n${inside}\n${fence}`;
}

/** A sentence as plain words, on one line; what it has between two backticks is shown as code. */
export function inert(text: string): string {
  const parts = text.replace(/\s*\n\s*/g, ' ').split('`');
  // An odd backtick out is no code.
  const isPaired = parts.length % 2 === 1;
  if (!isPaired) return words(parts.join('`'));
  return parts.map((part, index) => (index % 2 === 0 ? words(part) : codeSpan(part))).join('');
}

function words(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/[@#]/g, `$&${JOINER}`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${JOINER}-`)
    .replaceAll('://', `:${JOINER}//`)
    .replace(/\bwww\./gi, `www${JOINER}.`)
    .replace(/\b(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/g, (hex) => `\`${hex}\``);
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
