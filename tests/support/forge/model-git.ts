// What a forge does in its repository: real merges of real commits, by git itself.

import { execFileSync } from 'node:child_process';

export type Method = 'merge' | 'squash' | 'rebase';

/** GitHub's own account, by which what it makes is committed. */
const FORGE = { GIT_COMMITTER_NAME: 'GitHub', GIT_COMMITTER_EMAIL: 'noreply@github.com' };

export class ModelGit {
  readonly directory: string;
  readonly #merged = new Map<string, boolean>();
  #refs: ReadonlyMap<string, string> | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Refs are read once for each request, since anybody may have pushed in between. */
  forget(): void {
    this.#refs = null;
  }

  read(branch: string): string | null {
    this.#refs ??= this.#readRefs();
    return this.#refs.get(branch) ?? null;
  }

  #readRefs(): ReadonlyMap<string, string> {
    const said = this.#git(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads']);
    const lines = said === '' ? [] : said.split('\n');
    return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
  }

  update(branch: string, oid: string | null): void {
    const ref = `refs/heads/${branch}`;
    this.#git(oid === null ? ['update-ref', '-d', ref] : ['update-ref', ref, oid]);
    this.forget();
  }

  /** Null when it conflicts. */
  tree(base: string, head: string): string | null {
    const said = this.#try(['merge-tree', '--write-tree', '--no-messages', base, head]);
    return said?.split('\n')[0] ?? null;
  }

  isMergedInto(head: string, base: string): boolean {
    const key = `${head} ${base}`;
    const known = this.#merged.get(key) ?? this.#try(['merge-base', '--is-ancestor', head, base]) !== null;
    this.#merged.set(key, known);
    return known;
  }

  /** The commit that merging makes; null when it conflicts. */
  merge(method: Method, base: string, head: string, message: string, author: string): string | null {
    if (method === 'rebase') return this.#rebase(base, head);
    const tree = this.tree(base, head);
    if (tree === null) return null;
    const parents = method === 'merge' ? [base, head] : [base];
    return this.#commit(tree, parents, message, {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: `${author}@forge.example`,
    });
  }

  #rebase(base: string, head: string): string | null {
    const commits = this.#git(['rev-list', '--reverse', '--no-merges', `${base}..${head}`]).split('\n');
    let tip = base;
    for (const commit of commits.filter((oid) => oid !== '')) {
      // What is picked is merged as if the tip stood on the commit's own parent: that one is then their merge base.
      const moved = this.#commit(`${tip}^{tree}`, [`${commit}^`], 'moved', {});
      const tree = this.tree(moved, commit);
      if (tree === null) return null;
      const [name = '', email = '', message = ''] = this.#git(['log', '-1', '--format=%an%x00%ae%x00%B', commit]).split(
        '\0',
      );
      tip = this.#commit(tree, [tip], message, { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email });
    }
    return tip;
  }

  #commit(tree: string, parents: readonly string[], message: string, author: Record<string, string>): string {
    const args = ['commit-tree', tree, ...parents.flatMap((oid) => ['-p', oid])];
    return this.#git(args, { ...author, ...FORGE }, message);
  }

  #git(args: readonly string[], env: Record<string, string> = {}, input = ''): string {
    const options = { cwd: this.directory, env: { ...process.env, ...env }, input, encoding: 'utf8' } as const;
    return execFileSync('git', [...args], { ...options, stdio: ['pipe', 'pipe', 'ignore'] }).trim();
  }

  #try(args: readonly string[]): string | null {
    try {
      return this.#git(args);
    } catch {
      return null;
    }
  }
}
