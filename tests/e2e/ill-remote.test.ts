// A Git host that is ill, and a controller that bears with it: what is wrong is said once, with the host's words, and
// so is its end; what was pushed meanwhile runs once it is well; an end waits for nobody. How long each takes `npm
// run ill` measures.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { git, makeBareRepository } from '../support/git-repositories.ts';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { type Illness, type IllProxy, startIllProxy } from '../support/ill-proxy.ts';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let story: Scenario;
let server: GitHttp;
let proxy: IllProxy;

beforeEach(async () => {
  story = new Scenario({ production: {} }, { 'tidegate.yaml': `${TIDEGATE_YAML}poll: 1s\n` });
  server = await startGitHttp({ root: story.folder });
  proxy = await startIllProxy(server.origin);
  story.url = proxy.url('config.git');
});

afterEach(async () => {
  await proxy.close();
  await server.close();
  await story.end();
});

function linesWith(said: string, words: RegExp): readonly string[] {
  return said.split('\n').filter((line) => words.test(line));
}

/** Signalled once, and never again: it ends by itself, and in good order. */
async function endOf(running: ReturnType<Scenario['start']>): Promise<string> {
  running.child.kill('SIGTERM');
  const { code, out, err } = await running.ended;
  expect(code, `${out}${err}`).toBe(0);
  return `${out}${err}`;
}

// A look that began while the host was well may bring a fetch that meets it ill.
describe('in the middle of a life', () => {
  test.each<[Illness, RegExp]>([
    ['answers 500', /answers HTTP 500 \(the storage is away\)|could not fetch .*error: 500/],
    ['answers 429', /HTTP 429 \(too many requests\) and asks to be left alone for 5 s|could not fetch .*error: 429/],
    ['answers 401', /could not (look at|fetch from) .*(Username|Authentication)/],
    ['answers garbage', /does not answer as a Git host does, but with text\/html \(please sign in\)|could not fetch/],
    ['resets', /could not (look at|fetch from) .*(reset|Empty reply|hung up)/i],
    ['hangs', /the remote has given no answer for 4 s|makes no progress/],
    ['refuses pushes with 503', /did not say that it took .*error: 503/],
    ['hangs on pushes', /has not answered a push|did not say that it took/],
  ])('%s: said once, and back when it is well', async (illness, words) => {
    const running = story.start(['run']);
    await running.says(/production-1 Succeeded/);
    await eventually(() => story.git('log', '-1', '--format=%s', 'tidegate/production').includes('Succeeded'));
    proxy.be(illness);
    story.release('production', 'two');
    await running.says(words);
    proxy.be(null);
    await running.says(/the remote (answers|takes records) again/);
    await eventually(() => story.live('production') === 'two');
    expect(linesWith(running.said(), words)).toHaveLength(1);
    proxy.be(illness);
    expect(await endOf(running)).not.toMatch(/git ended with|\n\s+at /);
  });
});

describe('before it was ever seen', () => {
  test.each<[Illness, RegExp]>([
    ['answers 500', /answers HTTP 500/],
    ['hangs', /no answer for 4 s/],
    ['refuses pushes with 413', /error: 413/],
  ])('%s: said once, and begun when it is well', async (illness, words) => {
    proxy.be(illness);
    const running = story.start(['run']);
    await running.says(words);
    proxy.be(null);
    await eventually(() => story.live('production') === 'one');
    expect(linesWith(running.said(), words)).toHaveLength(1);
    proxy.be(illness);
    await endOf(running);
  });

  test('an end while nothing has been answered yet', async () => {
    proxy.be('hangs');
    const running = story.start(['run', '--once']);
    await eventually(() => proxy.asked() > 0);
    await endOf(running);
  });
});

describe('a transfer that stalls', () => {
  test('is tried again beside it, and the first that is through counts', async () => {
    const large = Array.from({ length: 20_000 }, (_, line) => `${line * 7_919} ${(line * 104_729) % 65_537}\n`).join(
      '',
    );
    story.push({ 'docs/large.txt': large });
    proxy.be('stalls in a pack');
    const running = story.start(['run']);
    await running.says(/the transfer from .* makes no progress after \d+ bytes: it is tried again beside it/);
    proxy.be(null);
    await running.says(/the transfer from .* is through/);
    await eventually(() => story.live('production') === 'one');
    await endOf(running);
  });
});

