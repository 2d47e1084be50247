// The only time there is in a simulated life: events in the order of their instant, then of their making. After each
// event everything that follows from it without waiting is let happen before the next one: nothing here ever waits
// for real.

export type Cancel = () => void;

type Event = { readonly at: number; readonly place: number; readonly then: () => void; isCancelled: boolean };

export class Timeline {
  now: number;
  /** Set to end the life at once. */
  isHalted = false;
  readonly #heap: Event[] = [];
  #made = 0;

  constructor(startsAt: number) {
    this.now = startsAt;
  }

  at(instant: number, then: () => void): Cancel {
    this.#made += 1;
    const event: Event = { at: Math.ceil(Math.max(instant, this.now)), place: this.#made, then, isCancelled: false };
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve));
  }

  /** `end` is reached, or the life is halted. */
  async runUntil(end: number): Promise<void> {
    await settled();
    while (!this.isHalted && this.#due(end) !== null) await this.#some(end);
    if (!this.isHalted) this.now = end;
  }

  /** Each event in an immediate of its own: between two of them every microtask runs. */
  #some(end: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (!this.isHalted) this.#next(end);
        } catch (cause) {
          reject(cause);
        }
      };
      for (let count = 0; count < EVENTS_AT_ONCE; count += 1) setImmediate(step);
      setImmediate(resolve);
    });
  }

  #due(end: number): Event | null {
    while (this.#heap[0]?.isCancelled) this.#pop();
    const [next] = this.#heap;
    return next === undefined || next.at > end ? null : next;
  }

  #next(end: number): void {
    const due = this.#due(end);
    if (due === null) return;
    this.#pop();
    this.now = due.at;
    due.then();
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.place < b.place);
}

/** Each turn of Node's loop asks the system for news, and there is none. */
const EVENTS_AT_ONCE = 64;

/** All promises that can move have moved: an immediate comes after every microtask. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
