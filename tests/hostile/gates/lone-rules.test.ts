// Rules that are about nobody, dropped by the push that they should hold back. There is nobody to ask: the change
// waits for the very thing that it wants to drop, and goes with the first version that holds it and that the rule
// lets in.

import { expect, test } from 'vitest';
import { type GatesWorld, gatesWorld } from '../../support/gates-world.ts';
import { DEPLOY_PIPELINE } from '../../support/scenario-files.ts';

const HOUR = 3_600_000;
const SATURDAY = 22 * HOUR;
const DAY = 24 * HOUR;

type Lone = {
  readonly rule: string;
  /** What the world is like when eve comes: nothing is let in. */
  readonly closed: (world: GatesWorld) => Promise<unknown>;
  readonly says: string;
  /** What lets the version in after all. */
  readonly opens: ((world: GatesWorld, evil: string) => Promise<unknown>) | null;
};

const passes = (ms: number) => async (world: GatesWorld) => world.base.clock.advance(ms);
const nothing = async () => {};

const LONE: Readonly<Record<string, Lone>> = {
  window: {
    rule: 'window: { timezone: UTC, allow: [{ days: mon-fri, hours: "09:00-18:00" }] }\n',
    closed: passes(SATURDAY),
    says: 'closed',
    opens: passes(2 * DAY),
  },
  freeze: {
    rule: 'window: { timezone: UTC, deny: [{ from: 2026-11-21, to: 2026-11-22, reason: sale }] }\n',
    closed: passes(SATURDAY),
    says: 'sale',
    opens: passes(2 * DAY),
  },
  soak: {
    rule: 'soak: { in: staging, for: 48h }\n',
    closed: nothing,
    says: 'staging',
    // By nothing that production alone can do.
    opens: null,
  },
  checks: {
    rule: 'checks: { require: [ci/test] }\n',
    closed: nothing,
    says: 'ci/test',
    opens: (world, evil) => world.checked(evil),
  },
  limit: {
    rule: 'limit: { runs: 1, per: day, timezone: UTC }\n',
    closed: async (world) => {
      await world.releases('dan', 'one more');
      await world.looks();
    },
    says: '1 of 1 run began today',
    opens: passes(DAY),
  },
  when: {
    rule: 'when: { that: "change.commits <= 1", says: "one commit at a time" }\n',
    closed: (world) => world.pushes('dan', { 'environments/production/other.txt': 'x\n' }),
    says: 'one commit at a time',
    // The one who made two commits makes one of them again.
    opens: null,
  },
};

async function lone({ rule, closed }: Lone): Promise<{ readonly world: GatesWorld; readonly before: string | null }> {
  const world = await gatesWorld({ production: { policies: '[lone]' }, staging: {} }, { policies: { lone: rule } });
  expect(world.state().gates).toMatchObject({ serial: 1, on: 'first-sight' });
  await closed(world);
  await world.looks();
  return { world, before: world.live() };
}

test.each(Object.entries(LONE))('%s: dropped with a version, both wait for it', async (_, each) => {
  const { world, before } = await lone(each);
  await world.configures('eve', { policies: '[]' });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([before, 1]);
  expect(await world.why()).toContain(each.says);
  const wait =
    'no rule in force is about people: it is accepted with the next version that holds it and that the gates in force let in';
  expect(await world.said()).toMatch(/^Eve changed the gates .*\(lone removed\), not accepted; both apply\. /);
  expect((await world.pending()).waits).toBe(wait);
  for (const who of ['eve', 'ana'] as const) expect(await world.refusal(who, 'approved')).toBe(wait);
  if (each.opens === null) return;
  await each.opens(world, evil);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([evil, expect.objectContaining({ serial: 2, on: 'run' })]);
});

test('a change that no version holds is never accepted by one from before it', async () => {
  const world = await gatesWorld({ production: { policies: '[window]', follow: '{ tags: "v*" }' } });
  const good = await world.releases('dan', 'good');
  await world.configures('eve', { policies: '[]' });
  await world.tags('dan', 'v1.0.0', good);
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([good, 1]);
  // The honest twin: a tag on a commit that holds it.
  const next = await world.releases('dan', 'next');
  await world.tags('dan', 'v1.0.1', next);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([next, expect.objectContaining({ serial: 2, on: 'run' })]);
});

