// Where the repository and its ledger may be: behind a login, behind ssh, in another repository, under another name;
// and what is said where it cannot be had.

import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { git, makeBareRepository } from '../support/git-repositories.ts';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { findSshd, startSshd } from '../support/git-sshd.ts';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';

let story: Scenario;
let server: GitHttp | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
  await story.end();
});

const TOKEN = 'tok-3n/with+signs';

async function behindLogin(): Promise<GitHttp> {
  story = new Scenario({ production: {} });
  server = await startGitHttp({ root: story.folder, auth: { username: 'bot', password: TOKEN } });
  story.url = server.url('config.git');
  return server;
}

/** A good release, a bad one and its rollback, over whatever `story.url` is, with so many refs in the ledger. */
async function goodAndBad(refs = 1): Promise<string> {
  let said = await story.tick();
  const bad = story.release('production', 'two broken');
  said += await story.tick();
  expect(story.live('production')).toBe('one');
  expect(story.git('rev-parse', 'main^')).toBe(bad);
  expect(await story.verify()).toMatchObject({ refs, problems: [] });
  return said;
}

function leaks(text: string): boolean {
  const forms = [TOKEN, encodeURIComponent(TOKEN), Buffer.from(`bot:${TOKEN}`).toString('base64')];
  return forms.some((form) => text.includes(form));
}

