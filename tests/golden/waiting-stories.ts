// Stories of what is offered, asked for and waited for while no run is open.

import type { Observed } from '../../engine/model/observed.ts';
import type { Signed } from '../../engine/model/policy-facts.ts';
import { writeBackEnded, writeBackIntended } from '../support/effect-records.ts';
import { ANA, contents, DAN, instant, officeHours, Story, version } from '../support/observed-builders.ts';

export type Told = { readonly about: string; readonly story: Story; readonly observed?: Partial<Observed> };

const SATURDAY = '2026-11-21 20:00';
const MONDAY = '2026-11-23 10:00';
const settled = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1');

export const WAITING_STORIES: Readonly<Record<string, () => Told>> = {
  'first-deployment': () => ({
    about: 'Nothing has run here yet, and no gate is set: the first version is granted at once.',
    story: new Story('staging').offers('first'),
  }),
  'waits-for-window': () => ({
    about: 'A release on a Saturday waits; its tag is recorded now, so that moving it later is noticed.',
    story: settled().offers('v1.4.2').at(SATURDAY),
  }),
  'window-opens': () => ({
    about: 'The same release at the opening moment goes by itself.',
    story: settled().offers('v1.4.2').at('2026-11-23 07:00'),
  }),
  'superseded-before-a-run': () => ({
    about: 'A newer release takes the place of one that waits: only the newest is a candidate.',
    story: settled().at('2026-11-21 09:00').event(seen('v1.4.2')).offers('v1.4.3').at(SATURDAY),
  }),
  suspended: () => ({
    about: 'A person has suspended the environment: nothing new starts until it is resumed.',
    story: settled()
      .event({ type: 'suspended', reason: 'the database is being moved', until: instant('2026-11-20 15:00') }, DAN)
      .offers('v1.4.2')
      .at('2026-11-20 12:00'),
  }),
  held: () => ({
    about: 'A rollback waits to be merged: until then nothing is taken that still has all of what it took back.',
    story: heldStory()
      .offers('v1.4.3', { contents: { ...contents('v1.4.3'), inputs: contents('v1.4.2').inputs } })
      .at('2026-11-20 12:00'),
  }),
  'held-and-fixed-forward': () => ({
    about: 'What changes something of that goes as the rules allow, and nobody has to merge the restoring branch.',
    story: heldStory().offers('v1.4.3').at('2026-11-20 12:00'),
  }),
  'hold-lifted': () => ({
    about: 'The restoring branch was merged: the hold is released, and what is offered goes on.',
    story: heldStory()
      .offers('v1.4.3')
      .observes({ holdLifted: 'tidegate/_restore/production-3 is merged into main' })
      .at('2026-11-20 12:00'),
  }),
  quarantine: () => ({
    about: 'A version that failed here is not offered again until a person releases it.',
    story: settled().failedAndRolledBack('v1.4.2', 'answered 500').offers('v1.4.2'),
  }),
  'adopt-tag': () => ({
    about: 'A newer tag on the contents that run here is adopted without a run.',
    story: settled().offers('v1.4.2', { contents: contents('v1.4.1') }),
  }),
  'adopt-no-stray-tag': () => ({
    about: 'A tag that does not count is not adopted either: it would put every tag that does below it.',
    story: settled().offers('v9.9.9', { contents: contents('v1.4.1'), tag: stray('v9.9.9') }),
  }),
  'moved-tag': () => ({
    about: 'A tag that was moved since it was first seen is refused aloud.',
    story: settled()
      .event(seen('v1.4.2'))
      .offers('v1.4.2', { tag: { name: 'v1.4.2', oid: version('elsewhere').commit, reachable: true, on: ['main'] } })
      .at('2026-11-20 12:00'),
  }),
  'tag-off-the-branch': () => ({
    about: 'A tag on a commit that is not on the branch does not count.',
    story: settled()
      .offers('v1.4.2', { tag: stray('v1.4.2') })
      .at('2026-11-20 12:00'),
  }),
  'request-deploy': () => ({
    about: 'A person asks for a version by name: it goes before what is offered, and its quarantine is released.',
    story: asksFor(settled().failedAndRolledBack('v1.4.2', 'answered 500'), 'v1.4.2').at('2026-11-20 12:00'),
  }),
  'request-emergency': () => ({
    about: 'An emergency by one of those whom the policy names overrides its window.',
    story: asksFor(settled().at(SATURDAY), 'v1.4.2', true),
  }),
  'request-moved-tag': () => ({
    about: 'A tag that was moved is refused by name as well: it means what it was first seen at.',
    story: asksFor(
      settled().event({
        type: 'tag-seen',
        tag: 'v1.4.2',
        oid: version('elsewhere').commit,
        commit: version('elsewhere').commit,
      }),
      'v1.4.2',
    ),
  }),
  'request-unknown-commit': () => ({
    about: 'A request for a commit that the repository does not have is answered, not waited for.',
    story: settled().event({ ...asked, version: version('v7.7.7'), emergency: false, skipTests: false }),
  }),
  'request-unusable-version': () => ({
    about: 'A request for a version that can never run is answered: it would keep everything else from being offered.',
    story: asksFor(settled(), 'v1.4.2')
      .offers('v1.4.3')
      .observes({
        versions: new Map([
          [version('v1.4.2').commit, { type: 'problems', problems: [{ ...problem, ...ONLY_A_WARNING }, problem] }],
        ]),
      }),
  }),
  'request-rollback': () => ({
    about: 'A person asks to roll back: the newest known-good version that is not the current one, past every gate.',
    story: settled().deployed('v1.4.2').event({ type: 'rollback-requested', to: null, reason: 'slow' }).at(SATURDAY),
  }),
  'request-rollback-refused': () => ({
    about: 'There is nothing to go back to: the asker is told.',
    story: settled().event({ type: 'rollback-requested', to: null, reason: 'slow' }),
  }),
  'request-signature-unchecked': () => ({
    about:
      'The asker signed, and the program that checks signatures did not answer: an unsigned rollback would go, so it goes.',
    story: unchecked(settled().deployed('v1.4.2').event(ROLLBACK).offers('v1.4.3').at(SATURDAY)),
  }),
  'request-signature-unchecked-required': () => ({
    about:
      'The same where signatures are required: no yes, not closed for good, and nothing newer starts in its place.',
    story: unchecked(settled().signedWords().deployed('v1.4.2').event(ROLLBACK).offers('v1.4.3').at(MONDAY)),
  }),
  'request-deploy-unchecked': () => ({
    about: 'A signed request for a version that could not be looked at yet waits, and nothing else is begun meanwhile.',
    story: unchecked(asksFor(settled(), 'v1.4.2', false, 'armour').offers('v1.4.3').at(MONDAY)),
  }),
  'request-signature-invalid': () => ({
    about: 'The signature was looked at and does not hold: the asker is told, and the request is over.',
    story: unchecked(settled().deployed('v1.4.2').event(ROLLBACK).at(SATURDAY), false),
  }),
  'broken-head': () => ({
    about: 'The head cannot be read: no new run, and the problem is named.',
    story: settled()
      .offers('v1.4.2')
      .observes({ gates: null, problems: [problem] })
      .at('2026-11-20 12:00'),
  }),
  'damaged-ledger': () => ({
    about: 'A ledger that was rewritten is not guessed at.',
    story: settled()
      .offers('v1.4.2')
      .observes({ ledger: { type: 'damaged', sentence: 'the ledger was rewritten', state: new Story().state } }),
  }),
  'clock-skew': () => ({
    about: 'With a clock that cannot be right no window can be judged.',
    story: settled().offers('v1.4.2').at('2026-11-20 12:00'),
    observed: { clockSkewMs: -900_000 },
  }),
  'clock-behind-ledger': () => ({
    about: 'The clock stands before the newest record of this very controller.',
    story: settled().offers('v1.4.2').at('2026-11-19 08:00'),
  }),
  'record-from-the-future': () => ({
    about: 'The newest record is from tomorrow, and the remote agrees with this clock: the other one was wrong.',
    story: settled().offers('v1.4.2').at('2026-11-18 12:00'),
    observed: { clockSkewMs: 200 },
  }),
  'record-from-the-future-confirmed': () => ({
    about: 'Nobody but a person can say whose clock is wrong here, and has said it.',
    story: settled()
      .at('2026-11-18 12:00')
      .event({ type: 'resumed', reason: 'a laptop from the future ran a controller' })
      .offers('v1.4.2'),
  }),
  'clock-skew-writes-nothing': () => ({
    about: 'An instant by a clock that is off would be in the way of every other controller: not even a tag is noted.',
    story: settled()
      .offers('v1.5.0', { contents: contents('v1.4.1') })
      .at('2026-11-20 12:00'),
    observed: { clockSkewMs: -900_000 },
  }),
  'gates-not-accepted': () => ({
    about: 'The head took the gate away, and nobody has accepted that: what is in force is asked too.',
    story: new Story().at('2026-11-19 09:00').deployed('v1.4.1').offers('v1.4.2').accepted(officeHours()).at(SATURDAY),
  }),
  'follow-changed-with-the-version': () => ({
    about: 'The change also follows something else: it does not let itself in by that.',
    story: followsOther(),
  }),
  'follow-changed-and-asked-for': () => ({
    about: 'The same, asked for by name, which is the way out that the sentence names.',
    story: asksFor(followsOther(), 'v1.4.2'),
  }),
  'rewritten-branch': () => ({
    about: 'A force-push dropped what runs here from the history.',
    story: new Story('staging').deployed('first').offers('second', { descends: false }),
  }),
};

