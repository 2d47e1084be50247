// The whole loop over a repository in memory, with a runner that does what the test says and a clock in hand: what is
// lost when a controller is, and what is not.

import { beforeEach, describe, expect, test } from 'vitest';
import { Controller } from '../../../../engine/controller/loop/controller.ts';
import { readSeen } from '../../../../engine/controller/loop/flusher.ts';
import type { Survey } from '../../../../engine/controller/observe/survey.ts';
import { decodeLines } from '../../../../engine/ledger/lines.ts';
import type { LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Behaviour, type FakeRunner, openFakeRunner } from '../../../support/fake-runner.ts';
import { type MemoryFolder, memoryFolder } from '../../../support/memory-folder.ts';
import { type Around, openMemoryGit } from '../../../support/memory-git.ts';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const REF = 'refs/heads/tidegate/staging';
const AWAY = new Fault('remote-unreachable', 'the remote is away', { retry: 'later', hint: 'wait' });

type Life = {
  readonly controller: Controller;
  readonly runner: FakeRunner;
  readonly survey: Survey;
  readonly told: string[];
};

let world: SurveyWorld;
let folder: MemoryFolder;
let behave: (id: string) => Behaviour;

beforeEach(async () => {
  world = await surveyWorld({ staging: {} });
  folder = memoryFolder();
  behave = () => ({});
});

describe('a controller', () => {
  test('brings a commit to its environment, and the remote knows every step of it', async () => {
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => life.told.includes('run-ended'));
    await life.controller.flush();
    const names = (await written()).map(({ type }) => type);
    const stage = ['stage-started', 'step-ended', 'stage-ended'];
    expect(names).toEqual(['gates-accepted', 'run-opened', ...stage, ...stage, ...stage, 'run-ended']);
    expect(life.runner.begun).toEqual(['staging-1/test/1/0', 'staging-1/deploy/1/0', 'staging-1/verify/1/0']);
    expect(folder.journal).toEqual([]);
  });

  test('starts nothing before the remote has accepted its claim', async () => {
    await world.remote.refusePushes({ to: 'tidegate', words: 'protected' });
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => world.clock.nextInMs() !== null);
    expect([life.runner.begun, await written()]).toEqual([[], []]);
    await world.remote.refusePushes(null);
    world.clock.advance(60_000);
    await eventually(() => life.told.includes('run-ended'));
  });

  test('that was lost is followed by one that goes on from its disk, and repeats no stage that had succeeded', async () => {
    behave = (id) => (id.includes('/deploy/') ? 'runs' : {});
    const lost = live('controller-1');
    await lost.controller.look();
    await eventually(() => lost.runner.running().includes('staging-1/deploy/1/0'));
    expect((await written()).map(({ type }) => type)).toEqual(['gates-accepted', 'run-opened']);
    expect(folder.journal.length).toBeGreaterThan(3);

    behave = () => ({});
    const next = live('controller-1');
    await next.controller.look();
    await eventually(() => next.told.includes('run-ended'));
    expect(next.runner.begun).toEqual(['staging-1/deploy/2/0', 'staging-1/verify/1/0']);
    await next.controller.flush();
    const ids = (await written()).flatMap((record) => ('run' in record ? record.id : []));
    expect(ids).toEqual(ids.map((_, index) => `staging-1.${index + 1}`));
  });

  test('that another has taken over from ends its jobs and writes nothing more of the run', async () => {
    behave = () => 'runs';
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    const other = live('controller-2', memoryFolder());
    await other.controller.look();
    await takeOver(other.survey);
    await life.controller.look();
    await eventually(() => life.runner.running().length === 0);
    const before = (await written()).length;
    await life.controller.flush().catch(() => {});
    expect(await written()).toHaveLength(before);
    expect(life.survey.ledger.entry('staging')).toMatchObject({ claimedEpoch: null, pending: [] });
  });

  test('whose ledger a person has set back ends its jobs at once, and repeats them once it is put back', async () => {
    behave = () => 'runs';
    const life = live('controller-1');
    const empty = await world.commit({ 'notes.txt': 'nothing\n' });
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    await life.controller.flush();
    const tip = world.remote.refs.get(REF) ?? '';
    await world.remote.setRef(REF, empty);
    await life.controller.look();
    await eventually(() => life.runner.running().length === 0);
    await eventually(() => life.controller.isIdle);
    behave = () => ({});
    await world.remote.setRef(REF, tip);
    await life.controller.look();
    await eventually(() => life.told.includes('run-ended'));
    expect(life.runner.begun.slice(0, 2)).toEqual(['staging-1/test/1/0', 'staging-1/test/2/0']);
    expect(life.told).toContain('lease-taken');
  });

  test('whose claim arrived although nobody said so has a lease for its jobs: they end when it is not renewed', async () => {
    behave = () => 'runs';
    let answers: 'lost' | 'come' | 'never' = 'lost';
    const around: Around = async (deed, work) => {
      if (answers === 'never') throw AWAY;
      const answer = await work();
      if (deed !== 'push' || answers === 'come') return answer;
      answers = 'come';
      const refs = [...(answer as ReadonlyMap<string, unknown>).keys()];
      return new Map(refs.map((ref) => [ref, { type: 'in-doubt', fault: AWAY }])) as typeof answer;
    };
    const life = live('controller-1', folder, around);
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    answers = 'never';
    life.runner.elapse(25_000);
    expect(life.runner.running()).toEqual([]);
  });

  test('that was cut off beyond its lease looks at what was decided meanwhile before it goes on', async () => {
    behave = () => 'runs';
    let isAway = false;
    const deeds: string[] = [];
    const around: Around = async (deed, work) => {
      if (isAway) throw AWAY;
      deeds.push(deed);
      return work();
    };
    const life = live('controller-1', folder, around);
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    isAway = true;
    world.clock.advance(60_000);
    life.runner.elapse(60_000);
    isAway = false;
    deeds.length = 0;
    // Its step has ended with its lease: that alone brings it to decide again.
    await eventually(() => life.told.includes('lease-taken'));
    expect(deeds.indexOf('look')).toBeGreaterThanOrEqual(0);
    expect(deeds.indexOf('look')).toBeLessThan(deeds.indexOf('push'));
  });

  test('whose disk is full has its records on the remote before anything rests on them', async () => {
    folder.isFull = true;
    behave = () => 'runs';
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    expect((await written()).map(({ type }) => type)).toEqual(['gates-accepted', 'run-opened', 'stage-started']);
    expect(folder.journal).toEqual([]);
  });

  test('tells who waits for it that the remote takes nothing any more, once no step of its own runs', async () => {
    behave = () => 'runs';
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    await world.remote.refusePushes({ to: 'tidegate', words: 'protected' });
    let said: unknown = null;
    const waiting = life.controller.idle(4).catch((cause: unknown) => {
      said = cause;
    });
    for (let round = 0; round < 3; round += 1) await passes();
    expect([said, life.controller.isIdle]).toEqual([null, false]);
    behave = () => ({ outcome: 'failed', sentence: 'exit code 1' });
    life.runner.end('staging-1/test/1/0', { outcome: 'failed', sentence: 'exit code 1' });
    await eventually(() => life.told.includes('run-ended'));
    for (let round = 0; round < 6; round += 1) await passes();
    await waiting;
    expect(said).toMatchObject({ code: 'remote-refused' });
    // What it knows stays on its disk, for the next life.
    expect(folder.journal.length).toBeGreaterThan(0);
  });

  test('promotes what an adopted tag brings to the next environment, and waits for no other change', async () => {
    world = await surveyWorld({
      development: { follow: '{ tags: "v*" }' },
      staging: { follow: '{ promoted: development }' },
    });
    const life = live('controller-1');
    await world.tag('v1.0.0', world.remote.refs.get('refs/heads/main') ?? '');
    await life.controller.look();
    await eventually(() => life.told.filter((type) => type === 'run-ended').length === 2);
    // Nothing of this is an input of development: its tag is adopted there, without a run.
    await world.tag('v1.1.0', await world.commit({ 'environments/staging/app.txt': 'two\n' }));
    await life.controller.look();
    await eventually(() => life.runner.begun.includes('staging-2/deploy/1/0'));
    expect(life.told).toContain('adopted');
    expect(life.runner.begun).not.toContain('development-2/deploy/1/0');
  });

  test('notes on disk how far it saw a ledger that it never wrote to, for its next life to notice what is taken back', async () => {
    const other = live('controller-2', memoryFolder());
    await other.controller.look();
    await eventually(() => other.told.includes('run-ended'));
    await other.controller.flush();
    const seen = world.remote.refs.get(REF);
    await live('controller-1').controller.look();
    await eventually(() => folder.notes.has('ledger-tips.json'));
    expect(readSeen(folder.notes.get('ledger-tips.json') ?? null).get(REF)).toBe(seen);
  });

  test('that ends in good order lets go of its lease', async () => {
    behave = () => 'runs';
    const life = live('controller-1');
    await life.controller.look();
    await eventually(() => life.runner.running().length === 1);
    await life.controller.stop();
    expect((await written()).at(-1)?.type).toBe('lease-released');
    expect(life.runner.running()).toEqual([]);
  });
});

