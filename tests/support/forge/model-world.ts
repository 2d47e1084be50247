// A model forge, the GitHub adapter on it, and a clock that a test moves: what most tests of the adapter begin with.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGithub } from '../../../engine/forge/github/github.ts';
import type { GithubSecret } from '../../../engine/forge/github/login.ts';
import type { Fetch } from '../../../engine/forge/github/wire.ts';
import type { Forge, ForgeSince } from '../../../engine/ports/forge.ts';
import { commitFiles, git } from '../git-repositories.ts';
import { type HandClock, handClock } from '../hand-clock.ts';
import { type Drive, drive } from './drive.ts';
import { type ModelForge, startModelForge } from './model-forge.ts';

export type World = {
  readonly model: ModelForge;
  readonly clock: HandClock;
  readonly forge: Forge;
  readonly until: Drive['until'];
  readonly untilTrue: Drive['untilTrue'];
  /** The adapter of another life, which remembers nothing. */
  another(secret?: GithubSecret): Forge;
  /** One more commit on a branch, begun at main where it is not there. */
  push(branch: string, files: Readonly<Record<string, string>>): string;
  head(branch: string): string;
  end(): Promise<void>;
};

export const BOT = 'tidegate-bot';

export const EVERYTHING: ForgeSince = { closedAfter: 0, wantsReviews: () => true, checksOf: [], fresh: true };

export async function makeWorld(change?: (fetch: Fetch) => Fetch): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-forge-'));
  const clock = handClock();
  const model = await startModelForge(directory, clock);
  const { fetch, until, untilTrue } = drive(clock, change);
  commitFiles(model.repository, { 'environments/production/web.yaml': 'tag: 1\n', 'README.md': 'shop\n' });
  const lives: Forge[] = [];
  const token = model.token(BOT);
  const another = (secret: GithubSecret = { type: 'token', token }) => {
    const forge = createGithub({ repository: 'acme/shop', api: model.api, secret, clock, fetch });
    lives.push(forge);
    return forge;
  };
  const head = (branch: string) => git(model.repository, ['rev-parse', `refs/heads/${branch}`]);
  return {
    model,
    clock,
    forge: another(),
    until,
    untilTrue,
    another,
    head,
    push(branch, files) {
      const isThere = git(model.repository, ['for-each-ref', `refs/heads/${branch}`]) !== '';
      return commitFiles(model.repository, files, isThere ? { branch } : { branch, parent: head('main') });
    },
    async end() {
      for (const life of lives) await life.end();
      await model.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
