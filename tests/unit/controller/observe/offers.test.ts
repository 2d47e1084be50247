// What `follow` offers, asked of a repository in memory: contents are compared, never commits.

import { describe, expect, test } from 'vitest';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const TAGS = { production: { follow: '{ tags: "v*" }' } };

describe('following a branch', () => {
  test('offers the commit that brought what is there now, not the newest', async () => {
    const world = await surveyWorld({ staging: {}, other: {} });
    const brought = await world.commit({ 'environments/staging/app.txt': 'two\n' });
    await world.commit({ 'environments/other/app.txt': 'elsewhere\n' });
    await world.commit({ 'notes.md': 'nothing that runs\n' });
    expect(await offered(world, 'staging')).toEqual([brought]);
  });

  test('offers nothing for commits that leave its inputs alone', async () => {
    const world = await surveyWorld({ staging: {} });
    await world.deploys('staging');
    await world.commit({ 'notes.md': 'x\n' });
    expect(await offered(world, 'staging')).toEqual([]);
  });

  test('offers what changes the pipeline or a script that it calls', async () => {
    const world = await surveyWorld({ staging: {} });
    await world.deploys('staging');
    const changed = await world.commit({ 'scripts/verify.sh': { mode: '100755', text: '#!/bin/sh\n' } });
    expect(await offered(world, 'staging')).toEqual([changed]);
  });

  test('offers the newest only, or with `queue: all` each in turn', async () => {
    for (const [more, count] of [
      [[], 1],
      [['queue: all'], 3],
    ] as const) {
      const world = await surveyWorld({ staging: { more } });
      await world.deploys('staging');
      const commits: string[] = [];
      for (const text of ['two', 'three', 'four']) {
        commits.push(await world.commit({ 'environments/staging/app.txt': text }));
        await world.commit({ 'notes.md': text });
      }
      expect(await offered(world, 'staging')).toEqual(commits.slice(-count));
    }
  });

  test('notices that the branch was rewritten', async () => {
    const world = await surveyWorld({ staging: {} });
    const root = (await world.observe('staging')).config ?? '';
    await world.commit({ 'environments/staging/app.txt': 'two\n' });
    await world.deploys('staging');
    await world.commit({ 'environments/staging/app.txt': 'three\n' }, { parent: root });
    const { offers } = await world.observe('staging');
    expect(offers.map(({ descends }) => descends)).toEqual([false]);
  });

  test('says that the branch is not there', async () => {
    const world = await surveyWorld({ staging: { follow: '{ branch: live }' } });
    const { offers, ignored } = await world.observe('staging');
    expect([offers, ignored]).toEqual([
      [],
      [{ tag: null, sentence: 'the followed branch live does not exist on the remote' }],
    ]);
  });
});

describe('following tags', () => {
  test('offers the highest version, and says what it leaves out', async () => {
    const world = await surveyWorld(TAGS);
    const first = await world.commit({ 'environments/production/app.txt': 'one\n' });
    const second = await world.commit({ 'environments/production/app.txt': 'two\n' });
    await world.tag('v1.9.0', first);
    await world.tag('v1.10.0', second);
    await world.tag('v2.0.0-rc.1', second);
    await world.tag('vnext', second);
    const { offers, ignored } = await world.observe('production');
    expect(offers.map(({ version }) => version)).toEqual([{ commit: second, tag: 'v1.10.0' }]);
    expect(ignored).toEqual([
      { tag: 'v2.0.0-rc.1', sentence: 'tag v2.0.0-rc.1 is a pre-release; `prereleases: true` would offer it' },
      { tag: 'vnext', sentence: 'tag vnext matches v* but is not a semantic version' },
    ]);
  });

  test('looks through an annotated tag to its commit, and remembers the tag’s own id', async () => {
    const world = await surveyWorld(TAGS);
    const commit = await world.commit({ 'environments/production/app.txt': 'two\n' });
    const oid = await world.remote.annotatedTag('v1.0.0', commit);
    const { offers } = await world.observe('production');
    expect(offers).toMatchObject([{ version: { commit, tag: 'v1.0.0' }, tag: { oid, reachable: true } }]);
  });

  test('passes over a tag that is not on the branch for one that is', async () => {
    const world = await surveyWorld(TAGS);
    const good = await world.commit({ 'environments/production/app.txt': 'two\n' });
    const stray = await world.commit({ 'environments/production/app.txt': 'x\n' }, { branch: 'feature', parent: good });
    await world.tag('v1.0.0', good);
    await world.tag('v9.0.0', stray);
    const { offers, ignored } = await world.observe('production');
    expect(offers.map(({ version }) => version.tag)).toEqual(['v1.0.0']);
    expect(ignored).toEqual([{ tag: 'v9.0.0', sentence: 'tag v9.0.0 does not count: it is not on main' }]);
  });

  test('shows one that does not count where there is no other, with the reason', async () => {
    const world = await surveyWorld(TAGS);
    const root = (await world.observe('production')).config ?? '';
    const stray = await world.commit({ 'environments/production/app.txt': 'x\n' }, { branch: 'feature', parent: root });
    await world.tag('v9.0.0', stray);
    const { offers } = await world.observe('production');
    expect(offers).toMatchObject([{ version: { tag: 'v9.0.0' }, tag: { reachable: false, on: ['main'] } }]);
  });

  test('offers no older tag when the one that runs was deleted', async () => {
    const world = await surveyWorld(TAGS);
    const first = await world.commit({ 'environments/production/app.txt': 'one\n' });
    await world.tag('v1.0.0', first);
    await world.tag('v1.1.0', await world.commit({ 'environments/production/app.txt': 'two\n' }));
    await world.deploys('production');
    await world.remote.setRef('refs/tags/v1.1.0', null);
    const { offers, ignored } = await world.observe('production');
    expect(offers).toEqual([]);
    const sentence =
      'tag v1.1.0, which runs here, was deleted on the remote; no older tag takes its place, only one on a commit that goes on from it';
    expect(ignored).toEqual([{ tag: 'v1.1.0', sentence }]);
  });
});

describe('following another environment', () => {
  test('offers what succeeded there, and nothing before', async () => {
    const world = await surveyWorld({ staging: {}, production: { follow: '{ promoted: staging }' } });
    const before = await world.observe('production');
    expect([before.offers, before.ignored]).toEqual([
      [],
      [{ tag: null, sentence: 'nothing has succeeded in staging yet' }],
    ]);
    const own = await world.commit({ 'environments/production/app.txt': 'two\n' });
    await world.deploys('staging');
    // What staging runs is there unchanged, so that commit has succeeded there too.
    expect((await world.observe('production')).offers).toMatchObject([
      { version: { commit: own }, trigger: 'promotion' },
    ]);
    await world.commit({ 'environments/staging/app.txt': 'two\n', 'environments/production/app.txt': 'three\n' });
    expect(await offered(world, 'production')).toEqual([own]);
  });
});

async function offered(world: SurveyWorld, environment: string): Promise<readonly string[]> {
  return (await world.observe(environment)).offers.map(({ version }) => version.commit);
}
