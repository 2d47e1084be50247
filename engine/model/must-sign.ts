// Whether a person's word needs a signature to count, and whether that person's could count at all: for every face,
// and for the controller, decided here and nowhere else. Required by either side: a change cannot stop requiring what
// it is itself held by.

import type { RepositoryConfig } from './config.ts';
import type { ObservedEnvironment } from './observed.ts';
import { personOf } from './people.ts';
import type { Directory } from './policy-facts.ts';
import { settingsOf, sidesOf } from './sides.ts';

/** What one side alone says. */
export function wantsSigned({ signatures }: { readonly signatures: 'optional' | 'required' }): boolean {
  return signatures === 'required';
}

/** For what is said of this environment. */
export function mustSign(environment: Pick<ObservedEnvironment, 'gates' | 'ledger' | 'isHeadSetAside'>): boolean {
  return sidesOf(environment).some(wantsSigned);
}

/**
 * Who may roll back is for what is in force to say: a change that asks for more must not keep anybody from going
 * back.
 */
export function mustSignRollback(environment: Pick<ObservedEnvironment, 'gates' | 'ledger'>): boolean {
  const settings = settingsOf(environment);
  return settings !== null && wantsSigned(settings);
}

/**
 * For what is said of the whole repository, or looked at without a change on its way: what one configuration says.
 */
export function mustSignIn(repository: Pick<RepositoryConfig, 'ledger'> | null): boolean {
  return repository !== null && wantsSigned(repository.ledger);
}

/** A signature speaks for nobody whom tidegate.yaml does not know; where it cannot be read, nobody can say. */
export function signerRefusal(directory: Directory | null, by: string): string | null {
  if (directory === null || personOf(by, directory) !== null) return null;
  return `${by} is none of the people of tidegate.yaml, so a signature would speak for nobody`;
}