const problem = {
  file: 'environments/production/environment.yaml',
  line: 3,
  column: 1,
  severity: 'error',
  message: 'unknown key polices',
  hint: 'did you mean policies?',
} as const;

/** It stands before the error, and is not what keeps a version from running. */
const ONLY_A_WARNING = { severity: 'warning', message: 'nobody uses this' } as const;

/** Before, production followed a branch. */
function followsOther(): Story {
  return settled()
    .offers('v1.4.2')
    .acceptedTerms({ follow: { type: 'branch', branch: 'release' } })
    .at('2026-11-20 12:00');
}

const asked = { type: 'deploy-requested', reason: 'customers wait' } as const;

export function asksFor(story: Story, name: string, emergency = false, signature?: string): Story {
  const signed = signature === undefined ? {} : { signature };
  return story.event({ ...asked, version: story.knows(name), emergency, skipTests: false, ...signed }, ANA);
}

const ROLLBACK = { type: 'rollback-requested', to: null, reason: 'slow', signature: 'armour' } as const;

/** Whatever was asked for bears a signature that was not found good: `passing` where nobody could look at it. */
function unchecked(story: Story, passing = true): Story {
  const { requests } = story.state;
  const signed: Signed = {
    type: 'invalid',
    sentence: passing ? 'ssh-keygen did not answer in time' : 'its key is not in policies/allowed_signers',
    ...(passing ? { passing } : {}),
  };
  return story.observes({ signers: new Map(requests.map(({ id }) => [id, signed])) });
}

