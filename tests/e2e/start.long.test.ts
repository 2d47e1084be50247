// `npm start` as a stranger meets it: real processes, real git, real ports, in a folder whose name has a space, with
// a home that cannot be written and a git configuration that would break a careless program.

import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const MAIN = path.join(ROOT, 'engine', 'main.ts');

let folder = '';
let state = '';
const running: Play[] = [];

beforeAll(() => {
  folder = path.join(realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-start-'))), 'my folder');
  mkdirSync(folder);
  state = path.join(folder, '.tidegate');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((play) => play.kill('SIGKILL')));
});

afterAll(() => {
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

describe('npm start', () => {
  test('makes the repository and brings development and staging up; production runs or says until when it waits', async () => {
    const play = start();
    await play.says(/What happens:/);
    expect(git('log', '--format=%an <%ae>|%cn|%s', 'main')).toBe(
      "Tidegate starter <starter@tidegate.invalid>|Tidegate starter|Start from Tidegate's starter",
    );
    expect(git('tag', '--points-at', 'main')).toBe('v1.0.0');
    expect(git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(existsSync(path.join(state, 'config.git', 'hooks'))).toBe(false);
    expect(git('ls-tree', 'main', 'scripts/test.sh')).toMatch(/^100755 /);
    expect(play.output).toContain(`.tidegate/config.git`);

    await until(async () => (await health(play, 'development')).status === 'ok');
    await until(async () => (await health(play, 'staging')).status === 'ok');
    await play.says(/development-1 Succeeded: deployed {2}http/);
    await play.says(/staging-1 Succeeded: deployed {2}http/);
    await Promise.race([
      play.says(/production +v1\.0\.0 \(\w+\) waits: business-hours: .*; opens \w+day .* 09:00 UTC/),
      play.says(/production-1 Succeeded: deployed {2}http/),
    ]);
    expect(readFileSync(path.join(state, 'tidegate.log'), 'utf8')).toContain('info development-1 opened: deploy ');
  });

  test('a second start carries on with the same repository, ports and history', async () => {
    const first = git('rev-parse', 'main', 'tidegate/development');
    const ports = portsInGit();
    const play = start();
    await play.says(/What happens:/);
    expect(play.output).toMatch(/config\.git {2}\(as you left it\)/);
    for (const [environment, port] of ports) expect(play.url(environment)).toBe(`http://127.0.0.1:${port}`);
    await until(async () => (await health(play, 'development')).status === 'ok');
    expect(git('rev-parse', 'main', 'tidegate/development')).toBe(first);
  });

  test('the four things to try work as printed, also for those who tried them before', async () => {
    // Ended by KILL in the middle of its work: the next start goes on, and another may have left a clone.
    for (const round of [1, 2]) {
      const play = start();
      await play.says(/What happens:/);
      const things = printedThings(play.output);
      expect(things).toHaveLength(4);

      const greeting = await config(play, 'development');
      expect(shell(things[0]).code).toBe(0);
      await until(async () => (await config(play, 'development')) !== greeting);

      const release = shell(things[1]);
      expect(release.output).toMatch(new RegExp(`production: v1\\.${round}\\.0 \\(\\w+\\) (waits|is)\\b`));
      expect([0, 1]).toContain(release.code);

      const before = await config(play, 'staging');
      const failed = play.says(/staging-\d+: verify: health failed: .*503/);
      expect(shell(things[2]).code).toBe(0);
      await failed;
      await play.says(/staging-\d+: staging is back at the contents of/);
      await play.says(/staging-\d+ RolledBack/);
      expect(await config(play, 'staging')).toBe(before);
      expect((await health(play, 'staging')).status).toBe('ok');
      const look = /^ +(git -C .*)$/m.exec(play.output)?.[1] ?? '';
      expect(shell([look]).output).toContain('Rollback-To: ');

      const proposed = play.says(/production\/[\w-]+ is proposed for main/);
      const [asked, merged] = [things[3]?.slice(0, -1), things[3]?.at(-1) ?? ''];
      expect(shell(asked)).toMatchObject({ code: 0 });
      await proposed;
      expect(shell([merged])).toMatchObject({ code: 0 });
      expect(git('show', 'main:environments/production/services/web.yaml')).toContain(
        /^greeting: .*$/m.exec(git('show', 'main:environments/staging/services/web.yaml'))?.[0] ?? 'no greeting',
      );
      await play.kill('SIGKILL');
    }
  }, 600_000);

  test('Ctrl-C leaves nothing running, also when it is heard twice', async () => {
    const play = start();
    await play.says(/What happens:/);
    expect(play.processes().length).toBeGreaterThan(3);
    process.kill(-play.pid, 'SIGINT');
    process.kill(-play.pid, 'SIGINT');
    expect(await play.ended).toBe(0);
    expect(play.output).toContain('Stopped. Nothing is left running');
    expect(play.processes()).toEqual([]);
  });

  test('Ctrl-C on `npm start`, which reaches npm, its shell and the program', async () => {
    const play = start({ viaNpm: true });
    await play.says(/What happens:/);
    process.kill(-play.pid, 'SIGINT');
    await play.ended;
    expect(play.output).toContain('Stopped. Nothing is left running');
    expect(play.processes()).toEqual([]);
  });

  test('kill -9 leaves nothing running either', async () => {
    const play = start();
    await play.says(/What happens:/);
    await until(() => play.processes().length >= 4);
    await play.kill('SIGKILL');
    await until(() => play.processes().length === 0);
  });

  test('a port that somebody has taken since is an error that names it, and what to do', async () => {
    const [environment, port] = [...portsInGit()][1] ?? ['', 0];
    const other = await occupy(port);
    try {
      const play = start();
      expect(await play.ended).toBe(3);
      expect(play.output).toContain(`port ${port} of 127.0.0.1, on which ${environment} answers, is taken`);
      expect(play.output).toContain(`environments/${environment}/environment.yaml`);
      expect(play.processes()).toEqual([]);
    } finally {
      other.close();
    }
  });

  test('on the first start another free port is found, said, and written into the repository', async () => {
    rmSync(state, { recursive: true, force: true });
    const starter = readFileSync(path.join(ROOT, 'environments', 'staging', 'environment.yaml'), 'utf8');
    const wanted = Number(/PORT: (\d+)/.exec(starter)?.[1]);
    const other = await occupy(wanted).catch(() => null);
    try {
      const play = start();
      await play.says(/What happens:/);
      const port = portsInGit().get('staging');
      expect(port).not.toBe(wanted);
      expect(play.output).toContain(`port ${wanted} is taken: staging answers on ${port}`);
      await until(async () => (await health(play, 'staging')).status === 'ok');
    } finally {
      other?.close();
    }
  });
});

class Play {
  output = '';
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #listeners: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.#child = child;
    const hear = (text: string): void => {
      this.output += text;
      for (const listener of this.#listeners) listener();
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when what was printed from now on, or until now, matches. */
  says(pattern: RegExp, patienceMs = 120_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never said ${pattern}:\n${this.output}`)), patienceMs);
      const look = (): void => {
        if (!pattern.test(this.output)) return;
        clearTimeout(timer);
        resolve();
      };
      this.#listeners.push(look);
      look();
    });
  }

  url(environment: string): string {
    return new RegExp(`^ +${environment} +(http://\\S+)`, 'm').exec(this.output)?.[1] ?? '';
  }

  /** Everything on this machine that works for this folder. */
  processes(): readonly string[] {
    const listed = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
    return listed.split('\n').filter((line) => line.includes(folder) && !/ (git|ps) /.test(line));
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    // The whole group, as npm is between us and the program in one of the tests.
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(-this.pid, signal);
    await this.ended;
    await until(() => this.processes().length === 0);
  }
}

function start({ viaNpm = false } = {}): Play {
  const home = path.join(path.dirname(folder), 'home');
  const config = path.join(path.dirname(folder), 'gitconfig');
  writeFileSync(
    config,
    '[user]\n\tname = Somebody\n\temail = somebody@example.org\n[init]\n\tdefaultBranch = trunk\n[core]\n\tautocrlf = true\n' +
      '[commit]\n\tgpgSign = false\n[tag]\n\tforceSignAnnotated = true\n[push]\n\tdefault = simple\n',
  );
  const env = {
    PATH: `${path.join(ROOT, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH']}`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    TZ: 'UTC',
  };
  const options: SpawnOptions = { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = viaNpm
    ? spawn('npm', ['start', '--silent', '--', '--state', state], { ...options, cwd: ROOT })
    : spawn(process.execPath, [MAIN, 'start', '--state', state], { ...options, cwd: folder });
  const play = new Play(child);
  running.push(play);
  return play;
}

/** The commands of each thing, in order. */
function printedThings(output: string): readonly (readonly string[])[] {
  const things: string[][] = [];
  for (const line of output.split('\n')) {
    if (/^\d\. /.test(line)) things.push([]);
    else if (line.startsWith('     ') && things.length > 0) things.at(-1)?.push(line.trim());
  }
  return things.map((lines) => lines.filter((line) => !line.startsWith('git -C')));
}

function shell(lines: readonly string[] = []): { code: number | null; output: string } {
  expect(lines.length).toBeGreaterThan(0);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path.join(path.dirname(folder), 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: path.join(path.dirname(folder), 'gitconfig'),
  };
  try {
    const output = execFileSync('sh', ['-e', '-c', `exec 2>&1\n${lines.join('\n')}`], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { code: 0, output };
  } catch (error) {
    const { status, stdout } = error as { status: number | null; stdout: string };
    return { code: status, output: stdout };
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', path.join(state, 'config.git'), ...args], { encoding: 'utf8' }).trim();
}

function portsInGit(): ReadonlyMap<string, number> {
  const ports = ['development', 'staging', 'production'].map((environment): [string, number] => {
    const text = git('show', `main:environments/${environment}/environment.yaml`);
    return [environment, Number(/PORT: (\d+)/.exec(text)?.[1])];
  });
  return new Map(ports);
}

async function health(play: Play, environment: string): Promise<{ status: string }> {
  const answer = await fetch(`${play.url(environment)}/health`);
  return (await answer.json()) as { status: string };
}

async function config(play: Play, environment: string): Promise<string> {
  return await (await fetch(`${play.url(environment)}/config`)).text();
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}

async function until(condition: () => boolean | Promise<boolean>, patienceMs = 120_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not true within ${patienceMs / 1_000} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
