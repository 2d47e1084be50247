// The contract on GitHub itself, or on what speaks like it: a repository to be thrown away, since its main branch is
// begun again before each test. Skipped, by name, where the environment names none:
// TIDEGATE_LIVE_GITHUB=owner/name TIDEGATE_LIVE_GITHUB_TOKEN=… npx vitest run tests/contract/forge-github-live
// TIDEGATE_LIVE_GITHUB_API and TIDEGATE_LIVE_GITHUB_GIT say where, for an Enterprise server.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'vitest';
import { createGithub } from '../../engine/forge/github/github.ts';
import type { Fetch } from '../../engine/forge/github/wire.ts';
import { realClock } from '../../engine/host/clock.ts';
import { type ForgeHarness, forgeContract } from './forge.ts';

const REPOSITORY = process.env['TIDEGATE_LIVE_GITHUB'] ?? '';
const TOKEN = process.env['TIDEGATE_LIVE_GITHUB_TOKEN'] ?? '';
const API = process.env['TIDEGATE_LIVE_GITHUB_API'] ?? 'https://api.github.com';
const GIT = process.env['TIDEGATE_LIVE_GITHUB_GIT'] ?? `https://x-access-token:${TOKEN}@github.com/${REPOSITORY}.git`;
const START = { 'environments/production/web.yaml': 'tag: 1\n', 'README.md': 'shop\n' };

if (REPOSITORY === '' || TOKEN === '')
  describe('GitHub itself', () => {
    test.skip('the contract: needs TIDEGATE_LIVE_GITHUB=owner/name of a throw-away repository and …_TOKEN', () => {});
  });
else forgeContract('GitHub itself', ['look', 'open', 'close', 'merge', 'request-reviews', 'mirror'], live);

async function live(): Promise<ForgeHarness> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-live-'));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' }).trim();
  const tip = (branch: string) => git('ls-remote', GIT, `refs/heads/${branch}`).split('\t')[0] || null;
  const commit = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
      writeFileSync(path.join(directory, file), text);
    }
    git('add', '.');
    // Another commit each time, so that no pull request of an earlier test is of the same one.
    git('commit', '--quiet', '--message', `A change (${process.hrtime.bigint()})`);
    return git('rev-parse', 'HEAD');
  };
  const at = (branch: string) => {
    git('fetch', '--quiet', GIT, `refs/heads/${branch}`);
    git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  };
  const push = (branch: string, files: Readonly<Record<string, string>>) => {
    at(tip(branch) === null ? 'main' : branch);
    const oid = commit(files);
    git('push', '--quiet', GIT, `HEAD:refs/heads/${branch}`);
    return oid;
  };

  git('init', '--quiet');
  commit(START);
  git('push', '--quiet', '--force', GIT, 'HEAD:refs/heads/main');
  for (const line of git('ls-remote', GIT, 'refs/heads/promote/*').split('\n'))
    if (line !== '') git('push', '--quiet', GIT, `:${line.split('\t')[1]}`);

  let isLost = false;
  const fetch: Fetch = async (input, init) => {
    const answer = await globalThis.fetch(input, init);
    if (!isLost || (init?.method ?? 'GET') === 'GET' || String(input).endsWith('/graphql')) return answer;
    isLost = false;
    throw new TypeError('the answer is lost');
  };
  const clock = realClock();
  const life = () =>
    createGithub({ repository: REPOSITORY, api: API, secret: { type: 'token', token: TOKEN }, clock, fetch });
  const lives = [life(), life()] as const;
  const harness: ForgeHarness = {
    forge: lives[0],
    another: () => lives[1],
    proposal: async (branch, files) => push(branch, files),
    push: async (branch, files) => push(branch, files),
    tip: async (branch) => tip(branch),
    async readFile(branch, file) {
      at(branch);
      return `${git('show', `HEAD:${file}`)}\n`;
    },
    async isAncestor(ancestor, branch) {
      at(branch);
      return git('rev-list', 'HEAD').split('\n').includes(ancestor);
    },
    async closeByHand(branch) {
      const headers = { authorization: `token ${TOKEN}`, 'content-type': 'application/json' };
      const head = `${REPOSITORY.split('/')[0]}:${branch}`;
      const found = await globalThis.fetch(`${API}/repos/${REPOSITORY}/pulls?head=${head}`, { headers });
      for (const { number } of (await found.json()) as { number: number }[])
        await globalThis.fetch(`${API}/repos/${REPOSITORY}/pulls/${number}`, {
          method: 'PATCH',
          headers,
          body: JSON.stringify({ state: 'closed' }),
        });
    },
    loseAnswer: () => {
      isLost = true;
    },
    until: (work) => work,
    async end() {
      for (const one of lives) await one.end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  // What an earlier test has left open is none of this one's.
  await harness.closeByHand('promote/production/v2');
  return harness;
}
