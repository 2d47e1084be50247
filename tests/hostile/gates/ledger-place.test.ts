// Where the ledger is decides which gates are in force: anyone who could name another place by a push would begin
// with none. Each attack through a real survey, in mid-life and with an empty cache; and the honest move beside them.

import { beforeEach, describe, expect, test } from 'vitest';
import { verifyAll } from '../../../engine/controller/ledger/verify-all.ts';
import type { Survey } from '../../../engine/controller/observe/survey.ts';
import { type LedgerPlace, POINTER_REF } from '../../../engine/model/ledger-place.ts';
import { type MemoryRemote, memoryRemote } from '../../support/memory-remote.ts';
import { TIDEGATE_YAML } from '../../support/scenario-files.ts';
import { type SurveyWorld, surveyWorld } from '../../support/survey-world.ts';

const NOTHING = { jobs: new Map(), effects: new Map() };
const APART = 'ssh://git@example.org/ledger.git';
const GATED = { policies: '[appr]' };
const FILES = { 'policies/appr.yaml': 'approval:\n  require: [{ from: crew, count: 1 }]\n' };

let world: SurveyWorld;
let apart: MemoryRemote;

beforeEach(async () => {
  apart = memoryRemote();
  world = await surveyWorld({ production: GATED, staging: GATED }, { files: FILES, ledgers: { [APART]: apart } });
});

/** Both run, with gates in force, and the remote has it. */
async function lives(): Promise<void> {
  await world.look();
  for (const name of ['production', 'staging']) await world.deploys(name);
  await world.survey.ledger.push(['production', 'staging']);
  await world.look();
}

async function configures(ledger: string): Promise<void> {
  await world.commit({ 'tidegate.yaml': `${TIDEGATE_YAML}${ledger === '' ? '' : `ledger: { ${ledger} }\n`}` });
}

async function looks(survey: Survey): Promise<Survey> {
  world.clock.advance(1);
  await survey.take(await survey.look(), world.clock.monotonicMs());
  return survey;
}

/** A controller that begins with an empty cache. */
function fresh(moveLedger?: LedgerPlace): Promise<Survey> {
  names += 1;
  return looks(world.another(`fresh-${names}`, moveLedger === undefined ? {} : { moveLedger }));
}
let names = 0;

/**
 * Where it reads, what is in force there and what runs, and what is wrong with the ledger of the whole repository.
 */
async function standing(survey: Survey) {
  const { environments, repository, placeWarning } = await survey.observe(['production'], NOTHING);
  const [one] = environments;
  return {
    at: survey.namespace,
    gates: one?.ledger.state.gates?.serial ?? null,
    runs: one?.ledger.state.runs,
    ledger: one?.ledger.type,
    all: repository.type === 'damaged' ? repository.sentence : 'read',
    warning: placeWarning ?? null,
  };
}

const AT_HOME = { at: 'refs/heads/tidegate', gates: 1, runs: 1, ledger: 'read', all: 'read' };
const MOVED = { ...AT_HOME, at: 'refs/tidegate', warning: null };
const ELSEWHERE = { namespace: 'refs/tidegate', repository: null };

/** What an operator does with plain git. */
function copies(from: string, to: string, names: readonly string[] = ['production', 'staging', '_all']): void {
  for (const name of names) {
    const oid = world.remote.refs.get(`${from}/${name}`);
    if (oid !== undefined) world.remote.refs.set(`${to}/${name}`, oid);
  }
}

async function moves(): Promise<Survey> {
  copies('refs/heads/tidegate', 'refs/tidegate');
  await configures('namespace: refs/tidegate');
  return fresh(ELSEWHERE);
}

