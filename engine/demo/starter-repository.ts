// A bare repository with the starter in it, made by native git and nothing of ours: the first commit on `main`, and a
// tag on it where one is wanted. It appears whole or not at all, so that a start that was cut short begins again.

import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type GitPerson, plainGit, STARTER_PERSON } from './plain-git.ts';

export type StarterFile = { readonly path: string; readonly mode: '100644' | '100755'; readonly bytes: Uint8Array };

type StarterCommit = {
  readonly files: readonly StarterFile[];
  readonly message: string;
  /** Milliseconds; git keeps whole seconds. */
  readonly at: number;
  readonly tag: string | null;
  readonly person?: GitPerson;
};

export const STARTER_BRANCH = 'main';

export async function makeStarterRepository(directory: string, commit: StarterCommit): Promise<void> {
  const partial = `${directory}.new`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await plainGit(partial, ['init', '--quiet', '--bare', `--initial-branch=${STARTER_BRANCH}`, '.']);
  await plainGit(partial, ['fast-import', '--quiet'], { input: importStream(commit) });
  await mkdir(path.dirname(directory), { recursive: true });
  await rename(partial, directory);
}

/** The input of `git fast-import`: bytes go in as they are, past filters, line-end rules and hooks. */
function importStream({ files, message, at, tag, person = STARTER_PERSON }: StarterCommit): Uint8Array {
  const by = `${person.name} <${person.email}> ${Math.floor(at / 1_000)} +0000`;
  const parts: Uint8Array[] = [];
  const line = (text: string): void => void parts.push(Buffer.from(`${text}\n`));
  const bytes = (content: Uint8Array): void => {
    line(`data ${content.byteLength}`);
    parts.push(content);
    line('');
  };
  line(`commit refs/heads/${STARTER_BRANCH}`);
  line('mark :1');
  line(`author ${by}`);
  line(`committer ${by}`);
  bytes(Buffer.from(message));
  for (const file of files) {
    line(`M ${file.mode} inline ${quoted(file.path)}`);
    bytes(file.bytes);
  }
  if (tag !== null) {
    line(`tag ${tag}`);
    line('from :1');
    line(`tagger ${by}`);
    bytes(Buffer.from(`${tag}\n`));
  }
  line('done');
  return Buffer.concat(parts);
}

function quoted(file: string): string {
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
