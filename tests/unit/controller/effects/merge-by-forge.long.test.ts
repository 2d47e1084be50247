// A proposal that a forge merges: the GitHub adapter on the model forge, on a real repository. By the very commit,
// once, and never what a person has committed to; in doubt Git is read.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attempt, type Order } from '../../../../engine/controller/effects/performer.ts';
import { perform } from '../../../../engine/controller/effects/performers.ts';
import { proposalCommit } from '../../../../engine/controller/effects/proposal-commit.ts';
import { openNativeGit } from '../../../../engine/git/native.ts';
import type { PromotePayload } from '../../../../engine/model/outside-effect.ts';
import { mergeProposalId, proposalBranch } from '../../../../engine/model/promotion.ts';
import { type Forge, type Merger, NO_FORGE } from '../../../../engine/ports/forge.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';
import { makeWorld, type World } from '../../../support/forge/model-world.ts';
import { commitFiles, git as run } from '../../../support/git-repositories.ts';

const PROPOSAL = 'production/v2';
const BRANCH = proposalBranch(PROPOSAL);
const WEB = 'environments/production/web.yaml';

let world: World;
let cache: string;
let git: GitRepository;
let payload: PromotePayload;
let head: string;
let number: number;

beforeEach(async () => {
  world = await makeWorld();
  const source = commitFiles(world.model.repository, { 'environments/staging/web.yaml': 'tag: 2\n' });
  cache = mkdtempSync(path.join(tmpdir(), 'tidegate-merge-'));
  git = await openNativeGit({ url: world.model.repository, directory: path.join(cache, 'repo.git') });
  const refs = await git.look(['refs/heads/main']);
  await git.fetch(refs.refs);
  payload = {
    ...{ proposal: PROPOSAL, base: 'main', baseHead: source, source: 'staging', key: 'a'.repeat(64) },
    ...{ version: { commit: source, tag: null }, service: null, fields: [], supersedes: null, paths: [WEB] },
    ...{ carried: [], requestedBy: null, reason: '', intendedAt: 0 },
  };
  head = await proposalCommit(git, payload);
  await git.push([{ ref: `refs/heads/${BRANCH}`, expected: null, oid: head }]);
  const opened = await world.until(world.forge.open({ branch: BRANCH, base: 'main', head, title: 'v2', body: '' }));
  number = (opened.type === 'open' ? opened.number : null) ?? 0;
  // Nobody may push to it: what merges is the forge alone.
  const refusing = git;
  git = {
    ...refusing,
    push: async (updates, options) => {
      if (updates.some(({ ref }) => ref === 'refs/heads/main')) throw new Error('it was pushed to main');
      return await refusing.push(updates, options);
    },
  };
});
afterEach(async () => {
  await git.close();
  await world.end();
  rmSync(cache, { recursive: true, force: true });
});

describe('a proposal that the forge merges', () => {
  test('is merged once, by any life and however often', async () => {
    expect(await tried()).toMatchObject({ type: 'ended', result: { result: 'merged' } });
    expect(run(world.model.repository, ['show', `main:${WEB}`])).toBe('tag: 2');
    const after = world.head('main');
    expect(await tried(world.another())).toMatchObject({ type: 'ended', result: { result: 'merged' } });
    expect(world.head('main')).toBe(after);
    expect(merges()).toHaveLength(1);
    expect(world.model.violations).toEqual([]);
  });

  test('is put into the queue where one is required, and comes by it', async () => {
    world.model.state.rules.isQueueRequired = true;
    expect(await tried()).toMatchObject({ result: { result: 'queued', sentence: expect.stringContaining('queue') } });
    expect(await tried(world.another())).toMatchObject({ result: { result: 'queued' } });
    expect(world.model.state.pulls[0]?.isQueued).toBe(true);
    world.model.state.mergeQueue();
    expect(await tried(world.another())).toMatchObject({ result: { result: 'merged' } });
    expect(merges()).toEqual([]);
  });

  test('merges by itself where rules of the forge are not met yet', async () => {
    world.model.state.rules.isBlocked = true;
    expect(await tried()).toMatchObject({ result: { result: 'queued', sentence: expect.stringContaining('rules') } });
    expect(world.model.state.pulls[0]?.autoMerge).toBe('merge');
  });

  test('is left to people where the forge does not merge it, in one sentence', async () => {
    world.model.state.rules.isBlocked = true;
    world.model.state.rules.allowsAutoMerge = false;
    expect(await tried()).toMatchObject({
      result: {
        result: 'refused',
        sentence: expect.stringMatching(/^production\/v2 was not merged: .*a person may merge/),
      },
    });
    expect(world.model.state.pulls[0]?.state).toBe('open');
  });

  test('is merged as the repository allows it', async () => {
    world.model.state.rules.methods = ['squash'];
    expect(await tried(world.another())).toMatchObject({ result: { result: 'merged' } });
    expect(await git.isAncestor(head, await fetchedMain())).toBe(false);
    // A squash leaves no trace of the commit: what it brought is there.
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    expect(await tried(world.another())).toMatchObject({ result: { result: 'merged' } });
  });

  test('is not merged where a person has committed to it', async () => {
    const before = world.head('main');
    world.push(BRANCH, { [WEB]: 'tag: mine\n' });
    expect(await tried()).toMatchObject({ result: { result: 'moved' } });
    expect(world.head('main')).toBe(before);
    expect(merges()).toEqual([]);
  });

  test('is not merged where a person commits to it between the look and the merge', async () => {
    const before = world.head('main');
    const answer = await tried(world.forge, () => void world.push(BRANCH, { [WEB]: 'tag: mine\n' }));
    expect(answer).toMatchObject({ result: { result: 'moved' } });
    expect(world.head('main')).toBe(before);
  });

  test('in doubt is looked up in Git, and merged no second time', async () => {
    world.model.fault({ only: /PUT .*\/merge/, times: 1, type: 'lost' });
    expect(await tried()).toMatchObject({ type: 'in-doubt' });
    const after = world.head('main');
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    expect(await tried(world.another())).toMatchObject({ result: { result: 'merged' } });
    expect(world.head('main')).toBe(after);
  });
});

async function tried(forge: Forge = world.forge, meanwhile = () => {}) {
  const merger: Merger = {
    name: 'GitHub',
    merge: async (order) => {
      meanwhile();
      return await forge.merge({ ...order, number, method: null });
    },
  };
  const effect: Order<'merge-proposal'> = {
    type: 'outside',
    id: mergeProposalId(PROPOSAL),
    kind: 'merge-proposal',
    environment: 'production',
    run: null,
    payload: { intended: payload, mergedAt: 0 },
    refusedBefore: 0,
  };
  return await world.until(attempt(() => perform(git, effect, { ...NO_FORGE, merger })));
}

function merges() {
  return world.model.requests.filter(({ name }) => /^PUT .*\/merge$/.test(name));
}

async function fetchedMain(): Promise<string> {
  const main = world.head('main');
  await git.fetch(new Map([['refs/heads/main', main]]));
  return main;
}
