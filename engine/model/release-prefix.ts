// What stands before the version in names of tags, and when two of that cannot be told apart.

import { refProblem } from './ref-problem.ts';

/** As a sentence; null where every name is read as a version of one of them. */
export function prefixProblem(a: string, b: string): string | null {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short === long) return `the tags of both are \`${short}…\``;
  if (!long.startsWith(short) || !/^[0-9]/.test(long.slice(short.length))) return null;
  return `tags \`${long}…\` read like versions of \`${short}…\``;
}

/** What is wrong with one, or null. */
export function tagPrefixProblem(prefix: string): string | null {
  if (prefix.startsWith('-')) return 'it begins with a dash';
  if (/[0-9]$/.test(prefix)) return 'it ends with a digit, which would be read as one of the version';
  if (/^(approve|reject)\//.test(prefix)) return 'people answer by such tags';
  return refProblem(`${prefix}1.0.0`);
}
