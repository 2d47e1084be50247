// `retry:` of a step or stage: a number of tries, or the whole story.

import { parseDuration } from '../../base/duration.ts';
import type { RetryConfig } from '../../model/config.ts';
import { duration, either, object, type Shape } from './shape.ts';

const attempts = { type: 'integer', minimum: 1, maximum: 100 } as const;

export const retry = either(
  'How often a step is tried before it has failed. A number counts all tries, the first included.',
  [
    { ...attempts, description: 'a number of tries' },
    object(
      'tries and the delays between them',
      {
        attempts: { ...attempts, description: 'Tries in all, the first included.', default: 3 },
        delay: duration('The wait before the second try.', { default: '1s' }),
        backoff: {
          type: 'number',
          description: 'Each wait is the one before times this.',
          minimum: 1,
          maximum: 100,
          default: 2,
        },
        max: duration('No wait is longer than this.', { default: '1m' }),
      },
      [],
    ),
  ],
);

export const ONCE: RetryConfig = { attemptsMax: 1, delayMs: 1_000, factor: 2, delayMsMax: 60_000 };

export function buildRetry(value: Shape<typeof retry> | undefined, byDefault: RetryConfig): RetryConfig {
  if (value === undefined) return byDefault;
  if (typeof value === 'number') return { ...ONCE, attemptsMax: value };
  return {
    attemptsMax: value.attempts ?? 3,
    delayMs: parseDuration(value.delay ?? '1s') ?? ONCE.delayMs,
    factor: value.backoff ?? ONCE.factor,
    delayMsMax: parseDuration(value.max ?? '1m') ?? ONCE.delayMsMax,
  };
}
