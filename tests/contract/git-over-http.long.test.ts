// The native adapter over HTTP, before a real `git http-backend`.

import path from 'node:path';
import { startGitHttp } from '../support/git-server.ts';
import { gitContract } from './git.ts';
import { nativeHarness } from './git-native-harness.ts';

gitContract('native git over HTTP', () =>
  nativeHarness(async (bare) => {
    const server = await startGitHttp({ root: path.dirname(bare) });
    return { url: server.url(path.basename(bare)), env: {}, close: server.close };
  }),
);
