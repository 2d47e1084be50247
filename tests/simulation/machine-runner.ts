// The runner of one controller's life, in simulated time: slots, idempotence, stops, and a supervisor that ends jobs
// when their lease runs out or their controller is gone. As the real one, a supervisor begins nothing before the jobs
// of an earlier life in the same state folder are over; work inside the controller ends with it.

import type { JobEnding, JobSpec } from '../../engine/model/job.ts';
import type { JobPlace, Runner, RunningJob } from '../../engine/ports/runner.ts';
import { stoppedEnding } from '../../engine/runner/endings.ts';
import { WELL } from '../support/job-endings.ts';
import type { Machine } from './machine.ts';
import type { Touch } from './targets.ts';

type Phase = 'waits' | 'runs' | 'over';
type Job = {
  readonly spec: JobSpec;
  readonly place: JobPlace;
  readonly resolve: (ending: JobEnding) => void;
  readonly ended: Promise<JobEnding>;
  phase: Phase;
  isStopping: boolean;
  touch: Touch | null;
};

export class MachineRunner implements Runner {
  readonly #machine: Machine;
  readonly #life: string;
  readonly #jobs = new Map<string, Job>();
  readonly #deadlines = new Map<string, number>();
  #concurrency = 4;
  #isClosed = false;
  #isOrphaned = false;

  constructor(machine: Machine, life: string) {
    this.#machine = machine;
    this.#life = life;
  }

