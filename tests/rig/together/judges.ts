// Two small judges of a round: nobody works where it does not serve, and what is taken over is taken over in time.

import type { Touch } from './target.ts';

export type Serving = { readonly name: string; readonly serves: (environment: string) => boolean };

export function strays(touches: readonly Touch[], controllers: readonly Serving[]): readonly string[] {
  const found = touches.filter(({ who, environment }) => {
    const controller = controllers.find(({ name }) => name === who);
    return controller === undefined || !controller.serves(environment);
  });
  return [...new Set(found.map(({ who, environment }) => `${who} worked on ${environment}, which it does not serve`))];
}

/**
 * What a takeover may take: a sign of life is seen a poll late, its absence another one late, and then there is a
 * claim to be pushed and a job to be started.
 */
export function takeoverBoundMs(expiresMs: number, pollMs: number): number {
  return expiresMs + 2 * pollMs + 3_000;
}

export function tooLate(takeoversMs: readonly number[], atMostMs: number): readonly string[] {
  return takeoversMs
    .filter((ms) => ms > atMostMs)
    .map((ms) => `taken over after ${(ms / 1_000).toFixed(1)} s; ${(atMostMs / 1_000).toFixed(1)} s are the bound`);
}
