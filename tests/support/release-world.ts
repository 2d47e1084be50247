// A repository in memory to be released: commits with messages, tags, branches, and the release made as the command
// makes it.

import type { ReleaseAnswer, ReleaseAsk } from '../../engine/controller/commands/release.ts';
import { release } from '../../engine/controller/commands/release.ts';
import type { ReleaseEnd } from '../../engine/controller/release/make-release.ts';
import { PLAIN_RELEASE, type ReleaseConfig } from '../../engine/model/release-config.ts';
import type { GitRepository } from '../../engine/ports/git.ts';
import { openMemoryGit } from './memory-git.ts';
import { type MemoryRemote, memoryRemote } from './memory-remote.ts';

export const RELEASE_TIME = Date.parse('2026-11-24T10:00:00Z');
const ANA = { name: 'Ana', email: 'ana@example.org' };
const MINUTE_MS = 60_000;

export class ReleaseWorld {
  readonly remote: MemoryRemote = memoryRemote();
  git: GitRepository = openMemoryGit({ remote: this.remote });
  config: ReleaseConfig = PLAIN_RELEASE;
  now = RELEASE_TIME;
  #files = 0;
  #at = RELEASE_TIME;

  /** A commit that changes a file of its own below a folder, unless it says which. */
  async commit(
    message: string,
    {
      branch = 'main',
      below = 'src',
      files,
    }: { branch?: string; below?: string; files?: Record<string, string | null> } = {},
  ): Promise<string> {
    this.#files += 1;
    this.#at += MINUTE_MS;
    const parent = this.remote.refs.get(`refs/heads/${branch}`) ?? this.remote.refs.get('refs/heads/main') ?? null;
    const changed = files ?? { [`${below}/${this.#files}.txt`]: `${this.#files}\n` };
    return this.commitOn(branch, parent === null ? [] : [parent], message, changed);
  }

  async commitOn(
    branch: string,
    parents: readonly string[],
    message: string,
    files: Record<string, string | null>,
  ): Promise<string> {
    this.#at += MINUTE_MS;
    const [first = null, ...others] = parents;
    const git = openMemoryGit({ remote: this.remote });
    const ref = `refs/heads/${branch}`;
    if (this.remote.refs.size > 0) await git.fetch(new Map([...this.remote.refs]));
    const draft = { parent: first, files: new Map(Object.entries(files)), message, author: ANA, at: this.#at };
    let [oid = ''] = await git.writeCommits([draft]);
    const [other] = others;
    if (other !== undefined && first !== null) {
      oid = (await git.writeMerge({ ours: first, theirs: other, message, author: ANA, at: this.#at })) ?? oid;
    }
    const pushed = await git.push([{ ref, expected: this.remote.refs.get(ref) ?? null, oid }]);
    if (pushed.get(ref)?.type !== 'accepted') throw new Error(`${ref} was not taken`);
    return oid;
  }

  tag(name: string, commit = this.head()): void {
    this.remote.refs.set(`refs/tags/${name}`, commit);
  }

  head(branch = 'main'): string {
    return this.remote.refs.get(`refs/heads/${branch}`) ?? '';
  }

  tags(): readonly string[] {
    return [...this.remote.refs.keys()]
      .filter((ref) => ref.startsWith('refs/tags/'))
      .map((ref) => ref.slice(10))
      .sort();
  }

  async read(path: string, branch = 'main'): Promise<string | null> {
    const git = openMemoryGit({ remote: this.remote });
    await git.fetch(new Map([[`refs/heads/${branch}`, this.head(branch)]]));
    return git.readText(this.head(branch), path);
  }

  async ask(ask: Partial<ReleaseAsk> = {}): Promise<ReleaseAnswer> {
    return release(
      { git: this.git, config: this.config, defaultBranch: 'main', author: ANA, at: this.now, sign: null },
      { wish: null, component: null, all: false, isDry: false, by: null, signs: 'where-possible', ...ask },
    );
  }

  async ends(ask: Partial<ReleaseAsk> = {}): Promise<readonly ReleaseEnd[]> {
    const answer = await this.ask(ask);
    if (answer.type !== 'ends') throw new Error(`answered ${answer.type}`);
    return answer.ends;
  }

  async one(ask: Partial<ReleaseAsk> = {}): Promise<ReleaseEnd> {
    const [end] = await this.ends(ask);
    if (end === undefined) throw new Error('nothing came of it');
    return end;
  }
}