test.each(['deploy', 'verify'])('the gate of stage %s alone: being granted is not being let in', async (stage) => {
  const gated = DEPLOY_PIPELINE.replace(`- name: ${stage}\n`, `- name: ${stage}\n    policies: [checked]\n`);
  const world = await gatesWorld(
    { production: { policies: '[]' } },
    { policies: { checked: 'checks: { require: [ci/test] }\n' }, files: { 'pipelines/deploy.yaml': gated } },
  );
  const files = { 'pipelines/deploy.yaml': DEPLOY_PIPELINE, 'environments/production/app.txt': 'evil\n' };
  await world.checked(world.state().open[0]?.version.commit ?? '');
  await world.looks();
  const before = world.live();
  expect(before).not.toBeNull();
  const evil = await world.pushes('eve', files);
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([before, 1]);
  expect(await world.why()).toContain('ci/test');
  const began = world.deeds.filter(({ job, commit }) => commit === evil && job.id.includes(`/${stage}/`));
  expect(began).toEqual([]);
  await world.checked(evil);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([evil, expect.objectContaining({ serial: 2, on: 'run' })]);
});

const LIFTABLE = 'window: { timezone: UTC, allow: [{ days: mon-fri }] }\noverride: { by: [leads] }\n';

async function onSaturday(): Promise<{ readonly world: GatesWorld; readonly one: string }> {
  const world = await gatesWorld({ production: { policies: '[lone]' } }, { policies: { lone: LIFTABLE } });
  const one = await world.releases('dan', 'one');
  await world.looks();
  await world.releases('dan', 'two');
  await world.looks();
  world.base.clock.advance(SATURDAY);
  await world.configures('eve', { policies: '[]' });
  return { world, one };
}

test('nor by going back', async () => {
  const { world, one } = await onSaturday();
  world.writes('production', 'dan', { type: 'rollback-requested', to: { commit: one, tag: null }, reason: 'slow' });
  await world.looks();
  expect([world.deeds.at(-1)?.commit, world.state().gates?.serial]).toEqual([one, 1]);
});

test.each(['overridden', 'deploy-requested'])('nor by an exception for a version: %s', async (type) => {
  const { world } = await onSaturday();
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  expect(world.live()).not.toBe(evil);
  const version = { commit: evil, tag: null };
  const asked = { overridden: { until: null, rules: [] }, 'deploy-requested': { emergency: true, skipTests: false } };
  const more = type === 'overridden' ? asked.overridden : asked['deploy-requested'];
  world.writes('production', 'ana', { type, version, reason: 'urgent', ...more });
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([evil, 1]);
  expect((await world.pending()).accepting).toBeNull();
});

test('a window that never opens is not taken in by accident: somebody says so in so many words', async () => {
  const world = await gatesWorld({ production: { policies: '[]' } });
  await world.rules('eve', { window: 'window: { timezone: UTC, allow: [{ from: 2020-01-01, to: 2020-01-02 }] }\n' });
  await world.configures('eve', { policies: '[window]' });
  await world.looks();
  expect(world.state().gates?.serial).toBe(1);
  expect((await world.pending()).waits).toContain('window never opens: nothing could go any more');
  await world.says('dan', 'approved');
  await world.looks();
  expect(world.state().gates).toMatchObject({ serial: 2, on: 'words' });
});

test('where nothing at all is in force, a change is: at once, and whatever it brings counts from then on', async () => {
  const world = await gatesWorld({ production: { policies: '[]' } });
  await world.configures('eve', { policies: '[approved]' });
  await world.looks();
  expect(world.state().gates).toMatchObject({ serial: 2, on: 'nothing-in-force' });
  const before = world.live();
  await world.configures('eve', { policies: '[]' });
  await world.releases('eve', 'evil');
  await world.looks();
  expect(world.live()).toBe(before);
});
