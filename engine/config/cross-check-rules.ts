// What rules say of other files: the environment that a version must soak in, locks, the file of signing keys, the
// window that a limit counts by. A policy does not know who uses it, so what only goes wrong in one environment is
// said for that one.

import type { Finding, Reference } from './cursor.ts';
import type { FileIndex } from './file-index.ts';
import type { ParsedFile } from './parse.ts';
import { list } from './suggest.ts';

type Tree = { has(path: string): boolean };

/** What is wrong with one policy, no matter who uses it. */
export function ruleFindings(file: ParsedFile, tree: Tree): readonly Finding[] {
  return file.references.flatMap((reference) => {
    if (reference.type === 'signers' && !tree.has(reference.name)) return [withoutKeys(reference)];
    if (reference.type === 'own-window' && !hasWindow(file)) return [withoutWindow(reference)];
    return [];
  });
}

/** By environment: policies that wait for the very environment that uses them. */
export function soakFindings(
  index: FileIndex,
  filesUsed: (file: ParsedFile) => readonly ParsedFile[],
): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, readonly Finding[]>();
  for (const [name, file] of index.environments) {
    const own = referencesOf(filesUsed(file), 'soak').filter((reference) => reference.name === name);
    if (own.length > 0)
      found.set(
        name,
        own.map((reference) => inItself(reference)),
      );
  }
  return found;
}

/** A lock is taken when a run begins: one that a stage names would be asked about and never held. */
export function stageLockFindings(file: ParsedFile, index: FileIndex): readonly Finding[] {
  if (file.content?.kind !== 'pipeline') return [];
  return referencesOf([file], 'policy').flatMap(({ name, place, concern }) => {
    const policy = index.policies.get(name);
    if (policy === undefined || referencesOf([policy], 'lock').length === 0) return [];
    const message = `the policy \`${name}\` has a lock, and a stage takes none: locks are taken when a run begins`;
    const hint = `name it under \`policies:\` of the environments that share the lock`;
    return [{ ...place, severity: 'error', concern, message, hint }];
  });
}

/** A lock that one environment alone names keeps nobody out. */
export function lockFindings(
  index: FileIndex,
  filesUsed: (file: ParsedFile) => readonly ParsedFile[],
): readonly Finding[] {
  const users = new Map<string, Set<string>>();
  const places = new Map<string, Reference>();
  for (const [environment, file] of index.environments) {
    for (const reference of referencesOf(filesUsed(file), 'lock')) {
      users.set(reference.name, new Set([...(users.get(reference.name) ?? []), environment]));
      places.set(reference.name, reference);
    }
  }
  return [...places].flatMap(([lock, reference]) => {
    const names = [...(users.get(lock) ?? [])];
    if (names.length > 1) return [];
    const others = [...places.keys()].filter((other) => other !== lock);
    const hint = `give this policy to the others too${others.length > 0 ? `; other locks: ${list(others)}` : ''}`;
    const message = `only ${list(names)} names the lock \`${lock}\`, so it keeps nobody out`;
    return [{ ...reference.place, severity: 'warning', concern: reference.concern, message, hint }];
  });
}

export function referencesOf(files: readonly ParsedFile[], type: Reference['type']): readonly Reference[] {
  return [...new Set(files)].flatMap((file) => file.references.filter((reference) => reference.type === type));
}

function inItself({ name, place, concern }: Reference): Finding {
  return {
    ...place,
    severity: 'error',
    concern,
    message: `${name} would wait for itself: it uses this policy, and nothing can have run there before`,
    hint: 'name the environment that comes before it, or take the policy out of its list',
  };
}

function withoutKeys({ name, place, concern }: Reference): Finding {
  return {
    ...place,
    severity: 'warning',
    concern,
    message: `there is no ${name}, so no signature is known and every version is denied`,
    hint: "add the file, in git's own format: a person or e-mail, then their SSH key, one a line",
  };
}

function hasWindow({ content }: ParsedFile): boolean {
  // The zone matters to none of this.
  return (
    content?.kind === 'policy' &&
    content.draft({ timezone: 'UTC', calendars: {} }).rules.some(({ type }) => type === 'window')
  );
}

function withoutWindow({ place, concern }: Reference): Finding {
  return {
    ...place,
    severity: 'error',
    concern,
    message: '`per: window` counts by the window of this policy, and it has none',
    hint: 'add a `window:` to this file, or count per day, week or a duration',
  };
}
