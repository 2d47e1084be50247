// What stands in the way before any rule is asked: gates that nobody knows, or that nobody has accepted yet.

import type { OwnVerdict } from '../model/verdict.ts';
import type { Draft } from './draft.ts';
import { gatesPending } from './gates-pending.ts';
import { plain } from './plain-verdict.ts';

/** Null where what is in force is known. */
export function gatesVerdict(draft: Draft): OwnVerdict | null {
  const { environment, now } = draft;
  if (environment.ledger.state.gates !== null && environment.ledger.state.gates.terms !== null) return null;
  const pending = gatesPending(environment, now);
  if (pending === null) return null;
  if (pending.kind === 'upgrade' && pending.accepting === null) return plain('denied', 'gates', pending.waits);
  // Accepted with this look, or as soon as a clock that can be right says so: what rests on it begins with the next.
  if (pending.accepting !== null) return plain('waiting', 'gates', 'its gates are being accepted', 'gates');
  return { ...plain('waiting', 'gates', pending.waits, 'gates to be accepted'), until: pending.until };
}
