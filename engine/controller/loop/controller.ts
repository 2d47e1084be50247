// The shell: observe, decide, apply, until nothing follows; then sleep until something can have changed. It decides
// nothing itself. Looks, claims, flushes and write-backs run beside each other, so that a slow remote never keeps a step
// that has ended from being followed by the next.

import { sayRecord } from '../../ledger/say.ts';
import type { Observed, ObservedEnvironment } from '../../model/observed.ts';
import type { Plan } from '../../model/plan.ts';
import { isClaim, type LedgerRecord } from '../../model/record.ts';
import { Fault } from '../../ports/fault.ts';
import { reconcile } from '../../reconcile/reconcile.ts';
import { Backoff } from '../effects/backoff.ts';
import { Effects } from '../effects/effects.ts';
import { Jobs } from '../effects/jobs.ts';
import { basisOf, speaksFor } from '../ledger/ledger-entry.ts';
import { recoverJournal } from '../ledger/ledger-recover.ts';
import { awaitsOthers, isAtRest, isInDoubt } from '../observe/at-rest.ts';
import { apart, type Claim, Claims } from './claims.ts';
import { ClockWatch } from './clock-watch.ts';
import type { ControllerParts } from './controller-parts.ts';
import { Flusher } from './flusher.ts';
import { LocalDisk } from './local-disk.ts';
import { Patience } from './patience.ts';
import { Pump } from './pump.ts';
import { releaseLeases } from './release-leases.ts';
import { RemoteWatch } from './remote-watch.ts';
import { Retries } from './retries.ts';
import { Sayings } from './sayings.ts';
import { Wakes } from './wakes.ts';

/** What was seen so long ago is looked at again by who stood still meanwhile, before anything begins on it. */
const STALE_MS = 10_000;

