// What `take` and `fields` of an environment take over from another: which files, and what of them, as texts that are
// equal where nothing is to be taken over. By object ids; only files with `fields` are read.

import { fieldsOf } from '../../config/with-fields.ts';
import type { PromoteConfig } from '../../model/config.ts';
import { pathMatcher } from '../../policy/path-patterns.ts';
import type { GitRepository } from '../../ports/git.ts';

/** By path below the environment's folder; `null` as JSON for a file that cannot be read. */
export type Taken = ReadonlyMap<string, string>;

/** `pattern key`, as a record has them. */
export function fieldTexts({ fields }: Pick<PromoteConfig, 'fields'>): readonly string[] {
  return fields.flatMap(({ pattern, keys }) => keys.map((key) => `${pattern} ${key}`));
}

/** The keys of a file that are taken over; null where it is taken over whole. */
export function keysFor(fields: readonly string[], path: string): readonly string[] | null {
  const keys = fields.flatMap((text) => {
    const [pattern, key] = [text.slice(0, text.lastIndexOf(' ')), text.slice(text.lastIndexOf(' ') + 1)];
    return matches(pattern, path) ? [key] : [];
  });
  return keys.length === 0 ? null : [...new Set(keys)];
}

export function isTaken({ take, fields }: Pick<PromoteConfig, 'take' | 'fields'>, path: string): boolean {
  // What an environment follows, and its gates, are its own.
  if (path === 'environment.yaml') return false;
  return [...take, ...fields.map(({ pattern }) => pattern)].some((pattern) => matches(pattern, path));
}

/** Patterns are as seen from the environment's folder: without a slash they name what is right in it. */
function matches(pattern: string, path: string): boolean {
  return pathMatcher(`/${pattern}`)(path);
}

/** `web` for services/web.yaml. */
export function serviceOf(path: string): string | null {
  return /^services\/([^/]+)\.ya?ml$/.exec(path)?.[1] ?? null;
}

const PLAIN = new Set(['100644', '100755']);

export async function takenAt(
  git: Pick<GitRepository, 'listFiles' | 'readText'>,
  commit: string,
  environment: string,
  promote: PromoteConfig,
): Promise<Taken> {
  const folder = `environments/${environment}`;
  const fields = fieldTexts(promote);
  const taken = new Map<string, string>();
  for (const { path, oid, mode } of await git.listFiles(commit, [folder])) {
    const below = path.slice(folder.length + 1);
    if (!PLAIN.has(mode) || !isTaken(promote, below)) continue;
    const keys = keysFor(fields, below);
    if (keys === null) taken.set(below, `${mode} ${oid}`);
    else taken.set(below, JSON.stringify(fieldsOf((await git.readText(commit, path)) ?? '', keys)));
  }
  return taken;
}
