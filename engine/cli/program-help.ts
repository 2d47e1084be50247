// What `--help` prints beside what commander makes of the declarations.

import type { Command } from 'commander';
import { COMMON, type Declaration } from './declaration.ts';

export const PROGRAM_HELP = `
Exit codes: 0 yes · 1 a rule or a result says no · 2 problems in files
            3 the world failed · 64 wrong usage · 70 a defect of Tidegate

  $ tidegate status
  $ tidegate why production
  $ tidegate check .`;

export function commandHelp({ examples, takes }: Declaration): string {
  const common = takes.map((option) => COMMON[option]);
  const width = Math.max(0, ...common.map(([flags]) => flags.length));
  const shown = common.map(([flags, says]) => `  ${flags.padEnd(width)}  ${says}`);
  const lines = examples.flatMap(([command, says]) => [`  # ${says}`, `  $ ${command}`]);
  return [
    ...(shown.length > 0 ? ['', 'Common options (before or after the command):', ...shown] : []),
    '',
    'Examples:',
    ...lines,
  ].join('\n');
}

/** The longest term pushes the words of all others to the right. */
const TERM_LENGTH_MAX = 24;

/** A command and its arguments; that it also has options goes without saying. */
export function termOf(command: Command): string {
  const args = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const term = [command.name(), ...args].join(' ');
  if (command.commands.length > 0) return `${command.name()} …`;
  return term.length > TERM_LENGTH_MAX ? `${command.name()} …` : term;
}

export function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
