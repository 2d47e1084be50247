// One look at the remote, and what follows from it for those that do the work. Returns the environments that have
// changed.

import type { Collaborators } from './collaborators.ts';
import type { ControllerParts } from './controller-parts.ts';

/** `recover`: takes up what an earlier life left on disk, once the ledgers are known. */
export async function takeIn(
  { survey, clock }: ControllerParts,
  { sayings, standstill, jobs, flusher, effects, forge, release, isOurs }: Collaborators,
  onAnswer: () => void,
  recover: () => Promise<void>,
): Promise<readonly string[]> {
  const lookedAtMs = clock.monotonicMs();
  const refs = await survey.look();
  onAnswer();
  const changed = await survey.take(refs, lookedAtMs);
  sayings.head(survey.head?.problems ?? [], survey.defaultBranch, survey);
  standstill.looked();
  await recover();
  const repository = survey.serving?.config?.repository ?? null;
  if (repository !== null) {
    jobs.setConcurrency(repository.concurrency);
    flusher.settings(repository);
  }
  flusher.note();
  flusher.renewJobs(changed);
  jobs.stopLost(isOurs);
  effects.outside.forgetLost();
  forge?.looked();
  release.looked();
  return changed;
}
