// What `npm start` and `npm run demo` need from outside, as values: main.ts fills them in, tests fake them.

import type { Instant } from '../base/instant.ts';
import type { Tone } from '../model/record.ts';
import type { Log } from '../ports/log.ts';
import type { StarterFile } from './starter-repository.ts';

export type PlayOptions = {
  /** Absolute. */
  readonly state: string;
};

export type PlayHooks = {
  readonly print: (text: string) => void;
  readonly isColored: boolean;
};

export type PlayWiring = {
  /** Until it is told to stop; resolves to the exit code. */
  runController(options: ControllerOptions, hooks: ControllerHooks): Promise<number>;
  /** The starter's files, as `tidegate init` writes them. */
  starter(): Promise<readonly StarterFile[]>;
  /** The starter's service as a file to run: `scripts/service.mjs`. */
  readonly service: string;
  /** A node and its first arguments that run this very Tidegate. */
  readonly tidegate: readonly string[];
  /** How a person calls it: `tidegate`, or the file of a checkout. */
  readonly typed: string;
  /** Absolute: where the person stands. */
  readonly directory: string;
  readonly now: () => Instant;
};

export type ControllerOptions = {
  readonly repo: string;
  readonly state: string;
  readonly at: Instant | null;
  readonly once: boolean;
  readonly name: string;
  readonly environments: readonly string[];
};

/** What is told of a record: how, and of which run where it is one's. */
export type ToldRecord = { readonly type: string; readonly at: Instant; readonly run?: string };

type ControllerHooks = {
  /** Every record that the controller makes, the same in words, and how it is told: not at all where null. */
  readonly onRecord: (environment: string, record: ToldRecord, sentence: string, tone: Tone | null) => void;
  /** What an environment waits for, when that changes. */
  readonly onBecause: (environment: string, sentence: string) => void;
  readonly log: Log;
  /** Aborted when the controller is to stop in good order. */
  readonly stop: AbortSignal;
};