export class Controller {
  readonly #parts: ControllerParts;
  readonly #jobs: Jobs;
  readonly #flusher: Flusher;
  readonly #effects: Effects;
  readonly #disk: LocalDisk;
  readonly #remote: RemoteWatch;
  readonly #claims: Claims;
  readonly #pump: Pump;
  readonly #waitForRoom = new Set<string>();
  readonly #wakes: Wakes;
  readonly #sayings: Sayings;
  #stopping = false;
  #isFirstTake = true;
  readonly #retries: Retries;
  readonly #claimRetries: Retries;
  readonly #isOurs = (environment: string) => speaksFor(this.#parts.survey.ledger.entries.get(environment));
  #lookedAtMs = 0;
  #hasLookedFirst = false;
  readonly #patience: Patience;
  readonly #clockWatch: ClockWatch;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    const { survey, runner, folder, clock, log } = parts;
    this.#sayings = new Sayings(log);
    this.#patience = new Patience(clock.monotonicMs);
    this.#clockWatch = new ClockWatch(clock);
    const touchAgain = (names: readonly string[]) => this.#pump.touch(names);
    this.#retries = new Retries(clock, parts.random, touchAgain);
    this.#claimRetries = new Retries(clock, parts.random, touchAgain);
    this.#remote = new RemoteWatch({
      clock,
      random: parts.random,
      look: (onAnswer) => this.#lookOnce(onAnswer),
      onFault: (cause) => this.#report('look', cause),
      onSilence: (fault) => this.#sayings.fault('look', fault),
      onWell: () => this.#works('look', 'the remote answers again'),
      onLooked: () => this.#patience.wake(),
    });
    this.#pump = new Pump({
      decide: (names) => this.#tick(names),
      isBusy: (name) => this.#claims.has(name),
      onRest: () => {
        if (!this.#stopping) {
          this.#wakes.schedule();
          this.#claims.freed();
        }
        this.#patience.wake();
      },
      onFault: (cause) => {
        this.#report('tick', cause);
        // Everything is looked at again: what was under way when the fault came is still to be decided.
        this.#retries.later(this.#parts.survey.environments, 'tick');
      },
    });
    this.#wakes = new Wakes(clock, (environments, lateMs) => {
      const touch = () => this.#pump.touch(environments);
      if (lateMs <= STALE_MS) touch();
      else this.#remote.looked().then(touch, touch);
    });
    this.#jobs = new Jobs({
      git: survey.git,
      runner,
      folder,
      log,
      // Whoever waits for a free place is asked again, in stable order.
      onEnded: (environment) => {
        const waiting = [...this.#waitForRoom];
        this.#waitForRoom.clear();
        this.#pump.touch([environment, ...waiting]);
      },
    });
    this.#flusher = new Flusher({
      survey,
      clock,
      log,
      runner,
      folder,
      flushMs: parts.flushMs,
      backoff: new Backoff(parts.random),
      sayings: this.#sayings,
      onMoved: () => this.lookSoon(),
      onFault: (cause) => {
        if (cause instanceof Fault) this.#patience.fault('push', cause);
        else this.#patience.fail(cause);
      },
      onChanged: (environments) => {
        if (environments.length > 0) {
          this.#patience.works('push');
          this.#works('claim');
        }
        this.#pump.touch(environments);
      },
    });
    this.#disk = new LocalDisk({
      folder,
      flush: () => this.#flusher.flushAll(),
      isPending: (environment) => survey.ledger.entry(environment).pending.length > 0,
      onFault: (fault) => this.#report('disk', fault),
    });
    this.#claims = new Claims({
      push: (claims) => this.#flusher.claim(claims),
      room: () => this.#flusher.room,
      onRoom: (names) => this.#pump.touch(names),
      onPushed: (claims, { accepted, fault }) => {
        for (const name of accepted) this.#claimed(name, claims.get(name));
        this.#pump.touch([...accepted]);
        const others = [...claims.keys()].filter((name) => !accepted.has(name));
        if (others.length > 0) (fault === null ? this.#retries : this.#claimRetries).later(others, 'claim');
        else for (const retries of [this.#retries, this.#claimRetries]) retries.succeeded('claim');
      },
      onFault: (names, cause) => {
        this.#report('claim', cause);
        if (names.length > 0) this.#claimRetries.later(names, 'claim');
      },
    });
    this.#effects = new Effects({
      survey,
      clock,
      jobs: this.#jobs,
      backoff: new Backoff(parts.random),
      isOurs: this.#isOurs,
      look: () => this.look(),
      onDone: (environment) => this.#pump.touch([environment]),
      onWorks: (what) => this.#works(what),
      onFault: (what, cause) => this.#report(what, cause),
    });
  }

  /** Resolves after a look at the remote that began no sooner than this call. */
  look(): Promise<void> {
    return this.#remote.look();
  }

  /** As `look`, for callers that do not wait, and not while a remote in trouble is left alone: it is tried again by itself. */
  lookSoon(): void {
    this.#remote.soon();
  }

  /** As `look`, where a fault has been told by then and is nothing else. */
  lookNow(): Promise<void> {
    return this.#remote.looked();
  }

  /** The pulse. What was decided by a clock that has been set since, or that stood still with the machine, is decided again. */
  beat(): void {
    this.checkClock();
    this.lookSoon();
  }

  checkClock(): void {
    const jump = this.#clockWatch.jump();
    if (jump === null) return;
    this.#parts.log.warn(`this machine’s clock was set ${jump}: everything is looked at again`);
    this.#pump.touch(this.#parts.survey.environments);
  }

  /** True when no work is under way: no job, no claim, nothing unpushed, nobody else's lease to wait for. */
  get isIdle(): boolean {
    if (!this.#pump.isAtRest || this.#remote.underWay || this.#retries.size > 0) return false;
    if (this.#claims.size > 0 || this.#claimRetries.size > 0 || this.#effects.pending > 0 || this.#jobs.running > 0)
      return false;
    return isAtRest(this.#parts.survey.ledger.entries, this.#parts.survey.served);
  }

  /** Nobody else will tell: another's run, a push without an answer. */
  get needsLook(): boolean {
    const { entries } = this.#parts.survey.ledger;
    return awaitsOthers(entries) || isInDoubt(entries);
  }

  /** Resolves when `isIdle`; throws what made an invariant fail, or the fault that came `faultsMax` times in a row while no
   *  step of ours ran. */
  idle(faultsMax: number): Promise<void> {
    const runs = () => this.#jobs.running > 0;
    return this.#patience.until(() => this.isIdle, faultsMax, runs);
  }

  /** Rejects when an invariant fails, resolves when stopped. */
  ended(): Promise<void> {
    return this.#patience.until(() => this.#stopping);
  }

  /** Stops all jobs, lets go of all leases, pushes what is on local disk; open runs are in doubt for whoever comes next. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pump.stop();
    this.#wakes.cancel();
    this.#remote.stop();
    this.#retries.stop();
    this.#claimRetries.stop();
    this.#patience.wake();
    await this.#parts.runner.close();
    if (!this.#patience.hasFailed) releaseLeases(this.#parts.survey, this.#parts.clock);
    await this.#flusher.stop();
  }

  /** Pushes everything pending now. */
  flush(): Promise<void> {
    return this.#flusher.flushAll();
  }

  async #lookOnce(onAnswer: () => void): Promise<void> {
    const { survey, clock, log } = this.#parts;
    const lookedAtMs = clock.monotonicMs();
    const refs = await survey.look();
    onAnswer();
    const changed = await survey.take(refs, lookedAtMs);
    this.#sayings.head(survey.head?.problems ?? [], survey.defaultBranch, survey);
    this.#lookedAtMs = clock.monotonicMs();
    if (this.#isFirstTake) await recoverJournal(survey.ledger, this.#parts.folder, log);
    this.#isFirstTake = false;
    const repository = survey.serving?.config?.repository ?? null;
    if (repository !== null) {
      this.#jobs.setConcurrency(repository.concurrency);
      this.#flusher.settings(repository);
    }
    this.#flusher.note();
    this.#flusher.renewJobs(changed);
    this.#jobs.stopLost(this.#isOurs);
    this.#effects.forgetLost();
    this.#pump.touch(changed);
    this.#flusher.schedule();
  }

  async #tick(names: readonly string[]): Promise<void> {
    const { survey, clock } = this.#parts;
    await this.#disk.sync();
    const observed = await survey.observe(names, {
      jobs: this.#jobs.known,
      writeBacks: this.#effects.writeBacks,
      kept: this.#effects.kept,
    });
    const plans = new Map<string, Plan>();
    let room = this.#jobs.room;
    for (const environment of observed.environments) {
      // A look may have brought another state in while this one was being observed: then it is observed again.
      if (!this.#isCurrent(environment, observed.repository)) {
        this.#pump.mark([environment.name]);
        continue;
      }
      const plan = reconcile({ ...observed, environments: [environment], hasRoom: room > 0 }, clock.now());
      if (plan.append.some(({ record }) => record.type === 'stage-started')) room -= 1;
      plans.set(environment.name, plan);
      this.#remember(environment.name, plan);
    }
    if (observed.environments.some(({ lease }) => lease.type === 'former') && (await this.#looksFirst())) {
      this.#pump.mark(names);
      return;
    }
    if (survey.isTooNarrow) this.lookSoon();
    await this.#apply(plans, observed.repository.state.seq);
    for (const what of ['tick', 'disk']) this.#works(what);
  }

  /** A lease of ours that ran out: we stood still, or were cut off, and policies may say something else by now. Once, and then on
   *  with what is known: who cannot look cannot claim either. */
  async #looksFirst(): Promise<boolean> {
    const isStale = this.#parts.clock.monotonicMs() - this.#lookedAtMs > STALE_MS;
    if (!isStale || this.#hasLookedFirst) {
      this.#hasLookedFirst = false;
      return false;
    }
    this.#hasLookedFirst = true;
    await this.#remote.looked();
    return true;
  }

  #isCurrent({ name, ledger }: ObservedEnvironment, repository: Observed['repository']): boolean {
    const { survey } = this.#parts;
    return survey.ledger.entries.get(name)?.state === ledger.state && survey.repository.seq === repository.state.seq;
  }

  #remember(name: string, plan: Plan): void {
    if (plan.needsRoom) this.#waitForRoom.add(name);
    this.#wakes.set(name, plan.wakeAt);
    const said = plan.because.map(({ sentence }) => sentence).join('; ');
    if (plan.append.length === 0 && this.#sayings.isNews(`because ${name}`, said) && said !== '')
      this.#parts.onBecause(name, said);
  }

  async #apply(plans: ReadonlyMap<string, Plan>, seq: number): Promise<void> {
    const { survey } = this.#parts;
    const claims = new Map<string, Claim>();
    const local: [string, LedgerRecord[]][] = [];
    for (const [name, plan] of plans) {
      const [records, wide] = apart(plan);
      // What the whole repository is told of it stands or falls with it, and so must be accepted first.
      const decidedOn = basisOf(survey.ledger.entry(name));
      // What a look brings in meanwhile does not make the remote take sooner what it did not take.
      if ((wide.length > 0 || records.some(isClaim)) && this.#claimRetries.holds(name)) continue;
      if (wide.length > 0)
        claims.set(name, { records, bound: { records: wide, seq: restsOnAll(wide) ? seq : null }, decidedOn });
      else if (records.some(isClaim)) claims.set(name, { records, bound: null, decidedOn });
      else if (records.length > 0) local.push([name, records]);
    }
    if (local.length > 0) {
      for (const [name, records] of local) {
        survey.ledger.append(name, records);
        this.#disk.add(name, records);
        this.#recorded(name, records);
        this.#pump.mark([name]);
      }
      this.#flusher.schedule();
      // One sync for all environments of this tick.
      await this.#disk.sync();
    }
    if (claims.size > 0) this.#claim(claims);
    for (const plan of plans.values()) for (const effect of plan.effects) this.#effects.perform(effect);
  }

  #claim(claims: ReadonlyMap<string, Claim>): void {
    this.#parts.runner.warm();
    this.#effects.prepare(new Map([...claims].map(([name, { records }]) => [name, records])));
    this.#claims.add(claims);
  }

  #claimed(name: string, claim: Claim | undefined): void {
    this.#recorded(name, claim?.records ?? []);
    for (const record of claim?.bound?.records ?? []) this.#parts.onRecord(name, record, sayRecord(record));
    // Others that wanted the same lock look again.
    if (claim?.bound) this.#touchDependents(name);
  }

  #recorded(name: string, records: readonly LedgerRecord[]): void {
    this.#patience.recorded();
    for (const record of records) {
      this.#parts.onRecord(name, record, sayRecord(record));
      // What is promoted from here is another version now, which may have other contents there.
      if (record.type === 'adopted') this.#touchDependents(name);
      if (record.type !== 'run-ended' && record.type !== 'lease-released') continue;
      this.#effects.writeBacks.delete(record.run);
      if (record.type === 'run-ended') this.#jobs.forget(name, record.run);
      this.#flusher.flushSoon();
      // Whoever follows this one, soaks here or waits for its lock looks again.
      this.#touchDependents(name);
    }
  }

  #touchDependents(name: string): void {
    this.#pump.mark(this.#parts.survey.dependents([name]));
  }

  /** Nothing counts against it any more; `sentence` is said where its failure was. */
  #works(what: string, sentence: string | null = null): void {
    this.#patience.works(what);
    if (this.#sayings.works(what) && sentence !== null) this.#parts.log.info(sentence);
  }

  #report(what: string, cause: unknown): void {
    // A damaged cache is made anew when it is opened, so that this life ends; any other fault is only a delay.
    if (!(cause instanceof Fault) || cause.code === 'repository-damaged') {
      this.#patience.fail(cause);
      return;
    }
    // What fails because everything is being closed is no news.
    if (this.#stopping) return;
    this.#patience.fault(what, cause);
    // Claims are pushes as well: one that is ill is said once.
    this.#sayings.fault(what === 'claim' ? 'push' : what, cause);
  }
}

/** A lock says nothing of who else has it: it is taken only if nothing was written there since. */
function restsOnAll(wide: readonly LedgerRecord[]): boolean {
  return wide.some(({ type }) => type === 'lock-taken');
}
