// Which keys vouch for people, and what a signature is worth by more than one list of them. A change that lists a key cannot
// be vouched for by it: where policies/allowed_signers is touched by the very commit that is offered, both lists must know it.

import { isPassing, type Signed } from '../model/policy-facts.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository } from '../ports/git.ts';

/** Texts of policies/allowed_signers: at the head, and as it was before the change where that touched it. */
export type Keys = { readonly head: string; readonly before: string | null };

const SIGNERS = 'policies/allowed_signers';

/** Empty where there is none. A list that is too large to be read vouches for nobody. */
export async function readKeys(git: Pick<GitRepository, 'readText'>, commit: string): Promise<string> {
  try {
    return (await git.readText(commit, SIGNERS)) ?? '';
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'remote-too-large') return '';
    throw cause;
  }
}

export async function signedBy({ head, before }: Keys, check: (keys: string) => Promise<Signed>): Promise<Signed> {
  const now = await check(head);
  if (before === null || now.type !== 'signed') return now;
  const then = await check(before);
  if (then.type === 'signed' && then.by === now.by) return now;
  if (isPassing(then)) return then;
  return { type: 'invalid', sentence: `the key is ${now.by}'s only by ${SIGNERS} as this very change has it` };
}
