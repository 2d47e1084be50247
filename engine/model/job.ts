// A job is what a runner starts for one attempt of a step: everything resolved, nothing left to decide.
// Values travel as data: in `env`, never inside a shell line.

import type { EnvironmentConfig } from './config.ts';
import type { TemplateValues } from './template.ts';
import type { Version } from './version.ts';

export type JobSpec = {
  /** `<run>/<stage>/<attempt>/<step index>`: derived, so that a second start finds the first. */
  readonly id: string;
  readonly environment: string;
  /** Done one after another; the first that does not succeed ends the job. */
  readonly work: readonly [Work, ...Work[]];
  /** What this job does, for people who ask before it is done. */
  readonly sentence: string;
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

/** One piece of work. The supervisor runs processes and the controller does the rest; neither knows whose kind it
 *  is. */
export type Work = ProcessWork | InProcessWork;

export type ProcessWork = {
  readonly type: 'process';
  /** Its standard input, which is empty where this is left out. */
  readonly stdin?: string;
} & (
  | {
      /** For `sh -eu -c`; a line of plain words may be executed without the shell in between. */
      readonly script: string;
    }
  | {
      /** A program and its arguments as they are: no shell reads them. */
      readonly argv: readonly [string, ...string[]];
    }
);

export type InProcessWork = {
  readonly type: 'in-process';
  /** The kind of step or target whose `perform.ts` does it. */
  readonly kind: string;
  /** What the kind's own plan wrote, as plain JSON; only its `perform.ts` reads it. */
  readonly input: object;
};

/** What a kind of step or target makes of its settings for one run. */
export type Planned = {
  /** What will be done, for people who ask before it is. */
  readonly sentence: string;
  /** Each may be done twice: after a crash the whole list is done again. */
  readonly work: readonly [Work, ...Work[]];
  /** Environment variables of its own; none of them can pose as what every process is told. */
  readonly env?: Readonly<Record<string, string>>;
};

/** What a plan of work is made for: all that its texts may name. */
export type JobSubject = {
  readonly environment: EnvironmentConfig;
  readonly version: Version;
  /** Grows with every run; 0 for one that has no lease. */
  readonly epoch: number;
  readonly values: TemplateValues;
  /** By what the place of the target knows its environment; null for a run of before there were marks. */
  readonly targetMark: string | null;
};

/** How a job ended. `sentence` says it to a person; `tail` is the end of the masked output. */
export type JobEnding = {
  readonly outcome: 'succeeded' | 'failed' | 'errored' | 'timed-out' | 'cancelled';
  readonly sentence: string;
  /** It was ended because nobody could tell any more who speaks for its environment: this says nothing about the
   *  step. */
  readonly lapsed?: true;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly tail: string;
  /** SHA-256 of the log file as kept, hex; null when there is none. */
  readonly logDigest: string | null;
  readonly outputBytes: number;
  readonly durationMs: number;
  /** What it wrote to the file that TIDEGATE_OUTPUT names, secrets masked; absent where that is nothing. */
  readonly outputs?: Readonly<Record<string, string>>;
};
