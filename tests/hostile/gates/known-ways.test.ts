// The ways past a gate that were found first (G1 to G8, G12, G15), each with its steps, and its honest twin. Eve may
// push the default branch and tags, and is in no group that approves.

import { expect, test } from 'vitest';
import { POLICIES, tidegateYaml } from '../../support/gates-cast.ts';
import { type GatesWorld, gatesWorld } from '../../support/gates-world.ts';
import { DEPLOY_PIPELINE } from '../../support/scenario-files.ts';

const SATURDAY = 22 * 3_600_000;
const ALWAYS = POLICIES.open;
const TAGS = { production: { policies: '[approved]', follow: '{ tags: "v*" }' } };

/** Dan's version runs. */
async function running(...args: Parameters<typeof gatesWorld>): Promise<GatesWorld> {
  const world = await gatesWorld(...args);
  const good = await world.releases('dan', 'good');
  await world.looks();
  await world.approves('ana', good);
  await world.looks();
  expect(world.live()).toBe(good);
  return world;
}

async function tagged(): Promise<GatesWorld> {
  const world = await gatesWorld(TAGS);
  const good = await world.releases('dan', 'good');
  await world.tags('dan', 'v1.0.0', good);
  await world.looks();
  await world.approves('ana', good, 'production', 'v1.0.0');
  await world.looks();
  expect(world.live()).toBe(good);
  return world;
}

/** Nothing moved, and who must agree is said; then they do, and it goes. */
async function waitsThenGoes(world: GatesWorld, evil: string): Promise<void> {
  const [before, deeds] = [world.live(), world.deeds.length];
  await world.looks();
  expect([world.live(), world.deeds.length, world.state().gates?.serial]).toEqual([before, deeds, 1]);
  expect(await world.said()).toMatch(
    /^Eve changed the gates .*, not accepted; both apply\. leads must agree, or revert [0-9a-f]{7}$/,
  );
  await world.says('ana', 'approved');
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([evil, 2]);
}

test('G1: a version waits, and a second commit loosens what it waits for', async () => {
  const world = await running();
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  await world.rules('eve', { approved: ALWAYS });
  await waitsThenGoes(world, evil);
});

test('G2: the same where another environment is followed', async () => {
  const promoted = await gatesWorld({
    production: { policies: '[approved]', follow: '{ promoted: staging }' },
    staging: {},
  });
  const one = promoted.live('staging') ?? '';
  await promoted.looks();
  await promoted.approves('dan', one);
  await promoted.looks();
  const evil = await promoted.pushes('eve', {
    'environments/staging/app.txt': 'evil\n',
    'environments/production/app.txt': 'evil\n',
  });
  await promoted.looks();
  expect(promoted.live('staging')).toBe(evil);
  await promoted.rules('eve', { approved: ALWAYS });
  await waitsThenGoes(promoted, evil);
});

test('G2: the same with tags, and no new tag', async () => {
  const world = await tagged();
  const evil = await world.releases('eve', 'evil');
  await world.tags('eve', 'v1.0.1', evil);
  await world.looks();
  await world.configures('eve', { policies: '[]' });
  await waitsThenGoes(world, evil);
});

test('G3: a member of the approving team at the head only does not let in what waits, nor the change itself', async () => {
  const world = await running();
  const evil = await world.releases('dan', 'evil');
  await world.looks();
  await world.pushes('eve', { 'tidegate.yaml': tidegateYaml('leads: [ana, dan, eve], qa: [kim]') });
  await world.looks();
  await world.approves('eve', evil);
  await world.says('eve', 'approved');
  const before = world.live();
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([before, 1]);
  expect(await world.why()).toContain('needs approval by 1 of leads (ana)');
  expect((await world.pending()).waits).toContain('the yes of eve does not count: asked are ');
  await world.says('ana', 'approved');
  await world.looks();
  expect(world.live()).toBe(evil);
});

test('G4: a looser policy under a tag that is adopted, and evil contents after it', async () => {
  const world = await tagged();
  const same = await world.rules('eve', { approved: ALWAYS });
  await world.tags('eve', 'v1.0.2', same);
  await world.looks();
  expect([world.state().current?.version.tag, world.state().gates?.serial]).toEqual(['v1.0.2', 1]);
  const evil = await world.releases('eve', 'evil');
  await world.tags('eve', 'v1.0.3', evil);
  await waitsThenGoes(world, evil);
});

const FRIDAY = 'window: { timezone: UTC, allow: [{ days: mon-fri }] }\n';

