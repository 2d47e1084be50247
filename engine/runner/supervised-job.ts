// One process job from spawn to end, in the supervisor: its own session, its output into its log, its time limit, its
// stop. It ends exactly once, and not before its tree is gone: all of it when it was stopped; when the step's own
// process ended by itself, the rest of that process's group. What should outlive a step (a daemon) is therefore
// started through the service manager or with `setsid`, its output sent elsewhere: the pipe to the log closes with
// the step.
//
// Plain child_process instead of execa: 600 jobs of `sh -c`, two at a time, in the same minute on the same machine,
// took 0.70 s with spawn and 0.90 s with execa's killDescendants, which would not find what `setsid` hides. The whole
// way through runner and supervisor, log and limits included, takes 1.05 to 1.15 times as long as the bare spawns
// (`npm run bench -- runner`).

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import type { JobEnding } from '../model/job.ts';
import { type Conclusion, exitEnding, type StopReason, stoppedEnding } from './endings.ts';
import { createMasker } from './masking.ts';
import type { OutputChannels } from './output-channel.ts';
import { openOutputLog } from './output-log.ts';
import { plainWords } from './plain-words.ts';
import { endGroup, endTree } from './process-tree.ts';
import type { StartOrder } from './protocol.ts';
import { spawnStep } from './spawn-step.ts';

export type SupervisedJob = {
  readonly id: string;
  readonly environment: string;
  /** Null when nothing could be started. */
  readonly pid: number | null;
  /** TERM, grace, KILL to the whole tree. The first reason counts. */
  stop(why: StopReason): void;
  readonly ended: Promise<JobEnding>;
};

/**
 * How long a grandchild may hold the output pipe, or linger in the step's process group, after the step has ended.
 */
const LINGER_MS = 100;
const TIMER_MS_MAX = 2 ** 31 - 1;

type Exit = { readonly code: number | null; readonly signal: string | null };
type End = { readonly type: 'exited' } | { readonly type: 'stopped'; readonly why: StopReason; readonly left: number };

/** `marks`: environment variables by which the job's processes are known wherever they go. */
export function superviseJob(
  order: StartOrder,
  marks: Readonly<Record<string, string>>,
  channels: OutputChannels,
): SupervisedJob {
  const startedAt = performance.now();
  const log = openOutputLog(order.log, order.outputBytesMax, createMasker(order.secrets), order.follows);
  const conclude = ({ sentence, ...conclusion }: Conclusion, exit: Exit): JobEnding => {
    const { problem, ...output } = log.end();
    return {
      ...conclusion,
      sentence: problem === null ? sentence : `${sentence}; its log could not be kept (${problem})`,
      exitCode: exit.code,
      signal: exit.signal,
      ...output,
      durationMs: Math.round(performance.now() - startedAt),
    };
  };

  const step = startStep(order, marks, channels, (bytes) => log.write(bytes));
  const fixed = { id: order.id, environment: order.environment };
  if (typeof step === 'string') {
    const ending = conclude(
      { outcome: 'errored', sentence: `could not be started: ${step}` },
      { code: null, signal: null },
    );
    return { ...fixed, pid: null, stop: () => {}, ended: Promise.resolve(ending) };
  }

  const end = Promise.withResolvers<End>();
  let decided = false;
  const stop = (why: StopReason): void => {
    // Once the step's own process has ended, what it started with `setsid` is none of ours any more.
    if (decided) return;
    decided = true;
    clearTimeout(limit);
    const tree = { leader: step.pid, marks: Object.entries(marks).map(([name, value]) => `${name}=${value}`) };
    end.resolve(endTree(tree, order.graceMs).then((left) => ({ type: 'stopped', why, left })));
  };
  const limit = order.timeoutMs > TIMER_MS_MAX ? undefined : setTimeout(() => stop('timeout'), order.timeoutMs);
  void step.exited.then(() => {
    if (decided) return;
    decided = true;
    clearTimeout(limit);
    end.resolve({ type: 'exited' });
  });

  async function life(step: StartedStep): Promise<JobEnding> {
    const how = await end.promise;
    const durationMs = performance.now() - startedAt;
    if (how.type === 'exited') {
      const exit = await step.exited;
      await endGroup(step.pid, LINGER_MS);
      await step.drained(LINGER_MS);
      return conclude(exitEnding(exit.code, exit.signal, programOf(order), durationMs, order.directory), exit);
    }
    await step.drained(LINGER_MS);
    const conclusion = stoppedEnding(how.why, order.timeoutMs, durationMs);
    if (how.left === 0) return conclude(conclusion, await step.exited);
    const left = `${how.left} of its processes did not end even on KILL`;
    return conclude({ ...conclusion, sentence: `${conclusion.sentence}; ${left}` }, { code: null, signal: null });
  }

  return { ...fixed, pid: step.pid, stop, ended: life(step) };
}

/** Null where a shell was started. */
function programOf(order: StartOrder): string | null {
  return 'argv' in order ? order.argv[0] : (plainWords(order.script, order.env)?.[0] ?? null);
}

type StartedStep = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  drained(patienceMs: number): Promise<void>;
};

/** The started step, or why there is none. */
function startStep(
  order: StartOrder,
  marks: Readonly<Record<string, string>>,
  channels: OutputChannels,
  onBytes: (bytes: Buffer) => void,
): StartedStep | string {
  try {
    fs.mkdirSync(order.temporary, { recursive: true, mode: 0o700 });
    const channel = channels.open();
    const child = spawnStep(order, order.directory, { ...order.env, ...marks }, channel.descriptor);
    if (typeof child === 'string') {
      channel.discard();
      return child;
    }
    channel.listen(onBytes);
    return { pid: child.pid, exited: exitOf(child.process), drained: channel.drained };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
