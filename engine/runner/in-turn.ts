// The pieces of one job, one after another in one log, under one time limit. Most jobs have one piece, which then is
// the job. The first that does not succeed ends it. What was done is never done again here: after a crash the whole
// job is, from its first piece.

import { formatDuration } from '../base/duration.ts';
import type { JobEnding, JobSpec, Work } from '../model/job.ts';
import { type StopReason, stoppedEnding } from './endings.ts';
import { tailOf } from './log-tail.ts';

/** A piece, with what the ones before it have left of the job's bounds. */
export type Part = Pick<JobSpec, 'id' | 'environment' | 'timeoutMs' | 'graceMs' | 'outputBytesMax'> & {
  /** Something of this job went before: its log is written on. */
  readonly follows: boolean;
};

/** `stopped` says why nothing more may begin, or null. */
export async function inTurn(
  spec: JobSpec,
  start: (work: Work, part: Part) => Promise<JobEnding>,
  stopped: () => StopReason | null,
): Promise<JobEnding> {
  const [first, ...rest] = spec.work;
  let all = await start(first, { ...spec, follows: false });
  for (const work of rest) {
    if (all.outcome !== 'succeeded') return all;
    const leftMs = spec.timeoutMs - all.durationMs;
    const why = stopped() ?? (leftMs > 0 ? null : 'timeout');
    if (why !== null) return { ...all, ...stoppedEnding(why, spec.timeoutMs, all.durationMs) };
    const outputBytesMax = Math.max(0, spec.outputBytesMax - all.outputBytes);
    const next = await start(work, { ...spec, timeoutMs: leftMs, outputBytesMax, follows: true });
    all = joined(all, next, spec.timeoutMs);
  }
  return all;
}

function joined(before: JobEnding, last: JobEnding, timeoutMs: number): JobEnding {
  const durationMs = before.durationMs + last.durationMs;
  const isWhole = last.outcome === 'timed-out';
  return {
    ...last,
    // The limit is the job's, however much of it was left for its last piece.
    sentence: isWhole ? `still running after ${formatDuration(timeoutMs)}, its time limit; stopped` : last.sentence,
    tail: tailOf(Buffer.from(before.tail + (/(^|\n)$/.test(before.tail) ? '' : '\n') + last.tail)),
    // A piece that printed nothing left the log as it was.
    logDigest: last.outputBytes === 0 ? before.logDigest : last.logDigest,
    outputBytes: before.outputBytes + last.outputBytes,
    durationMs,
  };
}