/** Under a lone window, on a Saturday; three versions came one by one. */
async function saturday(
  more: readonly string[],
  policies = '[window]',
): Promise<{ world: GatesWorld; runs: string[] }> {
  const world = await gatesWorld(
    { production: { policies, more } },
    { policies: { window: FRIDAY, newer: 'downgrade: denied\n' } },
  );
  const runs: string[] = [];
  for (const text of ['a', 'b', 'c']) {
    runs.push(await world.releases('dan', text));
    await world.looks();
  }
  expect(world.live()).toBe(runs[2]);
  world.base.clock.advance(SATURDAY);
  return { world, runs };
}

test.each([
  ['[window]', 'window: closed since Saturday'],
  ['[newer, window]', 'newer: '],
])('G5, G8: each in turn under %s, and somebody goes back by name', async (policies, sentence) => {
  const { world, runs } = await saturday(['queue: all'], policies);
  const back = { commit: runs[0] ?? '', tag: null };
  const asked = { skipTests: false, emergency: false, reason: 'x' };
  world.writes('production', 'dan', { type: 'deploy-requested', version: back, ...asked });
  await world.rules('eve', { window: ALWAYS });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([runs[2], 1]);
  expect(await world.why()).toContain(sentence);
  const [request] = world.state().requests;
  world.writes('production', 'dan', { type: 'request-closed', request: request?.id ?? '', sentence: 'taken back' });
  await world.looks();
  expect(world.live()).toBe(runs[2]);
  world.base.clock.advance(2 * 24 * 3_600_000);
  await world.looks();
  expect([world.live(), world.state().gates]).toEqual([evil, expect.objectContaining({ serial: 2, on: 'run' })]);
});

test('G6: a request that is refused lets nothing in, in the same plan or later', async () => {
  const { world, runs } = await saturday([]);
  const unknown = { commit: 'f'.repeat(40), tag: null };
  const asked = { skipTests: false, emergency: false, reason: 'x' };
  world.writes('production', 'eve', { type: 'deploy-requested', version: unknown, ...asked });
  await world.rules('eve', { window: ALWAYS });
  await world.releases('eve', 'evil');
  await world.looks();
  expect(world.state().requests).toEqual([]);
  expect([world.live(), world.state().gates?.serial]).toEqual([runs[2], 1]);
  expect(await world.why()).toContain('window: closed since Saturday');
});

test('G7: the branch is rewritten, the tag that runs is gone, and a controller begins with nothing', async () => {
  const world = await tagged();
  const good = world.live();
  await world.flushes();
  const { remote } = world.base;
  const main = remote.refs.get('refs/heads/main') ?? '';
  const files = { 'policies/approved.yaml': ALWAYS, 'environments/production/app.txt': 'evil\n' };
  const evil = await world.rewrites('eve', files);
  await remote.setRef('refs/tags/v1.0.0', null);
  await world.tags('eve', 'v1.0.1', evil);
  const fresh = await world.begunAnew('controller-2');
  await fresh.looks();
  expect([fresh.live(), fresh.state().gates?.serial, fresh.deeds]).toEqual([good, 1, []]);
  const unknown = 'who changed the gates cannot be found out, and a rule in force excludes those who did';
  expect((await fresh.pending()).waits).toBe(unknown);
  await fresh.says('ana', 'approved');
  await fresh.looks();
  expect([fresh.live(), (await fresh.pending()).waits]).toEqual([good, unknown]);
  // The way out that needs nobody: what was there is put back, and a version on top of it goes its way.
  await remote.setRef('refs/heads/main', main);
  await remote.setRef('refs/tags/v1.0.1', null);
  const next = await world.releases('dan', 'next');
  await world.tags('dan', 'v1.0.2', next);
  await fresh.looks();
  await fresh.approves('ana', next, 'production', 'v1.0.2');
  await fresh.looks();
  expect([fresh.live(), await fresh.said()]).toEqual([next, null]);
});

test('G12: a gated stage that the version empties, deploying before it', async () => {
  const gated = DEPLOY_PIPELINE.replace('  - name: deploy\n', '  - name: deploy\n    policies: [checked]\n');
  const moved = gated
    .replace('    steps: [{ deploy: target }]', '    steps: [{ wait: 1s }]')
    .replace(
      '  - name: test\n    skippable: true\n    steps: [{ name: check, run: scripts/test.sh }]',
      '  - name: test\n    skippable: true\n    steps: [{ deploy: target }]',
    );
  const world = await gatesWorld(
    { production: { policies: '[]', more: ['secrets: [PROD_TOKEN]'], follow: '{ tags: "v*" }' } },
    { policies: { checked: 'checks: { require: [ci/test] }\n' }, files: { 'pipelines/deploy.yaml': gated } },
  );
  const evil = await world.pushes('eve', {
    'pipelines/deploy.yaml': moved,
    'environments/production/app.txt': 'evil\n',
  });
  await world.pushes('dan', { 'pipelines/deploy.yaml': gated });
  await world.tags('eve', 'v1.0.0', evil);
  await world.looks();
  expect(world.deeds).toEqual([]);
  expect(await world.why()).toContain('ci/test');
  await world.checked(evil);
  await world.looks();
  expect(world.live()).toBe(evil);
});

