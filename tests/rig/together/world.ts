// Three controllers, one repository over HTTP, nothing else between them. `production` is served by all, `staging`
// and `development` by two each, `solo` by one alone, which says nothing of environments and so serves everything.
// `end` leaves no process, no network and no file behind.

import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commitFiles, git, makeBareRepository, STORY_TIME } from '../../support/git-repositories.ts';
import { startGitHttp } from '../../support/git-server.ts';
import { PEOPLE, startingFiles } from '../../support/scenario-files.ts';
import { type Ran, startTidegate } from '../../support/tidegate-program.ts';
import { waitFor } from '../patience.ts';
import { processesOf } from '../processes.ts';
import { OneController } from './controllers.ts';
import { Ledgers } from './ledgers.ts';
import { type Machine, makeMachine, whyNoMachines } from './network.ts';
import { type Touch, touches, WORK } from './target.ts';
import { openWay } from './way.ts';

export const SHARED = ['production', 'staging', 'development'] as const;
export const ENVIRONMENTS = [...SHARED, 'solo'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

const SERVED = [
  ['one', ['production', 'staging']],
  ['two', ['production', 'development']],
  ['three', null],
] as const;

export const POLL_MS = 1_000;
export type Lease = { readonly renewMs: number; readonly expiresMs: number };

const PIPELINE = `stages:
  - name: build
    steps: [{ name: compile, run: scripts/work.sh 1 }]
  - name: deploy
    steps: [{ deploy: target }]
  - name: verify
    steps: [{ name: health, run: scripts/work.sh 2 }]
`;

export class TogetherWorld {
  readonly folder: string;
  readonly repository: string;
  readonly controllers: readonly OneController[];
  readonly ledgers: Ledgers;
  readonly #target: string;
  readonly #heard = new Set<string>();
  readonly #closing: (() => Promise<void> | void)[];
  #commits = 0;

  private constructor(
    folder: string,
    controllers: readonly OneController[],
    closing: (() => Promise<void> | void)[],
    lease: Lease,
  ) {
    this.folder = folder;
    this.repository = path.join(folder, 'config.git');
    this.#target = path.join(folder, 'world');
    this.controllers = controllers;
    this.#closing = closing;
    this.ledgers = new Ledgers(this.repository, ENVIRONMENTS);
    makeBareRepository(this.repository);
    mkdirSync(this.#target);
    const script = { target: '{ script: { apply: scripts/work.sh 20 } }' };
    this.#push({
      ...startingFiles(this.#target, Object.fromEntries(ENVIRONMENTS.map((name) => [name, script]))),
      'tidegate.yaml': `version: 1\ntimezone: UTC\npoll: ${POLL_MS}ms\n${PEOPLE}\nlease: { renew: ${lease.renewMs}ms, expires: ${lease.expiresMs}ms }\nledger: { flush: 50ms }\n`,
      'pipelines/deploy.yaml': PIPELINE,
      'scripts/work.sh': WORK,
    });
  }

  static async begin(lease: Lease): Promise<TogetherWorld> {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-together-')));
    const server = await startGitHttp({ root: folder });
    const closing: (() => Promise<void> | void)[] = [() => server.close()];
    const controllers: OneController[] = [];
    const canHaveMachines = whyNoMachines() === null;
    for (const [at, [name, environments]] of SERVED.entries()) {
      // One of them is on a machine of its own, where there can be such a thing.
      const machine: Machine | null = name === 'two' && canHaveMachines ? makeMachine(at) : null;
      if (machine !== null) closing.unshift(() => machine.end());
      const way = await openWay(server.origin, machine?.host ?? '127.0.0.1');
      closing.unshift(() => way.close());
      controllers.push(new OneController({ name, environments, folder, way, machine }));
    }
    const world = new TogetherWorld(folder, controllers, closing, lease);
    for (const controller of controllers) controller.start();
    const isReady = () => controllers.every(({ isUp }) => isUp) && ENVIRONMENTS.every((name) => world.isAtRest(name));
    if (await waitFor(isReady, 60_000)) return world;
    const said = world.lastWords();
    await world.end();
    throw new Error(`the first version did not come to run:\n${said}`);
  }

  /** Ends everything; answers what was still there a while after all controllers had ended. */
  async end(): Promise<readonly string[]> {
    for (const controller of this.controllers) {
      controller.machine?.plug();
      controller.way.repair();
      controller.thaw('all');
      await controller.end('SIGTERM');
    }
    const left = () => this.controllers.flatMap(({ state }) => processesOf(state)).map(({ line }) => line);
    await waitFor(() => left().length === 0, 60_000);
    const found = left();
    for (const close of this.#closing) await close();
    rmSync(this.folder, { recursive: true, force: true });
    return found;
  }

  controller(name: string): OneController {
    const found = this.controllers.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no controller is called ${name}`);
    return found;
  }

  release(app: string): void {
    this.#push(Object.fromEntries(ENVIRONMENTS.map((name) => [`environments/${name}/app.txt`, `${app}\n`])));
  }

  touches(): readonly Touch[] {
    return touches(this.#target);
  }

  /** Ledgers keep what went wrong in them: each sentence is told in one round only. */
  unheard(sentences: readonly string[]): readonly string[] {
    const fresh = sentences.filter((sentence) => !this.#heard.has(sentence));
    for (const sentence of fresh) this.#heard.add(sentence);
    return fresh;
  }

  lastWords(): string {
    return this.controllers.map(({ name, said }) => `${name}: ${said.slice(-1_500)}`).join('\n');
  }

  /** Nothing is open there, and the newest version is in place. */
  isAtRest(environment: EnvironmentName): boolean {
    return this.#live(environment) === this.wanted(environment) && !this.ledgers.isOpen(environment);
  }

  git(...args: readonly string[]): string {
    return git(this.repository, args);
  }

  verify(): Promise<Ran> {
    const args = ['verify', '--json', '--repo', this.repository, '--state', path.join(this.folder, 'people')];
    return startTidegate(args, { directory: this.folder }).ended;
  }

  jobs(): readonly string[] {
    return processesOf(this.folder)
      .filter(({ isJob }) => isJob)
      .map(({ line }) => line);
  }

  #live(environment: string): string {
    const file = path.join(this.#target, `live-${environment}`);
    appendFileSync(file, '');
    return readFileSync(file, 'utf8').trim();
  }

  wanted(environment: string): string {
    return git(this.repository, ['show', `refs/heads/main:environments/${environment}/app.txt`]);
  }

  #push(files: Parameters<typeof commitFiles>[1]): void {
    this.#commits += 1;
    commitFiles(this.repository, files, { at: STORY_TIME + this.#commits * 60_000 });
  }
}