describe('a push that the server neither takes nor refuses', () => {
  beforeEach(() => {
    const hook = path.join(story.repository, 'hooks', 'reference-transaction');
    mkdirSync(path.dirname(hook), { recursive: true });
    const lines = [
      'while read old new ref; do',
      'case $ref in refs/heads/tidegate/*) echo "ledgers are locked" >&2; exit 1;; esac',
      'done',
    ];
    writeFileSync(hook, `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(hook, 0o755);
  });

  test.each([
    // A server that dies keeps its words for its own log.
    ['over HTTP', true, 'hung up'],
    ['on a disk', false, 'ledgers are locked'],
  ])('ends a single pass with its words, %s', async (_, isHttp, words) => {
    if (!isHttp) story.url = story.repository;
    const said = await story.tick({ code: 3 });
    expect(said).toMatch(/did not say that it took refs\/heads\/tidegate\/production: could not push to/);
    expect(said).toContain(words);
    expect(story.deeds()).toEqual([]);
  });

  test('is said to a person with its words', async () => {
    story.url = story.repository;
    const { code, err } = await story.run(['suspend', 'production', '--reason', 'x']);
    expect(code).toBe(3);
    expect(err).toContain('ledgers are locked');
    expect(err).not.toContain('kept moving');
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a command that is ended by %s says that, and not what became of git', async (signal, code) => {
  proxy.be('hangs');
  const running = story.start(['status']);
  await eventually(() => proxy.asked() > 0);
  running.child.kill(signal);
  const ended = await running.ended;
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining('tidegate: ended on request\n')]);
  expect(ended.err).not.toMatch(/git ended with|\n\s+at /);
});

describe('words given in a clone', () => {
  test('go where its branch comes from, whatever that remote is called', async () => {
    const clone = path.join(story.folder, 'mine');
    git(story.folder, ['clone', '--quiet', '--origin', 'upstream', story.repository, clone]);
    const asked = ['suspend', 'production', '--reason', 'x', '--state', story.state];
    const given = await startTidegate(asked, { directory: clone }).ended;
    expect(given.code, given.err).toBe(0);
    expect(story.git('for-each-ref', '--format=%(refname)', 'refs/heads/tidegate')).toBe(
      'refs/heads/tidegate/production',
    );
    expect(git(clone, ['for-each-ref', '--format=%(refname)', 'refs/heads/tidegate'])).toBe('');
  });
});

test('a shallow remote is said to be one, and a rollback that needs what it lacks is held', async () => {
  story.release('production', 'zero');
  const shallow = path.join(story.folder, 'shallow.git');
  git(story.folder, ['clone', '--quiet', '--bare', '--depth', '1', `file://${story.repository}`, shallow]);
  story.url = shallow;
  for (const app of ['one', 'two']) {
    const clone = path.join(story.folder, `clone-${app}`);
    git(story.folder, ['clone', '--quiet', `file://${shallow}`, clone]);
    writeFileSync(path.join(clone, 'environments/production/app.txt'), `${app}\n`);
    git(clone, ['commit', '--quiet', '--all', '--message', app]);
    git(clone, ['push', '--quiet']);
    await story.tick();
  }
  await story.run(['rollback', 'production', '--reason', 'x', '--yes']);
  const said = await story.tick();
  expect(said).toMatch(/is a shallow repository.*--unshallow/);
  expect(said).not.toContain('is not in the git cache');
  expect(story.live('production')).toBe('one');
  expect((await story.run(['status', 'production'])).out).toContain('is a shallow repository');
});

test('a repository that was emptied is to be put back, and its ledgers are not begun again', async () => {
  await story.tick();
  const tip = story.head();
  story.git('update-ref', '-d', 'refs/heads/main');
  expect(await story.tick({ code: 3 })).toMatch(/any more.*put it back/);
  story.git('update-ref', 'refs/heads/main', tip);
  await story.tick();
  expect(await story.verify()).toMatchObject({ problems: [] });
  const empty = makeBareRepository(path.join(story.folder, 'empty.git'));
  story.url = empty;
  story.state = path.join(story.folder, 'other-state');
  expect(existsSync(story.state)).toBe(false);
  expect(await story.tick({ code: 3 })).toContain('there is a starter to begin with');
});
