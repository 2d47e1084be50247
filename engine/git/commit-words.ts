// Names and words as they enter a commit: what git would leave out is left out here, so that every writer makes the
// same bytes of the same draft, and nothing in a name or message can end its field. Pure.

import type { GitPerson } from '../ports/git.ts';

/** Without `<`, `>` and control characters, which would end the field. */
export function cleanPerson(person: GitPerson): GitPerson {
  return { name: clean(person.name) || 'unknown', email: clean(person.email) };
}

/** As git keeps messages: newlines as LF, none at the beginning, exactly one at the end. */
export function plainMessage(message: string): string {
  return `${message.replaceAll('\r\n', '\n').replaceAll('\0', '').replace(/^\n+/, '').trimEnd()}\n`;
}

/** Git keeps whole seconds, and none before 1970. */
export function wholeSeconds(at: number): number {
  return Math.max(0, Math.floor(at / 1_000));
}

function clean(text: string): string {
  return text.replaceAll(/[<>\p{Cc}]/gu, '').trim();
}
