// What every command is given: its options decoded, a way to print (text or JSON, never both on one stream), a way to
// ask the repository. Opens the repository only when a command asks, and always closes it again.

import path from 'node:path';
import { type Instant, parseInstant } from '../base/instant.ts';
import type { Commands, OpenOptions } from '../controller/commands/commands.ts';
import { usage } from './failure.ts';
import { harmlessJson, type Look, paint, wantsColor } from './paint.ts';
import { repositoryAt } from './standing-in.ts';
import type { Line } from './text/line.ts';
import type { Wiring } from './wiring.ts';

/** As typed, before or after the command; absent where nothing was. */
export type CommonOptions = {
  readonly repo?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly at?: string;
};

export type Context = {
  readonly wiring: Wiring;
  readonly look: Look;
  readonly isJson: boolean;
  /** `--at`, or null. */
  readonly at: Instant | null;
  /** Absolute. */
  readonly state: string;
  /** To standard output: `json` where it was asked for, else the lines. */
  readonly print: (lines: readonly Line[], json: unknown) => void;
  /** The same for text that is exact already. */
  readonly write: (text: string, json: unknown) => void;
  /** To standard error, also with --json: what a person should know and a script need not. */
  readonly note: (...lines: readonly Line[]) => void;
  readonly repo: () => Promise<string>;
  readonly withCommands: <T>(use: (commands: Commands) => Promise<T>) => Promise<T>;
  /** Says what is waited for, on a terminal, once it takes longer than a second. */
  readonly patiently: <T>(what: string, work: Promise<T>) => Promise<T>;
};

const PATIENCE_MS = 1_000;

export function makeContext(wiring: Wiring, options: CommonOptions): Context {
  const { terminal, env, directory } = wiring;
  const isColored = wantsColor(env, terminal.isTerminal);
  const look: Look = { isColored, columns: terminal.isTerminal ? terminal.columns : null };
  const at = options.at === undefined ? null : instantOf(options.at);
  const state = path.resolve(directory, options.state ?? nonEmpty(env['TIDEGATE_STATE']) ?? '.tidegate');
  const isJson = options.json === true;
  const repo = async () =>
    options.repo ?? (await repositoryAt(directory)) ?? nonEmpty(env['TIDEGATE_REPO']) ?? nowhere();
  const patiently: Context['patiently'] = async (what, work) => {
    if (!terminal.isInteractive) return await work;
    let isShown = false;
    const timer = setTimeout(() => {
      isShown = true;
      terminal.writeErr(`${what} …`);
    }, PATIENCE_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      if (isShown) terminal.writeErr('\r\u001b[K');
    }
  };
  return {
    wiring,
    look,
    isJson,
    at,
    state,
    repo,
    patiently,
    print: (lines, json) => terminal.writeOut(isJson ? jsonText(json) : paint(lines, look)),
    write: (text, json) => terminal.writeOut(isJson ? jsonText(json) : text),
    note: (...lines) => terminal.writeErr(paint(lines, look)),
    withCommands: async (use) => {
      const open: OpenOptions = { repo: await repo(), state, at };
      const commands = await patiently(`opening ${shown(open.repo)}`, wiring.openCommands(open));
      try {
        return await use(commands);
      } finally {
        await commands.close();
      }
    },
  };
}

export function instantOf(text: string, option = '--at'): Instant {
  const at = parseInstant(text);
  if (at === null)
    throw usage(
      `${option} ${JSON.stringify(text)} is not an instant`,
      'write it with its offset, in the years 1970 to 9999: 2026-11-21T20:00:00Z or 2026-11-21T22:00+02:00',
    );
  return at;
}

function jsonText(json: unknown): string {
  return `${harmlessJson(json, 2)}\n`;
}

/** A URL without whatever stands before its host. */
export function shown(repo: string): string {
  return repo.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function nowhere(): never {
  throw usage('which repository?', 'stand in a clone of it, give --repo URL, or set TIDEGATE_REPO');
}
