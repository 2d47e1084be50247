// Records that count for nothing until the remote has accepted them, and what it said of them.

import type { Basis } from '../../ledger/entry.ts';
import type { LedgerRecord } from '../../ledger/records/table.ts';
import type { Fault } from '../../ports/fault.ts';
import type { Bound } from '../ledger/ledger.ts';

/**
 * What the remote must accept before anything rests on it; `bound`: what of the whole repository stands or falls with
 * it. `decidedOn`: while it waits for its turn others may write, and then it is decided again.
 */
export type Claim = {
  readonly records: readonly LedgerRecord[];
  readonly bound: Bound | null;
  readonly decidedOn: Basis;
};

/** `fault`: what the remote said of the others, where they were not merely overtaken. */
export type Claimed = { readonly accepted: ReadonlySet<string>; readonly fault: Fault | null };
