// docs/releases.md begins with a release that is made here: what stands below each command is what it prints.
// `vitest -u` writes it again; read what it wrote.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { ReleaseWorld } from '../../support/release-world.ts';

const PAGE = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'releases.md');

async function shop(): Promise<ReleaseWorld> {
  const world = new ReleaseWorld();
  world.config = { ...world.config, tickets: { match: 'SHOP-\\d+', url: 'https://tickets.example.org/browse/$0' } };
  await world.commit('Begin');
  world.tag('v1.4.3');
  await world.commit('Update readme');
  const tried = await world.commit('feat(api): export');
  await world.commit(`Revert "feat(api): export"\n\nThis reverts commit ${tried}.`);
  for (const message of ['chore: tidy', 'chore: lock file', 'ci: cache']) await world.commit(message);
  await world.commit('fix(worker): retry once');
  await world.commit('feat(web): show delivery date\n\nRefs: SHOP-411');
  return world;
}

const around = (world: ReleaseWorld) => ({
  commands: fakeCommands({ stories: [], now: world.now, release: (ask) => world.ask(ask) }),
});

test('docs/releases.md shows what the command prints', async () => {
  const page = await readFile(PAGE, 'utf8');
  const world = await shop();
  const parts = page.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m);
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) {
    const commands = index % 2 === 1 ? part.split('\n').filter((text) => text.startsWith('$ tidegate ')) : [];
    if (commands.length === 0) shown.push(part);
    for (const command of commands) {
      const { out, err } = await tidegate(command.slice('$ tidegate '.length), around(world));
      shown.push(`${command}\n${out}${err}`);
    }
  }
  await expect(shown.join('')).toMatchFileSnapshot(PAGE);
});

test('in JSON it names version, commits, notes and files, and what was written', async () => {
  const world = await shop();
  const { out, exit } = await tidegate('release --json', around(world));
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    releases: [
      {
        result: 'tagged',
        since: 'v1.4.3',
        version: '1.5.0',
        tag: 'v1.5.0',
        level: 'minor',
        commit: world.head(),
        files: ['CHANGELOG.md'],
        commits: expect.arrayContaining([expect.objectContaining({ as: 'minor', tickets: ['SHOP-411'] })]),
      },
    ],
    open: [],
  });
  const again = await tidegate('release --json', around(world));
  expect(again.exit).toBe(1);
  expect(JSON.parse(again.out)).toMatchObject({ releases: [{ result: 'nothing', tag: null }] });
});

test('what is neither a level nor a version is wrong usage; commits that are not pushed are told', async () => {
  const world = await shop();
  expect((await tidegate('release mayor', around(world))).exit).toBe(64);
  expect((await tidegate('release --push --propose', around(world))).exit).toBe(64);
  const { err } = await tidegate('release --dry-run', { ...around(world), unpushed: 2 });
  expect(err).toContain('2 commits of your clone nobody else has');
});
