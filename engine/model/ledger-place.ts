// Where the ledger stands: a prefix of refs, in the config repository or in one of its own. Which place is in force
// is said by the ledger of the whole repository at the default place, where everybody finds it who knows nothing but
// the repository's address.

import { refProblem } from './ref-problem.ts';

export type LedgerPlace = {
  readonly namespace: string;
  /** Null: the config repository. */
  readonly repository: string | null;
};

export const DEFAULT_PLACE: LedgerPlace = { namespace: 'refs/heads/tidegate', repository: null };

/** The ref, always in the config repository, whose ledger says which place is in force. */
export const POINTER_REF = `${DEFAULT_PLACE.namespace}/_all`;

export function isSamePlace(a: LedgerPlace, b: LedgerPlace): boolean {
  return a.namespace === b.namespace && a.repository === b.repository;
}

export function isDefaultPlace(place: LedgerPlace): boolean {
  return isSamePlace(place, DEFAULT_PLACE);
}

/** As `--ledger` takes it: `refs/tidegate`, or `refs/tidegate@ssh://git@example.org/ledger.git`. */
export function sayPlace({ namespace, repository }: LedgerPlace): string {
  return repository === null ? namespace : `${namespace}@${repository}`;
}

export function readPlace(text: string): LedgerPlace {
  const at = text.indexOf('@');
  if (at < 0) return { namespace: text, repository: null };
  return { namespace: text.slice(0, at), repository: text.slice(at + 1) };
}

/** What is wrong with a place, or null. */
export function placeProblem({ namespace, repository }: LedgerPlace): string | null {
  const wrong = namespaceProblem(namespace);
  if (wrong !== null) return wrong;
  return repository === null ? null : (remoteProblem(repository)?.message ?? null);
}

export function namespaceProblem(namespace: string): string | null {
  if (!namespace.startsWith('refs/')) return 'it must begin with refs/';
  if (/^refs\/(heads|tags|remotes|notes|replace|pull|changes)$/.test(namespace))
    return 'it is a folder of refs that others use';
  if (/^refs\/(tags|remotes|replace|pull|changes)\//.test(namespace))
    return 'git and forges give these refs a meaning of their own';
  return refProblem(namespace);
}

/** The same care as for any word that reaches git: no options, no helper transports, no password kept in Git. */
export function remoteProblem(url: string): { message: string; hint: string } | null {
  if (url === '' || url.startsWith('-') || url.includes('::')) {
    return { message: 'this is no address of a repository', hint: 'write an https, ssh or file URL, or a path' };
  }
  const secret = URL.parse(url);
  if (secret !== null && secret.password !== '') {
    return {
      message: 'an address must not hold a password: Git keeps it for ever',
      hint: 'use a credential helper, an SSH key, or a token from the environment',
    };
  }
  return null;
}
