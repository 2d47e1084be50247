// The ledger moves when the operator says so, and only where all that it holds stands already: a ledger that is left
// behind would begin again, with no gates in force.

import type { EventRecord, LedgerRecord } from '../../ledger/records/table.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import { isDefaultPlace, type LedgerPlace, sayPlace } from '../../model/ledger-place.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';
import { contains } from './ledger-tips.ts';

/** Tips by environment; that of the whole repository is not one. */
export function ledgersAt(refs: ReadonlyMap<string, string>, { namespace }: LedgerPlace): ReadonlyMap<string, string> {
  const prefix = `${namespace}/`;
  return new Map(
    [...refs].flatMap(([ref, oid]) => {
      const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
      return /^[a-z0-9][a-z0-9-]*$/.test(name) ? [[name, oid] as const] : [];
    }),
  );
}

type Move = {
  readonly from: LedgerPlace;
  readonly source: GitRepository;
  readonly to: LedgerPlace;
  readonly target: GitRepository;
};

/** Throws where something is missing at the new place. */
export async function assertCopied({ from, source, to, target }: Move): Promise<void> {
  const before = (await source.look([`${from.namespace}/`])).refs;
  const after = (await target.look([`${to.namespace}/`])).refs;
  const tips = new Map(ledgersAt(before, from));
  const all = before.get(`${from.namespace}/${REPOSITORY_LEDGER}`);
  // At the default place the pointer stands: what the ledger of the whole repository holds is said there again.
  if (all !== undefined && !isDefaultPlace(to)) tips.set(REPOSITORY_LEDGER, all);
  const wants = [...tips.keys()].flatMap((name) => {
    const ref = `${to.namespace}/${name}`;
    const oid = after.get(ref);
    return oid === undefined ? [] : [[ref, oid] as const];
  });
  await target.fetch(new Map(wants));
  const missing: string[] = [];
  for (const [name, oid] of tips) {
    const now = after.get(`${to.namespace}/${name}`);
    if (now === undefined || !(now === oid || (await contains(target, now, oid)))) missing.push(name);
  }
  if (missing.length === 0) return;
  const named = missing.sort().slice(0, NAMED_MAX).join(', ');
  const more = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
  const message = `the ledger does not move to ${sayPlace(to)}: what ${sayPlace(from)} holds of ${named}${more} is not there`;
  const hint = `stop all controllers, copy ${sayPlace(from)}/* there with plain git, and start this again (docs/operations.md#moving-the-ledger)`;
  throw new Fault('refused', message, { retry: 'later', hint });
}

const NAMED_MAX = 5;

type Common = Pick<EventRecord, 'at' | 'by' | 'clock'>;

/** What the ledger of the whole repository holds, as records for another one that says less, or something older. */
export function restated(from: EnvironmentState, to: EnvironmentState, common: Common): readonly LedgerRecord[] {
  const records: LedgerRecord[] = [];
  const id = (type: string) => `${type}:moved-${to.seq + records.length + 1}`;
  for (const { secret, environment, run: holder, because } of from.secrets) {
    records.push({ type: 'secret-claimed', secret, environment, holder, because, id: id('secret-claimed'), ...common });
  }
  for (const { lock, environment, run: holder } of from.locks.toReversed()) {
    records.push({ type: 'lock-taken', lock, environment, holder, id: id('lock-taken'), ...common });
  }
  for (const { commit, name, status, value, at, by } of from.checks.toReversed()) {
    records.push({ type: 'check-recorded', commit, name, status, value, ...common, id: id('check-recorded'), at, by });
  }
  if (from.suspended !== null) {
    const { by, reason, until } = from.suspended;
    const said = by.startsWith('controller ') ? reason : `${reason} (said by ${by})`;
    records.push({ type: 'suspended', reason: said, until, id: id('suspended'), ...common });
  } else if (to.suspended !== null) {
    records.push({ type: 'resumed', reason: 'as it was where the ledger was', id: id('resumed'), ...common });
  }
  return records;
}
