// A command line without a process: what it writes is kept as text, what it asks is answered from a list.

import { runProgram } from '../../engine/cli/program.ts';
import type { Wiring } from '../../engine/cli/wiring.ts';
import type { Commands, ControllerOptions, OpenOptions } from '../../engine/controller/commands/commands.ts';
import type { Holidays } from '../../engine/model/policy-facts.ts';
import type { Doctor } from '../../engine/ports/doctor.ts';
import { judgedAnswer } from './answer-judge.ts';

export type Said = {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Both, in the order written. */
  readonly both: string;
  readonly opened: readonly OpenOptions[];
  readonly controllers: readonly ControllerOptions[];
  /** With --json: the words of the command, where it answered. */
  readonly answered: string | null;
};

export type Around = {
  readonly commands?: Commands | (() => Promise<Commands>);
  readonly answers?: readonly string[];
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly now?: number;
  readonly runController?: Wiring['runController'];
  readonly isClosed?: () => boolean;
  readonly holidays?: Holidays;
  readonly doctor?: Doctor;
  /** What became of the folder that `init` wrote into. */
  /** Commits of the clone that its remote does not have. */
  readonly unpushed?: number;
  readonly repository?: 'begun' | 'there' | 'none';
};

/** Runs `tidegate <line>`; words in the line are separated by spaces, texts with spaces stand in single quotes. */
export async function tidegate(line: string, around: Around = {}): Promise<Said> {
  const written = { out: '', err: '', both: '' };
  const opened: OpenOptions[] = [];
  const controllers: ControllerOptions[] = [];
  const answers = [...(around.answers ?? [])];
  const wiring: Wiring = {
    openCommands: async (options) => {
      opened.push(options);
      if (around.commands === undefined) throw new Error('this test gives no commands');
      return typeof around.commands === 'function' ? await around.commands() : around.commands;
    },
    unpushedCommits: async () => around.unpushed ?? null,
    beginRepository: async () => around.repository ?? 'begun',
    openDoctor: async () => {
      if (around.doctor === undefined) throw new Error('this test gives no doctor');
      return around.doctor;
    },
    runController: async (options, hooks) => {
      controllers.push(options);
      return around.runController === undefined ? 0 : await around.runController(options, hooks);
    },
    serve: async ({ host, port }, ready) => {
      ready(`http://${host}:${port}`);
      return 0;
    },
    start: async (options, hooks) => {
      hooks.print(`start in ${options.state}\n`);
      return 0;
    },
    demo: async () => 3,
    holidays: async () => ({
      holidays: async () => around.holidays ?? {},
      knows: async (place) => Object.hasOwn(around.holidays ?? {}, place),
    }),
    terminal: {
      isTerminal: around.isTerminal ?? false,
      isInteractive: around.answers !== undefined,
      columns: around.columns ?? 80,
      isClosed: around.isClosed ?? (() => false),
      writeOut: (text) => {
        written.out += text;
        written.both += text;
      },
      writeErr: (text) => {
        written.err += text;
        written.both += text;
      },
      ask: async (question) => {
        written.err += question;
        return answers.shift() ?? null;
      },
    },
    now: () => around.now ?? 0,
    env: { TIDEGATE_REPO: 'https://git.example.org/shop.git', ...around.env },
    directory: around.directory ?? '/',
  };
  const argv = wordsOf(line);
  const exit = await runProgram(argv, wiring);
  // Of each test that asks for JSON: it has the shape that is published.
  const answered = argv.includes('--json') ? judgedAnswer(argv, written.out) : null;
  return { exit, ...written, opened, controllers, answered };
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
