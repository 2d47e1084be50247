// Where an environment stands, in the terms of DESIGN section 10: condition, reason, candidate, what it waits for.
// Every face shows this value, and it asks the very functions that decide, so that what is shown is what will be
// done.

import type { Instant } from '../base/instant.ts';
import type { Condition, StallReason } from '../model/environment-condition.ts';
import type { Current } from '../model/environment-state.ts';
import { joinedNeeds, needsIn } from '../model/needs.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Needs } from '../model/remedy.ts';
import { pendingStage, type Run } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { sayVersion, type Version } from '../model/version.ts';
import { type Assessment, assess } from '../reconcile/assess.ts';
import { behindLedger } from '../reconcile/clock.ts';
import { Draft } from '../reconcile/draft.ts';
import { isGone, sayGone } from '../reconcile/is-gone.ts';
import { type Suspension, suspendedVerdict, suspensionOf } from '../reconcile/plain-verdict.ts';
import { stageVerdict } from '../reconcile/stage-gates.ts';
import { gatesShownOf, pendingNeeds, sayPending } from './gates.ts';
import { sayRunUnderWay } from './say-run.ts';
import { stallOf, stallOfChoice } from './stall.ts';

type Waiting = { readonly until: Instant | null; readonly for: readonly string[]; readonly sentence: string };

export type Standing = {
  readonly environment: ObservedEnvironment;
  readonly now: Instant;
  readonly condition: Condition;
  /** The sentence. */
  readonly reason: string;
  /** Where Stalled: the word for it. */
  readonly stall: StallReason | null;
  /** Ready, and the reason says nothing that is not plain from the rest. */
  readonly isSettled: boolean;
  readonly current: Current | null;
  readonly candidate: Version | null;
  readonly waiting: Waiting | null;
  /** What a person may do about it. */
  readonly needs: Needs | null;
  /** The run that moves now: of a failed run and its rollback the rollback. */
  readonly run: Run | null;
  /** Null when there is no candidate. */
  readonly verdict: Verdict | null;
  readonly assessment: Assessment;
  /** Of a person, in force now. */
  readonly suspension: Suspension | null;
  /** The newest record is from the future, and only a person can say whose clock is wrong. */
  readonly isAhead: boolean;
  /** A change of gates that is not accepted, in one sentence. */
  readonly gates: string | null;
};

export function standingOf(environment: ObservedEnvironment, observed: Observed, now: Instant): Standing {
  const draft = new Draft(environment, observed, now);
  const assessment = assess(draft);
  const run = draft.state.open.at(-1) ?? null;
  const gate = run === null ? null : gateOf(draft, run);
  const candidate = candidateOf(assessment, run);
  const waiting = waitingOf(assessment, run, gate, candidate);
  const stall = stallOf(environment, observed, now) ?? (run === null ? stallOfChoice(environment, assessment) : null);
  const shown = gatesShownOf(environment, now);
  const asked = needsIn(gate ?? (run === null ? assessment.verdict : null)) ?? needsIn(suspendedVerdict(draft));
  const known = {
    environment,
    now,
    current: draft.state.current,
    candidate,
    waiting,
    needs: joinedNeeds([stall?.needs ?? null, asked, pendingNeeds(shown)]),
    run,
    verdict: assessment.verdict,
    assessment,
    suspension: suspensionOf(draft),
    isAhead: behindLedger(draft) !== null,
    gates: sayPending(shown),
  };
  if (stall !== null) {
    return { ...known, condition: 'Stalled', reason: stall.sentence, stall: stall.reason, isSettled: false };
  }
  if (run !== null && gate === null) {
    return {
      ...known,
      condition: 'Reconciling',
      reason: sayRunUnderWay(run, draft.state.open),
      stall: null,
      isSettled: false,
    };
  }
  const notable = isGone(environment) ? sayGone(environment.name) : notableReason(known, draft);
  if (notable !== null) return { ...known, condition: 'Ready', reason: notable, stall: null, isSettled: false };
  const isEmpty = known.current === null;
  const settled = isEmpty ? 'nothing has run here yet, and nothing is offered' : `up to date with ${followed(draft)}`;
  return { ...known, condition: 'Ready', reason: settled, stall: null, isSettled: !isEmpty };
}

