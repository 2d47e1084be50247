// Native git as a stranger's machine has it: no configuration of the developer's, no hooks, no templates, no prompts,
// one fixed identity. Arguments never pass through a shell. Must not touch any repository but the one it is pointed
// at.

import { devNull } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { GIT_NEEDED, sayGit } from '../model/git-versions.ts';
import { Fault } from '../ports/fault.ts';

export type GitPerson = { readonly name: string; readonly email: string };

export const STARTER_PERSON: GitPerson = { name: 'Tidegate starter', email: 'starter@tidegate.invalid' };

/**
 * What git printed on stdout, its last line break taken off; a Fault with git's own words when it did not end with 0.
 */
export async function plainGit(
  directory: string,
  args: readonly string[],
  options: { readonly person?: GitPerson; readonly input?: string | Uint8Array } = {},
): Promise<string> {
  const ended = await execa('git', args, {
    cwd: directory,
    env: hermeticEnvironment(options.person),
    extendEnv: false,
    input: options.input ?? '',
    reject: false,
  });
  if (!ended.failed) return ended.stdout;
  if (ended.exitCode === undefined && ended.signal === undefined) throw cannotRun(ended);
  const said = ended.stderr === '' ? '' : `: ${ended.stderr}`;
  const sentence = `git ${args[0] ?? ''} in ${directory} ended with ${ended.signal ?? ended.exitCode}${said}`;
  throw new Fault('git-failed', sentence, { retry: 'never', hint: `${sayGit(GIT_NEEDED)} or later is needed` });
}

/** `GIT_CONFIG_GLOBAL` is only known to git 2.32 and later: an absent home does the same for the ones before. */
export function hermeticEnvironment(person: GitPerson = STARTER_PERSON): Record<string, string> {
  const nowhere = path.join(devNull, 'home');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: nowhere,
    XDG_CONFIG_HOME: nowhere,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_TEMPLATE_DIR: '',
    GIT_PAGER: 'cat',
    GIT_AUTHOR_NAME: person.name,
    GIT_AUTHOR_EMAIL: person.email,
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
  };
}

function cannotRun(cause: { readonly code?: string | undefined; readonly message?: string | undefined }): Fault {
  const missing = cause.code === 'ENOENT';
  return new Fault(
    'git-missing',
    missing ? 'git is not installed, or not on PATH' : `git could not be run: ${cause.message}`,
    {
      retry: 'never',
      hint: `install ${sayGit(GIT_NEEDED)} or later`,
      cause,
    },
  );
}
