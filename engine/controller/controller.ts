// The shell: observe, decide, apply, until nothing follows; then sleep until something can have changed. It decides
// nothing itself. Looks, claims, flushes and write-backs run beside each other, so that a slow remote never keeps a step
// that has ended from being followed by the next.

import type { Instant } from '../base/instant.ts';
import { sayRecord } from '../ledger/say.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { isClaim, type LedgerRecord, type WriteBackResult } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/fault.ts';
import type { Log } from '../ports/log.ts';
import type { Runner } from '../ports/runner.ts';
import type { StateFolder } from '../ports/state-folder.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { Backoff } from './backoff.ts';
import { Claims } from './claims.ts';
import { Flusher } from './flusher.ts';
import { Jobs } from './jobs.ts';
import { journalLine, readJournal } from './journal.ts';
import type { Survey } from './survey.ts';
import { performWriteBack } from './write-back.ts';

export type ControllerParts = {
  readonly survey: Survey;
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds after which records are pushed, by kind of remote; the configuration may name another. */
  readonly flushMs: number;
  /** Told every record that this controller makes, in words. */
  readonly onRecord: (environment: string, record: LedgerRecord, sentence: string) => void;
  /** Told what each environment waits for, when that changes. */
  readonly onBecause: (environment: string, sentence: string) => void;
};

