// What a commit says of itself that rules ask about: who made it, and what kind of change it is. Both are claims.

import type { CommitFacts } from '../../ports/git.ts';

/**
 * `Name <email>` of author, committer and co-authors, each once. A forge that writes a commit for somebody made
 * nothing.
 */
export function authorsOf({ author, committer, message }: Pick<CommitFacts, 'author' | 'committer' | 'message'>) {
  const people = isForge(committer) ? [author] : [author, committer];
  const named = people.map(({ name, email }) => `${name} <${email}>`);
  const others = [...message.matchAll(CO_AUTHOR)].map(([, who = '']) => who.trim());
  return [...new Set([...named, ...others])];
}

/**
 * Addresses by which forges commit what somebody merged, edited or reverted on their pages: GitHub (web-flow),
 * GitLab, Bitbucket, Gitea and Forgejo (of every server, by its default), Codeberg. As an author or co-author such an
 * address is somebody like any other. A server of one's own that uses another address can be named among `people`.
 */
const FORGES: ReadonlySet<string> = new Set([
  'noreply@github.com',
  'noreply@gitlab.com',
  'noreply@bitbucket.org',
  'commits-noreply@bitbucket.org',
  'gitea@fake.local',
  'noreply@gitea.com',
  'noreply@codeberg.org',
]);

function isForge({ email }: CommitFacts['committer']): boolean {
  return FORGES.has(email.toLowerCase());
}

/** Nothing before the address may match what follows it, or a line of a million spaces takes an hour. */
const CO_AUTHOR = /^Co-authored-by:([^\n<>]*<[^\n<>]*>)[ \t]*$/gim;

/**
 * The type of a conventional commit (https://www.conventionalcommits.org, 1.0.0) in small letters: `feat`, `fix`; ''
 * where it names none. A merge says it in its body, where forges put the title of what was merged.
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
