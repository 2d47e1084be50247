// What the command line needs from outside, as one value that main.ts fills in and tests fake. Everything heavy hides
// behind a function, so that `tidegate --version` loads none of it.

import type { Instant } from '../base/instant.ts';
import type { Commands, ControllerOptions, OpenOptions } from '../controller/commands/commands.ts';
import type { ControllerExit } from '../model/controller-exit.ts';
import type { Doctor } from '../ports/doctor.ts';
import type { HolidayTable } from '../ports/holidays.ts';

export type Wiring = {
  openCommands(options: OpenOptions): Promise<Commands>;
  /** Resolves when the controller has ended: after `--once`, or after a signal (which its own wiring listens for). */
  runController(options: ControllerOptions, hooks: ControllerHooks): Promise<ControllerExit>;
  /** Pages and JSON over HTTP, until a signal; `ready` is told the address. Resolves to the exit code. */
  serve(options: ServeOptions, ready: (url: string) => void): Promise<number>;
  /** The playground of `npm start`, until Ctrl-C; resolves to the exit code. */
  start(options: PlayOptions, hooks: PlayHooks): Promise<number>;
  /** The story of `npm run demo`; resolves to the exit code. */
  demo(options: PlayOptions, hooks: PlayHooks): Promise<number>;
  /** Public holidays, for commands that judge files without a repository. */
  holidays(): Promise<HolidayTable>;
  /**
   * A repository for a person's own files, with these staged, where there is none: `begun`. `there`: the folder is
   * the root of one. `none`: it lies within another, or git does not say.
   */
  beginRepository(directory: string, files: readonly string[]): Promise<'begun' | 'there' | 'none'>;
  /** Commits of the clone that is stood in which its remote does not have; null where nobody can tell. */
  unpushedCommits(directory: string): Promise<number | null>;
  openDoctor(options: Pick<OpenOptions, 'repo' | 'state'>): Promise<Doctor>;
  readonly terminal: Terminal;
  readonly now: () => Instant;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Where the person stands; absolute. A relative `--state` is resolved against it, and a clone is looked for from
   * it.
   */
  readonly directory: string;
};

export type ServeOptions = OpenOptions & {
  /** An address of this machine; port 0 for any that is free. */
  readonly host: string;
  readonly port: number;
  /** Names that it may be asked by. */
  readonly hosts: readonly string[];
};

/** One thing that a running controller has to tell a person. */
export type News = {
  readonly at: Instant;
  readonly level: 'info' | 'warning' | 'error';
  /** Null where it concerns the whole repository. */
  readonly environment: string | null;
  readonly sentence: string;
};

type ControllerHooks = { readonly say: (news: News) => void };

type PlayOptions = {
  /** Absolute. */
  readonly state: string;
};

export type PlayHooks = {
  /** Text for a person, line ends included; may carry colours where `terminal.isColored`. */
  readonly print: (text: string) => void;
  readonly isColored: boolean;
};

export type Terminal = {
  /** Standard output is a terminal: align to its width, and wrap. */
  readonly isTerminal: boolean;
  /** A person can be asked: standard input and standard error are terminals. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Nobody reads standard output any more (`| head`); writing to it is silently dropped. */
  readonly isClosed: () => boolean;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
  /** Asks on standard error; null when the input ends without an answer. */
  readonly ask: (question: string) => Promise<string | null>;
};
