// Git's object formats, read from their bytes (git help gitformat-… and Documentation/user-manual: "The object
// database"). Pure. What is malformed answers null: the caller knows which object it was and says so.

import { isInstant } from '../base/instant.ts';
import type { CommitFacts, GitPerson } from '../ports/git.ts';

export type TreeEntry = { readonly name: string; readonly mode: string; readonly oid: string };

/**
 * `odd`: two entries share a name (the first is kept), or a name is not UTF-8 (it is kept with a mark for what cannot
 * be read). Such a tree is never written to disk.
 */
export type Tree = {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly odd: 'a name twice' | 'a name that is not UTF-8' | null;
};

export const MODE_FOLDER = '40000';
export const MODE_SYMLINK = '120000';
export const MODE_GITLINK = '160000';
export const MODE_EXECUTABLE = '100755';
export const MODE_FILE = '100644';

/** `<mode> SP <name> NUL <raw id>`, repeated. */
export function parseTree(bytes: Buffer, oidBytes: number): Tree | null {
  const entries = new Map<string, TreeEntry>();
  let odd: Tree['odd'] = null;
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, at);
    if (space < 0 || nul < space || nul + 1 + oidBytes > bytes.length) return null;
    const mode = sameMode(bytes.toString('latin1', at, space));
    const name = bytes.toString('utf8', space + 1, nul);
    const oid = bytes.toString('hex', nul + 1, nul + 1 + oidBytes);
    if (name.includes('\ufffd')) odd ??= 'a name that is not UTF-8';
    else if (entries.has(name)) odd = 'a name twice';
    if (!entries.has(name)) entries.set(name, { name, mode, oid });
    at = nul + 1 + oidBytes;
  }
  return { entries, odd };
}

/**
 * Trees are remembered by the thousand, and there are only so many modes: one text for each of them, not one for each
 * entry.
 */
function sameMode(mode: string): string {
  return MODES.get(mode) ?? mode;
}

const MODES: ReadonlyMap<string, string> = new Map(
  [MODE_FOLDER, MODE_SYMLINK, MODE_GITLINK, MODE_EXECUTABLE, MODE_FILE].map((mode) => [mode, mode]),
);

export function parseCommit(oid: string, bytes: Buffer): CommitFacts | null {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  let tree = '';
  const parents: string[] = [];
  let author: Signed | null = null;
  let committer: Signed | null = null;
  for (const line of head.split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    switch (line.slice(0, Math.max(space, 0))) {
      case 'tree':
        tree = value;
        break;
      case 'parent':
        parents.push(value);
        break;
      case 'author':
        author = parseSigned(value);
        break;
      case 'committer':
        committer = parseSigned(value);
        break;
      // gpgsig and its indented lines, encoding, mergetag: not needed here.
      default:
    }
  }
  if (tree === '') return null;
  // A commit without an author can be pushed where the server checks nothing, and stays in history: it is nobody's
  // whom anyone knows.
  author ??= parseSigned('');
  committer ??= parseSigned('');
  return {
    oid,
    parents,
    tree,
    author: author.person,
    committer: committer.person,
    authoredAt: author.at,
    committedAt: committer.at,
    message: end < 0 ? '' : text.slice(end + 2),
  };
}

/** What an annotated tag points at. */
export function parseTag(bytes: Buffer): { readonly object: string; readonly type: string } | null {
  const match = /^object ([0-9a-f]+)\ntype (\w+)\n/.exec(bytes.toString('latin1', 0, 200));
  return match?.[1] === undefined || match[2] === undefined ? null : { object: match[1], type: match[2] };
}

/** Which of a tag's parts are read: its name, who made it, its words. Null where it is no tag. */
export function parseTagObject(
  bytes: Buffer,
): { readonly name: string; readonly tagger: GitPerson | null; readonly message: string } | null {
  if (parseTag(bytes) === null) return null;
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const lines = (end < 0 ? text : text.slice(0, end)).split('\n');
  const value = (key: string) => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const tagger = value('tagger');
  const person = tagger === undefined ? null : parseSigned(tagger).person;
  const isNobody = person === null || (person.name === '' && person.email === '');
  const body = end < 0 ? '' : text.slice(end + 2);
  const signature = signatureStart(body);
  return {
    name: value('tag') ?? '',
    tagger: isNobody ? null : person,
    message: signature < 0 ? body : body.slice(0, signature),
  };
}

/** The armour of a commit's or a tag's signature, as `SSH SIGNATURE`; null where it carries none. */
export function armourOf(kind: string, bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const body = end < 0 ? '' : text.slice(end + 2);
  const inHead = /^gpgsig(?:-sha256)? (?:-----BEGIN (.*)-----)?/m.exec(head);
  if (inHead !== null) return inHead[1] ?? 'signature of a kind that git does not know';
  const start = kind === 'tag' ? signatureStart(body) : -1;
  return start < 0 ? null : (/-----BEGIN (.*)-----/.exec(body.slice(start))?.[1] ?? '');
}

/**
 * The lines of a commit or tag that carry its signature, and nothing else of it: what it quotes (a merged tag, its
 * message) may hold other ones.
 */
export function signatureLines(kind: string, bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = (end < 0 ? text : text.slice(0, end)).split('\n');
  const body = end < 0 ? '' : text.slice(end + 2);
  const lines: string[] = [];
  let isSignature = false;
  for (const line of head) {
    if (!line.startsWith(' ')) isSignature = /^gpgsig(?:-sha256)? /.test(line);
    if (isSignature) lines.push(line.startsWith(' ') ? line.slice(1) : line.slice(line.indexOf(' ') + 1));
  }
  const start = kind === 'tag' ? signatureStart(body) : -1;
  return [...lines, start < 0 ? '' : body.slice(start)].join('\n');
}

/** As git finds it: the last line of the message that begins one. */
function signatureStart(body: string): number {
  const found = [...body.matchAll(/^-----BEGIN (?:SSH SIGNATURE|PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE)-----$/gm)];
  return found.at(-1)?.index ?? -1;
}

type Signed = { readonly person: GitPerson; readonly at: number };

/** `Name <mail> seconds zone`; hostile ones lack any part, which is no reason to refuse the commit. */
function parseSigned(text: string): Signed {
  const match = /^([^<]*)<([^>]*)>(?: (-?\d+))?/.exec(text);
  const seconds = Number(match?.[3] ?? 0);
  // A date is a claim of the one who made the commit: one that no calendar has would end the arithmetic of those who
  // read it.
  const at = isInstant(Math.abs(seconds * 1_000)) ? seconds * 1_000 : 0;
  const name = (match?.[1] ?? text).trim().slice(0, NAME_LENGTH_MAX);
  const email = (match?.[2] ?? '').trim();
  // The beginning of an address is another one's address.
  return { person: { name, email: email.length > EMAIL_LENGTH_MAX ? '' : email }, at };
}

/**
 * Names go into the ledger, a record of which is bounded: a commit or a tag by somebody of a megabyte must not spoil
 * it.
 */
const NAME_LENGTH_MAX = 200;
/** RFC 5321. */
const EMAIL_LENGTH_MAX = 254;
