// Stories of going back: by failure, by request, and how it is written back to Git.

import { type EndedEffect, type WriteBackResult, writeBackId } from '../../engine/model/outside-effect.ts';
import { writeBackEnded, writeBackIntended } from '../support/effect-records.ts';
import { DAN, officeHours, Story, version } from '../support/observed-builders.ts';
import { ending, jobs } from './run-stories.ts';
import type { Told } from './waiting-stories.ts';

const FRIDAY = '2026-11-20 12:00';
const settled = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1');
const bad = () =>
  settled()
    .at(FRIDAY)
    .opens('v1.4.2')
    .observes({ lease: { type: 'mine', epoch: 2 } })
    .passes('test')
    .passes('deploy');

export const ROLLBACK_STORIES: Readonly<Record<string, () => Told>> = {
  'rollback-of-first-deployment': () => ({
    about: 'The first deployment failed after the touch: there is nothing to go back to, a person must look.',
    story: new Story()
      .opens('v1.0.0')
      .observes({ lease: { type: 'mine', epoch: 1 } })
      .passes('test')
      .passes('deploy')
      .starts('verify')
      .observes(jobs({ 'production-1/verify/1/0': ending('failed', 'answered 500') })),
  }),
  'rollback-fails-too': () => ({
    about: 'The rollback failed as well: both runs end, and nothing else is tried.',
    story: rollingBack()
      .passes('deploy')
      .starts('verify')
      .observes(jobs({ 'production-3/verify/1/0': ending('failed', 'answered 500') })),
  }),
  stalled: () => ({
    about: 'After that nothing that is offered is taken; a person is told what leads out.',
    story: new Story()
      .opens('v1.0.0')
      .passes('deploy')
      .fails('verify', 'answered 500', 'stall')
      .ends('Failed', 'answered 500')
      .offers('v1.0.1'),
  }),
  'write-back-intended': () => ({
    about:
      'The version before is in place again: the intent of the restoring commit is recorded, with all that decides it.',
    story: rollingBack().passes('deploy').passes('verify'),
  }),
  'write-back-of-other-gates': () => ({
    about:
      'The good version had no window yet: restoring its files would take the window away, so that people must merge it.',
    story: rollingBack().gatedBy(officeHours()).passes('deploy').passes('verify'),
  }),
  'write-back-begins': () => ({
    about: 'The intent is in the ledger: now the commit is made and pushed.',
    story: intended(),
  }),
  'write-back-merged': () => ({
    about: 'It is in the branch: the rollback ends, and the run that it answers with it.',
    story: intended().observes(writtenBack('merged')),
  }),
  'hold-is-over': () => ({
    about: 'The rollback was held, and a fix went out: the branch that held it is of no more use, and is removed.',
    story: held().deployed('v1.4.3').offers('v1.4.3'),
  }),
  'hold-is-over-branch-gone': () => ({
    about: 'It is gone: that is written down, once.',
    story: held()
      .deployed('v1.4.3')
      .observes({ leftovers: new Map([['tidegate/_restore/production-3', { type: 'gone' }]]) }),
  }),
  'hold-is-over-branch-theirs': () => ({
    about: 'Somebody has pushed to it since: it is theirs, and stays.',
    story: held()
      .deployed('v1.4.3')
      .observes({
        leftovers: new Map([['tidegate/_restore/production-3', { type: 'there', oid: version('more').commit }]]),
      }),
  }),
  'write-back-held': () => ({
    about: 'The branch would not take it: the environment is held until people have merged it.',
    story: intended().observes(writtenBack('held')),
  }),
  'write-back-unneeded': () => ({
    about: 'The branch has the good contents again already: nothing is written.',
    story: rollingBack('staging').passes('deploy').passes('verify').observes(headAt('digest-v1.4.1')),
  }),
  'rollback-asked-for-during-a-run': () => ({
    about: 'A person calls a bad run off: it is cancelled, its job stopped, and what was in place is put back.',
    story: bad()
      .starts('verify')
      .observes(jobs({ 'production-2/verify/1/0': 'running' }))
      .event({ type: 'rollback-requested', to: null, reason: 'customers complain' }, DAN),
  }),
  'rollback-waits-for-a-stopped-job': () => ({
    about: 'The job that was called off is still at the target: the rollback waits until it is over.',
    story: rollingBack()
      .starts('deploy')
      .observes(jobs({ 'production-2/verify/1/0': 'running' })),
  }),
  'rollback-to-current-during-a-run': () => ({
    about: 'Naming the version that was in place says the same.',
    story: bad()
      .starts('verify')
      .event({ type: 'rollback-requested', to: version('v1.4.1'), reason: 'customers complain' }, DAN),
  }),
  'rollback-further-during-a-run': () => ({
    about: 'Naming an older one cancels the run now, and keeps the request for when that has ended.',
    story: older().event({ type: 'rollback-requested', to: version('v1.4.0'), reason: 'customers complain' }, DAN),
  }),
  'rollback-not-allowed': () => ({
    about: 'Only those whom `rollback.by` names may call a run off.',
    story: guarded(bad().starts('verify').event({ type: 'rollback-requested', to: null, reason: 'I dislike it' }, DAN)),
  }),
  'cancelled-is-not-offered-again': () => ({
    about: 'What people called off before the touch does not come back by itself at the next tick.',
    story: settled()
      .at(FRIDAY)
      .opens('v1.4.2')
      .record({
        type: 'run-failed',
        stage: 'test',
        outcome: 'Cancelled',
        sentence: 'Dan asked to roll back',
        next: 'stop',
      })
      .ends('Cancelled', 'Dan asked to roll back')
      .offers('v1.4.2'),
  }),
  revert: () => ({
    about:
      'A pushed revert has the contents of a version that succeeded here: a rollback whose skippable stages are skipped.',
    story: new Story('staging')
      .deployed('good')
      .deployed('bad')
      .offers('reverted', { contents: { digest: 'digest-good', inputs: {} } }),
  }),
};

