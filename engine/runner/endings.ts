// How a job's end is said to a person: what happened, after how long, and what was done about it.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unreachable } from '../base/assert.ts';
import { formatDuration } from '../base/duration.ts';
import type { JobEnding } from '../model/job.ts';

/** Why the supervisor ends a job that is still running. */
export type StopReason = 'timeout' | 'cancelled' | 'lease-lost' | 'lease-expired' | 'controller-gone';

export type Conclusion = Pick<JobEnding, 'outcome' | 'sentence' | 'lapsed'>;

export function exitEnding(
  code: number | null,
  signal: string | null,
  program: string | null,
  durationMs: number,
  /** Where it ran: what stands there may say why it could not. */
  directory: string | null = null,
): Conclusion {
  const after = `after ${formatDuration(durationMs)}`;
  if (signal !== null) return { outcome: 'failed', sentence: `ended by ${signal} ${after}` };
  if (code === 0) return { outcome: 'succeeded', sentence: `succeeded ${after}` };
  return { outcome: 'failed', sentence: `exit code ${code} ${after}${hint(code ?? 0, program, directory)}` };
}

export function stoppedEnding(why: StopReason, limitMs: number, durationMs: number): Conclusion {
  const after = `after ${formatDuration(durationMs)}`;
  switch (why) {
    case 'timeout':
      return {
        outcome: 'timed-out',
        sentence: `still running after ${formatDuration(limitMs)}, its time limit; stopped`,
      };
    case 'cancelled':
      return { outcome: 'cancelled', sentence: `cancelled ${after}` };
    case 'lease-lost':
      return lapsed(`stopped ${after}: another controller speaks for this environment now`);
    case 'lease-expired':
      return lapsed(`stopped ${after}: this controller's lease was not renewed in time`);
    case 'controller-gone':
      return { outcome: 'cancelled', sentence: `stopped ${after}: the controller that started it is gone` };
    default:
      return unreachable(why);
  }
}

function lapsed(sentence: string): Conclusion {
  return { outcome: 'cancelled', sentence, lapsed: true };
}

/** What a shell means by its own exit codes. */
function hint(code: number, program: string | null, directory: string | null): string {
  if (code === 126 || code === 127) {
    const interpreter =
      program === null || directory === null ? null : interpreterWithReturn(path.resolve(directory, program));
    if (interpreter !== null)
      return `: the first line of ${program} ends in a carriage return (CR), so that it asks for ${interpreter}\\r, which is not there; save it with line ends of LF alone`;
  }
  if (code === 127)
    return program === null ? ': a command was not found' : `: ${program} was not found, or its interpreter was not`;
  if (code === 126)
    return program === null
      ? ': a command cannot be executed'
      : `: ${program} cannot be executed (is it marked executable?)`;
  if (code > 128) {
    const name = Object.entries(os.constants.signals).find(([, number]) => number === code - 128)?.[0];
    if (name !== undefined) return `, which is how a shell says ${name}`;
  }
  return '';
}

/** The ending of a job that was stopped while it waited for its slot. */
export function stoppedBefore(why: 'cancelled' | 'lease-lost'): JobEnding {
  const conclusion = stoppedEnding(why, 0, 0);
  return unstarted({ ...conclusion, sentence: 'cancelled before it was started' });
}

/** The ending of a job of which nothing was started. */
export function unstarted(conclusion: Conclusion): JobEnding {
  return { ...conclusion, exitCode: null, signal: null, tail: '', logDigest: null, outputBytes: 0, durationMs: 0 };
}

const FIRST_LINE_MAX = 256;

/** The interpreter that a script with line ends of CR and LF names; null where it is none. */
function interpreterWithReturn(file: string): string | null {
  let descriptor: number | null = null;
  try {
    fs.accessSync(file, fs.constants.X_OK);
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const bytes = Buffer.alloc(FIRST_LINE_MAX);
    const text = bytes.toString('utf8', 0, fs.readSync(descriptor, bytes, 0, FIRST_LINE_MAX, 0));
    return /^#! *([\x21-\x7e][\x20-\x7e]*)\r/.exec(text)?.[1] ?? null;
  } catch {
    // This only makes a sentence better: what cannot be read has the sentence that everything has.
    return null;
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}
