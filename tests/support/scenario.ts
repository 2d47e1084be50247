// A story with a real config repository, real git and the real command line. A test says what people push, lets the
// controller look once (`tick`), and asks what a person would ask: what runs, why, what stands in Git.
// Must leave nothing behind: `end` removes the folder and every controller that a story started.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { HistoryJson, RunJson } from '../../engine/contract/run.ts';
import type { EnvironmentJson, StatusJson } from '../../engine/contract/status.ts';
import type { VerifyJson } from '../../engine/contract/verify.ts';
import type { WhyJson } from '../../engine/contract/why.ts';
import { judgedAnswer } from './answer-judge.ts';
import { commitFiles, git, makeBareRepository, STORY_TIME, type StoryFile } from './git-repositories.ts';
import { type EnvironmentText, environmentYaml, startingFiles } from './scenario-files.ts';
import { bareEnvironment, type Person, type Ran, type Running, startTidegate } from './tidegate-program.ts';

export type TickOptions = {
  readonly at?: string;
  readonly code?: number;
  readonly state?: string;
  readonly env?: Record<string, string>;
};

type StartOptions = { as?: Person; env?: Record<string, string>; behind?: readonly string[] };

/** A Monday and a Saturday in office hours of Bucharest. */
export const MONDAY = '2026-11-23T10:00:00Z';
export const SATURDAY = '2026-11-21T10:00:00Z';

export class Scenario {
  readonly folder: string;
  readonly repository: string;
  readonly world: string;
  /** What `--repo` says; another address of the same repository where a story needs one. */
  url: string;
  state: string;
  /** Further environment of every command. */
  env: Record<string, string> = {};
  readonly #running: Running[] = [];
  #commits = 0;

  constructor(
    environments: Readonly<Record<string, EnvironmentText>>,
    files: Readonly<Record<string, StoryFile>> = {},
  ) {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-story-')));
    this.repository = path.join(this.folder, 'config.git');
    this.world = path.join(this.folder, 'world');
    this.state = path.join(this.folder, 'state');
    this.url = this.repository;
    mkdirSync(this.world);
    makeBareRepository(this.repository);
    this.push({ ...startingFiles(this.world, environments), ...files }, 'Begin');
  }