function live(id: string, own = folder, around?: Around): Life {
  const told: string[] = [];
  const survey = world.another(id, { exports: own.exports, ...(around === undefined ? {} : { around }) });
  const runner = openFakeRunner({ concurrency: 2, behave: (job) => behave(job.id) });
  const controller = new Controller({
    survey,
    runner,
    folder: own,
    clock: world.clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    flushMs: 1_000,
    onRecord: (_, record) => void told.push(record.type),
    onBecause: () => {},
  });
  return { controller, runner, survey, told };
}

/** As a second controller does when the first has not renewed. */
async function takeOver(survey: Survey): Promise<void> {
  const run = survey.ledger.entry('staging').state.open.at(-1);
  if (run === undefined) throw new Error('a run is open');
  const taken = { type: 'lease-taken', epoch: 2, controller: 'controller-2', because: 'it was late' } as const;
  const record = {
    ...taken,
    run: run.id,
    id: `${run.id}.${run.records + 1}`,
    at: world.clock.now(),
    by: 'controller-2',
  };
  const results = await survey.ledger.push(['staging'], new Map([['staging', [record]]]));
  expect(results.get('staging')).toEqual({ type: 'accepted' });
}

async function written(): Promise<readonly LedgerRecord[]> {
  const tip = world.remote.refs.get(REF);
  if (tip === undefined) return [];
  const git = openMemoryGit({ remote: world.remote });
  await git.fetch(new Map([[REF, tip]]));
  const files = (await git.listFiles(tip, [''])).filter(({ path }) => path.endsWith('.jsonl'));
  const blobs = await git.readBlobs(files.map(({ oid }) => oid));
  const lines = blobs.flatMap((blob) => decodeLines(new TextDecoder().decode(blob)).lines);
  return lines.toSorted((a, b) => a.seq - b.seq).map(({ record }) => record);
}

/** To the next thing that the controller waits for. */
async function passes(): Promise<void> {
  await eventually(() => world.clock.nextInMs() !== null);
  world.clock.advance(world.clock.nextInMs() ?? 0);
  await new Promise((resolve) => setImmediate(resolve));
}
