// The first line of a comment of ours, by which it is found again, and the digest by which it is known to be the
// same.

import { createHash } from 'node:crypto';

const MARKER = /^<!-- tidegate:plan:1 digest=[0-9a-f]{12} -->\n/;

export function digestOf(body: string): string {
  return createHash('sha256').update(body.replace(MARKER, '')).digest('hex').slice(0, 12);
}

export function marked(body: string): string {
  const plain = body.replace(MARKER, '');
  return `<!-- tidegate:plan:1 digest=${digestOf(plain)} -->\n${plain}`;
}

export function isMarked(body: string): boolean {
  return body.startsWith('<!-- tidegate:plan:1 ');
}

/**
 * The longest text that fits, at the end of a line, with a word about what is missing. GitHub takes 65,536
 * characters.
 */
export function bounded(body: string, most = 60_000): string {
  if (body.length <= most) return body;
  const kept = body.slice(0, most);
  return `${kept.slice(0, Math.max(0, kept.lastIndexOf('\n')))}\n\n… the rest does not fit here.\n`;
}