export class Controller {
  readonly #parts: ControllerParts;
  readonly #jobs: Jobs;
  readonly #flusher: Flusher;
  readonly #writeBacks = new Map<string, WriteBackResult>();
  readonly #writingBack = new Set<string>();
  readonly #claims: Claims;
  readonly #dirty = new Set<string>();
  readonly #wakes = new Map<string, Instant>();
  readonly #said = new Map<string, string>();
  readonly #backoff = new Backoff();
  /** Journal lines of records that are neither on local disk nor on the remote yet. */
  readonly #unsynced: string[] = [];
  #looking: Promise<void> | null = null;
  #pumping = false;
  #pumpAgain = false;
  #stopping = false;
  #cancelWake: (() => void) | null = null;
  #isFirstTake = true;
  #failure: unknown = null;
  #waiters: (() => void)[] = [];

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    const { survey, runner, folder, clock, log } = parts;
    this.#jobs = new Jobs({
      git: survey.git,
      runner,
      folder,
      log,
      onEnded: (environment) => this.#touch([environment]),
    });
    this.#flusher = new Flusher({
      survey,
      clock,
      log,
      runner,
      folder,
      flushMs: parts.flushMs,
      onMoved: () => this.lookSoon(),
      onChanged: (environments) => this.#touch(environments),
    });
    this.#claims = new Claims({
      push: (claims) => this.#flusher.claim(claims),
      onPushed: (claims, accepted) => {
        for (const name of accepted) this.#recorded(name, claims.get(name) ?? []);
        this.#touch([...accepted]);
      },
      onFault: (names, cause) => {
        this.#report('claim', cause);
        this.#retryLater(names);
      },
    });
  }

  /** Looks at the remote now, once: a second call while a look is under way asks for one more behind it. */
  async look(): Promise<void> {
    while (this.#looking !== null) await this.#looking.catch(() => {});
    this.#looking = this.#lookOnce();
    try {
      await this.#looking;
    } finally {
      this.#looking = null;
    }
  }

  /** As `look`, for callers that do not wait: a fault is logged, and the next poll tries again. */
  lookSoon(): void {
    this.look().catch((cause: unknown) => this.#report('look', cause));
  }

  /** True when no work is under way: no job, no claim, nothing unpushed, nobody else's lease to wait for. */
  get isIdle(): boolean {
    const { survey } = this.#parts;
    if (this.#pumping || this.#looking !== null || this.#claims.size > 0 || this.#writingBack.size > 0) return false;
    if (this.#dirty.size > 0 || this.#jobs.running > 0) return false;
    return [...survey.ledger.entries.values()].every(
      (entry) => entry.pending.length === 0 && !this.#awaits(entry.environment),
    );
  }

  /** Resolves when `isIdle`; throws what made an invariant fail. */
  async idle(): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      if (this.isIdle) return;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Rejects when an invariant fails, resolves when stopped. */
  async ended(): Promise<void> {
    while (!this.#stopping) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Pushes what is on local disk, stops all jobs; open runs are in doubt for whoever comes next. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelWake?.();
    this.#wakeWaiters();
    await this.#flusher.stop();
    await this.#parts.runner.close();
  }

  /** Pushes everything pending now. */
  flush(): Promise<void> {
    return this.#flusher.flushAll();
  }

  async #lookOnce(): Promise<void> {
    const { survey, clock, log } = this.#parts;
    const lookedAtMs = clock.monotonicMs();
    const refs = await survey.look();
    const changed = await survey.take(refs, lookedAtMs);
    if (this.#backoff.succeeded('look')) log.info('the remote answers again');
    if (this.#isFirstTake) await this.#recover();
    this.#isFirstTake = false;
    this.#jobs.setConcurrency((survey.head?.config ?? survey.fallback?.config)?.repository.concurrency ?? 4);
    this.#flusher.settings((survey.head?.config ?? survey.fallback?.config)?.repository ?? null);
    this.#stopLost();
    this.#touch(changed);
    this.#flusher.schedule();
  }

  /** What an earlier life of this controller had on disk and the remote does not have. */
  async #recover(): Promise<void> {
    const { survey, folder, log } = this.#parts;
    for (const [environment, records] of readJournal(await folder.readJournal())) {
      if (!survey.ledger.entries.has(environment)) continue;
      const kept = survey.ledger.recover(environment, records);
      if (kept > 0) log.info(`${kept} records that the remote did not have were found on disk`, { environment });
    }
    const open = [...survey.ledger.entries.values()].flatMap((entry) => entry.state.open.map((run) => run.id));
    await folder.sweepExports(new Set(open));
  }

  /** Jobs of runs that another controller has taken over are ended: it repeats what is in doubt. */
  #stopLost(): void {
    const { survey, runner } = this.#parts;
    for (const [environment, jobs] of this.#jobs.known) {
      const entry = survey.ledger.entries.get(environment);
      const epoch = entry?.state.open.at(-1)?.lease?.epoch;
      if (entry !== undefined && epoch !== undefined && epoch === entry.claimedEpoch) continue;
      for (const [id, job] of jobs) if (job === 'running') runner.stop(id, 'lease-lost').catch(() => {});
      for (const run of new Set([...jobs.keys()].map((id) => id.slice(0, id.indexOf('/'))))) {
        this.#jobs.forget(environment, run);
      }
    }
  }

  #touch(environments: readonly string[]): void {
    for (const environment of environments) this.#dirty.add(environment);
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping || this.#stopping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    this.#tickAll().then(
      () => this.#pumped(),
      (cause: unknown) => {
        this.#report('tick', cause);
        // Everything is looked at again: what was under way when the fault came is still to be decided.
        this.#retryLater(this.#parts.survey.environments, 'tick');
        this.#pumped();
      },
    );
  }

  #pumped(): void {
    this.#pumping = false;
    if (this.#pumpAgain && !this.#stopping) {
      this.#pumpAgain = false;
      this.#pump();
      return;
    }
    this.#scheduleWake();
    this.#wakeWaiters();
  }

  /** Ticks until nothing more follows from what is known. */
  async #tickAll(): Promise<void> {
    this.#pumpAgain = false;
    for (;;) {
      const names = [...this.#dirty].filter((name) => !this.#claims.has(name)).sort();
      if (names.length === 0 || this.#stopping) return;
      for (const name of names) this.#dirty.delete(name);
      await this.#tick(names);
    }
  }

  /** Local disk, or, where that is full or read-only, the remote: one of them must have a record before it counts. */
  async #sync(): Promise<void> {
    const lines = [...this.#unsynced];
    if (lines.length === 0) return;
    try {
      await this.#parts.folder.appendJournal(lines);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      this.#report('disk', cause);
      await this.#flusher.flushAll();
    }
    this.#unsynced.splice(0, lines.length);
    this.#backoff.succeeded('disk');
  }

  async #tick(names: readonly string[]): Promise<void> {
    const { survey, clock } = this.#parts;
    await this.#sync();
    const observed = await survey.observe(names, { jobs: this.#jobs.known, writeBacks: this.#writeBacks });
    const plans = new Map<string, Plan>();
    for (const environment of observed.environments) {
      const plan = reconcile({ ...observed, environments: [environment] }, clock.now());
      plans.set(environment.name, plan);
      this.#remember(environment.name, plan);
    }
    await this.#apply(plans);
  }

  #remember(name: string, plan: Plan): void {
    if (plan.wakeAt === null) this.#wakes.delete(name);
    else this.#wakes.set(name, plan.wakeAt);
    const said = plan.because.map(({ sentence }) => sentence).join('; ');
    if (plan.append.length > 0 || said === this.#said.get(name)) return;
    this.#said.set(name, said);
    if (said !== '') this.#parts.onBecause(name, said);
  }

  async #apply(plans: ReadonlyMap<string, Plan>): Promise<void> {
    const { survey } = this.#parts;
    const claims = new Map<string, readonly LedgerRecord[]>();
    const local: [string, LedgerRecord[]][] = [];
    for (const [name, plan] of plans) {
      const records = plan.append.map(({ record }) => record);
      if (records.length === 0) continue;
      if (records.some(isClaim)) claims.set(name, records);
      else local.push([name, records]);
    }
    if (local.length > 0) {
      for (const [name, records] of local) {
        survey.ledger.append(name, records);
        this.#recorded(name, records);
        this.#dirty.add(name);
      }
      this.#flusher.schedule();
      // On disk before anything rests on it; one sync for all environments of this tick.
      this.#unsynced.push(...local.flatMap(([name, records]) => records.map((record) => journalLine(name, record))));
      await this.#sync();
    }
    if (claims.size > 0) this.#claim(claims);
    for (const plan of plans.values()) for (const effect of plan.effects) this.#perform(effect);
  }

  #claim(claims: ReadonlyMap<string, readonly LedgerRecord[]>): void {
    this.#parts.runner.warm();
    this.#prepareExports(claims);
    this.#claims.add(claims);
  }

  /** While the claim is on its way: exporting touches nothing that the run is about. */
  #prepareExports(claims: ReadonlyMap<string, readonly LedgerRecord[]>): void {
    const single = claims.size <= 4;
    for (const [name, records] of claims) {
      const opened = records.find((record) => record.type === 'run-opened');
      if (single && opened?.type === 'run-opened') {
        this.#jobs.prepare(opened.run, opened.version.commit, this.#without(name)).catch(() => {});
      }
    }
  }

  #recorded(name: string, records: readonly LedgerRecord[]): void {
    for (const record of records) {
      this.#parts.onRecord(name, record, sayRecord(record));
      if (record.type !== 'run-ended' && record.type !== 'lease-released') continue;
      this.#writeBacks.delete(record.run);
      if (record.type === 'run-ended') this.#jobs.forget(name, record.run);
      this.#flusher.flushSoon();
      // An environment that follows this one's successes looks again.
      for (const other of this.#followersOf(name)) this.#dirty.add(other);
    }
  }

  #followersOf(name: string): readonly string[] {
    const environments = Object.values(this.#parts.survey.head?.config?.environments ?? {});
    return environments
      .filter(({ follow }) => follow.type === 'promoted' && follow.from === name)
      .map((environment) => environment.name);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'start-job':
        this.#jobs.start(effect, this.#without(effect.environment));
        return;
      case 'stop-job':
        this.#jobs.stop(effect.id, 'cancelled').catch((cause: unknown) => this.#report('stop', cause));
        return;
      case 'write-back':
        this.#writeBack(effect);
    }
  }

  #writeBack(effect: Extract<Effect, { type: 'write-back' }>): void {
    if (this.#writingBack.has(effect.run) || this.#backoff.isWaiting(effect.run, this.#parts.clock.monotonicMs()))
      return;
    this.#writingBack.add(effect.run);
    this.#writeBackAndLook(effect).then(
      (result) => {
        this.#writingBack.delete(effect.run);
        this.#writeBacks.set(effect.run, result);
        this.#touch([effect.environment]);
      },
      (cause: unknown) => {
        this.#writingBack.delete(effect.run);
        this.#report(effect.run, cause);
        this.#retryLater([effect.environment], effect.run);
      },
    );
  }

  /** What follows must not be decided on refs that are older than our own push. */
  async #writeBackAndLook(effect: Extract<Effect, { type: 'write-back' }>): Promise<WriteBackResult> {
    const result = await performWriteBack(this.#parts.survey.git, effect);
    await this.look();
    return result;
  }

  /** Other environments' folders are not a run's business; `paths:` names those that are. */
  #without(name: string): readonly string[] {
    const head = this.#parts.survey.head?.config ?? this.#parts.survey.fallback?.config;
    const own = head?.environments[name]?.paths ?? [];
    const folders = Object.keys(this.#parts.survey.head?.environments ?? {}).filter((other) => other !== name);
    return folders
      .map((other) => `environments/${other}`)
      .filter(
        (folder) =>
          !own.some((path) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`)),
      );
  }

  /** Somebody else's open run keeps `--once` waiting; a run of ours that waits at a gate does not. */
  #awaits(name: string): boolean {
    const entry = this.#parts.survey.ledger.entries.get(name);
    const run = entry?.state.open.at(-1);
    if (entry === undefined || run === undefined || entry.remote.type === 'damaged') return false;
    return run.lease !== null;
  }

  #retryLater(names: readonly string[], key = 'claim'): void {
    const delayMs = this.#backoff.failed(key, this.#parts.clock.monotonicMs());
    this.#parts.clock.after(delayMs, () => this.#touch(names));
  }

  #scheduleWake(): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    if (this.#wakes.size === 0 || this.#stopping) return;
    const { clock } = this.#parts;
    const at = Math.min(...this.#wakes.values());
    this.#cancelWake = clock.after(at - clock.now(), () => {
      const due = [...this.#wakes].filter(([, wakeAt]) => wakeAt <= clock.now() + 1).map(([name]) => name);
      for (const name of due) this.#wakes.delete(name);
      this.#touch(due);
    });
  }

  #report(what: string, cause: unknown): void {
    const { log, clock } = this.#parts;
    if (!(cause instanceof Fault)) {
      this.#failure ??= cause;
      this.#wakeWaiters();
      return;
    }
    this.#backoff.failed(what, clock.monotonicMs());
    if (this.#said.get(what) !== cause.message) log.warn(`${cause.message}; ${cause.hint}`, { code: cause.code });
    this.#said.set(what, cause.message);
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
