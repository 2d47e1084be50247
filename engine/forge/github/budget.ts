// One budget for everything that is asked of GitHub: one request at a time, a second between writes, and never near
// the limits, since what people do in the web interface counts towards the same. Acts go before mirrors. Nothing here
// is asked again: who cannot have a turn soon gets a Fault that says when, and only mirrors, which nobody waits for,
// wait longer.

import type { Cancel, Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';

export type Rank = 'act' | 'look' | 'status' | 'comment' | 'deployment';
export type Turn = { readonly rank: Rank; readonly kind: 'read' | 'write' };

/** What is left of GitHub's own count, as a header of an answer says. */
export type Allowance = { readonly limit: number; readonly remaining: number; readonly resetsInMs: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** GitHub allows 80 a minute and 500 an hour to all who act for the same account, people included. */
const WRITES: Readonly<Record<Rank, { readonly aMinute: number; readonly anHour: number }>> = {
  act: { aMinute: 60, anHour: 400 },
  look: { aMinute: 60, anHour: 400 },
  status: { aMinute: 55, anHour: 370 },
  comment: { aMinute: 50, anHour: 340 },
  deployment: { aMinute: 45, anHour: 300 },
};
const BETWEEN_WRITES_MS = 1_000;
/** Below this part of the allowance only acts go on. */
const KEPT_BACK = 0.2;
/** How long an act or a look waits for its turn before it is told to come again. */
const PATIENCE_MS = 5_000;
const ORDER: readonly Rank[] = ['act', 'look', 'status', 'comment', 'deployment'];

type Waiter = { readonly turn: Turn; readonly go: () => void; readonly fail: (fault: Fault) => void };

export class Budget {
  readonly #clock: Clock;
  readonly #waiters: Waiter[] = [];
  #writes: number[] = [];
  #lastWriteMs = Number.NEGATIVE_INFINITY;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #scarceUntilMs = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  #cancel: Cancel = () => {};
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does the work when its turn has come. */
  async run<Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((go, fail) => {
      this.#waiters.push({ turn, go, fail });
      this.#next();
    });
    try {
      return await work();
    } finally {
      if (turn.kind === 'write') this.#lastWriteMs = this.#clock.monotonicMs();
      this.#isBusy = false;
      this.#next();
    }
  }

  /** GitHub wants to be left alone for so long. */
  closeFor(ms: number): void {
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.#clock.monotonicMs() + ms);
  }

  note({ limit, remaining, resetsInMs }: Allowance): void {
    const untilMs = this.#clock.monotonicMs() + Math.max(0, resetsInMs);
    if (remaining <= 0) this.#closedUntilMs = Math.max(this.#closedUntilMs, untilMs);
    this.#scarceUntilMs = remaining <= limit * KEPT_BACK ? untilMs : Number.NEGATIVE_INFINITY;
  }

  /** How long until such a turn is to be had; 0 when it is now. */
  waitMs({ rank, kind }: Turn): number {
    const nowMs = this.#clock.monotonicMs();
    const waits = [this.#closedUntilMs - nowMs];
    if (rank !== 'act') waits.push(this.#scarceUntilMs - nowMs);
    if (kind === 'write') {
      waits.push(this.#lastWriteMs + BETWEEN_WRITES_MS - nowMs);
      waits.push(this.#windowMs(MINUTE_MS, WRITES[rank].aMinute, nowMs));
      waits.push(this.#windowMs(HOUR_MS, WRITES[rank].anHour, nowMs));
    }
    return Math.max(0, ...waits);
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
    for (const { fail } of this.#waiters.splice(0)) fail(overFault());
  }

  /** Of the last `most` writes the first has to be further back than the window. */
  #windowMs(windowMs: number, most: number, nowMs: number): number {
    const first = this.#writes.at(-most);
    return first === undefined ? 0 : first + windowMs - nowMs;
  }

  #next(): void {
    this.#cancel();
    if (this.#isBusy) return;
    if (this.#isOver) {
      for (const { fail } of this.#waiters.splice(0)) fail(overFault());
      return;
    }
    this.#sendAway();
    const ready = ORDER.flatMap((rank) => this.#waiters.filter(({ turn }) => turn.rank === rank)).find(
      ({ turn }) => this.waitMs(turn) === 0,
    );
    if (ready !== undefined) {
      this.#start(ready);
      return;
    }
    if (this.#waiters.length === 0) return;
    const soonestMs = Math.min(...this.#waiters.map(({ turn }) => this.waitMs(turn)));
    this.#cancel = this.#clock.after(soonestMs, () => this.#next());
  }

  #start(waiter: Waiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    this.#isBusy = true;
    if (waiter.turn.kind === 'write') {
      const nowMs = this.#clock.monotonicMs();
      this.#writes = [...this.#writes.filter((at) => at > nowMs - HOUR_MS), nowMs];
    }
    waiter.go();
  }

  #sendAway(): void {
    for (const waiter of [...this.#waiters]) {
      const { turn } = waiter;
      const waitMs = this.waitMs(turn);
      if ((turn.rank !== 'act' && turn.rank !== 'look') || waitMs <= PATIENCE_MS) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.fail(limitFault(waitMs));
    }
  }
}

export function limitFault(afterMs: number): Fault {
  const seconds = Math.ceil(afterMs / 1_000);
  return new Fault('remote-limited', `GitHub is asked too much: it may be asked again in ${seconds} s`, {
    retry: 'later',
    afterMs,
    hint: 'nothing has to be done: it is asked again then; runs go on meanwhile',
  });
}

function overFault(): Fault {
  return new Fault('remote-unreachable', 'the forge is not asked any more: the controller ends', {
    retry: 'never',
    hint: 'start it again',
  });
}
