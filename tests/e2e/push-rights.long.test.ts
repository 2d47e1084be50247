// Somebody who may push, and is in no group that approves, against the real program and real git: what must wait,
// waits, with its sentence; and what people who may agree to goes. The kinds of it, and every variant, are in
// tests/hostile/gates.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitFiles, STORY_TIME, type StoryFile } from '../support/git-repositories.ts';
import { Scenario } from '../support/scenario.ts';
import { DEPLOY_PIPELINE, environmentYaml } from '../support/scenario-files.ts';

const TIDEGATE = `version: 1
people: { ana: { email: ana@example.org }, dan: { email: dan@example.org }, eve: { email: eve@example.org } }
teams: { leads: [ana, dan] }
`;
const APPROVAL = 'approval: { require: [{ from: leads }] }\n';
const ALWAYS = 'window: { allow: [{ days: mon-sun }] }\n';
const EVE = { name: 'Eve', email: 'eve@example.org' };

let story: Scenario;
let pushes = 0;
beforeEach(() => {
  pushes = 0;
});
afterEach(() => story.end());

describe('a policy that becomes a window which is always open', () => {
  test('lets nothing in that it held, until somebody accepts it', async () => {
    await running('{ branch: main }');
    const evil = eve({ 'environments/production/app.txt': 'evil\n' });
    await story.tick();
    eve({ 'policies/appr.yaml': ALWAYS });
    const said = await story.tick();
    expect(story.live('production')).toBe('one');
    expect(said).toMatch(/a change of gates \([0-9a-f]{32}\) waits: .*1 of leads/);
    const why = await story.run(['why', 'production']);
    expect(why.code).toBe(1);
    expect(why.out).toContain(evil.slice(0, 7));
    expect((await story.run(['approve', 'production', '--gates'], { as: 'eve' })).code).toBe(1);
    await story.tick();
    expect(story.live('production')).toBe('one');

    expect((await story.run(['approve', 'production', '--gates'], { as: 'dan' })).code).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('evil');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('changes nothing by being adopted under a newer tag of the same contents', async () => {
    await running('{ tags: "v*" }');
    story.tag('v1.0.2', eve({ 'policies/appr.yaml': ALWAYS }));
    await story.tick();
    expect((await story.status('production')).current?.tag).toBe('v1.0.2');
    story.tag('v1.0.3', eve({ 'environments/production/app.txt': 'evil\n' }));
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(await story.why('production')).toMatchObject({ status: 'waiting', version: { tag: 'v1.0.3' } });

    expect((await story.run(['approve', 'production', 'v1.0.3'], { as: 'dan' })).code).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('evil');
  });
});

test('a default branch that begins again, with the running tag gone, does not make a fresh controller forget the gates', async () => {
  await running('{ tags: "v*" }');
  const files = {
    'tidegate.yaml': TIDEGATE,
    'pipelines/deploy.yaml': DEPLOY_PIPELINE,
    'policies/appr.yaml': ALWAYS,
    'environments/production/environment.yaml': environmentYaml('production', story.world, {
      follow: '{ tags: "v*" }',
      policies: '[appr]',
    }),
    'environments/production/app.txt': 'evil\n',
    'scripts/test.sh': { mode: '100755', text: '#!/bin/sh\n' },
    'scripts/verify.sh': { mode: '100755', text: '#!/bin/sh\n' },
  } as const;
  commitFiles(story.repository, files, { author: EVE, branch: 'again', at: STORY_TIME });
  story.git('update-ref', 'refs/heads/main', story.head('again'));
  story.git('tag', '-d', 'v1.0.0');
  story.tag('v1.0.1');
  const place = story.state;
  story.state = path.join(story.folder, 'fresh');
  const { out, err } = await story.run(['run', '--once']);
  expect(story.live('production'), `${out}${err}`).toBeNull();
  const why = await story.why('production');
  expect(why.status).not.toBe('allowed');
  story.state = place;
  await story.run(['run', '--once']);
  expect(story.live('production')).toBe('one');
});

test('a new environment without a gate comes neither to the place nor to the secret of one that has them', async () => {
  await running('{ branch: main }', ['secrets: [PROD_TOKEN]']);
  const stolen = path.join(story.world, 'stolen');
  eve({
    'environments/zz/environment.yaml': environmentYaml('zz', story.world, {
      pipeline: 'steal',
      target: '{ files: { to: live/production } }',
      more: ['secrets: [PROD_TOKEN]'],
    }),
    'environments/zz/app.txt': 'evil\n',
    'pipelines/steal.yaml': `stages:\n  - name: deploy\n    steps: [{ run: scripts/steal.sh }, { deploy: target }]\n`,
    'scripts/steal.sh': { mode: '100755', text: `#!/bin/sh\necho "$PROD_TOKEN" > ${stolen}\n` },
  });
  const env = { PROD_TOKEN: 'hunter2' };
  await story.tick({ env });
  // Also where somebody who answers lets the environment in: what is another's stays another's.
  const yes = await story.run(['approve', 'zz', '--gates'], { as: 'dan' });
  expect(yes.code, yes.err).toBe(0);
  await story.tick({ env });
  expect(story.live('production')).toBe('one');
  expect(story.git('for-each-ref', '--format=%(refname)')).toContain('refs/heads/tidegate/zz');
  expect(await story.runs('zz')).toEqual([]);
  expect(existsSync(stolen)).toBe(false);
  expect((await story.why('zz')).sentence).toMatch(/production/);
});

test('a number in the ledger that leaves no room is not gone on from, and verify says so', async () => {
  await running('{ branch: main }');
  const text = story.file('tidegate/production', 'index.json');
  const index = JSON.parse(text) as { seq: number };
  const forged = text.replace(`"seq": ${index.seq}`, `"seq": ${2 ** 48}`);
  expect(forged).not.toBe(text);
  const files = story.git('ls-tree', '-r', '--name-only', 'tidegate/production').split('\n');
  expect(files).toContain('index.json');
  commitFiles(
    story.repository,
    { 'index.json': forged },
    { author: EVE, branch: 'tidegate/production', message: 'more', at: STORY_TIME },
  );
  const tip = story.head('tidegate/production');
  story.release('production', 'two');
  await story.run(['run', '--once']);
  expect(story.live('production')).toBe('one');
  expect(story.head('tidegate/production')).toBe(tip);
  expect(await story.status('production')).toMatchObject({ condition: 'Stalled' });
  const { code, out, err } = await story.run(['verify']);
  expect([code, `${out}${err}`]).toEqual([
    2,
    expect.stringContaining(`${tip.slice(0, 7)}  the ledger refs/heads/tidegate/production`),
  ]);
});

/** `one` runs in production, approved by Dan. */
async function running(follow: string, more: readonly string[] = []): Promise<void> {
  story = new Scenario(
    { production: { follow, policies: '[appr]', more } },
    { 'tidegate.yaml': TIDEGATE, 'policies/appr.yaml': APPROVAL },
  );
  if (follow.includes('tags')) story.tag('v1.0.0');
  await story.tick();
  expect((await story.run(['approve', 'production', story.head()], { as: 'dan' })).code).toBe(0);
  await story.tick({ env: { PROD_TOKEN: 'hunter2' } });
  expect(story.live('production')).toBe('one');
}

/** One commit on main by Eve. */
function eve(files: Readonly<Record<string, StoryFile>>): string {
  pushes += 1;
  return commitFiles(story.repository, files, { author: EVE, at: STORY_TIME + (100 + pushes) * 60_000 });
}
