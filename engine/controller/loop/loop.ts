// The loop: look, decide, apply, until nothing follows; then rest until something happens. It decides nothing itself.
// Looks, claims, flushes and write-backs run beside each other and tell it what happens, as one union of events in
// one switch, so that a slow remote never keeps a step that has ended from being followed by the next.

import { unreachable } from '../../base/assert.ts';
import { basisOf } from '../../ledger/entry.ts';
import type { Plan } from '../../reconcile/plan.ts';
import { recoverJournal } from '../ledger/ledger-recover.ts';
import { type Collaborators, openCollaborators } from './collaborators.ts';
import type { ControllerParts } from './controller-parts.ts';
import { decide } from './decide.ts';
import type { LoopEvent } from './loop-event.ts';
import { claimed, recorded } from './recorded.ts';
import { sortPlans } from './sort-plans.ts';
import { STALE_MS } from './standstill.ts';
import { takeIn } from './take-in.ts';

export class Loop {
  readonly crew: Collaborators;
  readonly #parts: ControllerParts;
  #isRunning = false;
  #again = false;
  #isStopped = false;
  #isFirstLook = true;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    const look = (onAnswer: () => void) => this.#look(onAnswer);
    this.crew = openCollaborators(parts, (event) => this.#happened(event), look);
  }

  /** No round is under way, and none follows from what is known. */
  get isAtRest(): boolean {
    return !this.#isRunning && this.crew.marks.size === 0;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #look(onAnswer: () => void): Promise<void> {
    const { survey, folder, log } = this.#parts;
    const changed = await takeIn(this.#parts, this.crew, onAnswer, async () => {
      if (this.#isFirstLook) await recoverJournal(survey.ledger, folder, log);
      this.#isFirstLook = false;
    });
    this.touch(changed);
    this.crew.flusher.schedule();
  }

  /**
   * Something may have changed for these: they are decided about now, or once the round that is under way is over.
   */
  touch(names: Iterable<string>): void {
    this.crew.marks.add(names);
    if (this.#isRunning || this.#isStopped) this.#again = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    const { troubles, retries, wakes, claims, patience } = this.crew;
    this.#isRunning = true;
    do {
      this.#again = false;
      try {
        for (let names = this.#next(); names.length > 0; names = this.#next()) await this.#round(names);
      } catch (cause) {
        troubles.report('tick', cause);
        // Everything is looked at again: what was under way when the fault came is still to be decided.
        retries.later(this.#parts.survey.environments, 'tick');
      }
    } while (this.#again && !this.#isStopped);
    this.#isRunning = false;
    if (!this.#isStopped) {
      wakes.schedule();
      claims.freed();
    }
    patience.wake();
  }

  #next(): readonly string[] {
    return this.#isStopped ? [] : this.crew.marks.take((name) => this.crew.claims.has(name));
  }

  /** Observe, decide, apply. */
  async #round(names: readonly string[]): Promise<void> {
    const { survey, clock } = this.#parts;
    const { disk, effects, jobs, marks, remote, standstill, troubles } = this.crew;
    await disk.sync();
    survey.ledger.timePassed(names);
    const observed = await survey.observe(names, { jobs: jobs.known, effects: effects.outside.ended });
    const { plans, overtaken } = decide(observed, survey, jobs.room, clock);
    marks.add(overtaken);
    for (const [name, plan] of plans) this.#remember(name, plan);
    if (observed.environments.some(({ lease }) => lease.type === 'former') && standstill.asksForLook()) {
      await remote.looked();
      marks.add(names);
      return;
    }
    if (survey.isTooNarrow) remote.soon();
    await this.#apply(plans, observed.repository.state.seq);
    for (const what of ['tick', 'disk']) troubles.works(what);
  }

  #remember(name: string, plan: Plan): void {
    const { marks, wakes, sayings } = this.crew;
    if (plan.needsRoom) marks.waitsForRoom(name);
    wakes.set(name, plan.wakeAt);
    const said = plan.because.map(({ sentence }) => sentence).join('; ');
    if (plan.append.length === 0 && sayings.isNews(`because ${name}`, said) && said !== '')
      this.#parts.onBecause(name, said, plan.because.flatMap(({ needs }) => needs?.remedies ?? [])[0] ?? null);
  }

  async #apply(plans: ReadonlyMap<string, Plan>, seq: number): Promise<void> {
    const { survey, runner } = this.#parts;
    const { disk, flusher, effects, claims, claimRetries, marks } = this.crew;
    const isPutOff = (name: string) => claimRetries.holds(name);
    const sorted = sortPlans(plans, { basisOf: (name) => basisOf(survey.ledger.entry(name)), seq, isPutOff });
    for (const [name, records] of sorted.local) {
      survey.ledger.append(name, records);
      disk.add(name, records);
      recorded(this.#parts, this.crew, name, records);
      marks.add([name]);
    }
    if (sorted.local.length > 0) {
      flusher.schedule();
      // One sync for all environments of this round.
      await disk.sync();
    }
    if (sorted.claims.size > 0) {
      runner.warm();
      effects.prepare(new Map([...sorted.claims].map(([name, { records }]) => [name, records])));
      claims.add(sorted.claims);
    }
    for (const plan of plans.values()) for (const effect of plan.effects) effects.perform(effect);
  }

  /** What follows from each thing that a collaborator tells. */
  #happened(event: LoopEvent): void {
    const { marks, sayings, patience, remote, retries, claimRetries, troubles } = this.crew;
    switch (event.type) {
      case 'look-silent':
        sayings.fault('look', event.fault);
        break;
      case 'look-succeeded':
        troubles.works('look', 'the remote answers again');
        break;
      case 'looked':
        patience.wake();
        break;
      case 'failed':
        troubles.report(event.what, event.cause);
        break;
      case 'time-came': {
        const touch = () => this.touch(event.environments);
        if (event.lateMs <= STALE_MS) touch();
        else remote.looked().then(touch, touch);
        break;
      }
      case 'retry-due':
      case 'forge-said':
      case 'claims-have-room':
        this.touch(event.environments);
        break;
      case 'effect-over':
        this.touch([event.environment]);
        break;
      case 'job-ended':
        marks.roomFreed();
        this.touch([event.environment]);
        break;
      case 'claims-answered': {
        const { claims, accepted, fault } = event;
        claimed(this.#parts, this.crew, claims, accepted);
        this.touch(accepted);
        const others = [...claims.keys()].filter((name) => !accepted.has(name));
        if (others.length > 0) (fault === null ? retries : claimRetries).later(others, 'claim');
        else for (const each of [retries, claimRetries]) each.succeeded('claim');
        break;
      }
      case 'claims-failed':
        troubles.report('claim', event.cause);
        claimRetries.later(event.environments, 'claim');
        break;
      case 'push-failed':
        troubles.count('push', event.cause);
        break;
      case 'pushed':
        if (event.accepted.length > 0) for (const what of ['push', 'claim']) troubles.works(what);
        this.touch(event.accepted);
        break;
      case 'remote-moved':
        remote.soon();
        break;
      default:
        unreachable(event);
    }
  }
}
