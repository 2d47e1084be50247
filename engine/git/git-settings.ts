// What of the user's own git configuration changes how we must act: read once, when a repository is opened.

import { GIT_NEEDED, isGitAtLeast, sayGit } from '../model/git-versions.ts';
import { Fault } from '../ports/fault.ts';
import { REMOTE } from './environment.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';

export type GitSettings = {
  readonly version: readonly [number, number];
  /** The names of everything that is set, by whichever file. */
  readonly keys: readonly string[];
  /** What git runs in. */
  readonly env: Readonly<Record<string, string>>;
  /** The user chose how ssh is started. */
  readonly sshIsChosen: boolean;
  /** After `url.<base>.insteadOf`. */
  readonly effectiveUrl: string;
};

export async function readGitSettings(
  git: Git,
  env: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<GitSettings> {
  const [version, config, url] = await Promise.all([
    git.run(['version']),
    git.run(['config', '--null', '--name-only', '--list']),
    git.run(['ls-remote', '--get-url', REMOTE]),
  ]);
  if (config.code !== 0) throw gitFault(config, { what: 'read the git configuration', secrets });
  if (url.code !== 0) throw gitFault(url, { what: 'read the remote’s URL', secrets });
  const keys = config.stdout.toString('utf8').split('\0');
  return {
    version: parseVersion(version.stdout.toString('utf8')),
    keys,
    env,
    sshIsChosen:
      keys.some((key) => key.toLowerCase() === 'core.sshcommand') || 'GIT_SSH_COMMAND' in env || 'GIT_SSH' in env,
    effectiveUrl: url.stdout.toString('utf8').replace(/\n$/, ''),
  };
}

function parseVersion(text: string): readonly [number, number] {
  const match = /git version (\d+)\.(\d+)/.exec(text);
  const version: readonly [number, number] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (isGitAtLeast(version, GIT_NEEDED)) return version;
  const found = JSON.stringify(text.trim().slice(0, 60));
  throw new Fault('git-missing', `${sayGit(GIT_NEEDED)} or later is needed; this is ${found}`, {
    retry: 'never',
    hint: 'install a newer git',
  });
}
