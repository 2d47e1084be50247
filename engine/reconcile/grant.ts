// No run is open: what, if anything, begins now. A run that is opened here is a claim: the remote must accept it
// first.

import type { Instant } from '../base/instant.ts';
import { joinedNeeds, needsIn } from '../model/needs.ts';
import { isPassing } from '../model/policy-facts.ts';
import { type Needs, needsOneOf } from '../model/remedy.ts';
import { runId } from '../model/run-id.ts';
import { wakeOf } from '../model/until.ts';
import { rulesIn, type Verdict } from '../model/verdict.ts';
import { sayVersion } from '../model/version.ts';
import { sayNear } from '../policy/window-words.ts';
import { acceptWithRun } from './accept-gates.ts';
import type { Assessment } from './assess.ts';
import type { Candidate } from './candidate.ts';
import { isClockOff } from './clock.ts';
import type { Draft } from './draft.ts';
import { closeLapsed } from './lapsed.ts';
import { accountFor, liftedIn } from './lifted.ts';
import { takeLocks } from './locks.ts';
import { claimSecrets, targetClaim } from './owners.ts';
import { type RollbackTarget, rollbackTarget } from './requests.ts';
import { stagesOf } from './stages-of.ts';
import { recordOffered } from './words.ts';
import { sayOtherZones, zonesKnown } from './zones.ts';

/**
 * By a clock that is off no version is begun, adopted or noted down here. A person's rollback goes all the same; and
 * what ends something is written as ever, here and elsewhere: a request that is answered, a lease that is let go.
 */
export function grant(draft: Draft, assessment: Assessment): void {
  const isOff = isClockOff(draft.observed);
  const { holdLifted } = draft.environment;
  if (draft.state.held !== null && holdLifted !== null && !isOff) {
    draft.event({ type: 'hold-released', because: holdLifted }, `${draft.state.held.run}`);
  }
  const request = draft.state.requests.find((pending) => pending.type === 'rollback');
  if (request?.type === 'rollback') {
    const target = rollbackTarget(draft, request.to);
    if (target !== null) openRollback(draft, target, request.id, request.by, request.reason);
    return;
  }
  // Facts are about what was ahead when they were gathered: nothing is begun on them once that has been refused.
  if (draft.hasAnswered) return;
  const { choice, verdict } = assessment;
  for (const { sentence, needs } of draft.environment.ignored) draft.say(sentence, needs);
  switch (choice.type) {
    case 'none':
      if (choice.sentence !== null) draft.say(choice.sentence, choice.needs);
      return;
    case 'adopt': {
      const { version, contents } = choice.offer;
      const because = `${sayVersion(version)} has the contents that run here`;
      if (isOff) {
        draft.say(`${because}: adopted without a run once this machine's clock agrees with the remote's`);
        return;
      }
      seeTag(draft, choice.offer);
      draft.event(
        { type: 'adopted', version, contents, because },
        `${version.tag ?? version.commit}:${draft.state.seq}`,
      );
      draft.say(`${because}: adopted without a run`);
      return;
    }
    case 'candidate': {
      const { candidate } = choice;
      sayOtherZones(draft);
      if (candidate.offer !== null && !isOff) seeTag(draft, candidate.offer);
      const said = sayVersion(candidate.version);
      if (verdict === null || verdict.status !== 'allowed') {
        if (!isOff && closeLapsed(draft, candidate)) return;
        if (verdict !== null) recordOffered(draft, candidate, verdict);
        draft.notify(verdict?.notices ?? []);
        const deed = verdict?.status === 'waiting' ? 'waits' : 'is refused';
        draft.say(
          `${said} ${deed}: ${verdict?.sentence ?? ''}${sayNextWindow(verdict, draft.now)}${sayRequest(candidate)}`,
          needsFor(draft, candidate, verdict),
        );
        draft.wake(verdict === null ? null : wakeOf(verdict));
        return;
      }
      open(draft, candidate, verdict);
      draft.say(`${said} is granted: ${verdict.sentence}`);
    }
  }
}

/** What a person asked for stands before everything else that is offered. */
function sayRequest({ request }: Candidate): string {
  if (request === null) return '';
  return `; ${request.by} asked for it, and nothing else is offered meanwhile, unless it is cancelled`;
}

