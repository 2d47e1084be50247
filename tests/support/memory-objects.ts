// Git objects as bytes, and their ids: what git itself would make of the same values. Pure; the contract suite and
// the stories that both adapters play compare the ids with native git's.

import { createHash } from 'node:crypto';
import { wholeSeconds } from '../../engine/git/commit-words.ts';
import type { GitPerson } from '../../engine/ports/git.ts';

type Commit = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
  readonly authoredAt: number;
  readonly committedAt: number;
};

export function framed(kind: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${kind} ${bytes.length}\0`), bytes]);
}

export function oidOf(kind: string, bytes: Buffer): string {
  return createHash('sha1').update(`${kind} ${bytes.length}\0`).update(bytes).digest('hex');
}

export function treeBytes(entries: ReadonlyMap<string, { readonly mode: string; readonly oid: string }>): Buffer {
  const sorted = [...entries].map(([name, entry]) => ({ ...entry, name, key: Buffer.from(sortKey(name, entry.mode)) }));
  sorted.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    sorted.flatMap(({ name, mode, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
  );
}

/** Git sorts a folder as if its name ended in a slash. */
function sortKey(name: string, mode: string): string {
  return mode === '40000' ? `${name}/` : name;
}

export function commitBytes({ tree, parents, author, committer, authoredAt, committedAt, message }: Commit): Buffer {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signed(author, authoredAt)}`,
    `committer ${signed(committer, committedAt)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${message}`);
}

export function tagBytes(name: string, object: string, tagger: GitPerson, at: number, message: string): Buffer {
  const head = `object ${object}\ntype commit\ntag ${name}\ntagger ${signed(tagger, at)}`;
  return Buffer.from(`${head}\n\n${message.trimEnd()}\n`);
}

function signed({ name, email }: GitPerson, at: number): string {
  return `${name} <${email}> ${wholeSeconds(at)} +0000`;
}
