// The names of commands: one word, or two where several belong together. Those that had another name before 0.1.0 are
// known by it, so that anyone who types one is told the name of today; nothing else is done.

import type { Command } from 'commander';

type Parts = { readonly words: readonly string[]; readonly args: readonly string[] };

/** `postmortem close <env> <id>`: what is typed as it stands, and what stands for something. */
export function partsOf(syntax: string): Parts {
  const parts = syntax.split(' ');
  const first = parts.findIndex((part) => /^[<[]/.test(part));
  return first === -1 ? { words: parts, args: [] } : { words: parts.slice(0, first), args: parts.slice(first) };
}

/** As one types them, the program's own name first. */
export function wordsOf(command: Command): readonly string[] {
  return command.parent === null ? ['tidegate'] : [...wordsOf(command.parent), command.name()];
}

/** The command that has this name; null where there is none. */
export function commandNamed(program: Command, name: string): Command | null {
  const [first, ...rest] = name.split(' ');
  const found = program.commands.find((command) => command.name() === first) ?? null;
  return found === null || rest.length === 0 ? found : commandNamed(found, rest.join(' '));
}

const EARLIER: Readonly<Record<string, string>> = {
  withdraw: 'cancel',
  'check-result': 'checks set',
  incidents: 'postmortem list',
  incident: 'postmortem close',
};

/** Null for a word that never was a command. */
export function commandOfToday(word: string): string | null {
  return Object.hasOwn(EARLIER, word) ? (EARLIER[word] ?? null) : null;
}
