// The native adapter over ssh, before one real sshd for all of the tests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { findSshd, type Sshd, startSshd } from '../support/git-sshd.ts';
import { gitTransportContract } from './git.ts';
import { nativeHarness } from './git-native-harness.ts';

if (findSshd() === null) {
  describe('native git over ssh', () => {
    test.skip('sshd is not installed here', () => undefined);
  });
} else {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-sshd-'));
  let sshd: Sshd | null = null;
  beforeAll(async () => {
    sshd = await startSshd(directory);
  });
  afterAll(async () => {
    await sshd?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  gitTransportContract('native git over ssh', () =>
    nativeHarness(async (bare) => ({ url: sshd?.url(bare) ?? '', env: sshd?.env ?? {}, close: async () => undefined })),
  );
}
