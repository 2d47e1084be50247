// What the head says becomes what is in force, where it may: one record, which names what it rests on.

import type { Draft } from './draft.ts';
import { type Accepting, type GatesPending, gatesPending } from './gates-pending.ts';

/** True where something was accepted: this plan decides nothing else, since it would rest on that. A word by tag has to be in the
 *  ledger first: what is accepted names the records that it rests on. */
export function acceptGates(draft: Draft): boolean {
  const pending = gatesPending(draft.environment, draft.now);
  if (pending === null || pending.accepting === null) return false;
  const { gateWords } = draft.environment.ledger.state;
  if (!pending.accepting.words.every((id) => gateWords.some((word) => word.id === id))) return false;
  record(draft, pending, pending.accepting);
  return true;
}

/** With a run that both sides granted to a version which holds these gates itself; never with one that an exception let in. */
export function acceptWithRun(draft: Draft, commit: string, run: string, isExcepted: boolean): void {
  const { environment, now } = draft;
  const pending = gatesPending(environment, now);
  if (pending === null || !pending.isByRun || isExcepted) return;
  if (environment.gatesChange.ofVersions.get(commit) !== pending.digest) return;
  const because = `the gates in force let ${run} in, and its version holds these`;
  record(draft, pending, { on: 'run', words: [], because });
}

function record(draft: Draft, { serial, digest, from, after }: GatesPending, { on, words, because }: Accepting): void {
  draft.event(
    { type: 'gates-accepted', serial: serial + 1, digest, from, on, words, because, gates: after },
    `${serial + 1}:${digest.slice(0, 12)}`,
  );
}
