// The first-parent history of a commit as far as it touches some paths, told by one process while it is read: thirty
// thousand commits never stand in memory at once, and a reader that has enough ends the process.

import { once } from 'node:events';
import { isInstant } from '../base/instant.ts';
import type { LogEntry } from '../ports/git.ts';
import { type Git, type GitChild, holdLoop, killGroup } from './exec.ts';
import { gitFault } from './failure.ts';
import { assertOid, assertTreePath, isOid } from './names.ts';

const FORMAT = 'tformat:%x02%H%x00%ct%x00%an%x00%ae%x00%cn%x00%ce%x00%B';
/** Begins a commit: git ends lists of paths in the same way as everything else. */
const MARK = '\u0002';
const FIELDS = 7;
const STDERR_MAX = 64 * 1024;
/** A message or a path beyond this is an attack on anyone who reads it. */
const FIELD_MAX = 4 * 1024 * 1024;

export async function* firstParentLog(git: Git, tip: string, paths: readonly string[]): AsyncIterable<LogEntry> {
  assertOid(tip);
  const literal = [...new Set(paths.map(assertTreePath))].sort();
  // A merge is what it changes on its first side; a renamed file is one that went and one that came.
  const shape = [
    '--first-parent',
    '--root',
    '-m',
    '--no-renames',
    '--name-only',
    '-z',
    `--format=${FORMAT}`,
    '--no-color',
  ];
  const only = literal.includes('') ? [] : literal;
  const child = git.spawn(['log', ...shape, '--end-of-options', tip, '--', ...only]);
  holdLoop(child, true);
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  // Anyone who awaits it later must not find that nobody has listened meanwhile.
  ended.catch(() => undefined);
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => {
    stderr = (stderr + part.toString('utf8')).slice(-STDERR_MAX);
  });
  child.stdin.end();
  let isDone = false;
  try {
    yield* entriesOf(child);
    isDone = true;
  } finally {
    if (!isDone) killGroup(child);
  }
  const [code, signal] = await ended;
  if (code === 0) return;
  const ending = { code, signal, stdout: Buffer.alloc(0), stderr, stopped: null };
  throw gitFault(ending, { what: 'read the first-parent history', secrets: [] });
}

async function* entriesOf(child: GitChild): AsyncIterable<LogEntry> {
  let fields: string[] = [];
  for await (const field of fieldsOf(child)) {
    if (fields.length >= FIELDS && isMark(field)) {
      yield entryOf(fields);
      fields = [];
    }
    fields.push(field);
  }
  if (fields.length >= FIELDS) yield entryOf(fields);
}

function isMark(field: string): boolean {
  return field.startsWith(MARK) && isOid(field.slice(MARK.length));
}

async function* fieldsOf(child: GitChild): AsyncIterable<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      yield bytes.toString('utf8', start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > FIELD_MAX) killGroup(child);
  }
}

function entryOf([
  mark = '',
  time = '',
  name = '',
  email = '',
  byName = '',
  byEmail = '',
  message = '',
  ...paths
]: readonly string[]): LogEntry {
  const [first = '', ...others] = paths;
  return {
    oid: mark.slice(MARK.length),
    // As git/objects.ts reads it.
    committedAt: isInstant(Math.abs(Number(time) * 1_000)) ? Number(time) * 1_000 : 0,
    author: { name, email },
    committer: { name: byName, email: byEmail },
    message: message.replace(/\n+$/, ''),
    // Git ends the message and begins the list of paths with a line end.
    paths: paths.length === 0 ? [] : [first.replace(/^\n/, ''), ...others],
  };
}
