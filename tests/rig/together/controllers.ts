// One of the real controllers: the program as a child process, on its own state folder and its own way to the remote,
// and what can befall it: killed, cut off, stopped, frozen with all that it started, a clock that jumps.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bareEnvironment, ROOT } from '../../support/tidegate-program.ts';
import { hears, type Process, processesOf, tell } from '../processes.ts';
import type { Machine } from './network.ts';
import type { Way } from './way.ts';

export type ControllerPlace = {
  readonly name: string;
  /** Null: all there are. */
  readonly environments: readonly string[] | null;
  readonly folder: string;
  readonly way: Way;
  readonly machine: Machine | null;
};

const SAID_MAX = 200_000;

export class OneController {
  readonly name: string;
  readonly way: Way;
  readonly machine: Machine | null;
  readonly serves: (environment: string) => boolean;
  said = '';
  readonly #place: ControllerPlace;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(place: ControllerPlace) {
    this.#place = place;
    this.name = place.name;
    this.way = place.way;
    this.machine = place.machine;
    this.serves = (environment) => place.environments === null || place.environments.includes(environment);
  }

  get state(): string {
    return path.join(this.#place.folder, `state-${this.name}`);
  }

  /** It runs and listens: from then on a hangup is heard and does not end it. */
  get isUp(): boolean {
    return this.#child?.pid !== undefined && hears(this.#child.pid, 'SIGHUP');
  }

  start(clockOffMs = 0): void {
    const { folder, environments, way, machine } = this.#place;
    writeFileSync(this.#clock, `${clockOffMs}`);
    this.said = '';
    const only = environments === null ? [] : ['--environments', environments.join(',')];
    const program = [path.join(ROOT, 'bin', 'tidegate'), 'run', '--name', this.name, ...only];
    const where = ['--repo', `${way.origin}/config.git`, '--state', this.state];
    const [command = '', ...args] = [...(machine?.enter ?? []), ...program, ...where];
    const child = spawn(command, args, {
      cwd: folder,
      env: {
        ...bareEnvironment('ana'),
        NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'shift-clock.ts')}`,
        TIDEGATE_RIG_CLOCK: this.#clock,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Anyone who interrupts the rig at a terminal asks the rig alone, which then ends them in good order.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        this.said = (this.said + part).slice(-SAID_MAX);
      });
    this.#child = child;
    this.#ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', () => {
        if (this.#child === child) this.#child = null;
        resolve();
      });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.signal(signal);
    this.signal('SIGCONT');
    await this.#ended;
  }

  shiftClock(ms: number): void {
    writeFileSync(this.#clock, `${ms}`);
    this.signal('SIGUSR2');
  }

  /** Everything that runs on this controller's behalf stands still, as on a virtual machine that is paused. */
  freeze(): void {
    for (let fresh = this.#alive(/^[^T]$/); fresh.length > 0; fresh = this.#alive(/^[^T]$/)) {
      for (const { pid } of fresh) tell(pid, 'SIGSTOP');
    }
  }

  /** `jobs`: only they go on; their keepers are slower to wake. */
  thaw(which: 'jobs' | 'all'): void {
    for (const { pid, isJob } of this.#alive(/./)) if (isJob || which === 'all') tell(pid, 'SIGCONT');
  }

  get #clock(): string {
    return path.join(this.#place.folder, `clock-${this.name}`);
  }

  #alive(states: RegExp): readonly Process[] {
    return processesOf(this.state).filter(({ state }) => states.test(state));
  }
}
