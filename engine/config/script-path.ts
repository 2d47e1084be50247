// Which file of the repository a script line begins with. Only the first word counts, and only where it is a relative
// path with a slash: `scripts/test.sh`, `./gradlew`. What the shell finds on its PATH is not ours.

/** Normalised (`./a/../b.sh` is `b.sh`); null when the first word is no such path or leaves the repository. */
export function scriptPath(script: string): string | null {
  const word = /^\s*(?:"([^"$`\\]+)"|'([^']+)'|([^\s"'$`\\;&|<>()*?[\]{}~=!#]+))(?=$|[\s;&|<>()])/.exec(script);
  const path = word?.[1] ?? word?.[2] ?? word?.[3];
  if (path === undefined || !path.includes('/') || path.startsWith('/')) return null;
  return normalPath(path);
}

/**
 * A path from the root of the repository without `.`, `..`, doubled or trailing slashes; null when it leaves it, or
 * is it.
 */
export function normalPath(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length > 0 && !path.startsWith('/') ? parts.join('/') : null;
}
