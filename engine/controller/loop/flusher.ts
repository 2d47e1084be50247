// When the ledger is pushed: at once for claims, soon for the end of a run, in batches otherwise, and for an open run
// at least every `lease.renew`, so that nobody takes it over. Every accepted push is a renewal of the runner's jobs
// as well.

import { cannotPush, type LedgerEntry, leaseLastsMs, speaksFor } from '../../ledger/entry.ts';
import type { RepositoryConfig } from '../../model/config.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { PushResult } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import type { Runner } from '../../ports/runner.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import { Backoff } from '../effects/backoff.ts';
import { pushFault } from '../ledger/push-fault.ts';
import type { Survey } from '../observe/survey.ts';
import type { Claim, Claimed } from './claim.ts';
import { LeasePace } from './lease-pace.ts';
import type { FlushEvent } from './loop-event.ts';
import { Sayings } from './sayings.ts';

type FlusherOptions = {
  readonly survey: Survey;
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly flushMs: number;
  readonly backoff?: Backoff;
  readonly sayings?: Sayings;
  readonly emit: (event: FlushEvent) => void;
};

/** Between batches, as a multiple of what the last one took; bounded so that no lease runs out over it. */
const REST_FACTOR = 4;
/** As long as a push is no news; a machine under load takes longer where there are many ledgers. */
const SILENCE_MS = 5_000;
const SILENCE_MS_A_REF = 20;
const SEEN_NOTE = 'ledger-tips.json';
/**
 * For the push with which a controller lets go of its leases. A supervisor of services gives it ten seconds or more.
 */
const LAST_PUSH_MS = 2_500;

export class Flusher {
  readonly #options: FlusherOptions;
  readonly #backoff: Backoff;
  #lease = { renewMs: 10_000, expiresMs: 30_000 };
  #flushMs: number;
  #cancel: (() => void) | null = null;
  #underWay: Promise<void> | null = null;
  #soon = false;
  #stopped = false;
  #notedTips = '';
  /** One after another: each is the whole of what is known. */
  #noting: Promise<void> = Promise.resolve();
  readonly #sayings: Sayings;
  readonly #pace = new LeasePace();
  #restUntilMs = 0;

  constructor(options: FlusherOptions) {
    this.#options = options;
    this.#flushMs = options.flushMs;
    this.#backoff = options.backoff ?? new Backoff();
    this.#sayings = options.sayings ?? new Sayings(options.log);
  }

  settings(repository: RepositoryConfig | null): void {
    if (repository === null) return;
    this.#lease = repository.lease;
    this.#flushMs = repository.ledger.flushMs ?? this.#options.flushMs;
  }

