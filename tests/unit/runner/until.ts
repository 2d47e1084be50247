import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks until the answer is good; the last answer, also when patience is over: the assertion that follows shows it.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  good: (answer: T) => boolean,
  patienceMs = 90_000,
): Promise<T> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    const answer = await look();
    if (good(answer) || performance.now() > endsAt) return answer;
    await delay(10);
  }
}