test('a secret for a stage before the gate: it begins without, and the gated one has it', async () => {
  const gated = DEPLOY_PIPELINE.replace('  - name: deploy\n', '  - name: deploy\n    policies: [checked]\n');
  const world = await gatesWorld(
    { production: { policies: '[]', more: ['secrets: [PROD_TOKEN]'] } },
    { policies: { checked: 'checks: { require: [ci/test] }\n' }, files: { 'pipelines/deploy.yaml': gated } },
  );
  const evil = await world.pushes('eve', {
    'pipelines/deploy.yaml': gated.replace('scripts/test.sh', 'scripts/test.sh "$PROD_TOKEN"'),
    'environments/production/app.txt': 'evil\n',
  });
  await world.looks();
  expect(world.deeds.map(({ job }) => [job.id.split('/')[1], job.secrets])).not.toContainEqual([
    'test',
    ['PROD_TOKEN'],
  ]);
  await world.checked(evil);
  await world.looks();
  expect(world.deeds.map(({ job }) => [job.id.split('/')[1], job.secrets])).toContainEqual(['deploy', ['PROD_TOKEN']]);
});

test('a tag that came by what is only followed at the head is not adopted', async () => {
  const world = await tagged();
  await world.configures('eve', { follow: '{ tags: "*" }' });
  await world.tags('eve', 'v9.0.0-huge', world.live() ?? '');
  await world.configures('eve', { follow: '{ tags: "*", prereleases: true }' });
  await world.looks();
  expect([world.state().current?.version.tag, world.state().gates?.serial]).toEqual(['v1.0.0', 1]);
  expect((await world.pending()).differences).toEqual(['what it follows changed']);
  await world.says('ana', 'approved');
  await world.looks();
  expect(world.state().current?.version.tag).toBe('v9.0.0-huge');
});

test.each([
  ['a wider pattern', '{ tags: "*" }'],
  ['tags of any branch', '{ tags: "v*", on: [main, wild] }'],
  ['pre-releases', '{ tags: "v*", prereleases: true }'],
  ['a branch instead of tags', '{ branch: main }'],
])('%s: while what is followed is not accepted, nothing is offered', async (_, follow) => {
  const world = await tagged();
  const before = world.live();
  await world.pushes('eve', { 'environments/production/app.txt': 'wild\n' }, { branch: 'wild', parent: before ?? '' });
  await world.configures('eve', { follow });
  const evil = await world.releases('eve', 'evil');
  await world.tags('eve', 'v1.1.0', evil);
  await world.looks();
  await world.approves('ana', evil);
  await world.looks();
  expect(world.live()).toBe(before);
  expect(await world.why()).toContain('what production follows was changed and not accepted yet (in force: ');
  await world.says('ana', 'approved');
  await world.looks();
  expect(world.live()).toBe(evil);
});

test('the order of branches is no change, and holds nothing back', async () => {
  const world = await gatesWorld({ production: { policies: '[]', follow: '{ tags: "v*", on: [main, wild] }' } });
  await world.configures('dan', { follow: '{ tags: "v*", on: [wild, main] }' });
  const good = await world.releases('dan', 'good');
  await world.tags('dan', 'v1.0.0', good);
  await world.looks();
  expect([world.live(), await world.said()]).toEqual([good, null]);
});

test('another default branch on the server: its gates are a change, and what is followed stays', async () => {
  const world = await running();
  const before = world.live();
  const tip = world.base.remote.refs.get('refs/heads/main') ?? '';
  const loose = { 'policies/approved.yaml': ALWAYS, 'environments/production/app.txt': 'evil\n' };
  await world.pushes('eve', loose, { branch: 'evil', parent: tip });
  world.base.remote.head = 'refs/heads/evil';
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([before, 1]);
  expect((await world.pending()).differences).toContain('approved changed');
  world.base.remote.head = 'refs/heads/main';
  const next = await world.releases('dan', 'next');
  await world.looks();
  await world.approves('ana', next);
  await world.looks();
  expect([world.live(), await world.said()]).toEqual([next, null]);
});