  /** What was overtaken is neither accepted nor refused: it is decided again. */
  async claim(claims: ReadonlyMap<string, Claim>): Promise<Claimed> {
    const { survey } = this.#options;
    const beganMs = this.#options.clock.monotonicMs();
    const alone = new Map(
      [...claims].flatMap(([name, { records, bound }]) => (bound === null ? [[name, records]] : [])),
    );
    const bases = new Map([...claims].map(([name, { decidedOn }]) => [name, decidedOn]));
    const push = () => survey.ledger.push([...alone.keys()], alone, bases);
    const results = new Map(alone.size === 0 ? [] : await this.#patiently(alone.size, push));
    this.#pace.took(this.#options.clock.monotonicMs() - beganMs, alone.size);
    // One after another: each of them moves the ledger that all of them rest on.
    for (const [name, { records, bound, decidedOn }] of claims) {
      if (bound !== null) results.set(name, await survey.ledger.pushTogether(name, records, bound, decidedOn));
    }
    this.#afterPush(results);
    const accepted = [...results].filter(([, result]) => result.type === 'accepted').map(([name]) => name);
    const hint = 'Tidegate must be allowed to push there; nothing is started without it';
    const fault = pushFault(results, (name) => survey.ledgerRef(name), hint);
    return { accepted: new Set(accepted), fault };
  }

  /** How many more runs could be claimed, and their leases still be renewed in time. */
  get room(): number {
    const held = [...this.#options.survey.ledger.entries.values()].filter(speaksFor).length;
    return this.#pace.capacity(this.#lease.expiresMs) - held;
  }

  flushSoon(): void {
    this.#soon = true;
    this.schedule();
  }

  /** Sets the one timer to whatever is due next. */
  schedule(): void {
    if (this.#stopped || this.#underWay !== null) return;
    this.#cancel?.();
    this.#cancel = null;
    const dueMs = this.#nextDueMs();
    if (dueMs === null) return;
    this.#cancel = this.#options.clock.after(dueMs - this.#options.clock.monotonicMs(), () => this.#flushDue());
  }

  async flushAll(): Promise<void> {
    while (this.#underWay !== null) await this.#underWay;
    await this.#flush((entry) => entry.pending.length > 0);
  }

  /**
   * What the remote does not take soon stays on local disk, where it is safe: an end does not wait for a remote that
   * is ill.
   */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#stopped = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(LAST_PUSH_MS, resolve);
    await Promise.race([this.flushAll().catch(onlyFault), late]);
    cancel();
    this.note();
    await this.#noting;
  }

  #nextDueMs(): number | null {
    const dues: number[] = [];
    for (const entry of this.#options.survey.ledger.entries.values()) {
      const renewMs = this.#renewalDueMs(entry);
      if (renewMs !== null) dues.push(renewMs);
      if (entry.pendingSinceMs !== null && !cannotPush(entry)) {
        dues.push(entry.pendingSinceMs + (this.#soon ? Math.min(this.#flushMs, 100) : this.#flushMs));
      }
    }
    if (dues.length === 0) return null;
    const due = Math.max(Math.min(...dues), this.#restUntilMs);
    // Never so long that a lease runs out although the remote is back.
    const waitMs = Math.min(
      this.#backoff.waitingUntil('push'),
      this.#options.clock.monotonicMs() + this.#lease.renewMs,
    );
    return Math.max(due, waitMs);
  }

  #renewalDueMs(entry: LedgerEntry): number | null {
    const lease = entry.state.open.at(-1)?.lease ?? null;
    if (lease === null || lease.epoch !== entry.claimedEpoch || cannotPush(entry)) return null;
    return entry.acceptedFromMs + this.#lease.renewMs * 0.8;
  }

  #flushDue(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const isDue = (entry: LedgerEntry) => {
      const renewMs = this.#renewalDueMs(entry);
      return entry.pending.length > 0 || (renewMs !== null && renewMs <= nowMs + this.#lease.renewMs * 0.1);
    };
    this.#soon = false;
    this.#underWay = this.#flush(isDue)
      .catch((cause: unknown) => {
        this.#backoff.failed('push', this.#options.clock.monotonicMs());
        this.#options.emit({ type: 'push-failed', cause });
        if (cause instanceof Fault) this.#sayings.fault('push', cause, 'records could not be pushed yet: ');
      })
      .finally(() => {
        this.#underWay = null;
        this.schedule();
      });
  }

  async #flush(isDue: (entry: LedgerEntry) => boolean): Promise<void> {
    const { survey, folder } = this.#options;
    const due = [...survey.ledger.entries.values()].filter((entry) => !cannotPush(entry) && isDue(entry));
    if (due.length === 0) return;
    const { clock } = this.#options;
    const beganMs = clock.monotonicMs();
    const push = () => survey.ledger.push(due.map((entry) => entry.environment));
    const results = await this.#patiently(due.length, push);
    // Pushing takes a bounded share of the machine and of the remote: the longer it took, the longer the next batch
    // grows.
    const tookMs = clock.monotonicMs() - beganMs;
    this.#pace.took(tookMs, due.length);
    this.#restUntilMs = clock.monotonicMs() + Math.min(tookMs * REST_FACTOR, this.#lease.renewMs / 4);
    this.#afterPush(results);
    const hint = 'the records stay on local disk until it takes them';
    const fault = pushFault(results, (name) => survey.ledgerRef(name), hint);
    if (fault !== null) throw fault;
    this.#backoff.succeeded('push');
    if ([...survey.ledger.entries.values()].every((entry) => entry.pending.length === 0)) await folder.clearJournal();
  }

  /** A push that hangs is said while it is waited for, and not only when it is given up. */
  async #patiently<Value>(refs: number, push: () => Promise<Value>): Promise<Value> {
    const message = 'the remote has not answered a push for some seconds';
    const silence = new Fault('remote-timeout', message, {
      retry: 'later',
      hint: 'it is waited for, and then tried again',
    });
    const said = () => this.#sayings.fault('push', silence);
    const cancel = this.#options.clock.after(SILENCE_MS + refs * SILENCE_MS_A_REF, said);
    try {
      return await push();
    } finally {
      cancel();
    }
  }

  #afterPush(results: ReadonlyMap<string, PushResult>): void {
    const accepted: string[] = [];
    let moved = false;
    for (const [name, result] of results) {
      if (result.type !== 'accepted') {
        moved ||= result.type === 'moved' || result.type === 'in-doubt';
        continue;
      }
      accepted.push(name);
    }
    this.renewJobs(accepted);
    if (accepted.length > 0) {
      this.note();
      if (this.#sayings.works('push')) this.#options.log.info('the remote takes records again');
    }
    if (moved) this.#options.emit({ type: 'remote-moved' });
    this.#options.emit({ type: 'pushed', accepted });
  }

  /**
   * The runner is told of every lease that is ours, however we came to know it: a job without one would never end by
   * itself.
   */
  renewJobs(environments: readonly string[]): void {
    const { survey, runner, clock } = this.#options;
    const lastsMs = leaseLastsMs(this.#lease.expiresMs);
    for (const name of environments) {
      const entry = survey.ledger.entries.get(name);
      // Jobs of a lease that is lost are not kept alive by what else is written there.
      if (entry === undefined || !speaksFor(entry)) continue;
      runner.renew(name, Math.max(0, lastsMs - (clock.monotonicMs() - entry.acceptedFromMs)));
    }
  }

  /**
   * Keeps on disk how far the ledgers were seen to be, no matter who wrote them: the next life has to notice what is
   * taken back.
   */
  note(): void {
    const failed = (cause: unknown) => {
      if (!(cause instanceof Fault)) throw cause;
      this.#sayings.fault('note', cause, 'how far the ledgers were seen could not be noted down: ');
    };
    this.#noting = this.#noting.then(() => this.#noteTips().then(() => void this.#sayings.works('note'), failed));
    this.#noting.catch((cause: unknown) => this.#options.emit({ type: 'push-failed', cause }));
  }

  async #noteTips(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#options.survey.seen));
    if (text === this.#notedTips) return;
    await this.#options.folder.writeNote(SEEN_NOTE, text);
    this.#notedTips = text;
  }
}

function onlyFault(cause: unknown): void {
  if (!(cause instanceof Fault)) throw cause;
}

/** Tips that an earlier life saw, by ref. */
export function readSeen(text: string | null): ReadonlyMap<string, string> {
  if (text === null) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch (cause) {
    // Written whole or not at all; one that is cut all the same (a power failure) is as good as none.
    if (cause instanceof SyntaxError) return new Map();
    throw cause;
  }
}
