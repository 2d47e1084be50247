// Which key a person signs with: what git is told to sign with where they stand, and nothing that would have to be
// said again. Every way in which there is none ends in a sentence that says what to set.

import { access } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';

export type SigningKey =
  /** Absolute; of a private key, or of a public one whose private half lies beside it or in an agent. */
  | { readonly type: 'file'; readonly file: string }
  /** The public key itself; its private half is in an agent. */
  | { readonly type: 'literal'; readonly text: string };

export async function readSigningKey(directory: string): Promise<SigningKey> {
  const format = await setting(directory, 'gpg.format');
  if (format !== 'ssh') {
    const what = format === null ? 'git is not told to sign with SSH keys' : `git is told to sign with ${format}`;
    throw none(`${what}, and records are signed with SSH keys only`);
  }
  const key = await setting(directory, 'user.signingkey');
  if (key === null) throw none('git is not told which key you sign with');
  const literal = key.startsWith('key::') ? key.slice('key::'.length) : key.startsWith('ssh-') ? key : null;
  if (literal !== null) {
    const text = literal.trim();
    if (/^[a-z][a-z0-9@.-]* [A-Za-z0-9+/]+={0,2}( [^\r\n]*)?$/.test(text)) return { type: 'literal', text };
    throw none('`user.signingkey` is no SSH public key');
  }
  const file = path.resolve(directory, key);
  try {
    await access(file);
  } catch (cause) {
    throw none(`\`user.signingkey\` is ${file}, which cannot be read`, cause);
  }
  return { type: 'file', file };
}

async function setting(directory: string, name: string): Promise<string | null> {
  const { execa } = await import('execa');
  // A key may be written with a tilde; a literal one is not changed by being read as a path.
  const args = ['config', '--type=path', '--get', name];
  const asked = await execa('git', args, { cwd: directory, timeout: 10_000, maxBuffer: 64 * 1024, reject: false });
  if (asked.exitCode === 1) return null;
  if (asked.exitCode === 0) return asked.stdout === '' ? null : asked.stdout;
  throw new Fault('usage', `git does not say what \`${name}\` is`, {
    retry: 'never',
    hint: '`git config --list` says what is wrong',
    cause: asked,
  });
}

function none(sentence: string, cause?: unknown): Fault {
  return new Fault('usage', sentence, {
    retry: 'never',
    hint: 'git config --global gpg.format ssh; git config --global user.signingkey ~/.ssh/id_ed25519.pub',
    cause,
  });
}
