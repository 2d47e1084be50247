// Whether a person's word needs a signature to count, and whether that person's could count at all: for every face, and for the
// controller, decided here and nowhere else. Required by the head or by what was in force before the change: a change cannot
// stop requiring what it is itself held by.

import type { RepositoryConfig } from './config.ts';
import type { ObservedEnvironment } from './observed.ts';
import { personOf } from './people.ts';
import type { Directory } from './policy-facts.ts';

/** For what is on its way to this environment. */
export function mustSign({ gates, former }: Pick<ObservedEnvironment, 'gates' | 'former'>): boolean {
  return [gates, ...former].some((each) => each?.signatures === 'required');
}

/** What was in force before a change has a say about that change, and none about going back. */
export function mustSignRollback({ gates }: Pick<ObservedEnvironment, 'gates'>): boolean {
  return mustSign({ gates, former: [] });
}

/** For what is said of the whole repository, or looked at without a change on its way: what one configuration says. */
export function mustSignIn(repository: Pick<RepositoryConfig, 'ledger'> | null): boolean {
  return repository?.ledger.signatures === 'required';
}

/** A signature speaks for nobody whom tidegate.yaml does not know; where it cannot be read, nobody can say. */
export function signerRefusal(directory: Directory | null, by: string): string | null {
  if (directory === null || personOf(by, directory) !== null) return null;
  return `${by} is none of the people of tidegate.yaml, so a signature would speak for nobody`;
}