function seen(tag: string) {
  return { type: 'tag-seen', tag, oid: version(tag).commit, commit: version(tag).commit } as const;
}

function stray(tag: string) {
  return { name: tag, oid: version(tag).commit, reachable: false, on: ['main'] };
}

/** v1.4.2 failed, v1.4.1 was put back, and the branch would not take the restoring commit. */
function heldStory(): Story {
  const story = settled().opens('v1.4.2').passes('test').passes('deploy').fails('verify', 'answered 500', 'roll-back');
  const failed = story.run();
  story.opens('v1.4.1', {
    kind: 'rollback',
    trigger: 'failure',
    cause: failed.id,
    previous: { version: failed.version, contents: failed.contents },
  });
  story.record(
    writeBackIntended(story.run().id, {
      branch: 'main',
      from: version('v1.4.2'),
      to: version('v1.4.1'),
      paths: ['environments/production'],
      tag: 'v1.4.4',
      onlyBranch: null,
    }),
  );
  story.record(
    writeBackEnded(story.run().id, {
      result: 'held',
      commit: version('restore').commit,
      tag: null,
      branch: 'tidegate/_restore/production-3',
      sentence: 'production is held at v1.4.1: merge tidegate/_restore/production-3 into main',
    }),
  );
  return story.ends('Succeeded', 'rolled back').ends('RolledBack', 'answered 500');
}
