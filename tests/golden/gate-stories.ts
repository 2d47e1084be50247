// Stories of gates that people open: approvals, exceptions, a stopped line, locks between environments.

import type { EnvironmentState } from '../../engine/model/environment-state.ts';
import { emptyState, REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { ApprovalTag, Observed } from '../../engine/model/observed.ts';
import { type Evidence, NO_EVIDENCE, type Signed } from '../../engine/model/policy-facts.ts';
import { ANA, DAN, EVE, instant, LEO, officeHours, Story, version } from '../support/observed-builders.ts';
import { lockPolicy, twoApprovals } from '../support/policy-builders.ts';
import { asksFor, type Told } from './waiting-stories.ts';

const FRIDAY = '2026-11-20 12:00';
const SATURDAY = '2026-11-21 20:00';
const HOUR_MS = 3_600_000;
const FREEZE = {
  span: { type: 'dated', timezone: 'UTC', from: '2026-11-20', to: '2027-01-04' },
  reason: 'year-end',
  except: [],
  calendar: null,
} as const;

const NOT_CHECKED: Signed = { type: 'invalid', sentence: 'ssh-keygen did not answer in time', passing: true };

export const GATE_STORIES: Readonly<Record<string, () => Told>> = {
  'waits-for-approval': () => ({
    about: 'One of two groups has approved: the version waits for the other, and its first sight is recorded.',
    story: approvals().offers('v1.4.2').event(approved('v1.4.2'), ANA).at(FRIDAY),
  }),
  approved: () => ({
    about: 'Both groups have approved: it goes by itself.',
    story: approvals().offers('v1.4.2').event(approved('v1.4.2'), ANA).event(approved('v1.4.2'), DAN).at(FRIDAY),
  }),
  'new-commit-after-approval': () => ({
    about: 'A new commit came after the approvals: they were about another one.',
    story: approvals('v1.4.3')
      .offers('v1.4.3')
      .event(approved('v1.4.2'), ANA)
      .event(approved('v1.4.2'), DAN)
      .at(FRIDAY),
  }),
  'self-approval': () => ({
    about: 'The author of the change is one of the two who approved: that voice does not count.',
    story: approvals('v1.4.2', [ANA])
      .offers('v1.4.2')
      .event(approved('v1.4.2'), ANA)
      .event(approved('v1.4.2'), DAN)
      .at(FRIDAY),
  }),
  'approval-of-a-strangers-work': () => ({
    about:
      'The author stands nowhere in `people` and may be any of those who are asked: one more of each group must agree.',
    story: approvals('v1.4.2', ['Dan Example <1234567+dan-x@users.noreply.github.com>'])
      .offers('v1.4.2')
      .event(approved('v1.4.2'), ANA)
      .event(approved('v1.4.2'), DAN)
      .at(FRIDAY),
  }),
  'approval-by-a-stranger': () => ({
    about: 'Somebody in none of the groups approved: nothing is gained, and it is said.',
    story: approvals().offers('v1.4.2').event(approved('v1.4.2'), EVE).at(FRIDAY),
  }),
  rejected: () => ({
    about: 'One who may approve has said no: the version is denied until that person thinks otherwise.',
    story: approvals()
      .offers('v1.4.2')
      .event(approved('v1.4.2'), ANA)
      .event({ ...approved('v1.4.2'), type: 'rejected', reason: 'the migration cannot be undone' }, DAN)
      .at(FRIDAY),
  }),
  'approval-tag-seen': () => ({
    about: 'An approval came as a tag: it is recorded when it is first seen, and counts from then.',
    story: approvals()
      .offers('v1.4.2')
      .event(approved('v1.4.2'), ANA)
      .observes({ ...about('v1.4.2'), approvalTags: [approvalTag('v1.4.2')] })
      .at(FRIDAY),
  }),
  'approval-tag-moved': () => ({
    about:
      'An approval tag was moved from the version that it approved to the one that is offered now: it counts for neither.',
    story: approvals('v1.4.3')
      .offers('v1.4.3')
      .event(
        {
          type: 'approval-tag-seen',
          tag: 'approve/production/v1.4.2',
          oid: version('tag object').commit,
          commit: version('v1.4.2').commit,
          answer: 'approved',
          person: DAN,
          reason: '',
        },
        'controller one',
      )
      .observes({
        ...about('v1.4.3'),
        approvalTags: [{ ...approvalTag('v1.4.2'), oid: version('another').commit, commit: version('v1.4.3').commit }],
      })
      .at(FRIDAY),
  }),
  'approval-is-late': () => ({
    about: 'Nobody has answered for nine hours: the groups are reminded, and the leads hear of it.',
    story: approvals('v1.4.2', [], { remindMs: 4 * HOUR_MS, escalate: { afterMs: 8 * HOUR_MS, to: 'leads' } })
      .offers('v1.4.2')
      .at('2026-11-20 07:00')
      .event({ type: 'offered', version: version('v1.4.2'), digest: 'digest-v1.4.2' }, 'controller one')
      .at('2026-11-20 16:30'),
  }),
  'emergency-needs-a-second-person': () => ({
    about: 'The policy asks for two people to override it, and one has asked: it waits.',
    story: asksFor(byTwo().at(SATURDAY), 'v1.4.2', true),
  }),
  'emergency-by-two': () => ({
    about: 'A second one agrees: the window is overridden, the run says so, and a post-mortem is owed.',
    story: asksFor(byTwo().at(SATURDAY), 'v1.4.2', true).event(
      { type: 'overridden', version: version('v1.4.2'), rules: [], reason: 'I agree', until: null },
      DAN,
    ),
  }),
  'emergency-for-a-parked-run': () => ({
    about:
      'The run waits before its first stage for Monday; an emergency for the same version overrides what it waits for.',
    story: asksFor(
      new Story()
        .gatedBy(officeHours())
        .at('2026-11-19 09:00')
        .deployed('v1.4.1')
        .at('2026-11-20 15:59')
        .opens('v1.4.2')
        .observes({ lease: { type: 'mine', epoch: 2 } })
        .at(SATURDAY),
      'v1.4.2',
      true,
    ),
  }),
  'emergency-has-run-out': () => ({
    about:
      'An emergency that nothing came of in its four hours is answered: it must not stand before what is offered since.',
    story: asksFor(
      new Story()
        .gatedBy(officeHours({ deny: [FREEZE] }))
        .at('2026-11-19 09:00')
        .deployed('v1.4.1')
        .at(FRIDAY),
      'v1.4.2',
      true,
    )
      .offers('v1.4.3')
      .at('2026-11-20 16:00'),
  }),
  'rejected-by-tag': () => ({
    about: 'A no came as a tag that somebody has deleted since: it stands until the one who said it thinks otherwise.',
    story: approvals()
      .offers('v1.4.2')
      .event(approved('v1.4.2'), ANA)
      .event(
        {
          type: 'approval-tag-seen',
          tag: 'reject/production/v1.4.2',
          oid: version('tag object').commit,
          commit: version('v1.4.2').commit,
          answer: 'rejected',
          person: DAN,
          reason: 'drops a column',
        },
        'controller one',
      )
      .observes(about('v1.4.2'))
      .at(FRIDAY),
  }),
  'rejection-unchecked': () => ({
    about:
      'All have approved, and one has said no with a signature that could not be looked at yet: nothing goes until it is.',
    story: uncheckedNo(),
  }),
  'rejection-by-tag-unchecked': () => ({
    about:
      'The same no by a signed tag: it is not written down before it is known whose it is, or it could never count.',
    story: approvals()
      .signedWords()
      .offers('v1.4.2')
      .observes({ approvalTags: [{ ...approvalTag('v1.4.2', 'rejected'), signed: NOT_CHECKED }] })
      .at(FRIDAY),
  }),
  'line-stopped': () => ({
    about: 'Somebody has stopped the line for all environments: nothing new starts in any.',
    story: new Story('staging').offers('v1.4.2').at(FRIDAY),
    observed: lineStopped(),
  }),
  'line-stopped-by-the-asker': () => ({
    about: 'Who stopped the line may still deploy by name: somebody has to fix what it was stopped for.',
    story: asksFor(new Story('staging').at(FRIDAY), 'v1.4.2'),
    observed: lineStopped(),
  }),
  'lock-held': () => ({
    about: 'Another environment deploys under the same lock: this one waits for its run to end.',
    story: locked()
      .observes({ holders: [{ lock: 'database', environment: 'staging', run: 'staging-12' }] })
      .at(FRIDAY),
  }),
  'lock-taken': () => ({
    about: 'The lock is free: it is taken in the ledger of the whole repository, together with the run.',
    story: locked().at(FRIDAY),
  }),
  'lock-taken-by-a-parked-run': () => ({
    about: 'The lock was added while the run waited at a gate: it is taken when the run goes on, in the same push.',
    story: new Story()
      .gatedBy(officeHours(), lockPolicy('database'))
      .at('2026-11-19 09:00')
      .deployed('v1.4.1')
      .at('2026-11-20 15:59')
      .opens('v1.4.2')
      .record({ type: 'lease-released', epoch: 2 })
      .at('2026-11-23 07:00'),
  }),
  'unsigned-request': () => ({
    about: 'Where words must be signed, an unsigned request is answered, and nothing waits for ever.',
    story: asksFor(new Story().signedWords().at(FRIDAY), 'v1.4.2'),
  }),
};

function approvals(of = 'v1.4.2', authors: readonly string[] = [LEO], change: Parameters<typeof twoApprovals>[0] = {}) {
  return new Story()
    .gatedBy(twoApprovals(change))
    .at('2026-11-19 09:00')
    .deployed('v1.4.1')
    .at('2026-11-20 09:00')
    .observes(about(of, authors));
}

function about(name: string, authors: readonly string[] = [LEO]): { evidence: ReadonlyMap<string, Evidence> } {
  const change = { authors, paths: ['environments/production/services/web.yaml'], kinds: ['feat'], commits: 1 };
  return {
    evidence: new Map([[version(name).commit, { ...NO_EVIDENCE, planDigest: `plan of ${name}`, change }]]),
  };
}

function approved(name: string) {
  return { type: 'approved', version: version(name), planDigest: `plan of ${name}`, reason: '' } as const;
}

function approvalTag(name: string, answer: ApprovalTag['answer'] = 'approved'): ApprovalTag {
  const called = `${answer === 'approved' ? 'approve' : 'reject'}/production/${name}`;
  return {
    name: called,
    called,
    answer,
    oid: version('tag object').commit,
    commit: version(name).commit,
    named: version(name).commit,
    person: DAN,
    reason: 'looks good',
    signed: { type: 'unsigned' },
  };
}

function uncheckedNo(): Story {
  const story = approvals()
    .offers('v1.4.2')
    .event(approved('v1.4.2'), ANA)
    .event(approved('v1.4.2'), DAN)
    .event({ ...approved('v1.4.2'), type: 'rejected', reason: 'drops a column', signature: 'armour' }, ANA);
  const no = story.state.approvals.find(({ answer }) => answer === 'rejected');
  return story.observes({ ...about('v1.4.2'), signers: new Map([[no?.id ?? '', NOT_CHECKED]]) }).at(FRIDAY);
}

function byTwo(): Story {
  const hours = officeHours();
  const override = { ...hours.override, by: ['leads', 'qa'], people: 2, reason: 'required', postmortem: true } as const;
  return new Story()
    .gatedBy({ ...hours, override: { expiresMs: 4 * HOUR_MS, author: 'counts', rules: null, ...override } })
    .at('2026-11-19 09:00')
    .deployed('v1.4.1');
}

function locked(): Story {
  return new Story().gatedBy(lockPolicy('database')).at('2026-11-19 09:00').deployed('v1.4.1').offers('v1.4.2');
}

function lineStopped(): Partial<Observed> {
  const state: EnvironmentState = {
    ...emptyState(REPOSITORY_LEDGER),
    suspended: { by: ANA, reason: 'the database is on fire', at: instant('2026-11-20 11:00'), until: null },
  };
  return { repository: { type: 'read', state } };
}
