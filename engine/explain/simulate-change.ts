// What lies between what runs and what wants in, added up commit by commit. Lists only ever grow until the version
// goes, so that thousands of versions that supersede each other do not copy what came before them.

import type { Change } from '../model/policy-facts.ts';

/** One commit, as far as it touches an environment's inputs. */
export type CommitChange = {
  /** `Name <email>` of author, co-authors and committer. */
  readonly authors: readonly string[];
  /** By conventional commit type; '' where it names none. */
  readonly kind: string;
  /** Empty where no rule asks for paths. */
  readonly paths: readonly string[];
};

export class ChangeSum {
  readonly #authors = new Set<string>();
  readonly #kinds = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #change: { authors: string[]; kinds: string[]; paths: string[]; commits: number } = {
    authors: [],
    kinds: [],
    paths: [],
    commits: 0,
  };

  add({ authors, kind, paths }: CommitChange): void {
    for (const author of authors) note(author, this.#authors, this.#change.authors);
    note(kind, this.#kinds, this.#change.kinds);
    for (const path of paths) note(path, this.#paths, this.#change.paths);
    this.#change.commits += 1;
  }

  /** Grows with what is added later. */
  get live(): Change {
    return this.#change;
  }

  /** As it is now, for good. */
  get copy(): Change {
    const { authors, kinds, paths, commits } = this.#change;
    return { authors: [...authors], kinds: [...kinds], paths: [...paths], commits };
  }

  get isEmpty(): boolean {
    return this.#change.commits === 0;
  }
}

function note(value: string, known: Set<string>, list: string[]): void {
  if (known.has(value)) return;
  known.add(value);
  list.push(value);
}
