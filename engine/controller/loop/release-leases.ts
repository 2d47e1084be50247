// A controller that ends in good order lets go of what it holds, so that the next one need not wait for a lease to
// expire.

import type { Clock } from '../../ports/clock.ts';
import type { Survey } from '../observe/survey.ts';

export function releaseLeases(survey: Survey, clock: Clock): void {
  const by = `controller ${survey.controller.name}`;
  for (const entry of survey.ledger.entries.values()) {
    const run = entry.state.open.at(-1);
    if (entry.remote.type === 'damaged' || !run?.lease || run.lease.epoch !== entry.claimedEpoch) continue;
    const common = { id: `${run.id}.${run.records + 1}`, at: clock.now(), by, run: run.id };
    const record = { ...common, type: 'lease-released', epoch: run.lease.epoch } as const;
    survey.ledger.append(entry.environment, [clock.kind === 'given' ? { ...record, clock: 'given' } : record]);
  }
}
