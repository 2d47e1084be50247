// The native adapter on a repository of this machine.

import { gitContract } from './git.ts';
import { nativeHarness } from './git-native-harness.ts';

gitContract('native git on a file remote', () =>
  nativeHarness(async (bare) => ({ url: bare, env: {}, close: async () => undefined })),
);
