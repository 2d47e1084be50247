// The adapter in memory, under the same contract as native git.

import type { MemoryExports } from '../support/memory-export.ts';
import { openMemoryGit } from '../support/memory-git.ts';
import { memoryRemote } from '../support/memory-remote.ts';
import { gitContract } from './git.ts';

gitContract('git in memory', async () => {
  const remote = memoryRemote();
  const exports: MemoryExports = new Map();
  let folders = 0;
  return {
    remote,
    repository: openMemoryGit({ remote, exports }),
    another: async () => openMemoryGit({ remote, exports }),
    folder() {
      folders += 1;
      return `/export-${folders}`;
    },
    exported: (folder) => exports.get(folder) ?? null,
    dispose: async () => undefined,
  };
});
