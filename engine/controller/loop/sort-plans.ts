// Which of the records that were decided must be accepted by the remote before anything rests on them, and which are
// written down here at once.

import type { Basis } from '../../ledger/entry.ts';
import { isClaim, isFirst, type LedgerRecord } from '../../ledger/records/table.ts';
import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Plan } from '../../reconcile/plan.ts';
import type { Claim } from './claim.ts';

type Sorted = {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly local: readonly (readonly [string, readonly LedgerRecord[]])[];
};

type Sorting = {
  readonly basisOf: (environment: string) => Basis;
  /** How many records the ledger of the whole repository held when it was observed. */
  readonly seq: number;
  /** A claim that the remote did not take is left alone for a while. */
  readonly isPutOff: (environment: string) => boolean;
};

export function sortPlans(plans: ReadonlyMap<string, Plan>, { basisOf, seq, isPutOff }: Sorting): Sorted {
  const claims = new Map<string, Claim>();
  const local: [string, readonly LedgerRecord[]][] = [];
  for (const [name, plan] of plans) {
    const [records, wide] = apart(plan);
    const isClaiming = wide.length > 0 || records.some((record) => isClaim(record) || isFirst(record));
    // What the whole repository is told of it stands or falls with it, and so must be accepted first.
    const bound = wide.length === 0 ? null : { records: wide, seq: restsOnAll(wide) ? seq : null };
    if (!isClaiming && records.length > 0) local.push([name, records]);
    // What a look brings in meanwhile does not make the remote take sooner what it did not take.
    if (isClaiming && !isPutOff(name)) claims.set(name, { records, bound, decidedOn: basisOf(name) });
  }
  return { claims, local };
}

/** Records of the environment, and those of the whole repository. */
export function apart({ append }: Plan): readonly [LedgerRecord[], LedgerRecord[]] {
  const of = (isWide: boolean) =>
    append.flatMap(({ environment, record }) => ((environment === REPOSITORY_LEDGER) === isWide ? [record] : []));
  return [of(false), of(true)];
}

/** A lock says nothing of who else has it: it is taken only if nothing was written there since. */
function restsOnAll(wide: readonly LedgerRecord[]): boolean {
  return wide.some(({ type }) => type === 'lock-taken');
}
