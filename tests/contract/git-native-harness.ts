// The native adapter with a remote on this machine, reached as a file, over HTTP or over ssh.

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openNativeGit } from '../../engine/git/native.ts';
import type { GitRepository } from '../../engine/ports/git.ts';
import { commitFiles, git, makeBareRepository, STORY_TIME, tagCommit } from '../support/git-repositories.ts';
import type { ExportedFile, GitHarness, OutsideRemote } from './git-harness.ts';

export type Served = { readonly url: string; readonly env: Readonly<Record<string, string>>; close(): Promise<void> };

export async function nativeHarness(serve: (bare: string) => Promise<Served>): Promise<GitHarness> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-git-'));
  const bare = makeBareRepository(path.join(directory, 'remotes', 'shop.git'));
  const { url, env, close } = await serve(bare);
  const opened: GitRepository[] = [];
  let folders = 0;
  const open = async () => {
    const repository = await openNativeGit({ url, env, directory: path.join(directory, `cache-${opened.length}`) });
    opened.push(repository);
    return repository;
  };
  return {
    repository: await open(),
    remote: outside(bare),
    another: open,
    folder() {
      folders += 1;
      return path.join(directory, `export-${folders}`);
    },
    exported: readExport,
    async dispose() {
      for (const repository of opened) await repository.close();
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function outside(bare: string): OutsideRemote {
  return {
    commit: async (files, story) => commitFiles(bare, files, story),
    async merge(branch, parents, files = {}) {
      const draft = commitFiles(bare, files, { branch: 'merge-draft', parent: parents[0] ?? '' });
      const tree = git(bare, ['rev-parse', `${draft}^{tree}`]);
      git(bare, ['update-ref', '-d', 'refs/heads/merge-draft']);
      const date = `${STORY_TIME / 1_000} +0000`;
      const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      const oid = git(
        bare,
        ['commit-tree', '-m', 'Merge', ...parents.flatMap((parent) => ['-p', parent]), tree],
        dates,
      );
      git(bare, ['update-ref', `refs/heads/${branch}`, oid]);
      return oid;
    },
    annotatedTag: async (name, commit, words) => tagCommit(bare, name, commit, words),
    async setRef(name, oid) {
      git(bare, oid === null ? ['update-ref', '-d', name] : ['update-ref', name, oid]);
    },
    async readRef(name) {
      return git(bare, ['for-each-ref', '--format=%(objectname)', name]) || null;
    },
    async refusePushes(rule) {
      const hook = path.join(bare, 'hooks', 'update');
      if (rule === null) {
        rmSync(hook);
        return;
      }
      writeFileSync(hook, `#!/bin/sh\ncase "$1" in *${rule.to}*) echo "${rule.words}" >&2; exit 1;; esac\n`);
      chmodSync(hook, 0o755);
    },
  };
}

function readExport(folder: string): ReadonlyMap<string, ExportedFile> | null {
  if (!existsSync(folder)) return null;
  const found = new Map<string, ExportedFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) found.set(name, { mode: 'link', text: readlinkSync(file) });
    else if (stat.isFile()) {
      found.set(name, { mode: (stat.mode & 0o111) === 0 ? '644' : '755', text: readFileSync(file, 'utf8') });
    }
  }
  return found;
}
