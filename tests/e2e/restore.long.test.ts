// docs/restore.md, line by line: from a bare mirror to a new server and a machine that knows nothing. Only addresses
// differ.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';
import { bareEnvironment, ROOT } from '../support/tidegate-program.ts';

let story: Scenario;
let server: GitHttp | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
  await story.end();
});

/** The lines below one heading of the page, one list for each block. */
function linesBelow(heading: string): readonly (readonly string[])[] {
  const page = readFileSync(path.join(ROOT, 'docs', 'restore.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`docs/restore.md has no heading ${heading}`);
  return [...section.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    block.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : [])),
  );
}

type Play = (line: string) => Promise<{ code: number; said: string }>;

/** Asynchronous, because the new server lives in this process. */
async function newWorld(): Promise<{ play: Play; state: string; bare: string; url: string }> {
  server = await startGitHttp({ root: path.join(story.folder, 'srv') });
  const bin = path.join(story.folder, 'bin');
  mkdirSync(bin);
  symlinkSync(path.join(ROOT, 'bin', 'tidegate'), path.join(bin, 'tidegate'));
  const state = path.join(story.folder, 'new-state');
  const bare = path.join(story.folder, 'srv', 'config.git');
  const url = server.url('config.git');
  const env = bareEnvironment('ana');
  const play: Play = async (line) => {
    const here = line
      .replaceAll('git@old.example.org:shop/config.git', story.repository)
      .replaceAll('git@git.example.org:shop/config.git', url)
      .replaceAll('/srv/git/config.git', bare)
      .replaceAll('/var/lib/tidegate', state);
    const { execa } = await import('execa');
    const options = { cwd: story.folder, env: { ...env, PATH: `${bin}:${env['PATH']}` }, extendEnv: false };
    const ended = await execa('sh', ['-c', here], { ...options, reject: false, all: true });
    return { code: ended.exitCode ?? -1, said: `${here}\n${ended.all}` };
  };
  return { play, state, bare, url };
}

async function allGood(play: Play, lines: readonly string[]): Promise<string> {
  const said: string[] = [];
  for (const line of lines) {
    const ended = await play(line);
    expect(ended.code, ended.said).toBe(0);
    said.push(ended.said);
  }
  return said.join('\n');
}

test('from a mirror to a new server: nothing is lost, and the next deployment goes', async () => {
  story = new Scenario({ production: {} });
  story.configure('production', { target: 'script' });
  await story.tick();
  const [mirror = [], fetch = []] = linesBelow('Before');
  const { play, bare } = await newWorld();
  await allGood(play, mirror);
  story.release('production', 'two');
  await story.tick();
  story.release('production', 'three broken');
  await story.tick();
  await allGood(play, fetch);
  const refs = story.git('for-each-ref');
  const runs = await story.runs('production');
  story.deeds();

  // The old server and the controller's machine are gone.
  rmSync(story.repository, { recursive: true });
  rmSync(story.state, { recursive: true });

  await allGood(play, linesBelow('1.').flat());
  expect(execFileSync('git', ['for-each-ref'], { cwd: bare, encoding: 'utf8' }).trim()).toBe(refs);
  const looked = await allGood(play, linesBelow('2.').flat());
  expect(looked).toContain('the ledger is sound');
  expect(looked).toContain('nothing failed');
  const started = await allGood(play, linesBelow('3.').flat());
  expect(started).toMatch(/production +Ready/);
  expect(story.deeds()).toEqual([]);

  const next = { url: server?.url('config.git') ?? '', state: path.join(story.folder, 'new-state') };
  Object.assign(story, { ...next, repository: bare });
  expect(await story.runs('production')).toEqual(runs);
  story.release('production', 'four');
  await story.tick();
  expect(story.live('production')).toBe('four');
  expect(await story.verify()).toMatchObject({ problems: [] });
});

test('a ledger that was deleted stalls, and comes back from the cache or from the mirror', async () => {
  story = new Scenario({ production: {} });
  story.configure('production', { target: 'script' });
  await story.tick();
  const { play, bare } = await newWorld();
  await allGood(play, linesBelow('Before').flat());
  await allGood(play, [...linesBelow('1.').flat(), ...linesBelow('3.').flat()]);
  Object.assign(story, {
    repository: bare,
    url: server?.url('config.git') ?? '',
    state: path.join(story.folder, 'new-state'),
  });
  const [fromCache = [], fromMirror = []] = linesBelow('A ledger that was');
  for (const lines of [fromCache, [...fromCache.slice(0, 1), ...fromMirror]]) {
    const refused = spawnSync('git', ['push', story.repository, ':refs/heads/tidegate/production'], { cwd: bare });
    expect(refused.status, 'denyDeletes').not.toBe(0);
    story.git('update-ref', '-d', 'refs/heads/tidegate/production');
    story.release('production', `after ${lines.length}`);
    await story.tick();
    expect((await story.status('production')).condition).toBe('Stalled');
    const said = await allGood(play, lines);
    expect(said).toContain('was deleted on the remote');
    expect((await story.status('production')).condition).toBe('Ready');
    await story.tick();
    expect(story.live('production')).toBe(`after ${lines.length}`);
    // What has happened since is for the mirror to know as well.
    await allGood(play, [`git -C backup.git fetch --quiet '${bare}' '+refs/*:refs/*'`]);
  }
  expect(await story.verify()).toMatchObject({ problems: [] });
});