function rollingBack(name = 'production'): Story {
  const story = new Story(name).at('2026-11-19 09:00').deployed('v1.4.1').at(FRIDAY);
  story.opens('v1.4.2').passes('test').passes('deploy').fails('verify', 'answered 500', 'roll-back');
  const failed = story.run();
  story.opens('v1.4.1', {
    kind: 'rollback',
    trigger: 'failure',
    previous: { version: failed.version, contents: failed.contents },
    reason: 'verify: answered 500',
    requestedBy: null,
    skip: 'skippable',
    cause: failed.id,
    epoch: 2,
  });
  story.observes({ lease: { type: 'mine', epoch: 2 } });
  return story.record({ type: 'stage-skipped', stage: 'test', because: 'a return to a known-good version' });
}

function intended(): Story {
  return rollingBack()
    .passes('deploy')
    .passes('verify')
    .record(
      writeBackIntended('production-3', {
        branch: 'main',
        from: version('v1.4.2'),
        to: version('v1.4.1'),
        paths: ['environments/production'],
        tag: 'v1.4.3',
        onlyBranch: null,
      }),
    );
}

/** The restoring commit waits on a branch, and the runs are over. */
function held(): Story {
  return intended()
    .record(writeBackEnded('production-3', resultOf('held')))
    .ends('Succeeded', 'rolled back')
    .ends('RolledBack', 'no');
}

function resultOf(result: WriteBackResult['result']): WriteBackResult {
  const branch = result === 'held' ? 'tidegate/_restore/production-3' : null;
  const sentence = result === 'held' ? 'held: merge it into main' : 'back at the contents of v1.4.1, as v1.4.3';
  return { result, commit: version('restore').commit, tag: 'v1.4.3', branch, sentence };
}

function writtenBack(result: WriteBackResult['result']): { effects: ReadonlyMap<string, EndedEffect> } {
  const ended = { kind: 'write-back', run: 'production-3', result: resultOf(result) } as const;
  return { effects: new Map([[writeBackId('production-3'), ended]]) };
}

function headAt(digest: string) {
  return { writeBack: { branch: 'main', otherInputs: [], tagNames: [], digestAtHead: digest } };
}

function older(): Story {
  const story = new Story().gatedBy(officeHours()).at('2026-11-18 09:00').deployed('v1.4.0').deployed('v1.4.1');
  return story
    .at(FRIDAY)
    .opens('v1.4.2')
    .observes({ lease: { type: 'mine', epoch: 3 } })
    .starts('test');
}

function guarded(story: Story): Story {
  return story.rolledBackBy('leads');
}
