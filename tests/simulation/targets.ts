// What is really in place, and who is at work there right now. A target of files refuses an older epoch, as the real
// one does; a script does what it is told. Nothing here asks a controller.

export type Touch = {
  readonly environment: string;
  readonly run: string;
  readonly job: string;
  /** The life of the controller that started it: another one after each restart. */
  readonly life: string;
  readonly epoch: number;
  readonly beganAt: number;
  /** Whether it stands still with the controller that it runs in: what it does when it goes on, its epoch decides. */
  readonly isStill: () => boolean;
  endedAt: number | null;
};

export class Targets {
  /** `app.txt` of the version that is in place, by environment; absent before the first. */
  readonly live = new Map<string, string>();
  readonly touches: Touch[] = [];
  readonly #epochs = new Map<string, number>();
  /** Told of each touch when it begins, with those that are at the same target then. */
  onTouch: (touch: Touch, others: readonly Touch[]) => void = () => {};

  begin(touch: Omit<Touch, 'endedAt'>): Touch {
    const others = this.#atWork().filter((other) => other.environment === touch.environment);
    const begun = { ...touch, endedAt: null };
    this.touches.push(begun);
    this.onTouch(begun, others);
    return begun;
  }

  /** Null when it is put in place, else why not. */
  put(touch: Touch, app: string, kind: 'files' | 'script'): string | null {
    const seen = this.#epochs.get(touch.environment) ?? 0;
    if (kind === 'files' && touch.epoch < seen) return `epoch ${touch.epoch} is older than ${seen}`;
    this.#epochs.set(touch.environment, Math.max(seen, touch.epoch));
    this.live.set(touch.environment, app);
    return null;
  }

  /** Those that work at other environments now. */
  elsewhere(environment: string): readonly Touch[] {
    return this.#atWork().filter((other) => other.environment !== environment);
  }

  #atWork(): readonly Touch[] {
    return this.touches.filter((touch) => touch.endedAt === null && !touch.isStill());
  }
}
