// Environments that come and go: a new folder beside guarded ones, one that is removed or renamed; and a freeze that
// nobody agreed to. What was in force stays until it is accepted that it is not.

import { describe, expect, test } from 'vitest';
import { isSameChange } from '../../../engine/explain/gates.ts';
import { POLICIES, type Who } from '../../support/gates-cast.ts';
import { type GatesWorld, gatesWorld, runningWorld } from '../../support/gates-world.ts';
import { DEPLOY_PIPELINE, environmentYaml } from '../../support/scenario-files.ts';

const YAML = 'environments/production/environment.yaml';
const folder = (name: string, policies = '[]') => ({
  [`environments/${name}/environment.yaml`]: environmentYaml(name, 'world', { policies }),
  [`environments/${name}/app.txt`]: 'evil\n',
});

describe('an environment that is new beside one with rules about people', () => {
  test('waits for somebody of those, and runs nothing before', async () => {
    const world = await runningWorld();
    await world.pushes('eve', folder('zz'));
    await world.looks();
    expect([world.live('zz'), world.state('zz').gates]).toEqual([null, null]);
    const sentence =
      'the environment is new, and gates about people are in force in production: somebody of leads has to accept it';
    expect((await world.pending('zz')).waits).toBe(sentence);
    expect(await world.refusal('eve', 'approved', 'zz')).toContain('the yes of eve does not count: asked are ');
    await world.says('ana', 'approved', 'zz');
    await world.looks();
    expect(world.live('zz')).not.toBeNull();
  });

  test('also for a controller that serves nothing else, begins again, and finds a ledger of it', async () => {
    const world = await runningWorld();
    await world.pushes('eve', folder('zz'));
    await world.looks();
    // What waits is noted in its ledger: that it has one does not make it known.
    await world.flushes();
    expect(world.base.remote.refs.has('refs/heads/tidegate/zz')).toBe(true);
    const fresh = await world.begunAnew('controller-2', ['zz']);
    await fresh.looks();
    await fresh.looks();
    expect([fresh.live('zz'), fresh.state('zz').gates, fresh.deeds]).toEqual([null, null, []]);
    await fresh.says('ana', 'approved', 'zz');
    await fresh.looks();
    expect(fresh.live('zz')).not.toBeNull();
  });

  test('the one who made it is the one who wrote its folder, not only who touched it last', async () => {
    const world = await runningWorld();
    await world.pushes('ana', folder('zz'));
    await world.pushes('dan', { 'environments/zz/environment.yaml': `# a typo\n${environmentYaml('zz', 'world')}` });
    await world.looks();
    for (const who of ['ana', 'dan'] as const) {
      expect(await world.refusal(who, 'approved', 'zz')).toBe(`${who} made this change, and nobody accepts their own`);
    }
    await world.pushes('eve', folder('yy'));
    await world.looks();
    expect(await world.refusal('ana', 'approved', 'yy')).toBeNull();
  });

  test('a yes for one that comes is none for another with the same gates, and for one that goes neither', async () => {
    const world = await runningWorld();
    await world.pushes('eve', { ...folder('zz'), ...folder('yy') });
    await world.looks();
    expect(isSameChange(await world.pending('zz'), await world.pending('yy'))).toBe(false);
    for (const name of ['zz', 'yy']) await world.says('ana', 'approved', name);
    await world.looks();
    await world.pushes('eve', { [YAML]: null, 'environments/production/app.txt': null });
    await world.looks();
    expect(isSameChange(await world.pending(), await world.pending())).toBe(false);
  });
});

