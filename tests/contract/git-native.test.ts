// The native adapter, over every transport that this machine has.

import { describe, test } from 'vitest';
import { findSshd } from '../support/git-sshd.ts';
import { gitContract } from './git.ts';
import { nativeHarness } from './git-native-harness.ts';

gitContract('native git on a file remote', () => nativeHarness('file'));
gitContract('native git over HTTP', () => nativeHarness('http'));

if (findSshd() === null) {
  describe('native git over ssh', () => {
    test.skip('sshd is not installed here', () => undefined);
  });
} else {
  gitContract('native git over ssh', () => nativeHarness('ssh'));
}
