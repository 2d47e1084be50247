// `merge: when-allowed` on a branch that nobody may push to: the forge merges, by itself or by its queue, and the
// controller deploys what Git then has. What the forge refuses is said once, and stays for a person.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../engine/host/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type ModelForge, startModelForge } from '../support/forge/model-forge.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { startingFiles } from '../support/scenario-files.ts';
import { type Running, startTidegate } from '../support/tidegate-program.ts';

let folder: string;
let model: ModelForge;
let running: Running;
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-merged-')));
  mkdirSync(at('world'));
  model = await startModelForge(folder, realClock());
  const promote = 'promote: { from: [staging], take: [app.txt], merge: when-allowed }';
  const files = startingFiles(at('world'), { staging: {}, production: { more: [promote] } });
  const forge = `forge:\n  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }\n`;
  commitFiles(model.repository, { ...files, 'tidegate.yaml': `${files['tidegate.yaml']}poll: 1s\n${forge}` });
  const hook = path.join(model.repository, 'hooks', 'update');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "GH006: Protected branch" >&2; exit 1; }\n');
  chmodSync(hook, 0o755);
  running = startTidegate(['run', '--repo', model.repository, '--state', at('state')], {
    directory: folder,
    env: { FORGE_TOKEN: model.token('tidegate-bot') },
  });
  await running.says(/staging-1 Succeeded/);
}, 90_000);

afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

test('is merged by the forge, once, and goes live', async () => {
  commitFiles(model.repository, { 'environments/staging/app.txt': 'two\n' });
  await running.says(/production-2 Succeeded/);
  expect(live()).toBe('two\n');
  expect(model.state.pulls.map(({ state, mergedAt }) => [state, mergedAt !== null])).toEqual([['closed', true]]);
  expect(git(model.repository, ['log', '-1', '--format=%P', 'main']).split(' ')).toHaveLength(2);
}, 90_000);

test('is put into a merge queue that is required, and goes live by it', async () => {
  model.state.rules.isQueueRequired = true;
  commitFiles(model.repository, { 'environments/staging/app.txt': 'three\n' });
  await eventually(() => model.state.pulls.at(-1)?.isQueued === true);
  model.state.mergeQueue();
  await running.says(/production-3 Succeeded/);
  expect(live()).toBe('three\n');
  model.state.rules.isQueueRequired = false;
}, 120_000);

test('is refused in one sentence, and left to a person', async () => {
  model.state.rules.isBlocked = true;
  model.state.rules.allowsAutoMerge = false;
  commitFiles(model.repository, { 'environments/staging/app.txt': 'four\n' });
  await running.says(/was not merged: GitHub does not merge #3 yet: .*; a person may merge it there/);
  const asked = merges();
  await running.says(/staging-4 Succeeded/);
  // More looks follow: none of them asks again.
  commitFiles(model.repository, { 'README.md': 'a look\n' });
  await eventually(() => git(model.repository, ['log', '-1', '--format=%s', 'tidegate/production']) !== '');
  expect(model.state.pulls.at(-1)?.state).toBe('open');
  expect(merges()).toBe(asked);
  expect(live()).toBe('three\n');
  expect(model.violations).toEqual([]);
}, 120_000);

function live(): string {
  return readFileSync(at('state', 'live', 'production', 'current', 'app.txt'), 'utf8');
}

function merges(): number {
  return model.requests.filter(({ name }) => /^PUT .*\/merge$/.test(name)).length;
}
