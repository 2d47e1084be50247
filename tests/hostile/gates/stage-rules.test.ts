// Rules of a stage that are about nobody, dropped by the push that they should hold back. A run is granted before its
// stages are asked: what it would take with it waits until the last rule of a stage that is in force has let it pass.

import { expect, test } from 'vitest';
import { type GatesWorld, gatesWorld } from '../../support/gates-world.ts';
import { DEPLOY_PIPELINE } from '../../support/scenario-files.ts';

const HOUR = 3_600_000;
const WINDOW =
  'window: { timezone: UTC, allow: [{ days: mon-sun, hours: "09:00-18:00" }] }\noverride: { by: [leads] }\n';
const PIPELINE = 'pipelines/deploy.yaml';

/** The pipeline with the window before this stage. */
function before(stage: string): string {
  return DEPLOY_PIPELINE.replace(`- name: ${stage}\n`, `- name: ${stage}\n    policies: [lone]\n`);
}

async function atNight(
  stage: string,
  policies = '[]',
): Promise<{ readonly world: GatesWorld; readonly first: string | null }> {
  const world = await gatesWorld(
    { production: { policies } },
    { policies: { lone: WINDOW }, files: { [PIPELINE]: before(stage) } },
  );
  const first = world.live();
  world.base.clock.advance(12 * HOUR);
  return { world, first };
}

const touched = ({ deeds }: GatesWorld, commit: string) =>
  deeds.some((deed) => deed.commit === commit && deed.job.id.includes('/deploy/'));

test.each(['test', 'deploy'])('a window before %s is dropped with a version: both wait for it', async (stage) => {
  const { world } = await atNight(stage);
  await world.pushes('eve', { [PIPELINE]: DEPLOY_PIPELINE });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  expect([touched(world, evil), world.state().gates?.serial]).toEqual([false, 1]);
  expect(await world.why()).toContain('closed');
  // The honest twin: in the morning it is let in, and what it holds is in force from its deployment on.
  world.base.clock.advance(12 * HOUR);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([evil, expect.objectContaining({ serial: 2, on: 'run' })]);
});

test('a window before a stage behind the deployment still stands before that stage', async () => {
  const { world } = await atNight('verify');
  await world.pushes('eve', { [PIPELINE]: DEPLOY_PIPELINE });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  expect([world.live() === evil, world.state().gates?.serial]).toEqual([false, 1]);
  world.base.clock.advance(12 * HOUR);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([evil, expect.objectContaining({ serial: 2, on: 'run' })]);
});

test('a run that an exception let through takes no change of gates with it', async () => {
  const { world } = await atNight('deploy');
  await world.pushes('eve', { [PIPELINE]: DEPLOY_PIPELINE });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  const version = { commit: evil, tag: null };
  world.writes('production', 'ana', { type: 'overridden', version, rules: [], reason: 'urgent', until: null });
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([evil, 1]);
});

test('nor does one that skips a stage with a rule', async () => {
  const { world } = await atNight('test');
  await world.pushes('eve', { [PIPELINE]: DEPLOY_PIPELINE });
  const evil = await world.releases('eve', 'evil');
  const version = { commit: evil, tag: null };
  const asked = { type: 'deploy-requested', version, reason: 'now', emergency: false, skipTests: true };
  world.writes('production', 'eve', asked);
  await world.looks();
  expect([touched(world, evil), world.state().gates?.serial]).toEqual([false, 1]);
});
