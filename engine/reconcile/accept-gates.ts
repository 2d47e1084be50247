// What the head says becomes what is in force, where it may: one record, which names what it rests on.

import { CHANGE_DIGITS } from '../model/gate-terms.ts';
import { needsOneOf } from '../model/remedy.ts';
import type { Run, StageState } from '../model/run.ts';
import type { Draft } from './draft.ts';
import { type Accepting, type GatesPending, gatesPending } from './gates-pending.ts';

/**
 * True where something was accepted: this plan decides nothing else, since it would rest on that. A word by tag has
 * to be in the ledger first: what is accepted names the records that it rests on.
 */
export function acceptGates(draft: Draft): boolean {
  const pending = gatesPending(draft.environment, draft.now);
  if (pending === null || pending.accepting === null) return false;
  const { gateWords } = draft.environment.ledger.state;
  if (!pending.accepting.words.every((id) => gateWords.some((word) => word.id === id))) return false;
  record(draft, pending, pending.accepting);
  return true;
}

/**
 * A change of gates that stands still is never silent: what it waits for, and an `--accept-gates` that is for another
 * one.
 */
export function sayWaitingGates(draft: Draft): void {
  const { environment, now } = draft;
  const pending = gatesPending(environment, now);
  const { operatorAccepts } = environment.gatesChange;
  if (pending !== null && pending.accepting === null) {
    draft.say(
      `a change of gates (${pending.digest.slice(0, CHANGE_DIGITS)}) waits: ${pending.waits}`,
      needsOneOf({ act: 'approve-gates', environment: draft.environment.name }),
    );
  }
  const isDone = environment.ledger.state.gates?.digest.startsWith(operatorAccepts ?? '') ?? false;
  if (operatorAccepts === null || isDone || pending?.digest.startsWith(operatorAccepts) === true) return;
  draft.say(`--accept-gates ${operatorAccepts} names no change of gates that waits here`);
}

/**
 * With a run that both sides granted to a version which holds these gates itself; never with one that an exception
 * let in. Where stages are gated in force it has only begun to be let in: then it is for its stages
 * (`acceptWithStage`).
 */
export function acceptWithRun(draft: Draft, commit: string, run: string, isExcepted: boolean): void {
  if (isExcepted || gatedStages(draft).length > 0) return;
  acceptHeld(draft, commit, run);
}

/** With the start of a stage behind which no stage is gated in force: only then have those gates let the run pass. */
export function acceptWithStage(draft: Draft, run: Run, stage: StageState): void {
  const gated = gatedStages(draft);
  if (gated.length === 0 || run.kind !== 'deploy' || run.emergency || run.lifted.length > 0) return;
  // Who skips a stage skips what stands before it.
  if (run.skip !== 'none') return;
  const place = run.stages.findIndex(({ name }) => name === stage.name);
  if (run.stages.slice(place + 1).some(({ name }) => gated.includes(name))) return;
  // What stands before the first touch is asked there, also of stages that the version does not have.
  if (!run.touched && !stage.touches) return;
  acceptHeld(draft, run.version.commit, run.id);
}

function gatedStages({ settings }: Draft): readonly string[] {
  return (settings?.stages ?? []).filter(({ policies }) => policies.length > 0).map(({ name }) => name);
}

function acceptHeld(draft: Draft, commit: string, run: string): void {
  const pending = gatesPending(draft.environment, draft.now);
  if (pending === null || !pending.isByRun) return;
  if (draft.environment.gatesChange.ofVersions.get(commit) !== pending.digest) return;
  const because = `the gates in force let ${run} in, and its version holds these`;
  record(draft, pending, { on: 'run', words: [], because });
}

function record(draft: Draft, { serial, digest, from, after }: GatesPending, { on, words, because }: Accepting): void {
  const heard = draft.environment.ledger.state.gateWords.at(-1)?.id ?? '';
  draft.event(
    { type: 'gates-accepted', serial: serial + 1, digest, from, on, words, heard, because, gates: after },
    `${serial + 1}:${digest.slice(0, 12)}`,
  );
}