/** Where it waits because somebody asked for it, that can be taken back. */
function needsFor({ environment: { name } }: Draft, { request }: Candidate, verdict: Verdict | null): Needs | null {
  const cancel = request === null ? null : needsOneOf({ act: 'cancel', environment: name });
  return joinedNeeds([needsIn(verdict), cancel]);
}

/**
 * When all of them are open together; else the last of the windows that it waits for: before that one it cannot go.
 */
function sayNextWindow(verdict: Verdict | null, now: Instant): string {
  if (verdict?.status !== 'waiting') return '';
  const closed = rulesIn(verdict).filter(({ name, status }) => name === 'window' && status === 'waiting');
  const last = closed.toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0))[0];
  const at = verdict.until ?? last?.opensAt;
  return last?.zone === undefined || at === undefined ? '' : `; next deployment window: ${sayNear(at, last.zone, now)}`;
}

/** The object id first seen for a tag is recorded, so that a tag that moves is noticed. */
function seeTag(draft: Draft, offer: NonNullable<Candidate['offer']>): void {
  const { tag } = offer;
  if (tag === null || draft.state.tags.some((seen) => seen.tag === tag.name)) return;
  draft.event(
    { type: 'tag-seen', tag: tag.name, oid: tag.oid, commit: offer.version.commit },
    `${tag.name}:${tag.oid}`,
  );
}

function open(draft: Draft, candidate: Candidate, verdict: Verdict): void {
  const { current } = draft.state;
  const run = nextRun(draft);
  const lifted = liftedIn(verdict);
  const evidence = [...new Set(rulesIn(verdict).flatMap((rule) => rule.evidence ?? []))];
  draft.run(run, {
    type: 'run-opened',
    kind: candidate.kind,
    trigger: candidate.trigger,
    version: candidate.version,
    contents: candidate.contents,
    previous: current === null ? null : { version: current.version, contents: current.contents },
    reason: candidate.reason,
    requestedBy: candidate.requestedBy,
    request: candidate.request?.id ?? null,
    emergency: candidate.emergency,
    skip: candidate.skip,
    config: draft.environment.config ?? candidate.version.commit,
    cause: null,
    stages: stagesOf(draft, candidate.version.commit),
    epoch: draft.state.epoch + 1,
    controller: draft.observed.controller.id,
    ...zonesKnown(draft),
    because: verdict.sentence,
    ...(lifted.length > 0 ? { lifted } : {}),
    ...(evidence.length > 0 ? { evidence } : {}),
    ...targetClaim(draft, run, candidate.version.commit),
  });
  accountFor(draft, run, lifted);
  takeLocks(draft, run);
  acceptWithRun(
    draft,
    candidate.version.commit,
    run,
    lifted.length > 0 || candidate.emergency || candidate.kind === 'rollback',
  );
  claimSecrets(draft, run, candidate.version.commit);
}

function openRollback(draft: Draft, target: RollbackTarget, request: string, by: string, reason: string): void {
  const { current } = draft.state;
  const isUnchecked = isPassing(draft.environment.signers.get(request));
  const run = nextRun(draft);
  draft.run(run, {
    type: 'run-opened',
    kind: 'rollback',
    trigger: 'request',
    version: target.version,
    contents: { digest: target.digest, inputs: target.inputs },
    previous: target.from === null ? null : { version: target.from.version, contents: target.from.contents },
    reason,
    requestedBy: by,
    request,
    emergency: false,
    skip: 'skippable',
    config: draft.environment.config ?? current?.config ?? target.version.commit,
    cause: null,
    stages: stagesOf(draft, target.version.commit),
    epoch: draft.state.epoch + 1,
    controller: draft.observed.controller.id,
    ...zonesKnown(draft),
    because: `${by} asked to roll back: ${reason}${isUnchecked ? ' (the signature could not be checked, and an unsigned one counts)' : ''}`,
    ...targetClaim(draft, run, target.version.commit),
  });
}

export function nextRun(draft: Draft): string {
  return runId(draft.environment.name, draft.state.runs + 1);
}
