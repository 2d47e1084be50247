// A short set of simulated lives. The long one is run by hand: `npm run simulate -- --lives 1000`.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConfigReader } from '../../engine/controller/observe/config-reader.ts';
import { openMemoryGit } from '../support/memory-git.ts';
import { memoryRemote } from '../support/memory-remote.ts';
import { liveAll, type Report } from './fleet.ts';
import { KEPT_SEEDS } from './kept-seeds.ts';
import { live } from './life.ts';
import { MUTANTS } from './mutants.ts';
import { firstFiles } from './repository-model.ts';
import { scriptOf } from './script.ts';
import { CHECKERS } from './witness.ts';

describe('a simulated life', () => {
  test('is the same to the byte whenever its seed is', async () => {
    const [first, second] = [await live('1'), await live('1')];
    expect(first.deeds).toBeGreaterThan(20);
    expect(second.table()).toBe(first.table());
  });

  test('is the same in any of several processes, and after any other lives', async () => {
    const digests = async (seeds: readonly [number, number], workers: number) => {
      const found = new Map<string, string>();
      const onReport = ({ seed, digest }: Report) => void found.set(seed, digest);
      await liveAll({ from: seeds[0], lives: seeds[1], workers, onReport });
      return found;
    };
    const [alone, shared] = [await digests([12, 1], 1), await digests([1, 12], 2)];
    const here = createHash('sha256')
      .update((await live('12')).table())
      .digest('hex');
    expect([...shared.keys()].toSorted()).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index + 1)).toSorted(),
    );
    expect([alone.get('12'), shared.get('12')]).toEqual([here, here]);
  });

  // Maintenance, calendars and conditions come in lives from 10,000 on, people who change gates in those from 20,000
  // on.
  const later = [10_000, 10_001, 10_002, 10_003, 20_000, 20_001, 20_002, 20_003];
  const seeds = [...Array.from({ length: 12 }, (_, index) => index + 1), ...later];
  test.each(seeds.map(String))('of seed %s breaks no law', async (seed) => {
    const { breach, table } = await live(seed);
    expect(breach, breach === null ? '' : table()).toBeNull();
  });

  test.each(KEPT_SEEDS)('of seed $seed does not break again: $story', async ({ seed, meets }) => {
    const { breach, table } = await live(seed);
    expect(breach, breach === null ? '' : table()).toBeNull();
    expect(table(), 'it comes to where it broke').toMatch(meets);
  });
});

const LATER = [10_000, 20_000].flatMap((from) => Array.from({ length: 30 }, (_, index) => String(from + index)));

test('every script writes files that the engine reads without an error', async () => {
  for (const seed of ['1', '2', '3', ...LATER]) {
    const { model, startsAt } = scriptOf(seed);
    const remote = memoryRemote();
    const commit = await remote.commit(firstFiles(model), { at: startsAt });
    const { problems } = await new ConfigReader(openMemoryGit({ remote, cache: remote })).head(commit);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
});

describe('every checker', () => {
  test.each(CHECKERS)('«%s» has a mutant that it must catch', (checker) => {
    expect(MUTANTS.map(({ caughtBy }) => caughtBy)).toContain(checker);
  });
});