describe('a push that names', () => {
  const ATTACKS = {
    'another namespace': 'namespace: refs/heads/other',
    'a namespace outside of the branches': 'namespace: refs/mine',
    'a look-alike of the one in force': 'namespace: refs/heads/tidegate2',
    'a place below the one in force': 'namespace: refs/heads/tidegate/production',
    'another repository': `repository: "${APART}"`,
    'another repository and namespace': `repository: "${APART}", namespace: refs/heads/other`,
  };

  test.each(Object.entries(ATTACKS))('%s moves nothing', async (_what, ledger) => {
    await lives();
    await configures(ledger);
    await world.look();
    for (const survey of [world.survey, await fresh()]) {
      expect(await standing(survey)).toEqual({
        ...AT_HOME,
        warning: expect.stringMatching(/a push does not move it.*put that back in tidegate.yaml, or copy the ledger/),
      });
    }
    expect([...world.remote.refs.keys()].filter((ref) => !ref.startsWith('refs/heads/tidegate/'))).toEqual([
      'refs/heads/main',
    ]);
    expect(apart.refs.size).toBe(0);
    await configures('');
    await world.look();
    expect(await standing(world.survey)).toEqual({ ...AT_HOME, warning: null });
  });

  test('another place where a ledger was planted finds nobody who reads it', async () => {
    await lives();
    copies('refs/heads/tidegate', 'refs/heads/other', ['staging']);
    const planted = world.remote.refs.get('refs/heads/other/staging') ?? '';
    await world.remote.setRef('refs/heads/other/_all', planted);
    await world.remote.setRef('refs/heads/other/production', planted);
    await configures('namespace: refs/heads/other');
    await world.look();
    for (const survey of [world.survey, await fresh()]) expect(await standing(survey)).toMatchObject(AT_HOME);
  });
});

describe('the pointer', () => {
  test('is written at first sight of another place, and no push moves it from there', async () => {
    await configures('namespace: refs/tidegate');
    await lives();
    expect(world.remote.refs.has(POINTER_REF)).toBe(true);
    expect(await standing(world.survey)).toEqual(MOVED);
    for (const ledger of ['', 'namespace: refs/heads/other', `repository: "${APART}"`]) {
      await configures(ledger);
      await world.look();
      for (const survey of [world.survey, await fresh()]) {
        expect(await standing(survey)).toEqual({
          ...MOVED,
          warning: expect.stringContaining('it is at refs/tidegate and'),
        });
      }
    }
  });

  test('is written for a ledger apart, and for one that earlier versions kept elsewhere', async () => {
    await configures(`repository: "${APART}"`);
    await lives();
    expect([...apart.refs.keys()].sort()).toEqual(
      ['_all', 'production', 'staging'].map((name) => `refs/heads/tidegate/${name}`),
    );
    // As it was before there were pointers.
    world.remote.refs.delete(POINTER_REF);
    apart.refs.delete(POINTER_REF);
    await configures(`repository: "${APART}"`);
    for (const name of ['production', 'staging']) {
      const ref = `refs/heads/tidegate/${name}`;
      const tip = apart.refs.get(ref) ?? '';
      const message = 'not so';
      const { tree } = (await apart.store.read(tip)) as { tree: string };
      const at = world.clock.now();
      const author = { name: 'Ana', email: 'ana@example.org' };
      apart.refs.set(ref, await apart.store.commit({ tree, parents: [tip], message, author, at }));
    }
    expect(await standing(await fresh())).toEqual({ ...AT_HOME, warning: null });
    expect(world.remote.refs.has(POINTER_REF)).toBe(true);
    await configures('');
    expect(await standing(await fresh())).toMatchObject(AT_HOME);
  });

  test('that was deleted is missed, whatever tidegate.yaml says then', async () => {
    await lives();
    const first = await moves();
    const noted = first.seen;
    world.remote.refs.delete(POINTER_REF);
    await looks(first);
    expect((await standing(first)).all).toContain('was deleted on the remote');
    const gone = expect.stringMatching(/says that the ledger is at refs\/tidegate, was deleted on the remote/);
    // By what stands at the place itself: what was left behind is not taken for the ledger.
    expect((await standing(await fresh())).all).toEqual(gone);
    const left = ['production', 'staging'].map((name) => `refs/heads/tidegate/${name}`);
    const tips = left.map((ref) => [ref, world.remote.refs.get(ref) ?? ''] as const);
    for (const ref of left) world.remote.refs.delete(ref);
    expect(await standing(await fresh())).toMatchObject({ ...MOVED, all: gone });
    // By the note of an earlier life, also where the push names a place where nothing is.
    await configures('namespace: refs/heads/other');
    const next = world.another('next');
    next.recall(noted);
    await looks(next);
    expect(await standing(next)).toMatchObject({
      ...MOVED,
      warning: expect.any(String),
      all: expect.stringContaining('was deleted'),
    });
    // The operator says so again.
    for (const [ref, oid] of tips) world.remote.refs.set(ref, oid);
    await configures('namespace: refs/tidegate');
    expect(await standing(await fresh(ELSEWHERE))).toEqual(MOVED);
    expect(await standing(await fresh())).toEqual(MOVED);
  });

  test('that was deleted where it is one of the ledgers is missed by what the others say', async () => {
    await lives();
    await suspendAll(world.survey);
    world.survey.ledger.append('production', [word('resumed')]);
    await world.survey.ledger.push(['production']);
    world.remote.refs.delete(POINTER_REF);
    await configures('namespace: refs/heads/other');
    expect(await standing(await fresh())).toMatchObject({
      ...AT_HOME,
      all: expect.stringContaining('was deleted on the remote'),
    });
  });

  test('that was rewritten by force is not followed', async () => {
    await lives();
    const first = await moves();
    const noted = first.seen;
    const forged = await surveyWorld({ production: {} });
    await forged.commit({ 'tidegate.yaml': `${TIDEGATE_YAML}ledger: { namespace: refs/heads/other }\n` });
    await forged.look();
    const oid = forged.remote.refs.get(POINTER_REF) ?? '';
    await world.remote.store.copy(forged.remote.store, oid);
    await world.remote.setRef(POINTER_REF, oid);
    await looks(first);
    expect(await standing(first)).toMatchObject({
      ...MOVED,
      all: expect.stringContaining('was rewritten on the remote'),
    });
    const next = world.another('next');
    next.recall(noted);
    await looks(next);
    expect(await standing(next)).toMatchObject({
      ...MOVED,
      all: expect.stringContaining('was rewritten on the remote'),
    });
  });

  test('that nobody may write is said, and the ledger is read where it is', async () => {
    await world.remote.refusePushes({ to: POINTER_REF, words: 'protected' });
    await configures('namespace: refs/tidegate');
    await lives();
    expect(await standing(world.survey)).toEqual({ ...MOVED, warning: expect.stringContaining('protected') });
    await configures('namespace: refs/heads/other');
    await world.look();
    expect(await standing(world.survey)).toMatchObject({ ...MOVED, warning: expect.any(String) });
  });
});

