// What can happen in a model life, as values that fast-check draws and shrinks; and what kind of environment it
// happens to.

import fc from 'fast-check';
import type { JobEnding } from '../../engine/model/job.ts';

export type Shape = {
  /** `production` follows tags, `staging` a branch. */
  readonly environment: 'production' | 'staging';
  readonly gated: boolean;
  readonly onWindowClose: 'finish' | 'pause';
  readonly queue: 'latest' | 'all';
  readonly onFailure: 'rollback' | 'stop';
  readonly idempotent: boolean;
  readonly tries: number;
  /** Each stage ends with a step that runs whatever happened. */
  readonly cleans: boolean;
};

export type Move =
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'offer'; readonly version: number; readonly contents: number }
  | { readonly type: 'end-job'; readonly outcome: JobEnding['outcome'] }
  /** The supervisor ends what runs with its lease; a renewal comes through all the same. */
  | { readonly type: 'lapse' }
  | { readonly type: 'written-back'; readonly result: 'merged' | 'held' | 'unneeded' }
  /** The remote has everything that is on local disk. */
  | { readonly type: 'flush' }
  /** The process dies while the records of a plan are written: some of them are on disk. */
  | { readonly type: 'torn'; readonly keep: number }
  | { readonly type: 'crash' }
  | { readonly type: 'lose-disk' }
  | { readonly type: 'take-over' }
  | { readonly type: 'ask-deploy'; readonly version: number; readonly emergency: boolean; readonly skipTests: boolean }
  | { readonly type: 'ask-rollback'; readonly version: number | null }
  | { readonly type: 'suspend'; readonly ms: number | null }
  | { readonly type: 'resume' }
  | { readonly type: 'world'; readonly problem: 'none' | 'broken-head' | 'damaged' | 'skew' | 'frozen' };

export function shapes(): fc.Arbitrary<Shape> {
  return fc.record({
    environment: fc.constantFrom('production', 'staging'),
    gated: fc.boolean(),
    onWindowClose: fc.constantFrom('finish', 'pause'),
    queue: fc.constantFrom('latest', 'all'),
    onFailure: fc.constantFrom('rollback', 'stop'),
    idempotent: fc.boolean(),
    tries: fc.constantFrom(1, 3),
    cleans: fc.boolean(),
  });
}

export function moves(): fc.Arbitrary<readonly Move[]> {
  const phrase = fc.oneof(
    { weight: 12, arbitrary: move().map((one): readonly Move[] => [one]) },
    { weight: 1, arbitrary: fc.tuple(VERSION, VERSION).map(([good, bad]) => [...deploys(good), ...breaks(bad)]) },
    { weight: 1, arbitrary: VERSION.map(breaks) },
  );
  const first = fc.oneof(fc.constant<readonly Move[]>([]), VERSION.map(deploys));
  return fc
    .tuple(first, fc.array(phrase, { minLength: 1, maxLength: 24, size: 'max' }))
    .map(([before, phrases]) => [...before, ...phrases.flat()]);
}

const WELL: Move = { type: 'end-job', outcome: 'succeeded' };

/** The whole way of a version through three stages, should nothing be in its way. */
function deploys(of: number): readonly Move[] {
  return [{ type: 'offer', version: of, contents: of }, WELL, WELL, WELL];
}

/** A version that fails after the target was touched: what follows is a rollback, and its write-back. */
function breaks(of: number): readonly Move[] {
  return [{ type: 'offer', version: of, contents: of }, WELL, WELL, { type: 'end-job', outcome: 'failed' }];
}

const VERSION = fc.integer({ min: 1, max: 6 });
const HOUR_MS = 3_600_000;

/** Weighted so that runs get somewhere: most of what happens is time, versions and jobs that end. */
function move(): fc.Arbitrary<Move> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(1_000, 600_000, 5 * HOUR_MS, 20 * HOUR_MS).map((ms): Move => ({ type: 'pass', ms })),
    },
    { weight: 5, arbitrary: VERSION.map((of): Move => ({ type: 'offer', version: of, contents: of })) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('offer' as const), version: VERSION, contents: VERSION }) },
    { weight: 9, arbitrary: fc.constant(WELL) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom<JobEnding['outcome'][]>('failed', 'errored', 'timed-out', 'cancelled')
        .map((outcome): Move => ({ type: 'end-job', outcome })),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('written-back' as const),
        result: fc.constantFrom('merged' as const, 'held' as const, 'unneeded' as const),
      }),
    },
    { weight: 2, arbitrary: fc.constantFrom<Move[]>({ type: 'flush' }, { type: 'flush' }, { type: 'lapse' }) },
    { weight: 1, arbitrary: fc.nat({ max: 5 }).map((keep): Move => ({ type: 'torn', keep })) },
    { weight: 1, arbitrary: fc.constantFrom<Move[]>({ type: 'crash' }, { type: 'lose-disk' }, { type: 'take-over' }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('ask-deploy' as const),
        version: VERSION,
        emergency: fc.boolean(),
        skipTests: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.option(VERSION).map((of): Move => ({ type: 'ask-rollback', version: of })) },
    { weight: 1, arbitrary: fc.option(fc.constant(HOUR_MS)).map((ms): Move => ({ type: 'suspend', ms })) },
    { weight: 1, arbitrary: fc.constant<Move>({ type: 'resume' }) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(
          'none' as const,
          'none' as const,
          'broken-head' as const,
          'damaged' as const,
          'skew' as const,
          'frozen' as const,
        )
        .map((problem): Move => ({ type: 'world', problem })),
    },
  );
}
