// How a commit becomes a deployment, and how a commit that concerns nobody becomes nothing.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { script } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

describe('a commit', () => {
  test('that touches one environment’s folder is no version of another', async () => {
    story = new Scenario({ development: {}, staging: {} });
    await story.tick();
    story.deeds();
    const second = story.release('development', 'two');
    story.push({ 'README.md': 'words\n' });
    await story.tick();
    expect(story.deeds()).toEqual(['development test two', 'development verify two']);
    // The version is the commit that introduced the contents, not the newest one.
    expect((await story.status('development')).current?.commit).toBe(second);
    expect(await story.runs('staging')).toEqual(['staging-1 deploy commit Succeeded']);
  });

  test('that changes a shared script or pipeline is a version of every environment that uses it', async () => {
    story = new Scenario(
      { development: {}, staging: {}, lonely: { pipeline: 'lonely' } },
      { 'pipelines/lonely.yaml': 'stages: [{ name: deploy, steps: [{ deploy: target }] }]\n' },
    );
    await story.tick();
    story.push({ 'scripts/test.sh': script('true') });
    await story.tick();
    expect(await story.runs('development')).toHaveLength(2);
    expect(await story.runs('staging')).toHaveLength(2);
    expect(await story.runs('lonely')).toHaveLength(1);

    story.push({ 'pipelines/lonely.yaml': 'stages: [{ name: put, steps: [{ deploy: target }] }]\n' });
    await story.tick();
    expect(await story.runs('development')).toHaveLength(2);
    expect(await story.runs('lonely')).toHaveLength(2);
  });

  test('brings a new environment into being, and taking one away leaves its history', async () => {
    story = new Scenario({ development: {}, old: {} });
    await story.tick();
    story.push({ 'environments/old/environment.yaml': null, 'environments/old/app.txt': null });
    await story.tick();
    const { condition, sentence: reason } = await story.status('old');
    expect(condition).toBe('Ready');
    expect(reason).toContain('old was removed, and that is in force; its ledger stays');
    expect(await story.runs('old')).toEqual(['old-1 deploy commit Succeeded']);
    expect(await story.verify()).toMatchObject({ refs: 2, problems: [] });
  });
});

describe('two branches', () => {
  test('each environment goes by its own', async () => {
    story = new Scenario({ development: { follow: '{ branch: develop }' }, staging: {} });
    await story.tick();
    expect((await story.status('development')).sentence).toBe(
      'the followed branch develop does not exist on the remote',
    );
    story.git('branch', 'develop', 'main');
    story.release('development', 'two', 'develop');
    await story.tick();
    expect(story.live('development')).toBe('two');
    expect(story.live('staging')).toBe('one');
  });
});

describe('`git revert`, pushed by a person', () => {
  test('of something that never ran well is an ordinary deployment', async () => {
    story = new Scenario({ development: {} });
    await story.tick();
    story.release('development', 'two');
    story.release('development', 'three');
    await story.tick();
    story.deeds();
    const git = story.clone();
    git('revert', '--no-edit', 'HEAD');
    git('push', '--quiet', 'origin', 'main');
    await story.tick();
    expect(story.deeds()).toEqual(['development test two', 'development verify two']);
    expect((await story.history('development'))[0]).toMatchObject({ kind: 'deploy', trigger: 'commit' });
  });
});
