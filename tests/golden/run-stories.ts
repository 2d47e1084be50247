// Stories of a run under way: its stages and their gates, retries, doubt, and who holds its lease.

import type { JobEnding } from '../../engine/model/job.ts';
import type { ObservedEnvironment, VersionConfig } from '../../engine/model/observed.ts';
import { environmentConfig, pipelineConfig } from '../support/config-builders.ts';
import { DAN, freeze, instant, officeHours, Story, version } from '../support/observed-builders.ts';
import type { Told } from './waiting-stories.ts';

const FRIDAY = '2026-11-20 12:00';
const SATURDAY = '2026-11-21 20:00';
const MINE: Partial<ObservedEnvironment> = { lease: { type: 'mine', epoch: 2 } };
const settled = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1');
const underWay = () => settled().at(FRIDAY).opens('v1.4.2').observes(MINE);

export const RUN_STORIES: Readonly<Record<string, () => Told>> = {
  'stage-starts': () => ({
    about: 'A run that was granted asks its gates again and starts its first stage: the intent first.',
    story: underWay(),
  }),
  'job-starts': () => ({
    about: 'The intent is in the ledger: now the job is started, under the name that follows from it.',
    story: underWay().starts('test'),
  }),
  'job-runs': () => ({
    about: 'A job is running: nothing to do but to say so.',
    story: underWay()
      .starts('test')
      .observes(jobs({ 'production-2/test/1/0': 'running' })),
  }),
  'step-ends-and-stage-follows': () => ({
    about: 'One step ended well: the end of its stage and the start of the next follow in one commit.',
    story: underWay()
      .starts('test')
      .observes(jobs({ 'production-2/test/1/0': ending('succeeded') })),
  }),
  'stage-gate': () => ({
    about:
      'The window has closed since the grant: the stage that touches the target is not started, the lease is let go.',
    story: underWay().passes('test').at(SATURDAY),
  }),
  'stage-gate-finishes': () => ({
    about:
      'A stage that leaves the target alone goes on after closing time: the window says `on_window_close: finish`.',
    story: underWay().passes('test').passes('deploy').at(SATURDAY),
  }),
  'freeze-between-grant-and-start': () => ({
    about: 'A freeze began between grant and start: it holds the stage although the hours are open.',
    story: underWay()
      .gatedBy(officeHours({ deny: [freeze('2026-11-20', '2026-11-22', 'fair')] }))
      .passes('test'),
  }),
  'clock-skew-at-a-stage': () => ({
    about: 'The clock was set wrong since the grant: the stage that touches the target does not start by it.',
    story: underWay().passes('test'),
    observed: { clockSkewMs: -900_000 },
  }),
  'stage-gate-of-its-own': () => ({
    about: 'The target was touched: the environment’s window is not asked any more, the gate of the stage itself is.',
    story: stageGated(underWay().passes('test').passes('deploy').at(SATURDAY)),
  }),
  'parked-run': () => ({
    about: 'A run that waits at a gate holds no lease and claims none while the gate is closed.',
    story: parked().at(SATURDAY),
  }),
  'parked-run-goes-on': () => ({
    about: 'The gate opened: the run is claimed again, and nothing else is done before the remote has accepted that.',
    story: parked().at('2026-11-23 07:00'),
  }),
  'superseded-while-parked': () => ({
    about: 'A newer release came while the run was parked: it is claimed in order to be ended.',
    story: parked().offers('v1.4.3').at(SATURDAY),
  }),
  'superseded-while-waiting': () => ({
    about: 'A newer release came before the first stage: the run gives way.',
    story: underWay().offers('v1.4.3'),
  }),
  'deploy-asked-for-while-parked': () => ({
    about:
      'A request that cannot replace the parked run waits behind it, and is no reason to claim it again and again.',
    story: askedFor(parked({ trigger: 'request' })).at(SATURDAY),
  }),
  'failure-before-touch': () => ({
    about: 'The tests failed: the target was never touched, so the run just ends and the version is put in quarantine.',
    story: underWay()
      .starts('test')
      .observes(jobs({ 'production-2/test/1/0': ending('failed', 'exit code 1') })),
  }),
  'failure-after-touch': () => ({
    about: 'The health check failed after the target was touched: the version before is put back by a run of its own.',
    story: underWay()
      .passes('test')
      .passes('deploy')
      .starts('verify')
      .observes(jobs({ 'production-2/verify/1/0': ending('failed', 'answered 500') })),
  }),
  retry: () => ({
    about: 'A step that may be tried again is, after its delay.',
    story: retrying(
      underWay()
        .starts('test')
        .observes(jobs({ 'production-2/test/1/0': ending('failed', 'exit code 1') })),
    ),
  }),
  'retry-waits': () => ({
    about: 'Until the delay is over nothing is started.',
    story: retrying(retried()),
  }),
  'in-doubt-repeats': () => ({
    about: 'Nobody knows whether the step ran when its controller was lost: it is repeated as another attempt.',
    story: inDoubt(),
  }),
  'in-doubt-never-repeats': () => ({
    about: 'The same, but the step says `idempotent: false`: nothing was touched, so the run ends as Errored.',
    story: configured(inDoubt(), { idempotent: false }),
  }),
  'never-repeats-and-had-ended': () => ({
    about: 'Its controller was lost after the step had failed and before it was tried again: nothing is in doubt.',
    story: takenOver(
      configured(retried(), { retry: RETRIES, idempotent: false }).observes({ lease: { type: 'mine', epoch: 3 } }),
    ),
  }),
  'takeover-before-expiry': () => ({
    about: 'Another controller holds the lease: it is left alone until its time is over.',
    story: underWay().starts('test').observes(foreign(FRIDAY, 12_000)),
  }),
  'takeover-after-expiry': () => ({
    about:
      'It did not renew in time: the run is claimed, and nothing else is done before the remote has accepted that.',
    story: underWay().starts('test').observes(foreign(FRIDAY, -1)),
  }),
  restarted: () => ({
    about: 'This controller held the lease in an earlier life: it claims again at once.',
    story: underWay()
      .starts('test')
      .observes({ lease: { type: 'former', epoch: 2 } }),
  }),
  'lease-ran-out-over-a-step': () => ({
    about:
      'The step was ended with the lease, and a renewal came through all the same: it is claimed and repeated, not judged.',
    story: underWay()
      .starts('test')
      .observes(jobs({ 'production-2/test/1/0': { ...ending('cancelled', 'stopped after 21 s'), lapsed: true } })),
  }),
  'lease-ran-out-and-claimed': () => ({
    about: 'The same, once the claim is in the ledger: the old ending is not looked at again, another attempt follows.',
    story: inDoubt().observes(
      jobs({ 'production-2/test/1/0': { ...ending('cancelled', 'stopped after 21 s'), lapsed: true } }),
    ),
  }),
  'broken-head-during-run': () => ({
    about: 'The head broke while a run is under way: before the first touch it waits, with the reason.',
    story: underWay().passes('test').observes({ gates: null }),
  }),
  'crash-between-stage-and-run': () => ({
    about: 'Of the records that belong together only the first survived: the failure is decided now.',
    story: cutShort(),
  }),
};

