// Transfers that stall, drip or are slow: which of them is raced, which makes way, which counts. Time passes as the
// test says; what git says of its progress is as git says it.

import { describe, expect, test } from 'vitest';
import { createAnswerPatience } from '../../../engine/git/answer-patience.ts';
import type { GitEnding } from '../../../engine/git/exec.ts';
import { hear, startProgress, transfer } from '../../../engine/git/transfer.ts';
import { eventually } from '../../support/eventually.ts';

const ENDING: GitEnding = { code: 0, signal: null, stdout: Buffer.alloc(0), stderr: '', stopped: null };

/** Each attempt is the test's to speak for and to end. */
function open(limitMs = 900_000) {
  let nowMs = 0;
  const lines: { heard: (text: string) => void; end: (ending: GitEnding) => void; isAborted: boolean }[] = [];
  const slow: number[] = [];
  const done = transfer(
    ({ heard, signal }) =>
      new Promise((resolve) => {
        const line = { heard, end: resolve, isAborted: false };
        lines.push(line);
        signal.addEventListener('abort', () => {
          line.isAborted = true;
          resolve({ ...ENDING, code: null, stopped: 'given-up' });
        });
      }),
    { limitMs, onSlow: (bytes) => void slow.push(bytes), nowMs: () => nowMs, checkEveryMs: 1 },
  );
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const begun = (count: number) => eventually(() => lines.length === count);
  return { lines, slow, done, pass, begun, line: (index: number) => lines[index] ?? expect.fail('not begun') };
}

const receiving = (percent: number, kib: string, speed: string) =>
  `Receiving objects:  ${percent}% (${percent}/100), ${kib} | ${speed}/s\r`;

describe('a transfer', () => {
  test('that stalls is told once and overtaken by a second one', async () => {
    const { line, slow, done, pass, begun } = open();
    line(0).heard(receiving(2, '2.00 KiB', '900.00 KiB'));
    pass(5_500);
    await begun(2);
    expect(slow).toEqual([2_048]);
    line(1).end({ ...ENDING, stderr: 'the second' });
    expect((await done).stderr).toBe('the second');
    expect(line(0).isAborted).toBe(true);
  });

  test('that is slow and honest is raced and never cut off: of two it has brought more', async () => {
    const { line, lines, done, pass, begun } = open();
    pass(5_500);
    await begun(2);
    for (let round = 1; round <= 6; round += 1) {
      line(0).heard(receiving(round, `${round * 20}.00 KiB`, '1.00 KiB'));
      line(round).heard(receiving(1, '1.00 KiB', '1.00 KiB'));
      pass(26_000);
      await begun(round + 2);
      expect([line(0).isAborted, line(round).isAborted]).toEqual([false, true]);
    }
    line(0).end(ENDING);
    expect(await done).toBe(ENDING);
    expect(lines).toHaveLength(8);
  });

  test('that comes on is not raced, however long it takes', async () => {
    const { line, lines, done, pass } = open();
    for (let minute = 1; minute <= 90; minute += 1) {
      line(0).heard(receiving(minute, `${minute * 4}.00 MiB`, '40.00 KiB'));
      pass(4_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    line(0).end(ENDING);
    await done;
    expect(lines).toHaveLength(1);
  });

  test('for which the host still counts and compresses is not slow', async () => {
    const { line, lines, done, pass } = open();
    for (let second = 1; second <= 30; second += 1) {
      line(0).heard(`remote: Compressing objects:  ${second}% (${second}/100)        \r`);
      pass(2_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    line(0).end(ENDING);
    await done;
    expect(lines).toHaveLength(1);
  });

  test('one of two that fails leaves it to the other', async () => {
    const { line, done, pass, begun } = open();
    pass(5_500);
    await begun(2);
    line(0).end({ ...ENDING, code: 128 });
    // Long enough for whatever follows from it by itself.
    await new Promise((resolve) => setImmediate(resolve));
    line(1).end(ENDING);
    expect((await done).code).toBe(0);
  });

  test('without anything for long is given up', async () => {
    const { done, pass, begun } = open(60_000);
    pass(5_500);
    await begun(2);
    pass(70_000);
    expect((await done).stopped).toBe('timed-out');
  });
});

test('what is here already has all the time that our own disk takes', () => {
  const progress = startProgress(0);
  hear(progress, 'Receiving objects: 100% (8/8), 1.20 MiB | 1.00 KiB/s, done.\n', 1_000);
  expect(progress).toMatchObject({ bytes: 1.2 * 1_024 ** 2, goodAtMs: Number.POSITIVE_INFINITY });
});

describe('an answer', () => {
  test('is waited for longer after each that took too long, up to a bound', () => {
    const patience = createAnswerPatience(30_000, true);
    const waits = [0, 1, 2, 3].map(() => {
      const { ms } = patience;
      patience.tooLong();
      return ms;
    });
    expect(waits).toEqual([10_000, 20_000, 30_000, 30_000]);
  });

  test('that is slow and comes is not too slow the next time', () => {
    const patience = createAnswerPatience(30_000, true);
    patience.tooLong();
    patience.answered(8_000);
    expect(patience.ms).toBe(24_000);
    patience.answered(50);
    expect(patience.ms).toBe(10_000);
  });

  test('for who does not ask again is waited for as long as there is', () => {
    expect(createAnswerPatience(30_000, false).ms).toBe(30_000);
  });
});
