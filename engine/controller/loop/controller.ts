// One controller, as the person who runs it sees it: looked at the remote when told to, idle or not, stopped in good
// order. What it does in between is the loop's.

import { awaitsOthers, isAtRest, isInDoubt } from '../observe/at-rest.ts';
import { ClockWatch } from './clock-watch.ts';
import type { ControllerParts } from './controller-parts.ts';
import { Loop } from './loop.ts';
import { releaseLeases } from './release-leases.ts';

export class Controller {
  readonly #parts: ControllerParts;
  readonly #loop: Loop;
  readonly #clockWatch: ClockWatch;
  #isStopping = false;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#clockWatch = new ClockWatch(parts.clock);
    this.#loop = new Loop(parts);
  }

  /** Resolves after a look at the remote that began no sooner than this call. */
  look(): Promise<void> {
    return this.#loop.crew.remote.look();
  }

  /**
   * As `look`, for callers that do not wait, and not while a remote in trouble is left alone: it is tried again by
   * itself.
   */
  lookSoon(): void {
    this.#loop.crew.remote.soon();
  }

  /** As `look`, where a fault has been told by then and is nothing else. The forge is asked as well. */
  lookNow(): Promise<void> {
    this.#loop.crew.forge?.woken();
    return this.#loop.crew.remote.looked();
  }

  /**
   * The pulse. What was decided by a clock that has been set since, or that stood still with the machine, is decided
   * again.
   */
  beat(): void {
    this.checkClock();
    this.lookSoon();
  }

  checkClock(): void {
    const jump = this.#clockWatch.jump();
    if (jump === null) return;
    this.#parts.log.warn(`this machine’s clock was set ${jump}: everything is looked at again`);
    this.#loop.touch(this.#parts.survey.environments);
  }

  /** True when no work is under way: no job, no claim, nothing unpushed, nobody else's lease to wait for. */
  get isIdle(): boolean {
    const { remote, forge, release, retries, claims, claimRetries, effects, jobs } = this.#loop.crew;
    if (!this.#loop.isAtRest || remote.underWay || forge?.underWay === true || release.underWay || retries.size > 0)
      return false;
    if (claims.size > 0 || claimRetries.size > 0 || effects.outside.pending > 0 || jobs.running > 0) return false;
    return isAtRest(this.#parts.survey.ledger.entries, this.#parts.survey.served);
  }

  /** Nobody else will tell: another's run, a push without an answer. */
  get needsLook(): boolean {
    const { entries } = this.#parts.survey.ledger;
    return awaitsOthers(entries) || isInDoubt(entries);
  }

  /**
   * Resolves when `isIdle`; throws what made an invariant fail, or the fault that came `faultsMax` times in a row
   * while no step of ours ran.
   */
  idle(faultsMax: number): Promise<void> {
    const { patience, jobs } = this.#loop.crew;
    const runs = () => jobs.running > 0;
    return patience.until(() => this.isIdle, faultsMax, runs);
  }

  /** Rejects when an invariant fails, resolves when stopped. */
  ended(): Promise<void> {
    return this.#loop.crew.patience.until(() => this.#isStopping);
  }

  /**
   * Stops all jobs, lets go of all leases, pushes what is on local disk; open runs are in doubt for the next life.
   */
  async stop(): Promise<void> {
    const { troubles, wakes, remote, forge, release, retries, claimRetries, patience, flusher } = this.#loop.crew;
    this.#isStopping = true;
    this.#loop.stop();
    troubles.end();
    wakes.cancel();
    remote.stop();
    retries.stop();
    claimRetries.stop();
    patience.wake();
    await this.#parts.runner.close();
    await forge?.end();
    await release.end();
    if (!patience.hasFailed) releaseLeases(this.#parts.survey, this.#parts.clock);
    await flusher.stop();
  }

  /** Pushes everything pending now. */
  flush(): Promise<void> {
    return this.#loop.crew.flusher.flushAll();
  }
}
