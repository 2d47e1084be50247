// The contract on GitHub's adapter and the model forge; and on a throw-away repository of GitHub where its name and
// a token are in the environment (docs/forges.md says when that was last done).

import { afterAll, describe, expect, test } from 'vitest';
import type { Fetch } from '../../engine/forge/github/wire.ts';
import { makeWorld, type World } from '../support/forge/model-world.ts';
import { git } from '../support/git-repositories.ts';
import { type ForgeHarness, forgeContract } from './forge.ts';

const ALL = ['look', 'open', 'close', 'merge', 'request-reviews', 'mirror'] as const;
const worlds: World[] = [];

forgeContract('GitHub, as the model forge', ALL, () => modelHarness());

afterAll(() => {
  expect(worlds.flatMap(({ model }) => model.violations)).toEqual([]);
});

describe.runIf(process.env['TIDEGATE_LIVE_GITHUB'] === undefined)('GitHub itself', () => {
  test.skip('the contract: set TIDEGATE_LIVE_GITHUB to owner/name of a throw-away repository, and its token', () => {});
});

export async function modelHarness(change?: (fetch: Fetch) => Fetch): Promise<ForgeHarness> {
  const world = await makeWorld(change);
  const { model, forge, until } = world;
  worlds.push(world);
  return {
    forge,
    another: () => world.another(),
    proposal: async (branch, files) => world.push(branch, files),
    push: async (branch, files) => world.push(branch, files),
    tip: async (branch) =>
      git(model.repository, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || null,
    readFile: async (branch, path) => `${git(model.repository, ['show', `${branch}:${path}`])}\n`,
    isAncestor: async (ancestor, branch) => git(model.repository, ['rev-list', branch]).split('\n').includes(ancestor),
    async closeByHand(branch) {
      model.state.refresh();
      for (const pull of model.state.pulls) if (pull.head.ref === branch) pull.state = 'closed';
    },
    loseAnswer: () => model.fault({ type: 'lost', only: /^P\w+ \/repos/, times: 1 }),
    until,
    end: () => world.end(),
  };
}