describe('the operator', () => {
  test('moves it, and everybody finds it there', async () => {
    await lives();
    expect(await standing(await moves())).toEqual(MOVED);
    await world.look();
    for (const survey of [world.survey, await fresh()]) expect(await standing(survey)).toEqual(MOVED);
    // Also anyone who may only look, and knows nothing but the address, when a push names the former place.
    await configures('');
    expect(await standing(await fresh())).toMatchObject(MOVED_WARNED);
    world.survey.ledger.append('production', [word('suspended')]);
    await world.survey.ledger.push(['production']);
    expect((await fresh()).ledger.entry('production').state.suspended).not.toBeNull();
    const after = await fresh();
    expect((await verifyAll(after.ledgerGit, after.ledger.entries.values(), null)).problems).toEqual([]);
  });
  const MOVED_WARNED = { ...MOVED, warning: expect.stringContaining('it is at refs/tidegate') };

  test.each(['namespace: refs/tidegate', 'namespace: refs/tidegate, output: none, flush: 2s'])(
    'a first place by the head is written down as it is read back: %s',
    async (ledger) => {
      const text = `${TIDEGATE_YAML}ledger: { ${ledger} }\n`;
      world = await surveyWorld({ production: GATED }, { files: { ...FILES, 'tidegate.yaml': text } });
      await world.look();
      const { ledgerGit, ledger: placed, namespace } = await fresh();
      expect(namespace).toBe('refs/tidegate');
      const { problems, refs } = await verifyAll(ledgerGit, placed.entries.values(), null);
      expect({ problems, refs }).toEqual({ problems: [], refs: 1 });
    },
  );

  test('moves it to a repository of its own', async () => {
    await lives();
    for (const name of ['production', 'staging']) {
      const oid = world.remote.refs.get(`refs/heads/tidegate/${name}`) ?? '';
      await apart.store.copy(world.remote.store, oid);
      await apart.setRef(`refs/heads/ledger/${name}`, oid);
    }
    await configures(`repository: "${APART}", namespace: refs/heads/ledger`);
    const place = { namespace: 'refs/heads/ledger', repository: APART };
    const there = { ...MOVED, at: 'refs/heads/ledger' };
    expect(await standing(await fresh(place))).toEqual(there);
    await world.look();
    for (const survey of [world.survey, await fresh()]) expect(await standing(survey)).toEqual(there);
  });

  test('moves it back, with what is said of the whole repository', async () => {
    await lives();
    await suspendAll(world.survey);
    const moved = await moves();
    copies('refs/tidegate', 'refs/heads/tidegate', ['production', 'staging']);
    moved.ledger.append('_all', [word('resumed')]);
    await moved.ledger.push(['_all']);
    await configures('');
    const home = { namespace: 'refs/heads/tidegate', repository: null };
    expect(await standing(await fresh(home))).toEqual({ ...AT_HOME, warning: null });
    await looks(moved);
    for (const survey of [moved, await fresh()]) {
      expect(await standing(survey)).toEqual({ ...AT_HOME, warning: null });
      expect(survey.repository.suspended).toBeNull();
    }
  });

  test.each([
    ['nothing was copied', []],
    ['one ledger is missing', ['staging']],
  ])('does not move it where %s', async (_what, copied) => {
    await lives();
    copies('refs/heads/tidegate', 'refs/tidegate', copied);
    await expect(fresh(ELSEWHERE)).rejects.toThrow(/the ledger does not move to refs\/tidegate: .* of production/);
    expect(await standing(await fresh())).toMatchObject(AT_HOME);
  });

  test('does not move it where one ledger is older', async () => {
    await lives();
    copies('refs/heads/tidegate', 'refs/tidegate');
    world.survey.ledger.append('production', [word('suspended')]);
    await world.survey.ledger.push(['production']);
    await expect(fresh(ELSEWHERE)).rejects.toThrow(/of production is not there/);
  });
});

