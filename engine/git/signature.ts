// Whose SSH signature a commit or an annotated tag carries. Git verifies, with the keys of one allowed_signers text
// and nothing else: no configuration of the user, no keyring, no other program than ssh-keygen. Only an exit code of
// 0 is a yes. Signatures of other kinds are not looked into: the person who runs the controller would decide by a
// keyring which of them count.

import { devNull } from 'node:os';
import type { Signed } from '../model/policy-facts.ts';
import { Fault } from '../ports/fault.ts';
import type { Git, GitEnding } from './exec.ts';
import { gitWords } from './failure.ts';
import type { ObjectReader } from './object-reader.ts';
import { armourOf, signatureLines } from './objects.ts';
import { inPrivateFolder, put } from './private-folder.ts';
import { signedWith } from './security-key.ts';

const TIMEOUT_MS = 30_000;
const SSH = 'SSH SIGNATURE';

export async function signatureOf(
  git: Git,
  reader: ObjectReader,
  oid: string,
  allowedSigners: string,
): Promise<Signed> {
  const { kind, bytes } = await reader.raw(oid);
  const unverified = unverifiable(kind, bytes);
  if (unverified !== null) return unverified;
  const ending = await verify(git, kind === 'tag' ? 'verify-tag' : 'verify-commit', oid, allowedSigners);
  if (ending.code === 0) {
    const principal = /^Good "git" signature for (.+) with \S+ key \S+$/m.exec(ending.stderr)?.[1];
    if (principal !== undefined) return signedWith(principal, signatureLines(kind, bytes));
  }
  return refused(ending);
}

/** What is plain without looking at keys; null where there is an SSH signature to be verified. */
export function unverifiable(kind: string, bytes: Buffer): Signed | null {
  if (kind !== 'commit' && kind !== 'tag') {
    return { type: 'invalid', sentence: `a ${kind} cannot be signed` };
  }
  const armour = armourOf(kind, bytes);
  if (armour === null) return { type: 'unsigned' };
  if (armour === SSH) return null;
  return { type: 'invalid', sentence: `it is signed with a ${armour}; only SSH signatures are checked` };
}

async function verify(git: Git, command: string, oid: string, allowedSigners: string): Promise<GitEnding> {
  return inPrivateFolder(async (folder) => {
    const file = await put(folder, 'allowed_signers', allowedSigners);
    const settings = [
      ['gpg.format', 'ssh'],
      ['gpg.ssh.allowedSignersFile', file],
      ['gpg.ssh.program', 'ssh-keygen'],
      ['gpg.program', 'false'],
      ['gpg.openpgp.program', 'false'],
      ['gpg.x509.program', 'false'],
      ['gpg.minTrustLevel', 'fully'],
    ];
    return await git.run(
      [...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]), command, '--raw', '--end-of-options', oid],
      {
        timeoutMs: TIMEOUT_MS,
        env: {
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: devNull,
          GIT_CONFIG_COUNT: '0',
          GIT_CONFIG_PARAMETERS: '',
          HOME: folder,
          XDG_CONFIG_HOME: folder,
        },
      },
    );
  });
}

/** A signature that nobody could look at is the world's fault, and is looked at again. */
function refused(ending: GitEnding): Signed {
  const words = gitWords(ending.stderr, []);
  if (ending.stopped !== null || /cannot run ssh-keygen|No such file or directory/.test(ending.stderr)) {
    throw new Fault('git-failed', `a signature could not be checked: ${words || 'git gave no answer in time'}`, {
      retry: 'later',
      hint: 'ssh-keygen of OpenSSH 8.2 or later must be on PATH',
    });
  }
  const isGood = /^Good "git" signature with /m.test(ending.stderr);
  const sentence = isGood
    ? 'its key is not in policies/allowed_signers'
    : `it does not hold (${words.slice(0, 200) || 'git does not say why'})`;
  return { type: 'invalid', sentence };
}
