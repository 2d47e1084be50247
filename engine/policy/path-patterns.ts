// Paths of what changed against patterns as CODEOWNERS and .gitignore have them: a leading slash anchors, a trailing
// one means the whole folder, a name without a slash is found at any depth.

import { Minimatch } from 'minimatch';

const OPTIONS = { dot: true, nobrace: true, nocomment: true, nonegate: true, noext: true } as const;

/** The pattern may come from anybody who may change policies: it is bounded where it is read. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const anchored = pattern.startsWith('/') || pattern.slice(0, -1).includes('/');
  const bare = pattern.replace(/^\/+/, '').replace(/\/+$/, '');
  // The root alone is everything: a pattern that silently matched nothing would be a gate that stands open.
  const rooted = bare === '' ? '**' : anchored ? bare : `**/${bare}`;
  // What names a folder means all that is in it; a pattern that ends in a wildcard has said how far it goes.
  const inside = rooted.replace(/(?<=.)\/\*\*$/, '');
  // A folder may be put in place by a link or a module of its name: that is one path, and brings all that is in it.
  const globs =
    pattern.endsWith('/') || inside !== rooted
      ? [inside, `${inside}/**`]
      : /\*$/.test(bare)
        ? [rooted]
        : [rooted, `${rooted}/**`];
  const matchers = globs.map((glob) => new Minimatch(glob, OPTIONS));
  return (path) => matchers.some((matcher) => matcher.match(path));
}
