// The command line as a whole: makes commander commands of the declarations, and turns whatever a command comes to
// into an exit code. Loads no command's code before it is asked for.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ACTING } from './acting.ts';
import { ANSWERING } from './answering.ts';
import { commandNamed, commandOfToday, partsOf, wordsOf } from './command-names.ts';
import { type CommonOptions, type Context, makeContext } from './context.ts';
import { COMMON, type CommonOption, type Declaration, type Given } from './declaration.ts';
import { EXPLAINING } from './explaining.ts';
import { type Failure, failureOf, usage } from './failure.ts';
import { isDebugging } from './guard-process.ts';
import { LOOKING } from './looking.ts';
import { harmlessJson, type Look, wantsColor } from './paint.ts';
import { commandHelp, PROGRAM_HELP, sentence, termOf } from './program-help.ts';
import { PROMOTING } from './promoting.ts';
import { REPORTING } from './reporting.ts';
import { type RightUsage, sayFailure } from './say-failure.ts';
import { SETTING_UP } from './setting-up.ts';
import { TENDING } from './tending.ts';
import type { Wiring } from './wiring.ts';

export const DECLARATIONS: readonly Declaration[] = [
  ...LOOKING,
  ...EXPLAINING,
  ...ACTING,
  ...ANSWERING,
  ...PROMOTING,
  ...REPORTING,
  ...SETTING_UP,
  ...TENDING,
];

/** Runs one command line (without `node` and the script) to its exit code. Never throws. */
export async function runProgram(argv: readonly string[], wiring: Wiring): Promise<number> {
  const ending: Ending = { exit: 0, command: null };
  const program = buildProgram(wiring, ending);
  const today = nameOfToday(argv);
  if (today !== null) {
    await tell(renamed(today), rightUsage(commandNamed(program, today) ?? program), argv, wiring);
    return renamed(today).exit;
  }
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return ending.exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure =
      error instanceof CommanderError ? commanderFailure(error) : failureOf(error, isDebugging(wiring.env));
    await tell(failure, failure.kind === 'usage' ? rightUsage(ending.command ?? program) : null, argv, wiring);
    return failure.exit;
  }
}

type Ending = { exit: number; command: Command | null };

function buildProgram(wiring: Wiring, ending: Ending = { exit: 0, command: null }): Command {
  const { terminal } = wiring;
  const program = new Command('tidegate')
    .description(
      'A GitOps pipeline engine: everything that happened is in Git, everything that will happen is computed from it.',
    )
    .version(versionOf(), '-v, --version', 'print the version')
    .usage('<command> [options]')
    .helpOption('-h, --help', 'print help; also for one command')
    .addHelpCommand(
      new Command('help').argument('[command]').description('print help for a command').helpGroup('Set up and run:'),
    )
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({
      writeOut: terminal.writeOut,
      writeErr: terminal.writeErr,
      // What is wrong is said once, by `tell`, together with the right usage.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.columns, 100),
    })
    .exitOverride();
  for (const [flags, says] of Object.values(COMMON)) program.option(flags, says);
  for (const declaration of DECLARATIONS) addCommand(program, declaration, wiring, ending);
  program.addHelpText('after', PROGRAM_HELP);
  return program;
}

function addCommand(program: Command, declaration: Declaration, wiring: Wiring, ending: Ending): void {
  const { words, args } = partsOf(declaration.syntax);
  const parent = words.length === 1 ? program : groupOf(program, words[0] ?? '', declaration);
  const syntax = [words.at(-1), ...args].join(' ');
  const command = parent.command(syntax).summary(declaration.summary).helpGroup(`${declaration.group}:`);
  command.description(declaration.description ?? sentence(declaration.summary));
  for (const [flags, says] of declaration.options ?? []) {
    if (flags.endsWith('...>')) command.option(flags.replace('...', ''), `${says} (may be repeated)`, collect);
    else command.option(flags, says);
  }
  // Inherited settings include the program's own override; this one also knows which command went wrong.
  command.exitOverride((error) => {
    ending.command = command;
    throw error;
  });
  command.addHelpText('after', commandHelp(declaration));
  command.action(async () => {
    ending.command = command;
    const common: CommonOptions = program.opts();
    refuseForeignOptions(declaration, common);
    const context: Context = makeContext(wiring, common);
    ending.exit = await declaration.run(context, givenTo(command));
  });
}

