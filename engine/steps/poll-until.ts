// Asks again and again until the answer is good or the time is over: what http and tcp steps share.
// The first try is at once; the end of the time cuts a try short, so that no step takes longer than it says.

import { setTimeout as delay } from 'node:timers/promises';
import type { WorkContext } from '../ports/runner.ts';

export type Observation = { readonly good: boolean; readonly sentence: string };

type Polled = Observation & { readonly tries: number; readonly tookMs: number };

/** One try, however much time is left. */
const TRY_MS_MAX = 10_000;
/** A last try with less time than this would only say that nobody answers in 2 ms. */
const LAST_TRY_MS_MIN = 100;
/** Anyone who writes `every: 0s` does not mean a loop that eats a core. */
const EVERY_MS_MIN = 50;

/** The last observation. `look` must settle when its signal aborts, by throwing or otherwise; its own throws are
 *  observations too. With `withinMs` 0 there is one try, of up to ten seconds. */
export async function pollUntil(
  work: { readonly withinMs: number; readonly everyMs: number },
  { signal, say }: WorkContext,
  look: (signal: AbortSignal) => Promise<Observation>,
): Promise<Polled> {
  const startedAt = performance.now();
  const endsAt = startedAt + work.withinMs;
  const everyMs = Math.max(EVERY_MS_MIN, work.everyMs);
  let said = '';
  for (let tries = 1; ; tries++) {
    const triedAt = performance.now();
    const tryMs = work.withinMs === 0 ? TRY_MS_MAX : Math.min(TRY_MS_MAX, Math.max(1, endsAt - triedAt));
    const observation = await lookOnce(look, tryMs, signal);
    signal.throwIfAborted();
    const now = performance.now();
    // The log says what changed, not a line for each of a thousand equal tries.
    if (observation.sentence !== said) say(`try ${tries}: ${observation.sentence}`);
    said = observation.sentence;
    const nextAt = Math.max(now, triedAt + everyMs);
    if (observation.good || endsAt - nextAt < LAST_TRY_MS_MIN)
      return { ...observation, tries, tookMs: now - startedAt };
    await delay(nextAt - now, undefined, { signal });
  }
}

async function lookOnce(
  look: (signal: AbortSignal) => Promise<Observation>,
  tryMs: number,
  stop: AbortSignal,
): Promise<Observation> {
  const timeout = AbortSignal.timeout(Math.ceil(tryMs));
  try {
    return await look(AbortSignal.any([stop, timeout]));
  } catch (error) {
    if (timeout.aborted && !stop.aborted) return { good: false, sentence: `did not answer in ${Math.ceil(tryMs)} ms` };
    return { good: false, sentence: reasonOf(error) };
  }
}

/** fetch hides what happened in `cause`, and node in an AggregateError where a name has several addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message === '' ? error.name : error.message;
}