function stateLeaks(): readonly string[] {
  return readdirSync(story.state, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(story.state, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .filter((file) => leaks(readFileSync(file, 'latin1')));
}

describe('a remote that goes away', () => {
  test('ends a single pass once its steps are over; what is known stays on disk, and the next one goes on from it', async () => {
    story = new Scenario({ production: {} });
    server = await startGitHttp({ root: story.folder });
    story.url = server.url('config.git');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await eventually(() => story.live('production') === 'one');
    await server.close();
    story.set('pause', false);
    const { code, out, err } = await running.ended;
    expect(code, `${out}${err}`).toBe(3);
    expect(`${out}${err}`).not.toMatch(/\n\s+at /);
    expect(story.deeds()).toContain('production verify one');

    server = await startGitHttp({ root: story.folder });
    story.url = server.url('config.git');
    await story.tick();
    expect(await story.runs('production')).toEqual(['production-1 deploy commit Succeeded']);
    expect(story.deeds()).toEqual([]);
    expect(await story.verify()).toMatchObject({ problems: [] });
  });
});

describe('over HTTP with a login', () => {
  test('a token from the environment is enough, and is written nowhere', async () => {
    await behindLogin();
    story.env = { TIDEGATE_GIT_USERNAME: 'bot', TIDEGATE_GIT_TOKEN: TOKEN };
    expect(leaks(await goodAndBad())).toBe(false);
    expect(stateLeaks()).toEqual([]);
  });

  test('a login in the address works as well, and is neither shown nor kept', async () => {
    const { origin } = await behindLogin();
    story.url = `${origin.replace('http://', `http://bot:${encodeURIComponent(TOKEN)}@`)}/config.git`;
    expect(leaks(await goodAndBad())).toBe(false);
    expect(stateLeaks()).toEqual([]);
    await server?.close();
    const gone = await story.run(['status']);
    expect(gone.code).toBe(3);
    expect(leaks(`${gone.out}${gone.err}`)).toBe(false);
  });

  test('without one: a fault that says what is missing, exit 3', async () => {
    await behindLogin();
    const said = await story.tick({ code: 3 });
    expect(said).toMatch(/login|credential|log in|TIDEGATE_GIT_TOKEN/);
    const { code, err } = await story.run(['status']);
    expect(code).toBe(3);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('steps do not see the token', async () => {
    await behindLogin();
    story.env = { TIDEGATE_GIT_USERNAME: 'bot', TIDEGATE_GIT_TOKEN: TOKEN };
    story.push({ 'scripts/test.sh': { mode: '100755', text: '#!/bin/sh\nenv\n' } });
    await story.tick();
    expect(stateLeaks()).toEqual([]);
    const logs = (await story.run(['logs', 'production-1'])).out;
    expect(logs).toContain('TIDEGATE_RUN=production-1');
    expect(leaks(logs)).toBe(false);
  });
});

describe('over ssh', () => {
  const sshTest = findSshd() === null ? test.skip : test;
  sshTest('the same, with the keys that ssh has', async () => {
    story = new Scenario({ production: {} });
    const sshd = await startSshd(path.join(story.folder, 'ssh'));
    try {
      story.url = sshd.url(story.repository);
      story.env = { ...sshd.env };
      await goodAndBad();
    } finally {
      await sshd.close();
    }
  });
});

describe('the ledger', () => {
  test('under a name of its own, outside of the branches', async () => {
    story = new Scenario(
      { production: {} },
      { 'tidegate.yaml': `${TIDEGATE_YAML}ledger: { namespace: refs/tidegate }\n` },
    );
    await goodAndBad(2);
    expect(story.git('for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main\nrefs/heads/tidegate/_all\nrefs/tidegate/_all\nrefs/tidegate/production',
    );
    // Another controller, with nothing but the address, reads the same.
    story.state = path.join(story.folder, 'another');
    expect((await story.status('production')).quarantine).toHaveLength(1);
  });

  test('in a repository of its own', async () => {
    story = new Scenario({ production: {} });
    const ledger = makeBareRepository(path.join(story.folder, 'ledger.git'));
    story.push({ 'tidegate.yaml': `${TIDEGATE_YAML}ledger: { repository: ${JSON.stringify(ledger)} }\n` });
    await goodAndBad(2);
    expect(git(ledger, ['for-each-ref', '--format=%(refname)'])).toBe(
      'refs/heads/tidegate/_all\nrefs/heads/tidegate/production',
    );
    // What stays at home says where the rest is.
    expect(story.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/tidegate/_all');
    const { out, code } = await story.run(['suspend', 'production', '--reason', 'x']);
    expect(code, out).toBe(0);
    expect((await story.status('production')).suspended).toBe(true);
    rmSync(story.state, { recursive: true });
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('in a repository that is not there: a fault with its address', async () => {
    story = new Scenario({ production: {} });
    const nowhere = path.join(story.folder, 'nowhere.git');
    story.push({ 'tidegate.yaml': `${TIDEGATE_YAML}ledger: { repository: ${JSON.stringify(nowhere)} }\n` });
    const said = await story.tick({ code: 3 });
    expect(said).toContain('nowhere.git');
    expect(story.deeds()).toEqual([]);
  });

  test('a branch named `tidegate` in its way is named', async () => {
    story = new Scenario({ production: {} });
    story.git('branch', 'tidegate', 'main');
    const said = await story.tick({ code: 3 });
    expect(said).toMatch(/branch.*`?tidegate`?/);
    expect(said).toMatch(/rename|delete/);
    expect(story.deeds()).toEqual([]);
    story.git('branch', '-m', 'tidegate', 'old-tidegate');
    await story.tick();
    expect(story.live('production')).toBe('one');
  });

  test('a remote that refuses it: nothing starts, and the words say why', async () => {
    story = new Scenario({ production: {} });
    story.refuse('refs/heads/tidegate/*');
    const said = await story.tick({ code: 3 });
    expect(said).toContain('the remote refuses the ledger refs/heads/tidegate/production');
    expect(story.deeds()).toEqual([]);
    expect((await story.run(['suspend', 'production', '--reason', 'x'])).code).toBe(3);
  });
});

describe('an address that leads nowhere', () => {
  test.each([
    ['a folder that is not there', 'nowhere.git'],
    ['a closed port', 'http://127.0.0.1:9/config.git'],
  ])('%s: exit 3 and a hint', async (_name, url) => {
    story = new Scenario({ production: {} });
    story.url = url.includes('://') ? url : path.join(story.folder, url);
    for (const args of [['run', '--once'], ['status'], ['why', 'production']]) {
      const { code, out, err } = await story.run(args);
      expect(code, `${out}${err}`).toBe(3);
      expect(`${out}${err}`).not.toMatch(/\n\s+at /);
    }
  });

  test('a repository without a commit says what to do', async () => {
    story = new Scenario({ production: {} });
    story.url = makeBareRepository(path.join(story.folder, 'empty.git'));
    expect(await story.tick({ code: 3 })).toContain('there is a starter to begin with');
  });
});