  async end(): Promise<void> {
    for (const { child, ended } of this.#running) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  // What people do.

  /** One commit on top of a branch, by Ana; answers its id. Each is a minute younger than the one before. */
  push(files: Readonly<Record<string, StoryFile>>, message = 'a change', branch = 'main'): string {
    this.#commits += 1;
    return commitFiles(this.repository, files, { branch, message, at: STORY_TIME + this.#commits * 60_000 });
  }

  /** `app.txt` of an environment: with `broken` in it verify fails, with `untested` test does. */
  release(environment: string, app: string, branch = 'main'): string {
    return this.push({ [`environments/${environment}/app.txt`]: `${app}\n` }, `${environment}: ${app}`, branch);
  }

  configure(environment: string, text: EnvironmentText): string {
    return this.push({
      [`environments/${environment}/environment.yaml`]: environmentYaml(environment, this.world, text),
    });
  }

  tag(name: string, commit = this.head()): void {
    this.git('-c', 'tag.gpgSign=false', 'tag', '-a', '-m', name, '--', name, commit);
  }

  /** Plain git in the bare repository. */
  git(...args: readonly string[]): string {
    return git(this.repository, args);
  }

  head(branch = 'main'): string {
    return this.git('rev-parse', `refs/heads/${branch}`);
  }

  /** A clone, for what only a work tree can do; plain git in it, as that person. */
  clone(person: Person = 'ana'): (...args: readonly string[]) => string {
    const directory = mkdtempSync(path.join(this.folder, 'clone-'));
    const env = bareEnvironment(person);
    execFileSync('git', ['clone', '--quiet', this.repository, directory], { env, stdio: 'pipe' });
    return (...args) => execFileSync('git', args, { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /** The remote refuses pushes to refs that this shell pattern matches; none when null. */
  refuse(pattern: string | null): void {
    const hook = path.join(this.repository, 'hooks', 'update');
    rmSync(hook, { force: true });
    if (pattern === null) return;
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ncase "$1" in ${pattern}) echo "$1 is protected" >&2; exit 1;; esac\n`);
    chmodSync(hook, 0o755);
  }

  // What Tidegate does.

  start(args: readonly string[], options: StartOptions & { detached?: boolean } = {}): Running {
    const running = startTidegate([...args, '--repo', this.url, '--state', this.state], {
      ...options,
      directory: this.folder,
      env: { ...this.env, ...options.env },
    });
    this.#running.push(running);
    return running;
  }

  run(args: readonly string[], options: StartOptions = {}): Promise<Ran> {
    return this.start(args, options).ended;
  }

  /** One `run --once`; answers what it said. */
  async tick(options: TickOptions = {}): Promise<string> {
    const args = ['run', '--once', ...(options.at === undefined ? [] : ['--at', options.at])];
    const ran = await this.run(args, options.env === undefined ? {} : { env: options.env });
    expect(ran.code, `${ran.out}${ran.err}`).toBe(options.code ?? 0);
    return `${ran.out}${ran.err}`;
  }

  /** What a command answers, held to the contract. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const line = [...args, '--json'];
    const ran = await this.run(line);
    try {
      judgedAnswer(line, ran.out);
      return JSON.parse(ran.out) as T;
    } catch (error) {
      throw new Error(`tidegate ${line.join(' ')} (${ran.code}) broke its contract:\n${ran.out}${ran.err}`, {
        cause: error,
      });
    }
  }

  async status(environment: string, ...args: readonly string[]): Promise<EnvironmentJson> {
    const { environments } = await this.json<StatusJson>('status', environment, ...args);
    const found = environments.find(({ name }) => name === environment);
    if (found === undefined) throw new Error(`status does not know ${environment}`);
    return found;
  }

  why(environment: string, ...args: readonly string[]): Promise<WhyJson> {
    return this.json<WhyJson>('why', environment, ...args);
  }

  /** Newest first. */
  async history(environment: string): Promise<readonly RunJson[]> {
    return (await this.json<HistoryJson>('history', environment)).runs;
  }

  /** A line a run, newest first: `production-2 rollback failure Succeeded`. */
  async runs(environment: string): Promise<readonly string[]> {
    const runs = await this.history(environment);
    return runs.map(({ id, kind, trigger, outcome }) => `${id} ${kind} ${trigger} ${outcome}`);
  }

  verify(): Promise<VerifyJson> {
    return this.json<VerifyJson>('verify');
  }

  /**
   * Resolves when a running controller has taken in all that was pushed until now: it opens the first run of an
   * environment that follows `branch: later`, which begins to be with this.
   */
  async seen(running: Running, environment = 'staging'): Promise<void> {
    this.git('branch', 'later', 'main');
    running.child.kill('SIGHUP');
    await running.says(new RegExp(`${environment}-1 opened`));
  }

  // What is there afterwards.

  /** What is in place: `app.txt` of the live release; null before the first. */
  live(environment: string): string | null {
    const files = path.join(this.state, 'live', environment, 'current', 'app.txt');
    const file = existsSync(files) ? files : path.join(this.world, `live-${environment}`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  }

  /** What the scripts did since this was last asked: `production verify two`. */
  deeds(): readonly string[] {
    const file = path.join(this.world, 'deeds');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    rmSync(file, { force: true });
    return text.split('\n').filter((line) => line !== '');
  }

  file(commit: string, file: string): string {
    return this.git('show', `${commit}:${file}`);
  }

  /** Values of one trailer of a commit's message, as git finds them. */
  trailer(commit: string, key: string): string {
    return this.git('log', '-1', `--format=%(trailers:key=${key},valueonly,separator=%x7C)`, commit);
  }

  /**
   * From now on everything is `down` (or not), whatever the files say; every verify waits while there is a `pause`.
   */
  set(what: 'down' | 'pause', isSet: boolean): void {
    const file = path.join(this.world, what);
    if (isSet) writeFileSync(file, '');
    else rmSync(file, { force: true });
  }
}
