// A job that is no process: one function of the controller's own, with a signal that stops it, a log, and an end like
// others. Nothing here may block the event loop, and an end is only said once the function has settled: what it was
// doing is over.

import { Invariant } from '../base/assert.ts';
import type { JobEnding } from '../model/job.ts';
import type { JobPlace, WorkContext, WorkEnding } from '../ports/runner.ts';
import { type Conclusion, type StopReason, stoppedEnding } from './endings.ts';
import type { Part } from './in-turn.ts';
import type { Masker } from './masking.ts';
import { openOutputLog } from './output-log.ts';

export type InProcessJob = {
  readonly environment: string;
  stop(why: StopReason): void;
  readonly ended: Promise<JobEnding>;
};

const TIMER_MS_MAX = 2 ** 31 - 1;

export function startInProcess(
  part: Part,
  place: JobPlace,
  masker: Masker,
  run: (context: Pick<WorkContext, 'signal' | 'say'>) => Promise<WorkEnding>,
): InProcessJob {
  const startedAt = performance.now();
  const log = openOutputLog(place.log, part.outputBytesMax, masker, part.follows);
  const aborting = new AbortController();
  let stopped: StopReason | null = null;
  const stop = (why: StopReason): void => {
    if (stopped !== null) return;
    stopped = why;
    aborting.abort();
  };
  const limit = part.timeoutMs > TIMER_MS_MAX ? undefined : setTimeout(() => stop('timeout'), part.timeoutMs);
  const say = (line: string): void => log.write(Buffer.from(`${line}\n`));

  async function outcome(): Promise<Conclusion> {
    try {
      const ending = await run({ signal: aborting.signal, say });
      // What was achieved in spite of the stop counts; what was not, was stopped.
      if (stopped === null || ending.outcome === 'succeeded') return ending;
    } catch (error) {
      if (error instanceof Invariant) throw error;
      if (stopped === null)
        return { outcome: 'errored', sentence: error instanceof Error ? error.message : String(error) };
    }
    return stoppedEnding(stopped, part.timeoutMs, performance.now() - startedAt);
  }

  async function life(): Promise<JobEnding> {
    const { sentence: said, ...conclusion } = await outcome().finally(() => clearTimeout(limit));
    const sentence = masker.text(said);
    say(sentence);
    const { problem, ...output } = log.end();
    return {
      ...conclusion,
      sentence: problem === null ? sentence : `${sentence}; its log could not be kept (${problem})`,
      exitCode: null,
      signal: null,
      ...output,
      durationMs: Math.round(performance.now() - startedAt),
    };
  }

  return { environment: part.environment, stop, ended: life() };
}
