// The rest of an observation: gates from the head and those before it, who holds the lease, what lifts a hold.

import { describe, expect, test } from 'vitest';
import { NO_GATES_CHANGE } from '../../../../engine/model/observed.ts';
import { writeBackEnded, writeBackIntended } from '../../../support/effect-records.ts';
import { environmentYaml, OFFICE_HOURS } from '../../../support/scenario-files.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const GATED = { policies: '[business-hours]' };
const YAML = 'environments/staging/environment.yaml';

describe('the gates', () => {
  test('come from the head, with the people that they name', async () => {
    const world = await surveyWorld({ staging: GATED });
    await world.commit({ 'policies/business-hours.yaml': OFFICE_HOURS });
    const { gates, config } = await world.observe('staging');
    expect(gates?.policies.map(({ name }) => name)).toEqual(['business-hours']);
    expect(gates?.teams).toEqual({ leads: ['ana'], crew: ['ana', 'dan'] });
    expect(config).toBe(world.remote.refs.get('refs/heads/main'));
  });

  test('of a broken environment are null, and the others’ are not touched', async () => {
    const world = await surveyWorld({ staging: {}, other: {} });
    await world.look();
    await world.commit({ [YAML]: 'follow: { branch: main }\npolices: []\n' });
    const broken = await world.observe('staging');
    expect([broken.gates, broken.offers]).toEqual([null, []]);
    expect(broken.problems.map(({ file }) => file)).toContain(YAML);
    expect((await world.observe('other')).gates).not.toBeNull();
  });

  test('of a head that says something else come with who made that, and since when', async () => {
    const world = await surveyWorld({ staging: GATED });
    await world.commit({ 'policies/business-hours.yaml': OFFICE_HOURS });
    await world.deploys('staging');
    expect((await world.observe('staging')).gatesChange).toEqual(NO_GATES_CHANGE);
    const commit = await world.commit({ [YAML]: environmentYaml('staging', 'world') });
    const { gatesChange, gates, ledger } = await world.observe('staging');
    expect(gates?.policies).toEqual([]);
    expect(ledger.state.gates?.terms?.policies.map(({ name }) => name)).toEqual(['business-hours']);
    expect(gatesChange.made?.commit).toBe(commit);
    expect(gatesChange.authors?.length).toBe(1);
  });
});

describe('the lease', () => {
  const open = async (controller: string) => {
    const world = await surveyWorld({ staging: {} });
    const { offers, config } = await world.observe('staging');
    const [offer] = offers;
    if (offer === undefined) throw new Error('something is offered');
    const record = opening(offer.version, offer.contents, config ?? '', { controller });
    return { world, record };
  };

  test('is nobody’s while no run is open', async () => {
    const { world } = await open('controller-1');
    expect((await world.observe('staging')).lease).toEqual({ type: 'none' });
  });

  test('of this controller from an earlier life is claimed again', async () => {
    const { world, record } = await open('controller-1');
    world.tell('staging', record);
    expect((await world.observe('staging')).lease).toEqual({ type: 'former', epoch: 1 });
  });

  test('is ours when the remote has accepted our claim, and lapses when it is not renewed', async () => {
    const { world, record } = await open('controller-1');
    const claim = { ...record, run: 'staging-1', id: 'staging-1.1', at: 0, by: 'controller one', epoch: 1 } as never;
    await world.survey.ledger.push(['staging'], new Map([['staging', [claim]]]));
    expect((await world.observe('staging')).lease).toEqual({ type: 'mine', epoch: 1 });
    world.clock.advance(24_000);
    expect((await world.observe('staging')).lease.type).toBe('mine');
    world.clock.advance(1_100);
    expect((await world.observe('staging')).lease.type).toBe('former');
    // The jobs were ended when it lapsed: a renewal that comes through at last must not pass that for their own
    // doing.
    await world.survey.ledger.push(['staging']);
    expect((await world.observe('staging')).lease.type).toBe('former');
  });

  test('of another ends when it did not move for its time, on our own monotonic clock', async () => {
    const { world, record } = await open('controller-9');
    world.tell('staging', record);
    const { lease } = await world.observe('staging');
    expect(lease).toMatchObject({ type: 'foreign', controller: 'controller-9', epoch: 1 });
    const endsAt = lease.type === 'foreign' ? lease.expiresAt : 0;
    expect(endsAt - world.clock.now()).toBeLessThanOrEqual(30_000);
    world.clock.advance(31_000);
    const later = (await world.observe('staging')).lease;
    expect(later.type === 'foreign' && later.expiresAt <= world.clock.now()).toBe(true);
  });
});

