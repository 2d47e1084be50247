// A short stretch of steady load: every fault once, a kill, and the judges. It says that the rig works; what memory
// does under an hour's load says `npm run steady`.

import { expect, test } from 'vitest';
import { FAULTS } from '../rig/steady/faults.ts';
import { playSteady, type SteadyPlayed } from '../rig/steady/play.ts';
import { hasHeld, steadyTable } from '../rig/steady/table.ts';
import { judgeMemory } from '../rig/steady/verdict.ts';

const MIB = 1_048_576;

test.skipIf(process.platform !== 'linux')(
  'eight environments get 25 commits through every fault and a kill, and nothing is lost (needs /proc)',
  async () => {
    const played = await playSteady({
      seed: '10',
      environments: 8,
      commits: 25,
      rate: null,
      backlog: 4,
      faultEvery: 2,
      faultMsMax: 600,
      sampleEveryMs: 500,
      memoryMustBeJudged: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const table = steadyTable(played);
    expect(played.breaches, table).toEqual([]);
    expect([...played.faults.keys()], table).toEqual(expect.arrayContaining(FAULTS.map(({ name }) => name)));
    expect(played.faults.get('kill -9'), table).toBeGreaterThan(0);
    expect(played.accounts.deployed).toBeGreaterThan(8);
    expect(played.accounts.rolledBack, table).toBeGreaterThan(0);
    expect(played.size.packed).toBeGreaterThan(0);
    expect(played.size.unpacked).toBeGreaterThan(played.size.packed);
    expect(table).toMatch(/^held: nothing lost/m);
  },
  900_000,
);

test('memory that is a fifth larger at the end than after the warm-up is called growth, and too few samples no verdict', () => {
  const samplesOf = (sizeAt: (commits: number) => number) =>
    Array.from({ length: 400 }, (_, index) => ({
      commits: index / 4,
      atMs: index,
      controller: sizeAt(index / 4),
      supervisor: 10 * MIB,
      git: 0,
      anonymous: 0,
    }));
  const steady = judgeMemory(
    samplesOf((at) => (at < 10 ? 500 : 90) * MIB),
    100,
  );
  const growing = judgeMemory(
    samplesOf((at) => (90 + at / 2) * MIB),
    100,
  );
  expect(steady.growth).toBe(1);
  expect(growing.growth).toBeCloseTo(1.37, 1);
  expect(judgeMemory([], 100).growth).toBeNull();
  expect(hasHeld(ended(steady))).toBe(true);
  expect(hasHeld(ended(growing))).toBe(false);
  expect(hasHeld(ended(judgeMemory([], 100)))).toBe(false);
  expect(hasHeld({ ...ended(judgeMemory([], 100)), memoryMustBeJudged: false })).toBe(true);
  expect(steadyTable(ended(growing))).toMatch(/^BROKEN: nothing lost; memory GROWS/m);
});

function ended(memory: SteadyPlayed['memory']): SteadyPlayed {
  return {
    commits: 100,
    versions: 200,
    bad: 10,
    loadMs: 1_000,
    calmCommits: 80,
    faults: new Map(),
    approvals: 0,
    merges: 0,
    reverts: 0,
    accounts: { deployed: 1, rolledBack: 0, failed: 0, passedOver: 0, runs: 1, breaches: [] },
    ledgerCommits: 1,
    records: 1,
    size: { objects: 1, packed: 1, unpacked: 1 },
    spent: { controller: 1, git: 1, steps: 1 },
    calmRuns: 1,
    memory,
    memoryMustBeJudged: true,
    breaches: [],
  };
}
