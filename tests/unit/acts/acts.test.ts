// What a person asks for, held against stories of an environment: the record that an act answers with, what has to be
// confirmed, what is warned of, and each refusal.

import { expect, test } from 'vitest';
import { type Refused, reasonRefused, type Scene } from '../../../engine/acts/act.ts';
import { answerVersion } from '../../../engine/acts/answer.ts';
import { answerGatesOf } from '../../../engine/acts/answer-gates.ts';
import { cancelRequest } from '../../../engine/acts/cancel.ts';
import { closePostmortemOf } from '../../../engine/acts/close-postmortem.ts';
import { deployVersion } from '../../../engine/acts/deploy.ts';
import { overrideRules } from '../../../engine/acts/override.ts';
import { rollBack } from '../../../engine/acts/rollback.ts';
import { setCheck } from '../../../engine/acts/set-check.ts';
import { resumeEnvironment, suspendEnvironment } from '../../../engine/acts/suspend.ts';
import { resumeAllEnvironments, suspendAllEnvironments } from '../../../engine/acts/suspend-all.ts';
import { emptyState, REPOSITORY_LEDGER } from '../../../engine/model/environment-state.ts';
import { NO_GATES_CHANGE } from '../../../engine/model/observed.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import { sayVersion } from '../../../engine/model/version.ts';
import {
  ANA,
  contents,
  DAN,
  EVE,
  instant,
  LEO,
  observedBy,
  officeHours,
  Story,
  version,
} from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';

const FRIDAY = instant('2026-11-20 13:00');
const SATURDAY = instant('2026-11-21 13:00');
const [V1, V2, V3] = [version('v1.0.0'), version('v1.1.0'), version('v1.2.0')];
const ASKER = { by: ANA, sign: false };

function sceneOf(story: Story, now = FRIDAY): Scene {
  return { environment: story.observed(), observed: observedBy(story), now, timezone: 'UTC' };
}

type Accepted = 'record' | 'records' | 'nothing';

function accepted<Accepted extends { readonly type: string }>(act: Accepted | Refused): Accepted {
  if (isRefused(act)) throw new Error(act.refusal.sentence);
  return act;
}

function isRefused(act: { readonly type: string } | Refused): act is Refused {
  return act.type === 'refused';
}

function refusalOf(act: { readonly type: Accepted } | Refused) {
  if (!isRefused(act)) throw new Error(`${act.type}, not refused`);
  return act.refusal;
}

function running(): Story {
  return new Story().deployed('v1.0.0').deployed('v1.1.0').offers('v1.2.0');
}

const deploying = { ...ASKER, version: V3, reason: 'now', emergency: false, skipTests: false };

test('a deployment is one record, confirmed only where the environment is marked', () => {
  const act = accepted(deployVersion(sceneOf(running()), deploying));
  expect(act).toEqual({
    type: 'record',
    event: { type: 'deploy-requested', version: V3, reason: 'now', emergency: false, skipTests: false },
    sign: false,
    confirm: null,
    warnings: [],
    says: `asked to deploy ${sayVersion(V3)} to production`,
  });
  expect(accepted(deployVersion(sceneOf(running().wantsConfirmation()), deploying)).confirm).toEqual({
    what: `${sayVersion(V3)} is to be deployed to production: now`,
    words: 'DEPLOY PRODUCTION',
    because: 'marked',
  });
});

test('a version that the environment does not know is unknown, not denied', () => {
  const foreign = { ...deploying, version: version('v9.0.0') };
  expect(refusalOf(deployVersion(sceneOf(running()), foreign)).kind).toBe('unknown');
});

test('an emergency overrides what names the person, and is refused with what stays for anybody else', () => {
  const scene = sceneOf(running().gatedBy(officeHours()), SATURDAY);
  const emergency = { ...deploying, emergency: true };
  expect(accepted(deployVersion(scene, emergency)).event).toMatchObject({ type: 'deploy-requested', emergency: true });
  const { kind, sentence } = refusalOf(deployVersion(scene, { ...emergency, by: DAN }));
  expect(kind).toBe('denied');
  expect(sentence).toContain(
    `an emergency, asked for by ${DAN}, does not override business-hours/window: closed since`,
  );
  // Without an emergency the same request waits for Monday.
  expect(accepted(deployVersion(scene, { ...deploying, by: DAN })).confirm).toBeNull();
});

