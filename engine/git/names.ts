// Names that reach git from outside: ref names by git's own rules (git help check-ref-format), object ids, and paths
// inside a tree. What is not plainly a name is refused, so that nothing is ever read as an option or a revision
// range.

import { Fault } from '../ports/fault.ts';

/** A full ref name such as `refs/heads/main`. */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || name.length > 1024) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

export function assertRefName(name: string): void {
  if (isRefName(name)) return;
  throw new Fault('usage', `${JSON.stringify(name.slice(0, 200))} is not a ref name that git accepts`, {
    retry: 'never',
    hint: 'use a full name such as refs/heads/main',
  });
}

export function isOid(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function assertOid(text: string): void {
  if (isOid(text)) return;
  throw new Fault('usage', `${JSON.stringify(text.slice(0, 100))} is not a full object id`, {
    retry: 'never',
    hint: 'use 40 (or 64) lower-case hexadecimal digits',
  });
}

/** A path inside a tree, normalized: no leading or trailing slash, no `.`; '' is the root. Null when it is none. */
export function treePath(text: string): string | null {
  if (text.includes('\0') || text.length > 4096) return null;
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || text.startsWith('/') ? null : parts.join('/');
}

export function assertTreePath(text: string): string {
  const found = treePath(text);
  if (found !== null) return found;
  throw new Fault('usage', `${JSON.stringify(text.slice(0, 200))} is not a path inside the repository`, {
    retry: 'never',
    hint: 'use a relative path without `..`',
  });
}

/** A path that a file may be written to: not the root, and nothing below a `.git`. */
export function assertFilePath(text: string): string {
  const found = assertTreePath(text);
  const isForbidden = found === '' || found.split('/').some((part) => part.toLowerCase() === '.git');
  return isForbidden ? assertTreePath('..') : found;
}

/** The local name under which a remote's ref is kept: `refs/heads/main` is `refs/origin/heads/main`. */
export function trackingName(ref: string): string {
  return ref === 'HEAD' ? 'refs/origin/HEAD' : `refs/origin/${ref.slice('refs/'.length)}`;
}

/** The only refs that are ever removed. */
export function assertRestore(ref: string): void {
  assertRefName(ref);
  if (/^refs\/heads\/(.*\/_restore|promote)\/./.test(ref)) return;
  throw new Fault('usage', `${ref} would be removed; Tidegate never does that`, {
    retry: 'never',
    hint: 'only branches that hold a rollback or a promotion are',
  });
}
