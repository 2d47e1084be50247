// Who speaks for an environment while a run is open. True when this process may go on with the run now.
// Taking over is a claim of its own: nothing is done under a new epoch before the remote has accepted it.

import { formatSecond } from '../base/instant.ts';
import { jobId, pendingStage, type Run } from '../model/run.ts';
import type { Draft } from './draft.ts';
import { isExempt } from './kinds.ts';
import { takeLocks } from './locks.ts';
import { canProceed } from './stage-gates.ts';
import { sayOtherZones, zonesKnown } from './zones.ts';

export function takeLease(draft: Draft): boolean {
  const { lease } = draft.environment;
  const run = draft.state.open.at(-1);
  if (run === undefined) return false;
  switch (lease.type) {
    case 'mine':
      if (!lapsedOver(draft, run)) return true;
      claim(draft, run.id, 'the lease ran out while a step of it ran');
      return false;
    case 'former':
      claim(draft, run.id, "this controller's lease ran out, or it was restarted");
      return false;
    case 'foreign':
      if (draft.now < lease.expiresAt) {
        draft.say(
          `${run.id} is in the hands of controller ${lease.controller}; its lease ends ${formatSecond(lease.expiresAt)} unless renewed`,
        );
        draft.wake(lease.expiresAt);
        return false;
      }
      claim(draft, run.id, `controller ${lease.controller} did not renew its lease`);
      return false;
    case 'none':
      // Released while it waited at a gate: claimed again only when there is something to do.
      if (!canProceed(draft, run)) return false;
      claim(draft, run.id, 'what it waited for has come');
      if (!isExempt(run)) takeLocks(draft, run.id);
      return false;
  }
}

/**
 * The step under way was ended with the lease, whatever came through to the ledger since: nobody knows what it would
 * have said, and so it is repeated as after any takeover, never judged.
 */
function lapsedOver(draft: Draft, run: Run): boolean {
  const stage = run.failure === null ? pendingStage(run) : null;
  if (stage === null || stage.startedAt === null || run.inDoubt === stage.name) return false;
  const job = draft.environment.jobs.get(jobId(run.id, stage));
  return job !== undefined && job !== 'running' && job.lapsed === true;
}

function claim(draft: Draft, run: string, because: string): void {
  const { controller } = draft.observed;
  const epoch = draft.state.epoch + 1;
  sayOtherZones(draft);
  draft.run(run, { type: 'lease-taken', epoch, controller: controller.id, ...zonesKnown(draft), because });
}