test('a rollback says what it will do, and what could be had where there is nothing to go back to', () => {
  const asked = { ...ASKER, to: null, reason: 'it is slow' };
  const act = accepted(rollBack(sceneOf(running().wantsConfirmation()), asked));
  expect(act.event).toEqual({ type: 'rollback-requested', to: null, reason: 'it is slow' });
  expect(act.confirm).toEqual({
    what: `production is to be rolled back from ${sayVersion(V2)} to ${sayVersion(V1)}: it is slow`,
    words: 'ROLLBACK',
    because: 'marked',
  });
  const first = refusalOf(rollBack(sceneOf(new Story().deployed('v1.0.0')), asked));
  expect(first).toMatchObject({ kind: 'denied', hint: 'nothing was written; no earlier version ran well here' });
  const unknown = refusalOf(rollBack(sceneOf(running()), { ...asked, to: V3 }));
  expect(unknown.hint).toBe(`nothing was written; known-good here: ${sayVersion(V1)}`);
  expect(refusalOf(rollBack(sceneOf(running().rolledBackBy('qa')), asked)).kind).toBe('denied');
});

test('where nobody can read whether an environment is marked, it has to be confirmed', () => {
  const story = running().observes({ gates: null });
  const { confirm } = accepted(rollBack(sceneOf(story), { ...ASKER, to: null, reason: 'it is slow' }));
  expect(confirm?.because).toBe('unreadable');
});

test('an exception names what it overrides and until when; what overrides nothing is refused', () => {
  const scene = sceneOf(running().gatedBy(officeHours()), SATURDAY);
  const asked = { ...ASKER, version: V3, rules: [], reason: 'a sale', forMs: 3_600_000 };
  const act = accepted(overrideRules(scene, asked));
  expect(act).toMatchObject({ overrides: ['business-hours/window'], version: V3, warnings: [], confirm: null });
  expect(act.event).toMatchObject({ type: 'overridden', until: SATURDAY + 3_600_000 });
  expect(act.says).toContain('until Saturday 2026-11-21 14:00 UTC (in 1 h)');
  expect(refusalOf(overrideRules(scene, { ...asked, by: DAN })).sentence).toContain('only leads may override it');
  expect(refusalOf(overrideRules(scene, { ...asked, rules: ['no/soak'] })).sentence).toContain('has no rule no/soak');
  expect(refusalOf(overrideRules(scene, { ...asked, reason: '' })).kind).toBe('reason-missing');
});

test('an answer is refused where nobody can say what the version would do, or nothing asks for one', () => {
  const asked = { ...ASKER, answer: 'approved', version: V3, reason: '' } as const;
  const unplanned = refusalOf(answerVersion(sceneOf(running()), asked));
  expect(unplanned.sentence).toContain('cannot be found out');
  expect(refusalOf(answerVersion(sceneOf(running()), { ...asked, answer: 'rejected' })).kind).toBe('reason-missing');
});

test('a suspension lasts until its end, or until it is resumed', () => {
  const asked = { ...ASKER, reason: 'an audit', forMs: null };
  const act = accepted(suspendEnvironment(sceneOf(running()), asked));
  expect(act.event).toEqual({ type: 'suspended', reason: 'an audit', until: null });
  expect(act.says).toBe('suspended production until it is resumed; a run that has begun to change the target goes on');
  const hour = accepted(suspendEnvironment(sceneOf(running()), { ...asked, forMs: 3_600_000 }));
  expect(hour.event).toMatchObject({ until: FRIDAY + 3_600_000 });
});

test('what is not suspended is not resumed, and that is no error', () => {
  const asked = { ...ASKER, reason: 'done' };
  expect(resumeEnvironment(sceneOf(running()), asked)).toEqual({
    type: 'nothing',
    says: 'production is neither suspended nor stalled by a run; nothing was written',
  });
  const suspended = running().event({ type: 'suspended', reason: 'an audit', until: null });
  expect(accepted(resumeEnvironment(sceneOf(suspended), asked))).toMatchObject({
    event: { type: 'resumed', reason: 'done' },
    says: 'ended the suspension of production',
  });
});

