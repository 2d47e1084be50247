// What Git says of a stretch: what ran when it began, however long ago that came and whatever the dates claim.

import { beforeEach, describe, expect, test } from 'vitest';
import { readHistory } from '../../../../engine/controller/commands/simulation-history.ts';
import type { EnvironmentConfig } from '../../../../engine/model/config.ts';
import { environmentConfig } from '../../../support/config-builders.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../../../support/memory-remote.ts';

const FROM = Date.UTC(2026, 10, 1);
const TO = Date.UTC(2026, 11, 1);
const DAY = 86_400_000;
/** More than are read once every environment has its starting version. */
const MANY = 260;

let remote: MemoryRemote;
beforeEach(() => {
  remote = memoryRemote();
});

function touch(environment: string, at: number): Promise<string> {
  return remote.commit({ [`environments/${environment}/app.txt`]: `${at}\n` }, { at });
}

async function read(...environments: readonly EnvironmentConfig[]) {
  const git = openMemoryGit({ remote });
  return readHistory({
    git,
    refs: await git.look(['refs/heads/', 'refs/tags/']),
    defaultBranch: 'main',
    from: FROM,
    to: TO,
    environments: environments.map((config) => ({
      config,
      inputs: [`environments/${config.name}`],
      root: config.follow.type === 'promoted' ? { type: 'branch', branch: null } : config.follow,
      keepsPaths: false,
    })),
  });
}

describe('what ran when the stretch began', () => {
  test('is known of an environment that nobody touched for hundreds of commits', async () => {
    const quiet = await touch('quiet', FROM - 900 * DAY);
    let busy = '';
    for (let index = MANY; index > 0; index -= 1) busy = await touch('busy', FROM - index * DAY);
    const during = await touch('busy', FROM + DAY);
    const { before, commits } = await read(environmentConfig('busy'), environmentConfig('quiet'));
    expect(Object.fromEntries(before)).toEqual({
      busy: { version: { commit: busy, tag: null }, since: FROM - DAY },
      quiet: { version: { commit: quiet, tag: null }, since: FROM - 900 * DAY },
    });
    expect(commits.map(({ environment, version }) => [environment, version.commit])).toEqual([['busy', during]]);
  });

  test('is the newest that was there before, also of one that has been touched since', async () => {
    await touch('busy', FROM - 2 * DAY);
    const last = await touch('busy', FROM - DAY);
    await touch('busy', FROM);
    const { before } = await read(environmentConfig('busy'));
    expect(before.get('busy')).toEqual({ version: { commit: last, tag: null }, since: FROM - DAY });
  });

  test('ends the reading only after so many in a row that came before: single dates may be wrong', async () => {
    const first = await touch('busy', FROM + DAY);
    for (let index = 150; index > 0; index -= 1) await touch('busy', FROM - index * DAY);
    const second = await touch('busy', FROM + 2 * DAY);
    for (let index = 150; index > 0; index -= 1) await touch('busy', FROM - index * DAY);
    const { commits } = await read(environmentConfig('busy'));
    expect(commits.map(({ version }) => version.commit)).toEqual([first, second]);
  });

  test('is nothing where it was never touched before', async () => {
    await touch('other', FROM - DAY);
    await touch('busy', FROM + DAY);
    expect((await read(environmentConfig('busy'))).before.size).toBe(0);
  });
});

test('a wrong date in between does not end the reading', async () => {
  const early = await touch('busy', FROM + DAY);
  await touch('busy', FROM - 500 * DAY);
  const late = await touch('busy', FROM + 2 * DAY);
  const { commits } = await read(environmentConfig('busy'));
  expect(commits.map(({ version }) => version.commit)).toEqual(expect.arrayContaining([early, late]));
});

test('a branch that is not there is said', async () => {
  await touch('busy', FROM);
  const { notes } = await read({ ...environmentConfig('busy'), follow: { type: 'branch', branch: 'gone' } });
  expect(notes).toEqual(['branch gone, which busy follows, is not there']);
});
