// What lies behind what in the history of a repository, asked of Git: as little as will answer. Most of it is a few
// commits away, and those are walked in process before git itself is asked.

import type { Left } from '../../model/environment-state.ts';
import type { Contents, Version } from '../../model/version.ts';
import type { GitRepository } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';
import { REMEMBERED, Recent } from '../ledger/recent.ts';

/** How many first-parent commits are walked in process before git itself is asked. */
const WALK_MAX = 32;

export class Lineage {
  readonly #git: GitRepository;
  readonly #parents = new Recent<string, Promise<string | null>>(REMEMBERED);
  readonly #ancestors = new Recent<string, Promise<boolean>>(REMEMBERED);

  constructor(git: GitRepository) {
    this.#git = git;
  }

  /** The first parent; null for a commit that has none. */
  parent(commit: string): Promise<string | null> {
    return this.#parents.remember(commit, async () => (await this.#git.commit(commit)).parents[0] ?? null);
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return this.#ancestors.remember(`${ancestor} ${descendant}`, () => this.#git.isAncestor(ancestor, descendant));
  }

  /** Whether `commit` is `tip` or lies behind it; null where one of them is gone from the repository. */
  holds(tip: string, commit: string): Promise<boolean | null> {
    return this.#walkTo(tip, commit).catch(ifMissing(null));
  }

  async #walkTo(tip: string, commit: string): Promise<boolean> {
    let walked: string | null = tip;
    for (let step = 0; step < WALK_MAX && walked !== null; step += 1) {
      if (walked === commit) return true;
      walked = await this.parent(walked);
    }
    return this.isAncestor(commit, tip);
  }

  /** The first commit, going back from `tip` by first parents, whose parent has other contents at the same paths. */
  async introducing(tip: string, contents: Contents): Promise<string> {
    const paths = Object.keys(contents.inputs);
    let commit = tip;
    for (let walked = 0; walked < WALK_MAX; walked += 1) {
      const parent = await this.parent(commit);
      if (parent === null) return commit;
      const [before] = await this.#git.contentsAt(parent, [paths]);
      if (before?.digest !== contents.digest) return commit;
      commit = parent;
    }
    return this.#git.introducedBy(tip, paths);
  }

  /**
   * The version that people went away from and that this one is not newer than: it, or what lies behind it. Where
   * history is gone nobody can say which is newer: then only the same contents are taken for the same version.
   */
  async passedOver(commit: string, { digest }: Contents, left: readonly Left[]): Promise<Version | null> {
    for (const { version, digest: its } of left) {
      const holds = await this.holds(version.commit, commit);
      if (holds ?? digest === its) return version;
    }
    return null;
  }

  /** The same where order is not the history's: it is only that very version, by whichever commit it is called. */
  async isLeft(commit: string, contents: Contents, left: readonly Left[]): Promise<Version | null> {
    for (const { version, digest } of left) {
      if (version.commit === commit) return version;
      if (digest !== contents.digest) continue;
      if (await this.#isSame(commit, version.commit, contents).catch(ifMissing(true))) return version;
    }
    return null;
  }

  async #isSame(a: string, b: string, contents: Contents): Promise<boolean> {
    return (await this.introducing(a, contents)) === (await this.introducing(b, contents));
  }
}
