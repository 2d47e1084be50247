// What a commit says of itself that rules ask about: who made it, and what kind of change it is. Both are claims.

import type { CommitFacts } from '../ports/git.ts';

/** `Name <email>` of author, committer and co-authors, each once. */
export function authorsOf({ author, committer, message }: Pick<CommitFacts, 'author' | 'committer' | 'message'>) {
  const named = [author, committer].map(({ name, email }) => `${name} <${email}>`);
  const others = [...message.matchAll(CO_AUTHOR)].map(([, who = '']) => who.trim());
  return [...new Set([...named, ...others])];
}

/** Nothing before the address may match what follows it, or a line of a million spaces takes an hour. */
const CO_AUTHOR = /^Co-authored-by:([^\n<>]*<[^\n<>]*>)[ \t]*$/gim;

/**
 * The type of a conventional commit (https://www.conventionalcommits.org, 1.0.0) in small letters: `feat`, `fix`; '' where
 * it names none. A merge says it in its body, where forges put the title of what was merged.
 */
export function kindOf(message: string): string {
  const [subject = '', ...body] = message.split('\n', BODY_LINES_MAX);
  const own = typeOf(subject);
  if (own !== '' || !subject.startsWith('Merge ')) return own;
  return typeOf(body.find((line) => line.trim() !== '') ?? '');
}

/** A title stands behind an empty line or two. */
const BODY_LINES_MAX = 8;

function typeOf(line: string): string {
  if (line.startsWith('Revert "')) return 'revert';
  return /^([a-z][a-z0-9-]*)(?:\([^()]*\))?!?: /i.exec(line)?.[1]?.toLowerCase() ?? '';
}
