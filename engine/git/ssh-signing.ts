// A person's SSH key over a record: made and checked by ssh-keygen, in a namespace of its own, so that a signature
// under a commit is never one under an approval. Texts go in by standard input and keys by files of a private folder:
// nothing of either is ever on a command line. Only an exit code of 0 is a yes; what the program prints is for
// people.

import type { Signed } from '../model/policy-facts.ts';
import { Fault } from '../ports/fault.ts';
import type { Signing } from '../ports/signing.ts';
import { inPrivateFolder, put } from './private-folder.ts';
import { signedWith } from './security-key.ts';
import { readSigningKey } from './signing-key.ts';

export const NAMESPACE = 'tidegate';

/** Longer is no signature: an RSA key of 16,384 bits makes one of 6 kB. */
const SIGNATURE_LENGTH_MAX = 10_000;
const ALLOWED_SIGNERS_LENGTH_MAX = 1024 * 1024;
/** Somebody may have to type a passphrase, or look for the key that is to be touched. */
const SIGN_TIMEOUT_MS = 120_000;
const VERIFY_TIMEOUT_MS = 30_000;

/** `directory`: where the person stands, whose git configuration names the key. */
export function openSshSigning({ directory }: { readonly directory: string }): Signing {
  return {
    sign: async (text, namespace = NAMESPACE) => {
      const key = await readSigningKey(directory);
      return await inPrivateFolder(async (folder) => {
        const file = key.type === 'file' ? key.file : await put(folder, 'key.pub', `${key.text}\n`);
        const made = await sshKeygen(['-Y', 'sign', '-n', namespace, '-f', file], text, SIGN_TIMEOUT_MS);
        if (made.exit !== 0 || !isArmoured(made.stdout)) throw unsigned(made);
        return made.stdout;
      });
    },

    hasKey: async () => {
      try {
        await readSigningKey(directory);
        return true;
      } catch (cause) {
        if (cause instanceof Fault) return false;
        throw cause;
      }
    },

    verify: async (text, signature, allowedSigners) => {
      if (!isArmoured(signature)) return invalid('it is no SSH signature');
      if (allowedSigners.trim() === '') return invalid('policies/allowed_signers names nobody');
      if (allowedSigners.length > ALLOWED_SIGNERS_LENGTH_MAX) {
        return invalid('policies/allowed_signers is larger than 1 MiB');
      }
      return await inPrivateFolder(async (folder) => {
        const signers = await put(folder, 'allowed_signers', allowedSigners);
        const armour = { file: await put(folder, 'signature', signature), text: signature };
        return await verdictOn(text, signers, armour);
      });
    },
  };
}

type Armour = { readonly file: string; readonly text: string };

async function verdictOn(text: string, signers: string, armour: Armour): Promise<Signed> {
  const ask = async (verb: string, ...args: readonly string[]): Promise<Ended> => {
    const ended = await sshKeygen(['-Y', verb, '-s', armour.file, ...args], text, VERIFY_TIMEOUT_MS);
    if (ended.exit === null) throw unverified(ended);
    return ended;
  };
  const found = await ask('find-principals', '-f', signers);
  const principals = found.exit === 0 ? found.stdout.split(/[\n,]/).map((name) => name.trim()) : [];
  for (const principal of principals.filter(isPlainName)) {
    const verified = await ask('verify', '-n', NAMESPACE, '-f', signers, '-I', principal);
    if (verified.exit === 0) return signedWith(principal, armour.text);
  }
  // Only to say why: whatever is answered here, it is not signed.
  if ((await ask('check-novalidate', '-n', NAMESPACE)).exit !== 0) {
    return invalid(`it is not over this record, or was not made for \`${NAMESPACE}\``);
  }
  return invalid(
    principals.length === 0
      ? 'its key is not in policies/allowed_signers, or not valid now'
      : `policies/allowed_signers does not let that key sign for \`${NAMESPACE}\` now`,
  );
}

function invalid(sentence: string): Signed {
  return { type: 'invalid', sentence };
}

function isArmoured(signature: string): boolean {
  if (signature.length > SIGNATURE_LENGTH_MAX) return false;
  return /^-----BEGIN SSH SIGNATURE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END SSH SIGNATURE-----\s*$/.test(signature);
}

/**
 * A principal stands in a file that a commit brought: one that looks like an option, or holds what no name does, is
 * nobody.
 */
function isPlainName(principal: string): boolean {
  return /^[^-\s\p{Cc}][^\s\p{Cc}]{0,254}$/u.test(principal);
}

/** `exit`: null where it never started or did not end by itself in time. */
type Ended = { readonly exit: number | null; readonly stdout: string; readonly words: string };

async function sshKeygen(args: readonly string[], input: string, timeoutMs: number): Promise<Ended> {
  const { execa } = await import('execa');
  const ended = await execa('ssh-keygen', args, {
    input,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024,
    stripFinalNewline: false,
    reject: false,
    env: { LC_ALL: 'C' },
  });
  const said = ended.exitCode === undefined ? ended.shortMessage : ended.stderr;
  const words = (said ?? '').replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return { exit: ended.exitCode ?? null, stdout: ended.stdout, words: words.slice(0, 300) };
}

function unsigned({ exit, words }: Ended): Fault {
  if (exit === null) {
    return new Fault('usage', `ssh-keygen did not sign: ${words}`, {
      retry: 'never',
      hint: 'ssh-keygen of OpenSSH 8.2 or later must be on PATH, and answer within two minutes',
    });
  }
  return new Fault('usage', `ssh-keygen cannot sign with your key: ${words || 'it does not say why'}`, {
    retry: 'never',
    hint: 'the private key must lie beside the public one, or be in your agent: `ssh-add <key>`',
  });
}

/** A signature that nobody could look at is the world's fault, and is looked at again. */
function unverified({ words }: Ended): Fault {
  return new Fault('git-failed', `a signature could not be checked: ${words}`, {
    retry: 'later',
    hint: 'ssh-keygen of OpenSSH 8.2 or later must be on PATH',
  });
}