/** What keeps an open run from its next stage: null while it moves. */
export function gateOf(draft: Draft, run: Run): Verdict | null {
  if (run.failure !== null) return null;
  const stage = pendingStage(run);
  if (stage === null || (stage.startedAt !== null && run.inDoubt !== stage.name)) return null;
  const isSkipped = run.skip === 'skippable' && stage.skippable && run.inDoubt !== stage.name;
  if (isSkipped) return null;
  const verdict = stageVerdict(draft, run, stage);
  return verdict.status === 'allowed' ? null : verdict;
}

function candidateOf({ choice }: Assessment, run: Run | null): Version | null {
  const offered = choice.type === 'candidate' ? choice.candidate : null;
  if (run === null) return offered?.version ?? null;
  if (offered !== null && offered.contents.digest !== run.contents.digest) {
    // What a failed run brought is not tried again: the rollback that answers it does not make it a candidate.
    return run.previous?.contents.digest === offered.contents.digest ? null : offered.version;
  }
  return run.failure === null && run.trigger !== 'failure' ? run.version : null;
}

function waitingOf(
  { verdict }: Assessment,
  run: Run | null,
  gate: Verdict | null,
  candidate: Version | null,
): Waiting | null {
  if (run === null) {
    return verdict?.status === 'waiting'
      ? { until: verdict.until, for: verdict.waitsFor, sentence: verdict.sentence }
      : null;
  }
  if (gate !== null) {
    const stage = pendingStage(run)?.name ?? '';
    return { until: gate.until, for: gate.waitsFor, sentence: `${run.id} waits before ${stage}: ${gate.sentence}` };
  }
  if (candidate === null || candidate.commit === run.version.commit) return null;
  return { until: null, for: [`run ${run.id}`], sentence: `${sayVersion(candidate)} waits for ${run.id} to end` };
}

/** Null where everything is as it should be. */
function notableReason(
  known: Omit<Standing, 'condition' | 'reason' | 'stall' | 'isSettled'>,
  draft: Draft,
): string | null {
  const { assessment, candidate, waiting, verdict } = known;
  const rollback = draft.state.requests.find((request) => request.type === 'rollback');
  if (rollback?.type === 'rollback' && known.run === null) {
    const to = rollback.to === null ? 'the version before' : sayVersion(rollback.to);
    return `${rollback.by} asked to roll back to ${to}: ${rollback.reason}`;
  }
  if (waiting !== null) {
    return known.run !== null || candidate === null
      ? waiting.sentence
      : `${sayVersion(candidate)} waits: ${waiting.sentence}`;
  }
  if (candidate !== null && verdict !== null) {
    return verdict.status === 'denied'
      ? `${sayVersion(candidate)} is denied: ${verdict.sentence}`
      : `${sayVersion(candidate)} is allowed and starts at the controller's next look`;
  }
  if (known.suspension !== null) return known.suspension.sentence;
  const { choice } = assessment;
  if (choice.type === 'none' && choice.sentence !== null) return choice.sentence;
  if (choice.type === 'adopt')
    return `${sayVersion(choice.offer.version)} has the contents that run here and is taken over without a run`;
  return known.environment.ignored[0]?.sentence ?? null;
}

/** `main`, `tags v*`, `staging`: what brings new versions here. */
export function followed(draft: Pick<Draft, 'environment' | 'observed'>): string {
  const follow = draft.environment.gates?.environment.follow;
  switch (follow?.type) {
    case undefined:
      return 'Git';
    case 'branch':
      return follow.branch ?? draft.observed.defaultBranch;
    case 'tags':
      return `the tags ${follow.pattern}`;
    case 'promoted':
      return follow.from;
  }
}

/** The same order at every look, whatever the order in which environments are served. */
export function byName(standings: readonly Standing[]): readonly Standing[] {
  return standings.toSorted((a, b) => (a.environment.name < b.environment.name ? -1 : 1));
}