  get running(): number {
    return [...this.#jobs.values()].filter((job) => job.phase === 'runs').length;
  }

  warm(): void {}

  start(spec: JobSpec, place: JobPlace): RunningJob {
    const known = this.#jobs.get(spec.id);
    if (known !== undefined) return { id: spec.id, ended: known.ended };
    const { promise, resolve } = Promise.withResolvers<JobEnding>();
    const job: Job = { spec, place, resolve, ended: promise, phase: 'waits', isStopping: false, touch: null };
    this.#jobs.set(spec.id, job);
    this.#machine.world.onJob(this.#machine, this.#life, spec);
    if (this.#isClosed) this.#end(job, { outcome: 'cancelled', sentence: 'not started: the controller is stopping' });
    else if (this.#isExpired(spec.environment)) this.#end(job, EXPIRED);
    else this.#admit();
    return { id: spec.id, ended: promise };
  }

  async stop(id: string, why: 'cancelled' | 'lease-lost'): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#stop(job, stoppedEnding(why, 0, 0));
    await job.ended;
  }

  renew(environment: string, forMs: number): void {
    const { timeline } = this.#machine.world;
    const until = timeline.now + forMs;
    this.#deadlines.set(environment, until);
    timeline.at(until, () => {
      if (this.#isExpired(environment)) this.#expire(environment);
    });
  }

  setConcurrency(jobs: number): void {
    this.#concurrency = jobs;
    this.#admit();
  }

  forget(id: string): void {
    if (this.#jobs.get(id)?.phase === 'over') this.#jobs.delete(id);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#jobs.values()) this.#stop(job, stoppedEnding('cancelled', 0, 0));
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  /** The controller is gone. `lingers`: its supervisor hangs too, and only the lease ends the jobs. */
  orphan(lingers: boolean): void {
    this.#isOrphaned = true;
    for (const job of this.#jobs.values()) {
      if (job.phase === 'waits' || !isProcess(job.spec)) this.#end(job, { outcome: 'cancelled', sentence: '' });
      else if (!lingers) this.#stop(job, stoppedEnding('controller-gone', 0, 0));
    }
  }

  /**
   * Lets time pass for a controller that stood still: its own work has lost its lease, if it has, before it does
   * anything.
   */
  wake(): void {
    for (const environment of this.#deadlines.keys()) if (this.#isExpired(environment)) this.#expire(environment);
  }

  #isExpired(environment: string): boolean {
    return (this.#deadlines.get(environment) ?? Number.POSITIVE_INFINITY) <= this.#machine.world.timeline.now;
  }

  #expire(environment: string): void {
    for (const job of this.#jobs.values()) {
      if (job.spec.environment !== environment) continue;
      // What runs inside a controller that stands still notices nothing until it goes on.
      if (!isProcess(job.spec) && this.#machine.isFrozen) continue;
      this.#stop(job, EXPIRED);
    }
  }

  #stop(job: Job, ending: Partial<JobEnding>): void {
    if (job.phase === 'over' || job.isStopping) return;
    if (job.phase === 'waits') {
      this.#end(job, ending);
      return;
    }
    job.isStopping = true;
    const { timeline, luck } = this.#machine.world;
    const graceMs = luck.jobs.chance(0.2) ? job.spec.graceMs : luck.jobs.between(1, 50);
    timeline.at(timeline.now + graceMs, () => this.#end(job, ending));
  }

  #admit(): void {
    if (this.#isOrphaned || this.#machine.awaitsOrphans(this, () => this.#admit())) return;
    for (const job of this.#jobs.values()) {
      if (job.phase !== 'waits') continue;
      if (isProcess(job.spec) && this.#processes() >= this.#concurrency) continue;
      this.#begin(job);
    }
  }

  #processes(): number {
    return [...this.#jobs.values()].filter((job) => job.phase === 'runs' && isProcess(job.spec)).length;
  }

  #begin(job: Job): void {
    const { spec } = job;
    const { timeline, luck, targets } = this.#machine.world;
    if (this.#isExpired(spec.environment)) {
      this.#end(job, EXPIRED);
      return;
    }
    job.phase = 'runs';
    const [run = '', stage = ''] = spec.id.split('/');
    if (stage === 'deploy') {
      const epoch = Number(spec.env['TIDEGATE_EPOCH']);
      const isStill = () => !isProcess(spec) && this.#machine.isFrozen;
      const at = {
        environment: spec.environment,
        run,
        job: spec.id,
        life: this.#life,
        epoch,
        beganAt: timeline.now,
        isStill,
      };
      job.touch = targets.begin(at);
    }
    const takesMs = luck.jobs.wait(luck.jobs.pick(TAKES_MS));
    timeline.at(timeline.now + takesMs, () => this.#machine.whenAwake(() => this.#finish(job), !isProcess(spec)));
  }

  #finish(job: Job): void {
    if (job.phase === 'over' || job.isStopping) return;
    const { world } = this.#machine;
    const [, stage] = job.spec.id.split('/');
    const app = this.#machine.exports
      .get(job.place.directory)
      ?.get(`environments/${job.spec.environment}/app.txt`)
      ?.text.trim();
    if (app === undefined) {
      this.#end(job, { outcome: 'errored', sentence: 'its files are gone' });
      return;
    }
    if (world.luck.jobs.chance(world.chances.vanish)) {
      this.#end(job, { outcome: 'errored', sentence: 'it vanished' });
      return;
    }
    if (job.touch !== null) {
      const refused = world.targets.put(job.touch, app, isProcess(job.spec) ? 'script' : 'files');
      if (refused !== null) {
        this.#end(job, { outcome: 'failed', sentence: refused });
        return;
      }
      this.#end(job, {});
      return;
    }
    const isBad = (stage === 'test' && app.includes('untested')) || (stage === 'verify' && app.includes('broken'));
    const isDown = stage === 'verify' && world.luck.jobs.chance(world.chances.down);
    this.#end(job, isBad || isDown ? { outcome: 'failed', sentence: 'it is not well', exitCode: 1 } : {});
  }

  #end(job: Job, ending: Partial<JobEnding>): void {
    if (job.phase === 'over') return;
    const { timeline } = this.#machine.world;
    job.phase = 'over';
    if (job.touch !== null) job.touch.endedAt = timeline.now;
    if (!this.#isOrphaned) this.#machine.whenAwake(() => job.resolve({ ...WELL, ...ending }), true);
    this.#admit();
    this.#machine.orphansMayBeOver();
  }
}

function isProcess(spec: JobSpec): boolean {
  return spec.work.some(({ type }) => type === 'process');
}

/** On average. Most steps are short; now and then one outlasts a window. */
const TAKES_MS = [500, 2_000, 4_000, 4_000, 10_000, 60_000, 10 * 60_000];

const EXPIRED = stoppedEnding('lease-expired', 0, 0);