test('nothing is signed in vain, and where signatures are required every act signs', () => {
  const asked = { by: EVE, sign: true, reason: 'an audit', forMs: null };
  const refusal = refusalOf(suspendEnvironment(sceneOf(running()), asked));
  expect(refusal.sentence).toBe(`${EVE} is none of the people of tidegate.yaml, so a signature would speak for nobody`);
  const scene = sceneOf(running().signedWords());
  expect(accepted(suspendEnvironment(scene, { ...asked, by: ANA, sign: false })).sign).toBe(true);
  expect(accepted(rollBack(scene, { ...ASKER, to: null, reason: 'it is slow' })).sign).toBe(true);
  expect(accepted(deployVersion(scene, deploying)).sign).toBe(true);
  expect(refusalOf(deployVersion(scene, { ...deploying, by: EVE })).kind).toBe('denied');
});

test('a suspension of all environments is one record of the repository', () => {
  const observed = observedBy(running());
  const whole = { observed, repository: null, now: FRIDAY, timezone: 'UTC' };
  const asked = { ...ASKER, reason: 'an audit', forMs: null };
  expect(accepted(suspendAllEnvironments(whole, asked)).says).toContain(
    'suspended all environments until they are resumed',
  );
  expect(accepted(resumeAllEnvironments(whole, asked))).toEqual({
    type: 'nothing',
    says: 'nobody has suspended all environments; nothing was written',
  });
  const suspended = { id: 'all', by: ANA, at: FRIDAY, reason: 'an audit', until: null };
  const state = { ...emptyState(REPOSITORY_LEDGER), suspended };
  const stopped = { ...whole, observed: { ...observed, repository: { type: 'read', state } as const } };
  expect(accepted(resumeAllEnvironments(stopped, asked))).toMatchObject({ event: { type: 'resumed' } });
});

test('cancelling closes what waits; where nothing does it names the run that goes on', () => {
  const asked = { by: DAN, reason: 'not today' };
  const waiting = running().event({ type: 'rollback-requested', to: V1, reason: 'it is slow' });
  expect(accepted(cancelRequest(sceneOf(waiting), asked))).toMatchObject({
    event: {
      type: 'request-closed',
      sentence: `the rollback to ${sayVersion(V1)}, asked for by ${ANA}, was cancelled by ${DAN}: not today`,
    },
    sign: false,
  });
  const open = new Story().deployed('v1.0.0').opens('v1.1.0');
  expect(cancelRequest(sceneOf(open), asked)).toMatchObject({ type: 'nothing', goesOn: 'production-2' });
  expect(cancelRequest(sceneOf(running()), asked)).toMatchObject({ type: 'nothing', goesOn: null });
});

test('a check is recorded by a name that a policy can ask for', () => {
  const check = { version: V1, name: 'ci/test', status: 'passed', value: 82.5 } as const;
  expect(accepted(setCheck(check))).toMatchObject({
    event: { type: 'check-recorded', commit: V1.commit, name: 'ci/test', status: 'passed', value: 82.5 },
    says: `recorded for ${sayVersion(V1)}: ci/test passed with 82.5`,
  });
  expect(refusalOf(setCheck({ ...check, name: 'a\nb' })).kind).toBe('malformed');
});

test('a post-mortem is closed by its name', () => {
  const asked = { ...ASKER, id: 'production-2', reason: 'docs/2026-11-20.md' };
  const none = refusalOf(closePostmortemOf(sceneOf(running()), asked));
  expect(none).toEqual({
    kind: 'unknown',
    sentence: 'no post-mortem production-2 is due in production',
    hint: 'none is',
  });
  const about = {
    type: 'incident-opened',
    incident: 'production-1',
    about: 'production-1',
    sentence: 'lifted',
  } as const;
  const owing = sceneOf(running().event(about));
  expect(refusalOf(closePostmortemOf(owing, asked)).hint).toBe('did you mean production-1?');
  expect(accepted(closePostmortemOf(owing, { ...asked, id: 'production-1' })).event).toEqual({
    type: 'incident-closed',
    incident: 'production-1',
    reason: 'docs/2026-11-20.md',
  });
});