describe('a commit on top of a ledger', () => {
  test('with an index of before there were gates makes nobody forget them', async () => {
    await lives();
    const ref = 'refs/heads/tidegate/production';
    const noted = world.survey.seen;
    const index = JSON.parse((await world.survey.git.readText(world.remote.refs.get(ref) ?? '', 'index.json')) ?? '');
    const { gates: _gates, gateWords: _words, ...before } = index;
    const text = JSON.stringify({ ...before, format: 1 });
    await world.remote.commit({ 'index.json': text, 'gates.json': null }, { branch: 'tidegate/production' });
    await world.look();
    const next = world.another('next');
    next.recall(noted);
    await next.git.fetch(new Map([[ref, world.remote.refs.get(ref) ?? '']]));
    await looks(next);
    for (const survey of [world.survey, next]) {
      const { remote } = survey.ledger.entry('production');
      expect(remote).toMatchObject({
        type: 'damaged',
        sentence: expect.stringContaining('no gates in force, where gates 1 were'),
      });
    }
    const late = await fresh();
    const { problems } = await verifyAll(late.ledgerGit, late.ledger.entries.values(), null);
    expect(problems.map(({ message }) => message)).toContain('index.json is not what the records fold to');
  });

  test('that counts less than before is no way back either, and what was there can be gone on from', async () => {
    await lives();
    const ref = 'refs/heads/tidegate/production';
    const good = world.remote.refs.get(ref) ?? '';
    const index = JSON.parse((await world.survey.git.readText(good, 'index.json')) ?? '');
    const text = JSON.stringify({ ...index, seq: index.seq - 1 });
    const bad = await world.remote.commit({ 'index.json': text }, { branch: 'tidegate/production' });
    await world.look();
    expect(world.survey.ledger.entry('production').remote).toMatchObject({
      type: 'damaged',
      sentence: expect.stringMatching(/has \d+ records, where there were \d+ at/),
    });
    const { tree } = (await world.remote.store.read(good)) as { tree: string };
    const author = { name: 'Ana', email: 'ana@example.org' };
    const at = world.clock.now();
    const back = await world.remote.store.commit({ tree, parents: [bad], message: 'as it was', author, at });
    await world.remote.setRef(ref, back);
    await world.look();
    expect(await standing(world.survey)).toEqual({ ...AT_HOME, warning: null });
  });
});

function word(type: 'suspended' | 'resumed') {
  words += 1;
  const common = { id: `${type}:${words}`, at: world.clock.now(), by: 'Ana <ana@example.org>', reason: 'for now' };
  return type === 'suspended' ? { ...common, type, until: null } : { ...common, type };
}
let words = 0;

async function suspendAll(survey: Survey): Promise<void> {
  survey.ledger.append('_all', [word('suspended')]);
  await survey.ledger.push(['_all']);
  await world.look();
}
