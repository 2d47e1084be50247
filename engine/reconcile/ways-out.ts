// Where only a person can go on, or where a person decides which way it goes: each way out, and what it does.

import type { EnvironmentState, Held } from '../model/environment-state.ts';
import type { Offer } from '../model/observed.ts';
import { type Needs, needsOneOf, type Remedy } from '../model/remedy.ts';

type Stalled = NonNullable<EnvironmentState['stalled']>;

export function sayStalled({ current }: EnvironmentState, { run, sentence }: Stalled): string {
  const back = current === null ? '' : ', to roll back puts back what worked before';
  return `${run}: ${sentence}; a person must look: to deploy tries a version, to resume waits for the next one${back}`;
}

export function stalledNeeds({ environment, current }: EnvironmentState): Needs {
  const back: readonly Remedy[] = current === null ? [] : [{ act: 'rollback', environment, version: null }];
  return needsOneOf(
    { act: 'deploy', environment, version: null, emergency: false },
    { act: 'resume', environment },
    ...back,
  );
}

export function sayHeld({ sentence, branch, into }: Held): string {
  const removed = branch === null ? '' : `, and ${branch} is removed`;
  return `${sentence}, which takes the change out of it; or push a fix to ${into}: it goes as the rules allow${removed}`;
}

/**
 * Whether an offer is an answer to what is held back: it came later, and changes something of what the bad version
 * had changed. What still has all of that would only fail once more.
 */
export function goesForward({ held, contents }: Pick<EnvironmentState, 'held' | 'contents'>, offer: Offer): boolean {
  if (held === null) return true;
  if (offer.beforeHold === true) return false;
  const inputsOf = (digest: string) => contents.find((known) => known.digest === digest)?.inputs;
  const [bad, good] = [inputsOf(held.badDigest), inputsOf(held.goodDigest)];
  if (bad === undefined || good === undefined) return true;
  const changed = [...new Set([...Object.keys(bad), ...Object.keys(good)])].filter(
    (path) => at(bad, path) !== at(good, path),
  );
  return changed.some((path) => at(offer.contents.inputs, path) !== at(bad, path));
}

function at(inputs: Readonly<Record<string, string | null>>, path: string): string | null {
  return inputs[path] ?? null;
}
