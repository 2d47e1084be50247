// A remote that is a shallow repository: its history ends before its beginning, and whatever needs what came before
// fails, today and tomorrow. That is said, instead of sending a person to look for a commit in a cache. The cache
// itself is never made shallow: git would then answer as if history had begun there, and nobody could tell who made
// what came before.

import { Fault } from '../ports/fault.ts';
import type { GitRepository } from '../ports/git.ts';
import { isMissing } from '../ports/missing.ts';

/** What git warns of when it fetches from one, in its own words. */
export function saysShallow(stderr: string): boolean {
  return /shallow roots are not allowed to be updated|shallow update not allowed/.test(stderr);
}

type Questions = Pick<
  GitRepository,
  | 'isAncestor'
  | 'changesBetween'
  | 'introducedBy'
  | 'firstParents'
  | 'contentsAt'
  | 'writeMerge'
  | 'push'
  | 'log'
  | 'commitsSince'
>;

/** The same questions about history, with an answer of their own where the remote is shallow. */
export function withShallow<Asked extends Questions>(asked: Asked, isShallow: () => boolean, shown: string): Asked {
  const judged = (cause: unknown) => (isShallow() && isMissing(cause) ? shallow(shown, cause) : cause);
  const guard =
    <Args extends readonly unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      try {
        return await ask(...args);
      } catch (cause) {
        throw judged(cause);
      }
    };
  async function* log(...args: Parameters<Questions['log']>) {
    try {
      yield* asked.log(...args);
    } catch (cause) {
      throw judged(cause);
    }
  }
  async function* commitsSince(...args: Parameters<Questions['commitsSince']>) {
    try {
      yield* asked.commitsSince(...args);
    } catch (cause) {
      throw judged(cause);
    }
  }
  return {
    ...asked,
    commitsSince,
    log,
    isAncestor: guard(asked.isAncestor),
    changesBetween: guard(asked.changesBetween),
    introducedBy: guard(asked.introducedBy),
    firstParents: guard(asked.firstParents),
    contentsAt: guard(asked.contentsAt),
    writeMerge: guard(asked.writeMerge),
    push: guard(asked.push),
  };
}

function shallow(shown: string, cause: Fault): Fault {
  const message = `${shown} is a shallow repository: what came before its first commits is not there, and is needed`;
  const hint = 'make it whole: run `git fetch --unshallow` in it from a repository that is';
  return new Fault('object-missing', message, { retry: 'never', hint, cause });
}
