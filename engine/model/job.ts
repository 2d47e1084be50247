// A job is what a runner starts for one attempt of a step: everything resolved, nothing left to decide.
// Values travel as data: in `env`, never inside a shell line.

import type { JsonValue } from './config.ts';

export type JobSpec = {
  /** `<run>/<stage>/<attempt>/<step index>`: derived, so that a second start finds the first. */
  readonly id: string;
  readonly environment: string;
  readonly work: JobWork;
  readonly timeoutMs: number;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  /** Bytes of output kept; the rest is counted and dropped. */
  readonly outputBytesMax: number;
  /** Environment variables by name. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of the controller's own environment variables to hand over; their values are masked in all output. */
  readonly secrets: readonly string[];
};

export type JobWork =
  /** `script` is for `sh -eu -c`; a line of plain words may be executed without the shell in between. */
  | { readonly type: 'process'; readonly script: string }
  | {
      readonly type: 'http';
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | null;
      readonly status: readonly number[];
      readonly json: JsonValue | null;
      readonly withinMs: number;
      readonly everyMs: number;
    }
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly withinMs: number;
      readonly everyMs: number;
    }
  | { readonly type: 'wait'; readonly waitMs: number }
  /** Copy the environment's files (`from`, relative to the export) to `to/releases/<release>`, then switch `to/current`. */
  | {
      readonly type: 'files';
      readonly from: string;
      readonly to: string;
      readonly release: string;
      readonly keep: number;
      /** An older epoch than the one last seen in `to` is refused. */
      readonly epoch: number;
      /** Whose `to` is from now on; whoever has another mark is refused. Absent for a run from before there were marks: it owns
       *  nothing, and is refused where somebody does. */
      readonly owner?: TargetOwner;
    };

export type TargetOwner = { readonly environment: string; readonly mark: string };

/** How a job ended. `sentence` says it to a person; `tail` is the end of the masked output. */
export type JobEnding = {
  readonly outcome: 'succeeded' | 'failed' | 'errored' | 'timed-out' | 'cancelled';
  readonly sentence: string;
  /** It was ended because nobody could tell any more who speaks for its environment: this says nothing about the step. */
  readonly lapsed?: true;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly tail: string;
  /** SHA-256 of the log file as kept, hex; null when there is none. */
  readonly logDigest: string | null;
  readonly outputBytes: number;
  readonly durationMs: number;
};
