// How long one answer of the remote is waited for. Short at first, so that a connection that has died is noticed
// within seconds; longer after each that took too long, so that a remote which is only slow is not given up for ever.
// What the last answer took is remembered: a slow remote is not too slow each second time.

export type AnswerPatience = {
  readonly ms: number;
  /** What asks will ask again; who asks once waits as long as there is. */
  readonly triesAgain: boolean;
  tooLong(): void;
  answered(tookMs: number): void;
};

const FIRST_MS = 10_000;
/** Of what the last answer took. */
const LEEWAY = 3;

export function createAnswerPatience(mostMs: number, triesAgain: boolean): AnswerPatience {
  const leastMs = triesAgain ? Math.min(FIRST_MS, mostMs) : mostMs;
  let ms = leastMs;
  return {
    triesAgain,
    get ms() {
      return ms;
    },
    tooLong() {
      ms = Math.min(ms * 2, mostMs);
    },
    answered(tookMs) {
      ms = Math.min(Math.max(tookMs * LEEWAY, leastMs), mostMs);
    },
  };
}
