// Which adapter a configuration names, and that a secret comes out of the environment only.

import { expect, test } from 'vitest';
import { openForge } from '../../../engine/forge/open-forge.ts';
import type { ForgeConfig, ForgePlace } from '../../../engine/model/forge-config.ts';
import type { GitRepository } from '../../../engine/ports/git.ts';
import { handClock } from '../../support/hand-clock.ts';
import { openMemoryGit } from '../../support/memory-git.ts';
import { memoryRemote } from '../../support/memory-remote.ts';

const git = (): GitRepository => openMemoryGit({ remote: memoryRemote() });
const configured = (place: ForgePlace): ForgeConfig => ({ place, plan: { paths: null }, deployments: [] });
const open = (config: ForgeConfig | null, env = {}) =>
  openForge(config, { git: git(), clock: handClock(), author: { name: 'tidegate', email: 't@example.org' }, env });

const GITHUB: ForgePlace = {
  kind: 'github',
  repository: 'acme/shop',
  api: 'https://api.github.com',
  login: { type: 'token', token: 'TIDEGATE_GITHUB_TOKEN' },
  webhook: null,
};

test.each([
  [null, 'plain'],
  [configured({ kind: 'plain' }), 'plain'],
  [configured({ kind: 'gitlab' }), 'gitlab'],
  [configured(GITHUB), 'github'],
] as const)('%o is %s', async (config, kind) => {
  const forge = await open(config, { TIDEGATE_GITHUB_TOKEN: 'secret' });
  expect(forge.kind).toBe(kind);
  await forge.end();
});

test('a secret that is not in the environment is said by the name of its variable', async () => {
  await expect(open(configured(GITHUB))).rejects.toMatchObject({
    code: 'usage',
    message: 'the environment variable TIDEGATE_GITHUB_TOKEN is not set, and tidegate.yaml names it for the forge',
  });
});
