// What a command is, before any of its code is loaded: its words, its options, its help. `program.ts` makes commander
// commands of these; the code behind `run` is imported only when that command is the one.

import type { Context } from './context.ts';

export type CommonOption = 'repo' | 'state' | 'json' | 'at';

export type Declaration = {
  /** `deploy <env> <version>`: commander's own notation. */
  readonly syntax: string;
  readonly summary: string;
  /** Sentences below the usage, where the summary is not enough. */
  readonly description?: string;
  readonly group: 'Look' | 'Act' | 'Set up and run' | 'Try it';
  /** The common options that mean something here; the others are wrong usage. */
  readonly takes: readonly CommonOption[];
  readonly options?: readonly (readonly [flags: string, says: string])[];
  readonly examples: readonly (readonly [command: string, says: string])[];
  readonly run: (context: Context, given: Given) => Promise<number>;
};

/** Arguments and options as typed. */
export type Given = {
  readonly args: readonly (string | undefined)[];
  /** Null where the option was not given. */
  readonly text: (option: string) => string | null;
  /** Of an option that may be given several times (`--rule <rule...>`): each, in the order typed. */
  readonly texts: (option: string) => readonly string[];
  readonly flag: (option: string) => boolean;
};

export const WITH_TIME: readonly CommonOption[] = ['repo', 'state', 'json', 'at'];
export const WITHOUT_TIME: readonly CommonOption[] = ['repo', 'state', 'json'];

export const COMMON: Readonly<Record<CommonOption, readonly [flags: string, says: string]>> = {
  repo: ['--repo <url>', 'default: what you stand in, else TIDEGATE_REPO'],
  state: ['--state <dir>', 'caches and logs; default: TIDEGATE_STATE, else .tidegate'],
  json: ['--json', 'JSON; its fields are a contract'],
  at: ['--at <instant>', 'as if it were then, such as 2026-11-21T20:00:00Z'],
};
