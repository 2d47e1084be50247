// The contract on Git alone, and on GitLab's push options, over a real repository: a server that takes push options
// sees what it was told in its hook.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPlainForge } from '../../engine/forge/plain.ts';
import { createPushOptionsForge } from '../../engine/forge/push-options.ts';
import { openNativeGit } from '../../engine/git/native.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { Forge } from '../../engine/ports/forge.ts';
import type { GitRepository, PushResult } from '../../engine/ports/git.ts';
import { commitFiles, git, makeBareRepository } from '../support/git-repositories.ts';
import { handClock } from '../support/hand-clock.ts';
import { type ForgeHarness, forgeContract } from './forge.ts';

type Make = (options: Parameters<typeof createPlainForge>[0]) => Forge;

const VERBS = ['look', 'open', 'close', 'merge'] as const;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

forgeContract('Git alone', VERBS, () => gitHarness(createPlainForge));
forgeContract("GitLab's push options", VERBS, () => gitHarness(createPushOptionsForge));

test('a branch that came to GitLab without its request is pushed once more, and then has one', async () => {
  const harness = await gitHarness(createPushOptionsForge);
  const order = { branch: 'promote/production/v2', base: 'main', title: 'production: v2', body: '' };
  const head = await harness.push(order.branch, { 'README.md': 'by another life\n' });
  const requests = () => git(harness.bare, ['for-each-ref', '--format=%(objectname)', 'refs/merge-requests']);
  expect(requests()).toBe('');
  for (const forge of [harness.forge, harness.another()])
    expect(await forge.open({ ...order, head })).toMatchObject({ type: 'open' });
  expect(requests()).toBe(head);
  await harness.end();
});

test('GitLab is told what to open with the push, each option in one line', async () => {
  const harness = await gitHarness(createPushOptionsForge);
  const head = await harness.proposal('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
  const order = { branch: 'promote/production/v2', base: 'main', head, title: 'production: v2', body: 'one\ntwo' };
  expect(await harness.forge.open(order)).toMatchObject({ type: 'open' });
  expect(
    readFileSync(path.join(harness.bare, 'told'), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  ).toEqual([
    'merge_request.create',
    'merge_request.target=main',
    'merge_request.title=production: v2',
    'merge_request.description=one\\ntwo',
  ]);
  await harness.end();
});

async function gitHarness(make: Make): Promise<ForgeHarness & { readonly bare: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-plain-'));
  folders.push(folder);
  const bare = makeBareRepository(path.join(folder, 'shop.git'));
  git(bare, ['config', 'receive.advertisePushOptions', 'true']);
  // As GitLab does: a request that is asked for with a push that changes its branch has a ref of its own.
  const hook = [
    '#!/bin/sh',
    'read -r old new ref',
    '[ "${GIT_PUSH_OPTION_COUNT:-0}" -gt 0 ] || exit 0',
    'i=0',
    'while [ "$i" -lt "$GIT_PUSH_OPTION_COUNT" ]; do',
    '  eval "printf \'%s\\n\' \\"\\$GIT_PUSH_OPTION_$i\\""',
    '  i=$((i+1))',
    'done >> told',
    'git update-ref "refs/merge-requests/$$/head" "$new"',
  ];
  writeFileSync(path.join(bare, 'hooks', 'post-receive'), `${hook.join('\n')}\n`, { mode: 0o755 });
  commitFiles(bare, { 'environments/production/web.yaml': 'tag: 1\n', 'README.md': 'shop\n' });
  const clock = handClock();
  const author = { name: 'tidegate', email: 'tidegate@example.org' };
  const repositories: GitRepository[] = [];
  let isLost = false;
  const lives: Forge[] = [];
  for (const name of ['one', 'two']) {
    const repository = await openNativeGit({
      url: bare,
      env: process.env as Record<string, string>,
      directory: path.join(folder, name),
    });
    repositories.push(repository);
    const losing: GitRepository = {
      ...repository,
      async push(updates, options) {
        const answers = await repository.push(updates, options);
        if (!isLost) return answers;
        isLost = false;
        const fault = new Fault('remote-timeout', 'no answer came', { retry: 'later', hint: 'wait' });
        return new Map([...answers.keys()].map((ref): [string, PushResult] => [ref, { type: 'in-doubt', fault }]));
      },
    };
    lives.push(make({ git: losing, clock, author }));
  }
  const [forge, other] = lives;
  const [repository] = repositories;
  if (forge === undefined || other === undefined || repository === undefined) throw new Error('no adapter');
  const tip = async (branch: string) =>
    git(bare, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || null;
  return {
    bare,
    forge,
    another: () => other,
    async proposal(_branch, files) {
      const main = (await tip('main')) ?? '';
      await repository.look(['refs/heads/main']);
      await repository.fetch(new Map([['refs/heads/main', main]]));
      const draft = {
        parent: main,
        files: new Map(Object.entries(files)),
        message: 'Promote v2',
        author,
        at: clock.now(),
      };
      const [oid = ''] = await repository.writeCommits([draft]);
      return oid;
    },
    async push(branch, files) {
      const parent = await tip(branch);
      return commitFiles(bare, files, parent === null ? { branch } : { branch, parent });
    },
    tip,
    readFile: async (branch, file) => `${git(bare, ['show', `${branch}:${file}`])}\n`,
    isAncestor: async (ancestor, branch) => git(bare, ['rev-list', branch]).split('\n').includes(ancestor),
    closeByHand: async (branch) => void git(bare, ['update-ref', '-d', `refs/heads/${branch}`]),
    loseAnswer: () => {
      isLost = true;
    },
    until: (work) => work,
    async end() {
      for (const one of repositories) await one.close();
    },
  };
}
