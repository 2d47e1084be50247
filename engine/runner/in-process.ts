// A job that is no process: one function of the controller's own, with a signal that stops it, a log, and an end like others.
// Nothing here may block the event loop, and an end is only said once the function has settled: what it was doing is over.

import { assert, Invariant, unreachable } from '../base/assert.ts';
import type { JobEnding, JobSpec, JobWork } from '../model/job.ts';
import type { JobPlace, WorkContext, WorkEnding, WorkInProcess, WorkType } from '../ports/runner.ts';
import { type Conclusion, type StopReason, stoppedEnding } from './endings.ts';
import type { Masker } from './masking.ts';
import { openOutputLog } from './output-log.ts';

/** Who does each kind of work that is no process. */
export type WorkTable = { readonly [Type in WorkType]: WorkInProcess<Type> };

export type InProcessJob = {
  readonly environment: string;
  stop(why: StopReason): void;
  readonly ended: Promise<JobEnding>;
};

const TIMER_MS_MAX = 2 ** 31 - 1;

/** Loaded when first needed: most controllers never open a socket for a step. */
export async function perform(
  table: Partial<WorkTable>,
  work: Exclude<JobWork, { type: 'process' }>,
  place: JobPlace,
  context: WorkContext,
): Promise<WorkEnding> {
  switch (work.type) {
    case 'http':
      return (table.http ?? (await import('./http.ts')).runHttp)(work, place, context);
    case 'tcp':
      return (table.tcp ?? (await import('./tcp.ts')).runTcp)(work, place, context);
    case 'wait':
      return (table.wait ?? (await import('./wait.ts')).runWait)(work, place, context);
    case 'files':
      assert(table.files !== undefined, 'nobody was wired to do the work of type files');
      return table.files(work, place, context);
    default:
      return unreachable(work);
  }
}

export function startInProcess(
  spec: JobSpec,
  place: JobPlace,
  masker: Masker,
  run: (context: WorkContext) => Promise<WorkEnding>,
): InProcessJob {
  const startedAt = performance.now();
  const log = openOutputLog(place.log, spec.outputBytesMax, masker);
  const aborting = new AbortController();
  let stopped: StopReason | null = null;
  const stop = (why: StopReason): void => {
    if (stopped !== null) return;
    stopped = why;
    aborting.abort();
  };
  const limit = spec.timeoutMs > TIMER_MS_MAX ? undefined : setTimeout(() => stop('timeout'), spec.timeoutMs);
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
    return stoppedEnding(stopped, spec.timeoutMs, performance.now() - startedAt);
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

  return { environment: spec.environment, stop, ended: life() };
}
