// What reviewed commits are in an environment: what they do there, whether their pull request changes it, who made
// that, and how what is offered differs. Asked of the commit alone: it makes no difference when anybody looks, or
// what the branch has become meanwhile. Nothing of such a commit is run.

import type { Difference, Offer, ReviewedCommit, VersionConfig } from '../../model/observed.ts';
import { identityOf, loginTakenFrom, personOf } from '../../model/people.ts';
import type { Directory } from '../../model/policy-facts.ts';
import type { StoredProposal } from '../../model/promotion.ts';
import type { ForgeFacts, ForgePerson } from '../../model/proposal.ts';
import type { Contents } from '../../model/version.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isMissing } from '../../ports/missing.ts';
import { isHere } from '../ledger/missing-commits.ts';
import { Recent } from '../ledger/recent.ts';
import { CHANGE_BOUNDS } from './authorship.ts';
import { authorsAndCarried } from './carried.ts';
import type { NamedRefs, ReviewAsked } from './facts-ground.ts';

type ReviewedGround = {
  readonly name: string;
  readonly refs: NamedRefs;
  readonly proposals: readonly StoredProposal[];
  readonly offers: readonly Offer[];
  /** All that may have a say. */
  readonly directories: readonly Directory[];
  readonly contentsOf: (commit: string) => Promise<Contents>;
  readonly versionOf: (commit: string) => Promise<VersionConfig | undefined>;
  /** Of the gates that a commit says. */
  readonly gatesOf: (commit: string) => Promise<string | null>;
  readonly digestOf: (commit: string, contents: Contents, config: VersionConfig | undefined) => string;
};

/** Commits of one environment that are looked into, newest first: each costs a few looks into the repository. */
const COMMITS_MAX = 100;
/** How far behind the branch that it is for a pull request may have begun. */
const BEHIND_MAX = 500;

/** Newest first. */
export function reviewsShown(forge: ForgeFacts | null): readonly ReviewAsked[] {
  const shown = (forge?.proposals ?? []).flatMap(({ number, base, reviews }) =>
    (reviews ?? []).flatMap(({ id, by, answer, binds, commit, seenAt }) => {
      if (number === null || commit === null || binds !== 'commit' || answer === 'withdrawn') return [];
      return [{ asked: { review: id, by, commit, base, number }, seenAt }];
    }),
  );
  return shown.sort((a, b) => b.seenAt - a.seenAt).map(({ asked }) => asked);
}

export class ReviewedReader {
  readonly #git: GitRepository;
  readonly #asked = new Recent<string, Promise<boolean>>(2_000);
  readonly #began = new Recent<string, Promise<string | null>>(2_000);
  readonly #authors = new Recent<string, Promise<readonly string[] | null>>(2_000);

  constructor(git: GitRepository) {
    this.#git = git;
  }

  async read(reviews: readonly ReviewAsked[], ground: ReviewedGround): Promise<ReadonlyMap<string, ReviewedCommit>> {
    const found = new Map<string, ReviewedCommit>();
    for (const { commit, base } of chosen(reviews, ground)) {
      if (found.has(commit) || !(await this.#obtained(commit))) continue;
      found.set(commit, await this.#one(commit, base, ground));
    }
    return found;
  }

  /** Also where its branch is gone: a forge keeps what was proposed. What it has not it is asked for once. */
  async #obtained(commit: string): Promise<boolean> {
    if (await isHere(this.#git, commit)) return true;
    return this.#asked.remember(commit, () => this.#git.obtain(commit));
  }

  async #one(commit: string, base: string, ground: ReviewedGround): Promise<ReviewedCommit> {
    const contents = await ground.contentsOf(commit);
    const contentDigest = ground.digestOf(commit, contents, await ground.versionOf(commit));
    const began = await this.#beganAt(commit, base, ground);
    const before = began === null ? null : await ground.contentsOf(began);
    const isChange = before !== null && before.digest !== contents.digest;
    const paths = [...new Set([...Object.keys(contents.inputs), ...Object.keys(before?.inputs ?? {})])].sort();
    return {
      digest: contents.digest,
      contentDigest,
      isChange,
      authors: began !== null && isChange ? await this.#authorsOf(began, commit, paths, ground) : null,
      gates: began === null ? null : await this.#gatesOf(began, commit, ground),
      differs: await this.#differs(commit, contents, ground),
    };
  }

  /** Authors are those of all of it: which files gates come from is told by gates that are not accepted. */
  async #gatesOf(began: string, commit: string, ground: ReviewedGround): Promise<ReviewedCommit['gates']> {
    const digest = await ground.gatesOf(commit);
    if (digest === null || digest === (await ground.gatesOf(began))) return null;
    return { digest, authors: await this.#authorsOf(began, commit, [''], ground) };
  }

  /** Where it left the branch that it is for, or took that in last; null where nobody can tell. */
  async #beganAt(commit: string, base: string, { refs }: ReviewedGround): Promise<string | null> {
    const ref = `refs/heads/${base}`;
    const tip = refs.refs.get(ref);
    if (tip === undefined) return null;
    return this.#began.remember(`${tip} ${commit}`, async () => {
      await this.#git.fetch(new Map([[ref, tip]]));
      for (const { oid } of await this.#git.firstParents(tip, BEHIND_MAX)) {
        if (await this.#git.isAncestor(oid, commit)) return oid;
      }
      return null;
    });
  }

  #authorsOf(
    from: string,
    to: string,
    paths: readonly string[],
    { proposals }: ReviewedGround,
  ): Promise<readonly string[] | null> {
    const ended = proposals.map(({ proposal, head, touched }) => [proposal, head, ...touched].join(' '));
    return this.#authors.remember([from, to, ...paths, ...ended].join('\0'), async () => {
      try {
        return await authorsAndCarried(this.#git, from, to, paths, proposals);
      } catch (cause) {
        if (isMissing(cause)) return null;
        throw cause;
      }
    });
  }

  async #differs(
    commit: string,
    contents: Contents,
    { offers }: ReviewedGround,
  ): Promise<ReadonlyMap<string, Difference>> {
    const differs = new Map<string, Difference>();
    for (const offer of offers.slice(0, 1)) {
      const { version, contents: offered } = offer;
      if (offered.digest === contents.digest) continue;
      const paths = [...new Set([...Object.keys(contents.inputs), ...Object.keys(offered.inputs)])].sort();
      const found = await this.#git.changesBetween(commit, version.commit, paths, CHANGE_BOUNDS);
      const path = found?.paths[0];
      if (path === undefined) continue;
      let by: string | null = null;
      for await (const { oid } of this.#git.log(version.commit, [path])) {
        by = oid;
        break;
      }
      differs.set(version.commit, { path, by });
    }
    return differs;
  }
}

/** Of people who are known here, or seem to be: anybody who may read may review. */
function chosen(reviews: readonly ReviewAsked[], { directories }: ReviewedGround): readonly ReviewAsked[] {
  const isKnown = (by: ForgePerson) =>
    directories.some(
      (directory) => personOf(identityOf(by), directory) !== null || loginTakenFrom(by, directory) !== null,
    );
  return reviews.filter(({ by }) => isKnown(by)).slice(0, COMMITS_MAX);
}
