// A transfer from the remote that may stall, drip, or merely be slow, which nobody can tell apart while it lasts. So
// a second one begins beside it on a connection of its own, and whichever is through first counts: a dead connection
// is overtaken as soon as the remote is well, and an honest one on a thin line is never cut off for being slow. Never
// more than two at once; of two that are slow the one that has brought less makes way for a fresh one.

import type { GitEnding } from './exec.ts';

export type Attempt = (hooks: {
  readonly heard: (text: string) => void;
  readonly signal: AbortSignal;
}) => Promise<GitEnding>;

export type TransferOptions = {
  /** Told once, when the first of them makes no progress worth the name. `bytes`: what it has brought by then. */
  readonly onSlow: (bytes: number) => void;
  /** Nothing came for so long: given up altogether. */
  readonly limitMs: number;
  readonly nowMs?: () => number;
  readonly checkEveryMs?: number;
};

/**
 * How long one makes no progress before another begins; the next ones are given more, a thin line is shared as rarely
 * as can be.
 */
const SLOW_AFTER_MS = [5_000, 8_000, 12_000, 18_000] as const;
const SLOW_AFTER_MS_LAST = 25_000;
const CHECK_EVERY_MS = 500;

export async function transfer(attempt: Attempt, options: TransferOptions): Promise<GitEnding> {
  const nowMs = options.nowMs ?? (() => performance.now());
  const running: Line[] = [];
  let begun = 0;
  let isSlowTold = false;
  const begin = () => {
    running.push(openLine(attempt, nowMs, SLOW_AFTER_MS[begun] ?? SLOW_AFTER_MS_LAST));
    begun += 1;
  };
  begin();
  try {
    for (;;) {
      const done = await firstOf(running, options.checkEveryMs ?? CHECK_EVERY_MS);
      if (done !== null) {
        running.splice(running.indexOf(done.line), 1);
        if (done.ending.code === 0 || running.length === 0) return done.ending;
        continue;
      }
      const movedAtMs = Math.max(...running.map((line) => line.progress.moved.atMs));
      if (nowMs() - movedAtMs > options.limitMs) return await giveUp(running);
      const youngest = running.at(-1);
      if (youngest === undefined || nowMs() - youngest.progress.goodAtMs <= youngest.slowAfterMs) continue;
      if (!isSlowTold) options.onSlow(youngest.progress.bytes);
      isSlowTold = true;
      if (running.length > 1) await stop(running, lesser(running));
      begin();
    }
  } finally {
    for (const line of running) line.abort();
    await Promise.allSettled(running.map((line) => line.ended));
  }
}

type Line = {
  readonly ended: Promise<GitEnding>;
  readonly progress: Progress;
  readonly slowAfterMs: number;
  readonly abort: () => void;
};

function openLine(attempt: Attempt, nowMs: () => number, slowAfterMs: number): Line {
  const controller = new AbortController();
  const progress = startProgress(nowMs());
  const heard = (text: string) => hear(progress, text, nowMs());
  const ended = attempt({ heard, signal: controller.signal });
  ended.catch(() => {});
  return { ended, progress, slowAfterMs, abort: () => controller.abort() };
}

async function firstOf(running: readonly Line[], waitMs: number): Promise<{ line: Line; ending: GitEnding } | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), waitMs);
  try {
    return await Promise.race([late, ...running.map(async (line) => ({ line, ending: await line.ended }))]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The older one where neither has brought more: a remote that thinks before it speaks has thought longer about that
 * one.
 */
function lesser(running: readonly Line[]): Line {
  const [older, younger] = running as readonly [Line, Line];
  return older.progress.bytes < younger.progress.bytes ? older : younger;
}

async function stop(running: Line[], line: Line): Promise<void> {
  running.splice(running.indexOf(line), 1);
  line.abort();
  await line.ended.catch(() => {});
}

async function giveUp(running: readonly Line[]): Promise<GitEnding> {
  for (const line of running) line.abort();
  const [ending] = await Promise.all(running.map((line) => line.ended));
  if (ending === undefined) throw new Error('a transfer without a line');
  return { ...ending, stopped: 'timed-out' };
}

export type Progress = {
  bytes: number;
  /** When it last came on at a speed worth the name, or the remote said that it is at work. */
  goodAtMs: number;
  /** When it last came on at all, and how far it was then. */
  moved: { readonly atMs: number; readonly bytes: number };
};

export function startProgress(nowMs: number): Progress {
  return { bytes: 0, goodAtMs: nowMs, moved: { atMs: nowMs, bytes: 0 } };
}

/** Less is no coming on. */
const LEAST_BYTES = 1_024;

/** Below this a second try may well be quicker; the thinnest lines that people have are above it. */
const GOOD_BYTES_A_SECOND = 4 * 1024;
const RECEIVING =
  /(?:Receiving|Unpacking) objects: +(\d+)%[^\r\n]*?(?:, ([\d.]+) (\w+)(?: \| ([\d.]+) (\w+)\/s)?)?(?=[\r\n]|, done)/g;

/** Takes in what `git fetch --progress` says: a line for each second in which something came. */
export function hear(progress: Progress, text: string, nowMs: number): void {
  const said = [...text.matchAll(RECEIVING)].at(-1);
  if (said === undefined) {
    // Half a line of it says nothing yet.
    if (/(Receiving|Unpacking) objects/.test(text)) return;
    progress.goodAtMs = Math.max(progress.goodAtMs, nowMs);
    progress.moved = { atMs: nowMs, bytes: progress.bytes };
    return;
  }
  const [, percent, amount, unit = '', speed, speedUnit = ''] = said;
  if (amount !== undefined) progress.bytes = Number(amount) * bytesOf(unit);
  const isWhole = percent === '100';
  if (isWhole || progress.bytes >= progress.moved.bytes + LEAST_BYTES)
    progress.moved = { atMs: nowMs, bytes: progress.bytes };
  const isGood = speed === undefined || Number(speed) * bytesOf(speedUnit) >= GOOD_BYTES_A_SECOND;
  // All is here: what git does with it now is our own disk's time, and no other connection would be quicker.
  if (isWhole) progress.goodAtMs = Number.POSITIVE_INFINITY;
  else if (isGood) progress.goodAtMs = nowMs;
}

function bytesOf(unit: string): number {
  switch (unit) {
    case 'KiB':
      return 1_024;
    case 'MiB':
      return 1_024 ** 2;
    case 'GiB':
      return 1_024 ** 3;
    default:
      return 1;
  }
}