/** The command that holds those of two words; its help lists them. */
function groupOf(program: Command, word: string, { group }: Declaration): Command {
  const known = program.commands.find((command) => command.name() === word);
  if (known !== undefined) return known;
  const words = DECLARATIONS.map(({ syntax }) => partsOf(syntax).words).filter(([first]) => first === word);
  const verbs = words.map(([, verb]) => verb).join(' | ');
  return program.command(word).usage(verbs).summary(verbs).helpGroup(`${group}:`);
}

/** One value each time: commander's own lists would swallow the arguments behind them. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** An option that a command would ignore is refused: nobody should believe that it did something. */
function refuseForeignOptions({ syntax, takes }: Declaration, common: CommonOptions): void {
  const foreign = (Object.keys(common) as CommonOption[]).find((option) => !takes.includes(option));
  if (foreign === undefined) return;
  const name = partsOf(syntax).words.join(' ');
  const why = foreign === 'at' ? 'what it does, it does now or at any time alike' : 'it has no use for it';
  throw usage(`tidegate ${name} takes no --${foreign}`, why);
}

function givenTo(command: Command): Given {
  const options = command.opts<Readonly<Record<string, unknown>>>();
  return {
    args: command.processedArgs.map((argument: unknown) => (typeof argument === 'string' ? argument : undefined)),
    text: (option) => {
      const value = options[option];
      return typeof value === 'string' ? value : null;
    },
    texts: (option) => {
      const values = options[option];
      return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
    },
    flag: (option) => options[option] === true,
  };
}

/** Of what was typed, where it had another name before 0.1.0: also where only help is wanted. */
function nameOfToday(argv: readonly string[]): string | null {
  const taking = Object.values(COMMON).flatMap(([flags]) => (flags.includes('<') ? flags.split(/[ ,]+/) : []));
  const words = argv.filter((word, at) => !word.startsWith('-') && !taking.includes(argv[at - 1] ?? ''));
  return commandOfToday((words[0] === 'help' ? words[1] : words[0]) ?? '');
}

function renamed(today: string): Failure {
  const message = 'there is no such command any more';
  return { exit: 64, kind: 'usage', code: null, message, hint: `it is called \`tidegate ${today}\``, stack: null };
}

function commanderFailure(error: CommanderError): Failure {
  const isBare = error.code === 'commander.help';
  const message = isBare
    ? 'which command?'
    : error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  return { exit: 64, kind: 'usage', code: null, message, hint: '', stack: null };
}

function rightUsage(command: Command): RightUsage {
  const words = wordsOf(command);
  const name = words.join(' ');
  const declaration = DECLARATIONS.find(({ syntax }) => `tidegate ${partsOf(syntax).words.join(' ')}` === name);
  const examples = declaration?.examples.map(([example]) => example) ?? [];
  const usageText = command.parent === null ? 'tidegate <command> [options]' : `${name} ${command.usage()}`;
  return { usage: usageText, examples, help: `${name} --help` };
}

/** In words on standard error; with --json also as JSON on standard output, where a script looks for it. */
async function tell(
  failure: Failure,
  right: RightUsage | null,
  argv: readonly string[],
  { terminal, env }: Wiring,
): Promise<void> {
  const look: Look = {
    isColored: wantsColor(env, terminal.isTerminal),
    columns: terminal.isTerminal ? terminal.columns : null,
  };
  if (argv.includes('--json')) {
    const { failureJson } = await import('../contract/failure.ts');
    terminal.writeOut(`${harmlessJson(failureJson(failure), 2)}\n`);
  }
  terminal.writeErr(sayFailure(failure, look, right));
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