describe('an environment that is removed', () => {
  const gone = { [YAML]: null, 'environments/production/app.txt': null };

  test('and added again meets its gates', async () => {
    const world = await runningWorld();
    const before = world.live();
    await world.pushes('eve', gone);
    await world.looks();
    expect([world.state().gates?.serial, world.live()]).toEqual([1, before]);
    expect((await world.pending()).waits).toMatch(/^needs a yes by 1 of leads \(.*\), asked by approved/);
    await world.pushes('eve', folder('production'));
    await world.looks();
    expect([world.state().gates?.serial, world.live()]).toEqual([1, before]);
    expect(await world.said()).toContain('(approved removed)');
    await world.says('ana', 'approved');
    await world.looks();
    expect(world.live()).not.toBe(before);
  });

  test('is gone once that is accepted; what comes under its name is new', async () => {
    const world = await gatesWorld({
      production: { policies: '[approved]' },
      staging: { policies: '[approved]', target: '{ files: { to: live/staging } }' },
    });
    await world.pushes('dan', gone);
    await world.looks();
    expect(await world.refusal('dan', 'approved')).toBe('dan made this change, and nobody accepts their own');
    await world.says('ana', 'approved');
    await world.looks();
    expect(world.state().gates).toMatchObject({ serial: 2, terms: null });
    await world.pushes('eve', folder('production'));
    await world.looks();
    expect((await world.pending()).waits).toContain(
      'the environment is new, and gates about people are in force in staging',
    );
    expect(world.live()).toBeNull();
  });

  test('and another folder with what it had is new', async () => {
    const world = await runningWorld();
    await world.pushes('eve', { ...gone, ...folder('prod') });
    await world.looks();
    expect([world.live('prod'), world.state('prod').gates]).toEqual([null, null]);
    expect((await world.pending('prod')).waits).toContain('somebody of leads has to accept it');
  });
});

describe('a hostile freeze', () => {
  const frozen = 'window: { timezone: UTC, deny: [{ from: 2026-01-01, to: 2027-01-01, reason: night }] }\n';
  const freeze = async (world: GatesWorld) => {
    await world.rules('eve', { window: frozen });
    await world.configures('eve', { policies: '[approved, window]' });
    await world.looks();
  };

  test.each<readonly [Who, boolean]>([
    ['ana', true],
    ['kim', false],
    ['eve', false],
  ])('rejected by %s is set aside: %s', async (who, isHeard) => {
    const world = await runningWorld();
    await freeze(world);
    const next = await world.releases('eve', 'next');
    await world.looks();
    await world.approves('dan', next);
    await world.looks();
    expect(await world.why()).toContain('window: frozen until Saturday 2027-01-02');
    const refusal = await world.refusal(who, 'rejected');
    expect(refusal === null).toBe(isHeard);
    await world.says(who, 'rejected');
    await world.looks();
    expect(world.live() === next).toBe(isHeard);
    if (isHeard) expect(await world.said()).toContain('rejected by ana: because; only what is in force applies');
    // It is set aside until it changes: another change begins again.
    await world.rules('eve', { window: frozen.replace('night', 'x').replace('2027-01-01', '2027-02-01') });
    await world.looks();
    expect((await world.observe()).isHeadSetAside).toBe(false);
  });

  test('under the name of a rule that is in force is overridden by whom that one names', async () => {
    const liftable = `${POLICIES.window}override: { by: [leads] }\n`;
    const world = await gatesWorld({ production: { policies: '[window]' } }, { policies: { window: liftable } });
    await world.rules('eve', { window: frozen });
    const next = await world.releases('eve', 'next');
    await world.looks();
    expect(world.live()).not.toBe(next);
    const version = { commit: next, tag: null };
    world.writes('production', 'dan', { type: 'overridden', version, reason: 'ours', until: null, rules: [] });
    await world.looks();
    expect(world.live(), await world.why()).toBe(next);
    // What an exception let in accepts nothing.
    expect(world.state().gates?.serial).toBe(1);
  });
});

test('stages that only look alike in two environments are not one change', async () => {
  const two = DEPLOY_PIPELINE.replace(
    'steps: [{ name: health, run: scripts/verify.sh }]',
    'policies: [approved]\n    steps: [{ name: health, run: scripts/verify.sh }]',
  );
  const world = await gatesWorld(
    { production: { policies: '[approved]' }, staging: { policies: '[approved]', pipeline: 'other' } },
    { files: { 'pipelines/other.yaml': two, 'pipelines/deploy.yaml': two } },
  );
  const early = (steps: string) => two.replace('  - name: deploy\n', `  - name: early\n${steps}  - name: deploy\n`);
  await world.pushes('eve', {
    'pipelines/other.yaml': early('    skippable: true\n    steps: [{ run: "true" }]\n'),
    'pipelines/deploy.yaml': early('    steps: [{ deploy: target }]\n'),
  });
  await world.looks();
  const [one, other] = [await world.pending('staging'), await world.pending()];
  expect([one.differences, other.differences]).toEqual([['stage early added'], ['stage early added']]);
  expect(isSameChange(one, other)).toBe(false);
  expect(isSameChange(one, one)).toBe(true);
});
