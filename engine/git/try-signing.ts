// Whether the person at the keyboard could sign a record now, found out by signing a text that says nothing.
// ssh-keygen is started without a terminal, so that it never asks: a key that would ask is told as one that cannot be
// tried.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SigningKeyFound } from '../model/findings.ts';
import { Fault } from '../ports/fault.ts';
import { readSigningKey, type SigningKey } from './signing-key.ts';
import { NAMESPACE, openSshSigning } from './ssh-signing.ts';

const TEXT = 'tidegate: this says nothing\n';
const TIMEOUT_MS = 10_000;

export async function trySigning(directory: string, allowedSigners: string): Promise<SigningKeyFound> {
  let key: SigningKey;
  try {
    key = await readSigningKey(directory);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { type: 'none', sentence: cause.message, hint: cause.hint };
  }
  const signature = await sign(key);
  if (signature === null) {
    return {
      type: 'silent',
      sentence: 'your key does not sign without asking for something, which was not done',
      hint: 'where it has a passphrase: `ssh-add <key>`; else the private key must lie beside the public one',
    };
  }
  return { type: 'signs', signed: await openSshSigning({ directory }).verify(TEXT, signature, allowedSigners) };
}

async function sign(key: SigningKey): Promise<string | null> {
  const { execa } = await import('execa');
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-doctor-key-'));
  try {
    const file = key.type === 'file' ? key.file : path.join(folder, 'key.pub');
    if (key.type === 'literal') await writeFile(file, `${key.text}\n`, { mode: 0o600 });
    const ended = await execa('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', file], {
      input: TEXT,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024,
      stripFinalNewline: false,
      reject: false,
      // A session of its own has no terminal to ask on.
      detached: true,
      env: { LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' },
    });
    return ended.exitCode === 0 ? ended.stdout : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
