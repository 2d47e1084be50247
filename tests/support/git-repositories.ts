// Small real repositories for tests, made with native git and nothing of ours, so that they judge our adapters from
// outside. Every commit has a fixed author and a given time: the same story has the same object ids.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export type Story = {
  readonly branch?: string;
  readonly message?: string;
  /** Milliseconds; git keeps whole seconds. */
  readonly at?: number;
  /** Default: the branch's tip, or none. */
  readonly parent?: string;
  /** Default: Ana; the committer is the author unless named. */
  readonly author?: StoryPerson;
  readonly committer?: StoryPerson;
};

export type StoryPerson = { readonly name: string; readonly email: string };

/**
 * A file's new text, `null` to delete it, or its text with a mode (`100755`, `120000`; `160000` takes a commit id).
 */
export type StoryFile = string | null | { readonly mode: string; readonly text: string };

export const STORY_TIME = Date.UTC(2026, 10, 20, 9, 0, 0);

export function makeBareRepository(
  directory: string,
  options: { readonly branch?: string; readonly objectFormat?: 'sha1' | 'sha256' } = {},
): string {
  mkdirSync(directory, { recursive: true });
  const format = options.objectFormat ?? 'sha1';
  git(directory, [
    'init',
    '--quiet',
    '--bare',
    `--initial-branch=${options.branch ?? 'main'}`,
    `--object-format=${format}`,
    '.',
  ]);
  return directory;
}

/** Puts one commit with these files on top of a branch of a bare repository; answers the commit's id. */
export function commitFiles(directory: string, files: Readonly<Record<string, StoryFile>>, story: Story = {}): string {
  const branch = `refs/heads/${story.branch ?? 'main'}`;
  const seconds = Math.floor((story.at ?? STORY_TIME) / 1_000);
  const author = story.author ?? { name: 'Ana', email: 'ana@example.org' };
  const signed = ({ name, email }: StoryPerson) => `${name} <${email}> ${seconds} +0000`;
  const parent = story.parent ?? tryGit(directory, ['rev-parse', '--verify', '--quiet', branch]);
  const parts: string[] = [
    `commit ${branch}\nauthor ${signed(author)}\ncommitter ${signed(story.committer ?? author)}\n`,
    data(story.message ?? 'a change'),
  ];
  if (parent) parts.push(`from ${parent}\n`);
  for (const [path, file] of Object.entries(files)) {
    if (file === null) parts.push(`D ${quote(path)}\n`);
    else if (typeof file === 'string') parts.push(`M 100644 inline ${quote(path)}\n`, data(file));
    else if (file.mode === '160000') parts.push(`M 160000 ${file.text} ${quote(path)}\n`);
    else parts.push(`M ${file.mode} inline ${quote(path)}\n`, data(file.text));
  }
  execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: directory, input: parts.join('') });
  return git(directory, ['rev-parse', branch]);
}

/** An annotated tag; answers the tag object's id. */
export function tagCommit(
  directory: string,
  name: string,
  commit: string,
  { tagger, message = name }: { readonly tagger?: StoryPerson; readonly message?: string } = {},
): string {
  const person = tagger === undefined ? {} : { GIT_COMMITTER_NAME: tagger.name, GIT_COMMITTER_EMAIL: tagger.email };
  const env = { GIT_COMMITTER_DATE: `${STORY_TIME / 1_000} +0000`, ...person };
  git(directory, ['-c', 'tag.gpgSign=false', 'tag', '-a', '-m', message, '--', name, commit], env);
  return git(directory, ['rev-parse', `refs/tags/${name}`]);
}

export function git(directory: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync('git', args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    // Node's own bound, one MiB, is less than a long ledger has to say.
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function tryGit(directory: string, args: readonly string[]): string {
  try {
    return git(directory, args);
  } catch {
    return '';
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quote(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
