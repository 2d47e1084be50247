// Which keys stand for people, and what a signature is worth by more than one list of them. A change that lists a key
// cannot be confirmed by it: where the gates in force have keys, those and the head's must both know it.

import { isPassing, type Signed } from '../../model/policy-facts.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';

/** Texts of policies/allowed_signers: at the head, and as in force; null where the gates in force have no keys. */
export type Keys = { readonly head: string; readonly inForce: string | null };

const SIGNERS = 'policies/allowed_signers';

/** Empty where there is none. A list that is too large to be read stands for nobody. */
export async function readKeys(git: Pick<GitRepository, 'readText'>, commit: string): Promise<string> {
  try {
    return (await git.readText(commit, SIGNERS)) ?? '';
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'remote-too-large') return '';
    throw cause;
  }
}

export async function signedBy(
  { head, inForce }: Keys,
  check: (keys: string) => Promise<Signed>,
  answer: 'yes' | 'no' = 'yes',
): Promise<Signed> {
  const now = await check(head);
  // A key that the head drops confirms no yes any more, and takes back no no: anyone who may push could drop it.
  if (answer === 'no' && inForce !== null && now.type !== 'signed') return check(inForce);
  if (inForce === null || now.type !== 'signed') return now;
  const then = await check(inForce);
  if (then.type === 'signed' && then.by === now.by) return now;
  if (isPassing(then)) return then;
  return {
    type: 'invalid',
    sentence: `the key is ${now.by}'s only by ${SIGNERS} at the head, and that is not accepted yet`,
  };
}
