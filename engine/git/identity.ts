// Who the person at the keyboard is, as git knows them where they stand. It is a claim: what it is worth is decided by who
// may push to the ledger.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../ports/fault.ts';

/** `Name <email>`. */
export async function gitIdentity(directory: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['var', 'GIT_COMMITTER_IDENT'], {
      cwd: directory,
      timeout: 10_000,
    });
    const identity = /^(.*<[^<>]+>)/.exec(stdout.trim())?.[1];
    if (identity !== undefined) return identity;
  } catch (cause) {
    throw unknown(cause);
  }
  throw unknown(null);
}

function unknown(cause: unknown): Fault {
  return new Fault('usage', 'git does not know who you are, and a record must say who made it', {
    retry: 'never',
    hint: 'git config --global user.name "Your Name"; git config --global user.email you@example.org',
    cause,
  });
}
