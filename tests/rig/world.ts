// Where the rounds of the crash rig are played: a real remote over HTTP, three environments whose stages take 50 to
// 300 ms, a state folder on a disk of its own, people who commit and ask, and the real program. `end` leaves nothing
// behind.

import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commitFiles, git, makeBareRepository, STORY_TIME } from '../support/git-repositories.ts';
import { startGitHttp } from '../support/git-server.ts';
import { PEOPLE, script, startingFiles } from '../support/scenario-files.ts';
import { type Ran, type Running, startTidegate } from '../support/tidegate-program.ts';
import { type Gate, openGate } from './gate.ts';
import { installHooks, type RemoteHooks } from './remote-hooks.ts';
import { makeSmallDisk, type SmallDisk } from './small-disk.ts';

export const ENVIRONMENTS = ['development', 'production', 'staging'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** Stages of 50 to 300 ms; each says that it begins before it does anything else. */
const PIPELINE = `stages:
  - name: build
    steps: [{ name: compile, run: scripts/work.sh 0.05 }, { name: pack, run: sleep 0.1 }]
  - name: deploy
    steps: [{ deploy: target }]
  - name: verify
    steps: [{ name: health, run: scripts/work.sh 0.3 }]
  - name: notify
    steps: [{ name: tell, run: scripts/work.sh 0.05 }]
`;

/**
 * Where its controller is gone it never ends by itself: somebody must end it, with its other processes, one of which
 * has left its session.
 */
const WORK = script(`echo "$TIDEGATE_RUN $TIDEGATE_STAGE" >> "$WORLD/deeds"
sleep 60 & others=$!
setsid sleep 60 & others="$others $!"
sleep "$1"
while [ -e "$WORLD/killed" ]; do sleep 1; done
kill $others`);
const APPLY = script(`echo "$TIDEGATE_RUN $TIDEGATE_STAGE" >> "$WORLD/deeds"
sleep 0.1
cp "environments/$TIDEGATE_ENVIRONMENT/app.txt" "$WORLD/live-$TIDEGATE_ENVIRONMENT"`);

const SETTINGS = `version: 1
timezone: UTC
poll: 1s
${PEOPLE}
lease: { renew: 2s, expires: 8s }
ledger: { flush: 50ms }
`;

export class World {
  readonly environments = ENVIRONMENTS;
  readonly folder: string;
  readonly repository: string;
  readonly gate: Gate;
  readonly hooks: RemoteHooks;
  readonly disk: SmallDisk;
  /** What people were told is on record: words that the ledger must hold from then on. */
  readonly promised: { readonly environment: EnvironmentName; readonly words: string }[] = [];
  readonly suspended = new Set<EnvironmentName>();
  readonly #folders: { readonly world: string; readonly people: string };
  readonly #close: () => Promise<void>;
  readonly #running = new Set<Running>();
  #commits = 0;

  private constructor(folder: string, gate: Gate, close: () => Promise<void>) {
    this.folder = folder;
    this.repository = path.join(folder, 'config.git');
    this.#folders = { world: path.join(folder, 'world'), people: path.join(folder, 'people') };
    this.gate = gate;
    this.#close = close;
    makeBareRepository(this.repository);
    this.hooks = installHooks(this.repository, path.join(folder, 'hooks-said'));
    this.disk = makeSmallDisk(path.join(folder, 'disk'));
    mkdirSync(this.#folders.world);
    const environments = Object.fromEntries(ENVIRONMENTS.map((name) => [name, { target: 'script' }]));
    this.#push({
      ...startingFiles(this.#folders.world, environments),
      'tidegate.yaml': SETTINGS,
      'pipelines/deploy.yaml': PIPELINE,
      'scripts/work.sh': WORK,
      'scripts/apply.sh': APPLY,
    });
  }

  static async begin(): Promise<World> {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-crash-')));
    const server = await startGitHttp({ root: folder });
    const gate = await openGate(server.origin);
    return new World(folder, gate, () => server.close());
  }

  async end(): Promise<void> {
    for (const { child, ended } of this.#running) {
      child.kill('SIGKILL');
      await ended;
    }
    await this.gate.down();
    await this.#close();
    this.disk.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** One commit that gives these environments a new version. */
  release(environments: readonly EnvironmentName[], app: string): string {
    return this.#push(Object.fromEntries(environments.map((name) => [`environments/${name}/app.txt`, `${app}\n`])));
  }

  start(args: readonly string[], state = this.disk.state): Running {
    if (args[0] === 'run') rmSync(this.#killed, { force: true });
    const url = `${this.gate.origin}/config.git`;
    const running = startTidegate([...args, '--repo', url, '--state', state], { directory: this.folder });
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.ended.then(forget, forget);
    return running;
  }

  /** Steps that are under way hang from now on: only somebody who ends them can make them go. */
  hang(): void {
    appendFileSync(this.#killed, '');
  }

  async kill({ child, ended }: Running): Promise<void> {
    this.hang();
    child.kill('SIGKILL');
    await ended;
  }

  /** What a person asks from a folder of their own; what was answered with 0 is a promise. */
  async ask(verb: 'suspend' | 'resume', environment: EnvironmentName, words: string): Promise<Ran> {
    const ran = await this.start([verb, environment, '--reason', words], this.#folders.people).ended;
    if (ran.code === 0) {
      this.promised.push({ environment, words });
      if (verb === 'suspend') this.suspended.add(environment);
      else this.suspended.delete(environment);
    }
    return ran;
  }

  verify(): Promise<Ran> {
    return this.start(['verify', '--json'], this.#folders.people).ended;
  }

  git(...args: readonly string[]): string {
    return git(this.repository, args);
  }

  /** As a person at the server: no hook sees it, so that nobody takes it for the controller's. */
  moveRef(ref: string, oid: string | null): void {
    this.git('-c', 'core.hooksPath=/dev/null', 'update-ref', ...(oid === null ? ['-d', ref] : [ref, oid]));
  }

  /** `<run> <stage>`, a line each time that a stage began. */
  deeds(): readonly string[] {
    return this.#lines('deeds');
  }

  live(environment: EnvironmentName): string {
    return this.#lines(`live-${environment}`).join('\n');
  }

  wanted(environment: EnvironmentName): string {
    return this.git('show', `refs/heads/main:environments/${environment}/app.txt`);
  }

  get #killed(): string {
    return path.join(this.#folders.world, 'killed');
  }

  #push(files: Parameters<typeof commitFiles>[1]): string {
    this.#commits += 1;
    return commitFiles(this.repository, files, { at: STORY_TIME + this.#commits * 60_000 });
  }

  #lines(name: string): readonly string[] {
    const file = path.join(this.#folders.world, name);
    appendFileSync(file, '');
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}

export function ledgerRef(environment: string): string {
  return `refs/heads/tidegate/${environment}`;
}
