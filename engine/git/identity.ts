// Who the person at the keyboard is, as git knows them where they stand. It is a claim: what it is worth is decided
// by who may push to the ledger.

import { Fault } from '../ports/fault.ts';

/** `Name <email>`. */
export async function gitIdentity(directory: string): Promise<string> {
  const { execa } = await import('execa');
  const asked = await execa('git', ['var', 'GIT_COMMITTER_IDENT'], { cwd: directory, timeout: 10_000, reject: false });
  const identity = asked.failed ? undefined : /^(.*<[^<>]+>)/.exec(asked.stdout.trim())?.[1];
  if (identity === undefined) throw unknown(asked);
  return identity;
}

function unknown(cause: unknown): Fault {
  return new Fault('usage', 'git does not know who you are, and a record must say who made it', {
    retry: 'never',
    hint: 'git config --global user.name "Your Name"; git config --global user.email you@example.org',
    cause,
  });
}