test('a reason of thousands of characters is refused by every act, before anything else', () => {
  const reason = 'x'.repeat(2_001);
  expect(reasonRefused('x'.repeat(2_000), true)).toBeNull();
  const acts = [
    deployVersion(sceneOf(running()), { ...deploying, reason }),
    rollBack(sceneOf(running()), { ...ASKER, to: null, reason }),
    suspendEnvironment(sceneOf(running()), { ...ASKER, reason, forMs: null }),
    resumeEnvironment(sceneOf(running()), { ...ASKER, reason }),
    cancelRequest(sceneOf(running()), { by: ANA, reason }),
    answerVersion(sceneOf(running()), { ...ASKER, answer: 'approved', version: V3, reason }),
    overrideRules(sceneOf(running()), { ...ASKER, version: V3, rules: [], reason, forMs: null }),
    closePostmortemOf(sceneOf(running()), { ...ASKER, id: 'production-1', reason }),
  ];
  expect(acts.map((act) => refusalOf(act).kind)).toEqual(acts.map(() => 'reason-too-long'));
});

test('a commit that changes nothing here means the version on its way, and the act says so', () => {
  const scene = sceneOf(running().gatedBy(officeHours()), SATURDAY);
  const named = version('same-contents');
  const contentsHere = new Map([...scene.environment.contents, [named.commit, contents('v1.2.0')]]);
  const there = { ...scene, environment: { ...scene.environment, contents: contentsHere } };
  const asked = { ...ASKER, version: named, rules: [], reason: 'a sale', forMs: null };
  const act = accepted(overrideRules(there, asked));
  expect(act.version).toEqual(V3);
  expect(act.warnings).toEqual([
    {
      type: 'same-version',
      sentence: `${sayVersion(named)} is no other version of production than ${sayVersion(V3)}`,
    },
  ]);
});

const evidence = {
  ...NO_EVIDENCE,
  planDigest: 'plan-v1.2.0',
  change: { authors: [LEO], paths: ['environments/production/web.yaml'], kinds: ['feat'], commits: 1 },
};

test('an answer is bound to the commit and to the plan, and is refused from a person who is not asked', () => {
  const story = running()
    .gatedBy(twoApprovals())
    .observes({ evidence: new Map([[V3.commit, evidence]]) });
  const asked = { ...ASKER, answer: 'approved', version: V3, reason: '' } as const;
  const act = accepted(answerVersion(sceneOf(story), asked));
  expect(act.event).toEqual({ type: 'approved', version: V3, planDigest: 'plan-v1.2.0', reason: '' });
  expect(act).toMatchObject({ version: V3, warnings: [], confirm: null, sign: false });
  expect(refusalOf(answerVersion(sceneOf(story), { ...asked, by: EVE })).kind).toBe('denied');
  expect(refusalOf(answerVersion(sceneOf(story.gatedBy()), asked)).sentence).toContain('asks for an approval');
});

test('a word on a change of gates names that change, and there is none where nothing waits', () => {
  const asked = { ...ASKER, answer: 'approved', reason: '', digest: null } as const;
  const none = refusalOf(answerGatesOf(sceneOf(running()), asked));
  expect(none.sentence).toBe('what is in force in production is what the head says: there is nothing to answer');
  const changed = sceneOf(
    running()
      .gatedBy()
      .accepted(twoApprovals())
      .observes({ gatesChange: { ...NO_GATES_CHANGE, authors: [LEO] } }),
  );
  const { records } = accepted(answerGatesOf(changed, asked));
  expect(records).toMatchObject([{ environment: 'production', event: { type: 'gates-approved', serial: 1 } }]);
  const moved = refusalOf(answerGatesOf(changed, { ...asked, digest: 'f00d' }));
  expect(moved.sentence).toContain('the change of gates is not f00d any more: it is ');
  expect(refusalOf(answerGatesOf(changed, { ...asked, answer: 'rejected' })).kind).toBe('reason-missing');
});