describe('a hold', () => {
  test.each(['merged', 'fixed by hand'])('is lifted when its branch is %s', async (how) => {
    const { world, good, restore } = await held();
    expect((await world.observe('staging')).holdLifted).toBeNull();
    if (how === 'merged') await world.remote.setRef('refs/heads/main', restore);
    else await world.commit({ 'environments/staging/app.txt': good, 'notes.md': 'x\n' });
    expect((await world.observe('staging')).holdLifted).toBe(
      how === 'merged' ? 'tidegate/_restore/staging-2 is merged into main' : 'main has the good contents again',
    );
  });
});

describe('what is promoted from a tag that no branch has any more', () => {
  const promoted = async () => {
    const world = await surveyWorld({
      development: { follow: '{ tags: "v*" }' },
      staging: { follow: '{ promoted: development }' },
    });
    const main = world.remote.refs.get('refs/heads/main') ?? '';
    const tagged = await world.commit({ 'environments/staging/app.txt': 'two\n' });
    await world.tag('v1.0.0', tagged);
    await world.deploys('development');
    await world.survey.ledger.push(['development']);
    await world.remote.setRef('refs/heads/main', main);
    return { world, tagged };
  };
  const stagingSeenBy = async (world: SurveyWorld) => {
    const survey = world.another('controller-2');
    await survey.take(await survey.look(), world.clock.monotonicMs());
    const observed = await survey.observe(['staging'], { jobs: new Map(), effects: new Map() });
    return observed.environments[0];
  };

  test('is brought by its tag to a controller with an empty cache', async () => {
    const { world, tagged } = await promoted();
    const found = await stagingSeenBy(world);
    expect(found?.offers.map(({ version }) => version)).toEqual([{ commit: tagged, tag: 'v1.0.0' }]);
  });

  test('is said to be gone where the tag is gone as well, and keeps nothing else from being read', async () => {
    const { world, tagged } = await promoted();
    await world.remote.setRef('refs/tags/v1.0.0', null);
    const found = await stagingSeenBy(world);
    const gone = `v1.0.0 (${tagged.slice(0, 7)}), which runs in development, is no longer in the repository`;
    expect([found?.offers, found?.ignored]).toEqual([[], [{ tag: null, sentence: gone }]]);
  });
});

test('an observation that is asked for again is not gathered again', async () => {
  const world = await surveyWorld({ staging: {} });
  const first = await world.observe('staging');
  expect((await world.observe('staging')).offers).toBe(first.offers);
  await world.commit({ 'environments/staging/app.txt': 'two\n' });
  expect((await world.observe('staging')).offers).not.toBe(first.offers);
});

/** `two` failed, `one` was put back, and the commit that restores it waits on a branch of its own. */
async function held(): Promise<{ world: SurveyWorld; good: string; restore: string }> {
  const world = await surveyWorld({ staging: {} });
  const good = await world.deploys('staging');
  const contents = (await world.observe('staging')).ledger.state.current?.contents;
  const bad = await world.commit({ 'environments/staging/app.txt': 'two\n' });
  const restore = await world.commit(
    { 'environments/staging/app.txt': 'one\n' },
    { branch: 'tidegate/_restore/staging-2', parent: bad },
  );
  if (contents === undefined) throw new Error('something runs here');
  await world.look();
  world.tell(
    'staging',
    opening(good, contents, good.commit, { kind: 'rollback', trigger: 'request' }),
    writeBackIntended('staging-2', {
      branch: 'main',
      from: { commit: bad, tag: null },
      to: good,
      paths: [],
      tag: null,
      onlyBranch: null,
    }),
    writeBackEnded('staging-2', {
      result: 'held',
      commit: restore,
      tag: null,
      branch: 'tidegate/_restore/staging-2',
      sentence: 'held',
    }),
    { type: 'run-ended', outcome: 'Succeeded', sentence: 'rolled back' },
  );
  return { world, good: 'one\n', restore };
}
