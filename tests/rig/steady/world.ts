// Where steady load is played: a real remote over HTTP behind a way that can be closed or made long, the environments
// of the roster, and the real program. Watched by the witness of the crash rig. `end` leaves nothing behind.

import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commitFiles, git, makeBareRepository } from '../../support/git-repositories.ts';
import { type GitHttp, startGitHttp } from '../../support/git-server.ts';
import { type Person, type Ran, type Running, startTidegate } from '../../support/tidegate-program.ts';
import { type Gate, openGate } from '../gate.ts';
import { waitFor } from '../patience.ts';
import { processesOf } from '../processes.ts';
import { installHooks, type RemoteHooks } from '../remote-hooks.ts';
import type { Watched } from '../witness.ts';
import { drawRoster, filesOf, type Inhabitant } from './roster.ts';
import { openSlowWay, type SlowWay } from './slow-way.ts';

type Ways = { readonly server: GitHttp; readonly way: SlowWay; readonly gate: Gate };

/** Under load a step begins sooner than that; in a moment without work there may be none. */
const STEP_MS_MAX = 3_000;

export class SteadyWorld implements Watched {
  readonly folder: string;
  readonly repository: string;
  readonly state: string;
  readonly roster: readonly Inhabitant[];
  readonly environments: readonly string[];
  readonly hooks: RemoteHooks;
  readonly ways: Ways;
  readonly promised: { readonly environment: string; readonly words: string }[] = [];
  /** What lives said, each in turn; the last may be under way. */
  readonly lives: Running[] = [];
  readonly #world: string;
  readonly #running = new Set<Running>();

  private constructor(folder: string, ways: Ways, count: number) {
    this.folder = folder;
    this.repository = path.join(folder, 'config.git');
    this.state = path.join(folder, 'state');
    this.#world = path.join(folder, 'world');
    this.ways = ways;
    this.roster = drawRoster(count);
    this.environments = this.roster.map(({ name }) => name);
    makeBareRepository(this.repository);
    this.hooks = installHooks(this.repository, path.join(folder, 'hooks-said'));
    mkdirSync(this.#world);
    commitFiles(this.repository, filesOf(this.roster, this.#world));
  }

  static async begin(count: number): Promise<SteadyWorld> {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-steady-')));
    const server = await startGitHttp({ root: folder });
    const way = await openSlowWay(server.origin);
    const gate = await openGate(way.origin);
    return new SteadyWorld(folder, { server, way, gate }, count);
  }

  async end(): Promise<void> {
    for (const { child, ended } of this.#running) {
      child.kill('SIGKILL');
      await ended;
    }
    await this.ways.gate.down();
    await this.ways.way.close();
    await this.ways.server.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What is in place, as the target or the link to the newest release has it. */
  live(environment: string): string {
    const release = path.join(this.state, 'live', environment, 'current', 'app.txt');
    const file = existsSync(release) ? release : path.join(this.#world, `live-${environment}`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  }

  wanted(environment: string): string {
    return this.git('show', `refs/heads/main:environments/${environment}/app.txt`);
  }

  deeds(): readonly string[] {
    const file = path.join(this.#world, 'deeds');
    appendFileSync(file, '');
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  git(...args: readonly string[]): string {
    return git(this.repository, args);
  }

  /** Another life of the controller. */
  startController(): Running {
    rmSync(this.#killed, { force: true });
    const life = this.#start(['run'], this.state, 'ana');
    this.lives.push(life);
    return life;
  }

  /**
   * In the middle of a step where there is one to be had. Steps that are under way hang until the next life: only
   * somebody who ends them can make them go.
   */
  async kill({ child, ended }: Running): Promise<void> {
    appendFileSync(this.#killed, '');
    await waitFor(() => processesOf(this.folder).some(({ isJob }) => isJob), STEP_MS_MAX);
    child.kill('SIGKILL');
    await ended;
  }

  verify(): Promise<Ran> {
    return this.ask(['verify', '--json']);
  }

  /** What a person asks, from a folder of their own, by the same way as the controller. */
  ask(args: readonly string[], person: Person = 'dan'): Promise<Ran> {
    return this.#start(args, path.join(this.folder, 'people'), person).ended;
  }

  #start(args: readonly string[], state: string, as: Person): Running {
    const url = `${this.ways.gate.origin}/config.git`;
    const running = startTidegate([...args, '--repo', url, '--state', state], { directory: this.folder, as });
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.ended.then(forget, forget);
    return running;
  }

  get #killed(): string {
    return path.join(this.#world, 'killed');
  }
}