function cutShort(): Story {
  const story = underWay().starts('test');
  return story.record({ type: 'stage-ended', stage: 'test', outcome: 'Failed', sentence: 'exit code 1' });
}

function parked(change: Parameters<Story['opens']>[1] = {}): Story {
  const story = settled().at(FRIDAY).opens('v1.4.2', change).passes('test');
  return story.record({ type: 'lease-released', epoch: 2 });
}

function askedFor(story: Story): Story {
  const asked = { type: 'deploy-requested', reason: 'sooner', emergency: false, skipTests: false } as const;
  return story.event({ ...asked, version: story.knows('v1.4.3') }, DAN);
}

function inDoubt(): Story {
  const story = underWay()
    .starts('test')
    .observes({ lease: { type: 'mine', epoch: 3 } });
  return takenOver(story);
}

function takenOver(story: Story): Story {
  return story.record({ type: 'lease-taken', epoch: 3, controller: 'controller-1', because: 'it was restarted' });
}

function retried(): Story {
  const step = { stage: 'test', attempt: 1, step: 0 } as const;
  const ended = { name: 'unit tests', exitCode: 1, durationMs: 10, outputBytes: 0, logDigest: null, tail: '' } as const;
  return underWay()
    .starts('test')
    .record({ type: 'step-ended', ...step, ...ended, outcome: 'failed', sentence: 'exit code 1' })
    .record({ type: 'step-retried', ...step, attempt: 2, notBefore: instant(FRIDAY) + 1_500 });
}

const RETRIES = { attemptsMax: 3, delayMs: 333, factor: 1.5, delayMsMax: 60_000 };

function retrying(story: Story): Story {
  return configured(story, { retry: RETRIES });
}

type Step = Extract<VersionConfig, { type: 'read' }>['pipeline']['stages'][number]['steps'][number];

/** Every step of every version says so. */
function configured(story: Story, change: Partial<Pick<Step, 'retry' | 'idempotent'>>): Story {
  const pipeline = pipelineConfig();
  const stages = pipeline.stages.map((stage) => ({
    ...stage,
    steps: stage.steps.map((step) => ({ ...step, ...change })),
  }));
  const read = { type: 'read', environment: environmentConfig(story.name), pipeline: { ...pipeline, stages } } as const;
  return story.observes({ versions: new Map(['v1.4.1', 'v1.4.2'].map((name) => [version(name).commit, read])) });
}

function stageGated(story: Story): Story {
  const { gates } = story.observed();
  if (gates === null) throw new Error('the story has gates');
  const stages = gates.stages.map((stage) =>
    stage.name === 'verify' ? { ...stage, policies: [officeHours()] } : stage,
  );
  return story.observes({ gates: { ...gates, stages } });
}

function foreign(at: string, leftMs: number): Partial<ObservedEnvironment> {
  return { lease: { type: 'foreign', epoch: 2, controller: 'controller-9', expiresAt: instant(at) + leftMs } };
}

export function jobs(known: Readonly<Record<string, JobEnding | 'running'>>): Partial<ObservedEnvironment> {
  return { jobs: new Map(Object.entries(known)) };
}

export function ending(outcome: JobEnding['outcome'], sentence: string = outcome): JobEnding {
  const exitCode = outcome === 'succeeded' ? 0 : 1;
  return { outcome, sentence, exitCode, signal: null, tail: '', logDigest: null, outputBytes: 0, durationMs: 1_000 };
}
