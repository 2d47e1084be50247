// A plan in the making for one environment. What is appended is folded at once, so that the rest of the decision sees
// it; an effect may only rest on what was in the ledger before (law 3), which `isRecorded` answers.

import { assert } from '../base/assert.ts';
import type { Instant } from '../base/instant.ts';
import { fold } from '../ledger/fold.ts';
import type { EventRecord, LedgerRecord, RunRecord } from '../ledger/records/table.ts';
import { type EnvironmentState, type PendingRequest, REPOSITORY_LEDGER } from '../model/environment-state.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import { mustSignRollback } from '../model/must-sign.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { isPassing } from '../model/policy-facts.ts';
import type { Needs } from '../model/remedy.ts';
import type { Run } from '../model/run.ts';
import { type Side, settingsOf, sidesOf } from '../model/sides.ts';
import { lookedAhead } from '../model/until.ts';
import type { Notice, Verdict } from '../model/verdict.ts';
import type { Append, Effect, Plan, Sentence, Told } from './plan.ts';

type Common = 'id' | 'at' | 'by' | 'clock';
type Bare<T> = T extends unknown ? Omit<T, Common> : never;
type BareRun<T> = T extends unknown ? Omit<T, Common | 'run'> : never;

export class Draft {
  readonly environment: ObservedEnvironment;
  readonly observed: Observed;
  readonly now: Instant;
  /** When this was observed: what nobody has recorded yet is dated by it. `now` itself, unless it is looked ahead. */
  readonly seenAt: Instant;
  state: EnvironmentState;
  /** The gates that are asked, as they stood when this look began: what this plan accepts counts from the next. */
  readonly sides: readonly Side[];
  /** What is not asked of both sides; null where no gates are known. */
  readonly settings: GateTerms | null;
  /** Requests whose signature nobody could look at yet: they bring nothing, are not closed, and nothing else is begun
   *  meanwhile. A rollback is among them only where an unsigned one would not count. */
  readonly unchecked: readonly PendingRequest[];
  readonly #append: Append[] = [];
  readonly #effects: Effect[] = [];
  readonly #because: Sentence[] = [];
  readonly #notices: Told[] = [];
  #wakeAt: Instant | null = null;
  #needsRoom = false;
  #hasAnswered = false;

  constructor(environment: ObservedEnvironment, observed: Observed, now: Instant, seenAt: Instant = now) {
    this.environment = environment;
    this.observed = observed;
    this.now = now;
    this.seenAt = seenAt;
    this.sides = sidesOf(environment);
    this.settings = settingsOf(environment);
    const { state } = environment.ledger;
    this.unchecked = state.requests.filter(
      ({ id, type }) => isPassing(environment.signers.get(id)) && (type === 'deploy' || mustSignRollback(environment)),
    );
    const checked = state.requests.filter((request) => !this.unchecked.includes(request));
    this.state = this.unchecked.length === 0 ? state : { ...state, requests: checked };
  }

  /** The same verdict with the `until` of the whole. A look ahead itself does not look further. */
  lookAhead(verdict: Verdict, ask: (later: Draft) => Verdict): Verdict {
    if (this.now !== this.seenAt) return verdict;
    return lookedAhead(this.now, verdict, (at) => ask(this.later(at)), this.#hasExceptions);
  }

  /** Somebody made an exception here, for whatever version. */
  get #hasExceptions(): boolean {
    const { overrides, requests, open } = this.state;
    const asked = requests.some((request) => request.type === 'deploy' && request.emergency);
    return overrides.length > 0 || asked || open.some(({ emergency }) => emergency);
  }

  /** As it will be at that instant if nothing but time passes. To ask gates with; no plan is made of it. */
  later(at: Instant): Draft {
    const later = new Draft(this.environment, this.observed, at, this.seenAt);
    later.state = this.state;
    return later;
  }

  /** Nothing has been appended yet: effects planned now rest on recorded intent. */
  get isRecorded(): boolean {
    return this.#append.length === 0;
  }

  /**
   * A request was taken away in this very plan. What comes next was not ahead when facts were gathered: it waits for
   * a look.
   */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  event(record: Bare<EventRecord>, name: string): void {
    if (record.type === 'request-closed') this.#hasAnswered = true;
    this.#add({ ...record, id: `${record.type}:${name}`, ...this.#common() } as EventRecord);
  }

  run(run: string, record: BareRun<RunRecord>): void {
    const open = this.state.open.find((other) => other.id === run);
    const number = (open?.records ?? 0) + 1;
    this.#add({ ...record, run, id: `${run}.${number}`, ...this.#common() } as RunRecord);
  }

  /** The run as it is after what was appended. */
  openRun(id: string): Run {
    const run = this.state.open.find((other) => other.id === id);
    assert(run !== undefined, `${id} is open`);
    return run;
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  /** `needs`: what a person may do about it. */
  say(sentence: string, needs: Needs | null = null): void {
    this.#because.push({ environment: this.environment.name, sentence, ...(needs === null ? {} : { needs }) });
  }

  /** A record of the whole repository. It is pushed together with this environment's, both or neither. */
  repositoryWide(record: Bare<EventRecord>, name: string): void {
    const full = { ...record, id: `${record.type}:${name}`, ...this.#common() } as EventRecord;
    this.#append.push({ environment: REPOSITORY_LEDGER, record: full });
  }

  /** What is due is told; what comes later is a reason to look again. */
  notify(notices: readonly Notice[]): void {
    for (const notice of notices) {
      if (notice.at <= this.now) this.#notices.push({ environment: this.environment.name, notice });
      else this.wake(notice.at);
    }
  }

  waitForRoom(): void {
    this.#needsRoom = true;
  }

  wake(at: Instant | null): void {
    if (at !== null && (this.#wakeAt === null || at < this.#wakeAt)) this.#wakeAt = at;
  }

  plan(): Plan {
    return {
      append: this.#append,
      effects: this.#effects,
      because: this.#because,
      notices: this.#notices,
      wakeAt: this.#wakeAt,
      needsRoom: this.#needsRoom,
    };
  }

  #common(): { at: Instant; by: string; clock?: 'given' } {
    const by = `controller ${this.observed.controller.name}`;
    return this.observed.clock === 'given' ? { at: this.now, by, clock: 'given' } : { at: this.now, by };
  }

  #add(record: LedgerRecord): void {
    const folded = fold(this.state, record);
    assert(folded.type === 'state', folded.type === 'refused' ? folded.sentence : '');
    this.state = folded.state;
    this.#append.push({ environment: this.environment.name, record });
  }
}
