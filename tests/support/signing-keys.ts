// Keys of people in a story, made by the real ssh-keygen in a folder of their own. A suite without that program skips
// by name.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Person } from './tidegate-program.ts';

export const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

export type SigningKeys = {
  /** Makes the person's key; answers its public half. */
  make(person: Person): string;
  publicKey(person: Person): string;
  /** For a program whose git signs with this person's key. */
  env(person: Person): Readonly<Record<string, string>>;
  /** For a single command of plain git, which signs the tags that it makes. */
  options(person: Person): readonly string[];
  remove(): void;
};

export function signingKeys(): SigningKeys {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-keys-'));
  const file = (person: Person) => path.join(folder, person);
  const publicKey = (person: Person) => readFileSync(`${file(person)}.pub`, 'utf8').trim();
  return {
    make: (person) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', person, '-f', file(person)]);
      return publicKey(person);
    },
    publicKey,
    env: (person) => ({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'gpg.format',
      GIT_CONFIG_VALUE_0: 'ssh',
      GIT_CONFIG_KEY_1: 'user.signingkey',
      GIT_CONFIG_VALUE_1: `${file(person)}.pub`,
    }),
    options: (person) => ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${file(person)}`, '-c', 'tag.gpgSign=true'],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
