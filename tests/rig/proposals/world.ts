// Where proposals are made under kill -9: a model of GitHub on a real repository over HTTP, two controllers that
// serve the same three environments, and a server that notes each ref that was pushed over. `canary` is merged by the
// controller that has it when its gates allow, `production` by a person's button. `end` leaves nothing behind.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { realClock } from '../../../engine/host/clock.ts';
import { type ModelForge, startModelForge } from '../../support/forge/model-forge.ts';
import type { Method } from '../../support/forge/model-git.ts';
import type { ModelPull } from '../../support/forge/model-state.ts';
import { commitFiles, git } from '../../support/git-repositories.ts';
import { startingFiles } from '../../support/scenario-files.ts';
import { type Running, startTidegate } from '../../support/tidegate-program.ts';
import { processesOf } from '../processes.ts';

export const PROMOTED = ['canary', 'production'] as const;
const STATES = ['one', 'two'] as const;
export type ControllerName = (typeof STATES)[number];

/** Of each ref that a push moves: whether what was there is still in its history. Ledgers too. */
const NOTES_FORCED = `#!/bin/sh
zero=0000000000000000000000000000000000000000
[ "$2" = "$zero" ] || [ "$3" = "$zero" ] || git merge-base --is-ancestor "$2" "$3" || echo "$1" >> forced
`;

export class ProposalWorld {
  readonly model: ModelForge;
  readonly #folder: string;
  readonly #controllers = new Map<ControllerName, Running>();

  private constructor(folder: string, model: ModelForge) {
    this.#folder = folder;
    this.model = model;
    const promote = (merge: string) => `promote: { from: [staging], take: [app.txt], merge: ${merge} }`;
    const target = 'script';
    mkdirSync(this.#at('world'));
    const files = startingFiles(this.#at('world'), {
      staging: { target },
      canary: { target, more: [promote('when-allowed')] },
      production: { target, more: [promote('person')] },
    });
    const settings = `poll: 1s\nlease: { renew: 1s, expires: 4s }\nledger: { flush: 50ms }\nforge:\n  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }\n`;
    const given = files['tidegate.yaml'] ?? '';
    commitFiles(model.repository, {
      ...files,
      'tidegate.yaml': `${String(given).replace(/^ledger:.*\n/m, '')}${settings}`,
    });
    const hook = path.join(model.repository, 'hooks', 'update');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, NOTES_FORCED, { mode: 0o755 });
    for (const name of STATES) this.start(name);
  }

  static async begin(): Promise<ProposalWorld> {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-proposals-')));
    return new ProposalWorld(folder, await startModelForge(folder, realClock()));
  }

  async end(): Promise<void> {
    for (const name of STATES) await this.kill(name);
    await this.model.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(...names: readonly string[]): string {
    return path.join(this.#folder, ...names);
  }

  start(name: ControllerName): void {
    const env = { FORGE_TOKEN: this.model.token('tidegate-bot') };
    const args = ['run', '--repo', this.model.url, '--state', this.#at(`state-${name}`), '--name', name];
    this.#controllers.set(name, startTidegate(args, { directory: this.#folder, env }));
  }

  async kill(name: ControllerName): Promise<void> {
    const running = this.#controllers.get(name);
    running?.child.kill('SIGKILL');
    await running?.ended;
  }

  forget(name: ControllerName): void {
    rmSync(this.#at(`state-${name}`), { recursive: true, force: true });
  }

  said(): string {
    return [...this.#controllers].map(([name, { said }]) => `== ${name}\n${said().slice(-6_000)}`).join('\n');
  }

  /** All that was asked of the server so far, by Git and by the API. */
  requests(): number {
    return this.model.requests.length + this.model.git.requests.length;
  }

  release(app: string): void {
    commitFiles(this.model.repository, { 'environments/staging/app.txt': `${app}\n` });
  }

  at(environment: string): string {
    const file = this.#at('world', `live-${environment}`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  }

  /** The open pull request that brings this to production. */
  offered(app: string): ModelPull | undefined {
    this.model.state.git.forget();
    return this.model.state.pulls.find(
      ({ state, head, base }) =>
        state === 'open' &&
        base === 'main' &&
        head.ref.startsWith('promote/production/') &&
        this.#git('show', `${head.sha}:environments/production/app.txt`) === app,
    );
  }

  /** A person's button, as the web page has it. False where it conflicts. */
  press({ head, number }: ModelPull, method: Method): boolean {
    const main = this.#git('rev-parse', 'main');
    const merged = this.model.state.git.merge(
      method,
      main,
      head.sha,
      method === 'squash' ? '' : `Merge #${number}`,
      'ana',
    );
    if (merged !== null) this.model.state.git.update('main', merged);
    return merged !== null;
  }

  branches(): readonly string[] {
    return this.#git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/promote').split('\n').filter(Boolean);
  }

  /** Commits on main, merge commits not counted, that brought this to an environment. */
  brought(environment: string, app: string): number {
    const file = `environments/${environment}/app.txt`;
    const commits = this.#git('log', '--format=%H', '--no-merges', 'main', '--', file).split('\n').filter(Boolean);
    return commits.filter((commit) => this.#git('show', `${commit}:${file}`) === app).length;
  }

  forced(): readonly string[] {
    const file = path.join(this.model.repository, 'forced');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** How each proposal of an environment ended, oldest first: `production/9f3c2d1 merged`. */
  endings(environment: string): readonly string[] {
    const said = this.#git('log', '--reverse', '--format=%B%x00', `tidegate/${environment}`).split('\0');
    // A commit of several records has the first of them as its subject as well.
    return said.flatMap((message) => {
      const found = message.matchAll(/(\S+\/[\w-]+) (?:is (merged): |was (declined): |is (closed))/g);
      return [...new Set([...found].map(([, name, ...how]) => `${name} ${how.find((word) => word !== undefined)}`))];
    });
  }

  async verified(): Promise<string> {
    const args = ['verify', '--repo', this.model.url, '--state', this.#at('state-reader')];
    const { code, out, err } = await startTidegate(args, { directory: this.#folder }).ended;
    return code === 0 ? '' : `${out}${err}`;
  }

  /** Jobs that are still at work. */
  jobs(): readonly string[] {
    return processesOf(this.#folder)
      .filter(({ isJob }) => isJob)
      .map(({ line }) => line);
  }

  #git(...args: readonly string[]): string {
    return git(this.model.repository, [...args]);
  }
}
