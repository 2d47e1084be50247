// A broken file stops what is new, says where it is broken, and costs nothing that runs.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { DEPLOY_PIPELINE, environmentYaml, TIDEGATE_YAML } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

const BROKEN_PIPELINE = 'stages:\n  - name: test\n   steps: []\n';

describe('a broken file at the head', () => {
  test('starts nothing new, and status says file, line and column; fixed, it goes on', async () => {
    story = new Scenario({ production: {}, development: {} });
    await story.tick();
    story.deeds();
    story.push({ 'pipelines/deploy.yaml': BROKEN_PIPELINE, 'environments/production/app.txt': 'two\n' });
    const said = await story.tick({ code: 2 });
    expect(story.deeds()).toEqual([]);
    expect(said).toContain('pipelines/deploy.yaml:3:');
    const status = await story.status('production');
    expect(status).toMatchObject({ condition: 'Stalled', candidate: null });
    expect(status.sentence).toMatch(
      /^the configuration at the head of main cannot be used: pipelines\/deploy\.yaml:3:\d+: /,
    );
    expect(story.live('production')).toBe('one');
    const { code, out } = await story.run(['why', 'production']);
    expect(out).toContain('nothing new can come');
    expect(code).toBe(0);

    story.push({ 'pipelines/deploy.yaml': DEPLOY_PIPELINE });
    expect(await story.tick()).not.toContain('the configuration at the head');
    expect(story.live('production')).toBe('two');
    expect(story.deeds()).toEqual(['production test two', 'production verify two']);
  });

  test('that concerns one environment only leaves the others alone', async () => {
    story = new Scenario({ production: {}, development: {} });
    await story.tick();
    story.push({
      'environments/production/environment.yaml': environmentYaml('production', story.world, { more: ['polices: []'] }),
      'environments/development/app.txt': 'two\n',
    });
    await story.tick();
    expect(story.live('development')).toBe('two');
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toMatch(
      /environments\/production\/environment\.yaml:6:1: unknown key `polices` \(did you mean `policies`\?\)/,
    );
    expect((await story.status('development')).condition).toBe('Ready');
  });

  test('does not keep a failed run from going back', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.release('production', 'two broken');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-2: verify started/);
    const broken = story.push({ 'tidegate.yaml': `${TIDEGATE_YAML}poll: soon\n` });
    story.set('pause', false);
    await running.ended;
    expect(story.live('production')).toBe('one');
    expect(story.git('merge-base', '--is-ancestor', broken, 'main')).toBe('');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect((await story.status('production')).condition).toBe('Stalled');
    expect(await story.runs('production')).toEqual([
      'production-3 rollback failure Succeeded',
      'production-2 deploy commit RolledBack',
      'production-1 deploy commit Succeeded',
    ]);
  });

  test('does not keep a person from rolling back', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.release('production', 'two');
    await story.tick();
    story.push({ 'tidegate.yaml': 'version: 1\nversion: 2\n' });
    await story.tick({ code: 2 });
    const asked = await story.run(['rollback', 'production', '--reason', 'orders fail', '--yes']);
    expect(asked.code, asked.err).toBe(0);
    await story.tick({ code: 2 });
    expect(story.live('production')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
  });

  test('from the very beginning: exit 2, nothing is written', async () => {
    story = new Scenario({ production: {} }, { 'pipelines/deploy.yaml': BROKEN_PIPELINE });
    const said = await story.tick({ code: 2 });
    expect(said).toContain('pipelines/deploy.yaml:3:');
    expect(story.git('for-each-ref', 'refs/heads/tidegate')).toBe('');
    expect((await story.run(['status'])).out).toContain('Stalled');
  });

  test.each([
    ['no tidegate.yaml', { 'tidegate.yaml': null }, /tidegate\.yaml/],
    ['a policy that is not there', { 'environments/production/environment.yaml': 'POLICY' }, /policy `?office-hours`?/],
    [
      'a stage named twice',
      { 'pipelines/deploy.yaml': DEPLOY_PIPELINE.replace('name: verify', 'name: test') },
      /pipelines\/deploy\.yaml:7:\d+: .*test/,
    ],
    ['a YAML bomb', { 'tidegate.yaml': bomb() }, /tidegate\.yaml/],
  ])('%s', async (_name, files, said) => {
    story = new Scenario({ production: {} });
    await story.tick();
    const policy = environmentYaml('production', story.world, { policies: '[office-hours]' });
    story.push(
      Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text === 'POLICY' ? policy : text])),
    );
    story.release('production', 'two');
    await story.tick({ code: 2 });
    expect((await story.status('production')).sentence).toMatch(said);
    expect(story.live('production')).toBe('one');
  });
});

describe('a version whose own files are broken', () => {
  test('a script that is not there is refused, with the place', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.push({ 'scripts/verify.sh': null });
    await story.tick();
    expect((await story.status('production')).sentence).toMatch(
      /cannot be used.*pipelines\/deploy\.yaml:8:\d+: `scripts\/verify\.sh` is not in the repository/,
    );
    expect(await story.runs('production')).toHaveLength(1);
  });

  test('is refused with the place, and the one after it is not', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*" }' } });
    story.tag('v1.0.0');
    await story.tick();
    const broken = story.push({
      'environments/production/environment.yaml': environmentYaml('production', story.world, {
        follow: '{ tags: "v*" }',
        pipeline: 'deplyo',
      }),
    });
    story.tag('v1.1.0', broken);
    story.configure('production', { follow: '{ tags: "v*" }' });
    await story.tick();
    const why = await story.why('production');
    expect(why).toMatchObject({ status: 'denied', version: { tag: 'v1.1.0' } });
    expect(why.sentence).toMatch(
      /^v1\.1\.0 \(\w+\) has a configuration that cannot be used: environments\/production\/environment\.yaml:2:11: .*deplyo/,
    );
    expect(await story.runs('production')).toHaveLength(1);
    story.tag('v1.2.0', story.release('production', 'two'));
    await story.tick();
    expect(story.live('production')).toBe('two');
  });
});

function bomb(): string {
  const lines = ['version: 1', 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}
