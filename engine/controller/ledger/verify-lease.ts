// Whether lease.json is what the records say: it is written again with each commit, and nothing but the count of
// renewals and the holder's name stands in it that does not follow from them.

import { type Lease, readLease, renewed } from '../../ledger/tip.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';

/**
 * What is wrong with it, and what the next commit has to follow. `before`: of the commit before, null for the first.
 */
export function checkLease(
  text: string,
  state: EnvironmentState,
  before: Lease | null,
): { readonly lease: Lease | null; readonly wrong: string | null } {
  const lease = readLease(text);
  if (lease === null) return { lease: before, wrong: 'lease.json is not a lease' };
  return { lease, wrong: whatIsWrong(lease, state, before) };
}

function whatIsWrong(lease: Lease, state: EnvironmentState, before: Lease | null): string | null {
  const held = state.open.at(-1)?.lease ?? null;
  const epoch = held?.epoch ?? state.epoch;
  const holder = held?.controller ?? null;
  if (lease.epoch !== epoch) return `lease.json has epoch ${lease.epoch}, and the records say ${epoch}`;
  if (lease.holder !== holder)
    return `lease.json is held by ${say(lease.holder)}, and the records say by ${say(holder)}`;
  if (holder === null && lease.name !== null) return `lease.json names ${say(lease.name)}, and nobody holds it`;
  const was = before?.renewal ?? 0;
  if (lease.renewal === was || (holder !== null && lease.renewal === renewed(was))) return null;
  return `lease.json has renewal ${lease.renewal}, which does not follow ${was}`;
}

function say(holder: string | null): string {
  return holder === null ? 'nobody' : JSON.stringify(holder.slice(0, 100));
}
