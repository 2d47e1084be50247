// A place on disk for one test of the native adapter: a bare remote, a cache folder, and everything that was opened.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type NativeGitOptions, openNativeGit } from '../../engine/git/native.ts';
import type { GitRepository } from '../../engine/ports/git.ts';
import { makeBareRepository } from '../support/git-repositories.ts';
import { type GitHttp, type GitHttpOptions, startGitHttp } from '../support/git-server.ts';

export type NativePlace = {
  readonly directory: string;
  readonly bare: string;
  readonly cache: string;
  open(options?: Partial<NativeGitOptions>): Promise<GitRepository>;
  serve(options?: Partial<GitHttpOptions>): Promise<GitHttp>;
  dispose(): Promise<void>;
};

export function nativePlace(objectFormat: 'sha1' | 'sha256' = 'sha1'): NativePlace {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-git-'));
  const bare = makeBareRepository(path.join(directory, 'remotes', 'shop.git'), { objectFormat });
  const cache = path.join(directory, 'cache');
  const closing: (() => Promise<void>)[] = [];
  return {
    directory,
    bare,
    cache,
    async open(options = {}) {
      const repository = await openNativeGit({ url: bare, directory: cache, ...options });
      closing.push(repository.close);
      return repository;
    },
    async serve(options = {}) {
      const server = await startGitHttp({ root: path.dirname(bare), ...options });
      closing.push(server.close);
      return server;
    },
    async dispose() {
      for (const close of closing) await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const MAIN = 'refs/heads/main';

/** Looks at main and fetches it; answers its commit. */
export async function bringMain(repository: GitRepository): Promise<string> {
  const { refs } = await repository.look([MAIN]);
  const oid = refs.get(MAIN) ?? '';
  await repository.fetch(new Map([[MAIN, oid]]));
  return oid;
}

export async function record(repository: GitRepository, parent: string | null, content: string): Promise<string> {
  const author = { name: 'Tidegate', email: 'tidegate@example.org' };
  const files = new Map([['index.json', content]]);
  const [oid = ''] = await repository.writeCommits([{ parent, files, message: 'Record', author, at: 0 }]);
  return oid;
}
