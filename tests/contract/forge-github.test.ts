// The contract on GitHub's adapter and the model forge. GitHub itself: forge-github-live.long.test.ts.

import { afterAll, expect } from 'vitest';
import { makeWorld, type World } from '../support/forge/model-world.ts';
import { git } from '../support/git-repositories.ts';
import { type ForgeHarness, forgeContract } from './forge.ts';

const ALL = ['look', 'open', 'close', 'merge', 'request-reviews', 'mirror'] as const;
const worlds: World[] = [];

forgeContract('GitHub, as the model forge', ALL, () => modelHarness());

afterAll(() => {
  expect(worlds.flatMap(({ model }) => model.violations)).toEqual([]);
});

async function modelHarness(): Promise<ForgeHarness> {
  const world = await makeWorld();
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
