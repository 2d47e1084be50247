// A change offered for merging, and what a forge says about it. A forge is a view: what is merged is told by Git, and
// each fact here has an age. People are known by the number of their account, since a login can be given to somebody
// else.

import type { Instant } from '../base/instant.ts';

export type ForgePerson = { readonly login: string; readonly id: number };

/** As GitHub gives them, bots and managed accounts among them: nothing that a name in Git could be made to say. */
export function isLogin(login: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?$/.test(login);
}

/** The newest opinion of one person about one proposal. */
export type Review = {
  /** The forge's own; the same again is the same review. */
  readonly id: string;
  readonly by: ForgePerson;
  /** `withdrawn`: they had one, and it was dismissed. */
  readonly answer: 'approved' | 'rejected' | 'withdrawn';
  /** What was reviewed; null where the forge does not know. */
  readonly commit: string | null;
  /** `weak`: the forge does not say of which commit an answer is. */
  readonly binds: Binds;
  /** When it was given. */
  readonly seenAt: Instant;
};

export type Binds = 'commit' | 'weak';

export type ForgeProposal = {
  /** Null where the forge is Git alone: there the branch is its name. */
  readonly number: number | null;
  readonly url: string | null;
  readonly branch: string;
  /** From another repository: whatever its branch is called, it is none of ours. */
  readonly isFork: boolean;
  readonly base: string;
  /** The commit at its tip, as the forge has it: it may lag behind Git. */
  readonly head: string;
  /** Whether a closed one was merged is for Git to say. */
  readonly state: 'open' | 'closed';
  readonly isDraft: boolean;
  /** Null for an account that is gone. */
  readonly author: ForgePerson | null;
  readonly updatedAt: Instant;
  /** Null while they were not asked for, or could not be had. */
  readonly reviews: readonly Review[] | null;
};

/** A result on a commit. Any name can be set by anyone who may write, so it is told who set it. */
export type ForgeCheck = {
  readonly commit: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'pending';
  /** The App of a check run; null for a status. */
  readonly app: number | null;
  /** Who set a status; null for a check run. */
  readonly by: ForgePerson | null;
  readonly url: string | null;
};

/** What a forge says, as of a moment. When it cannot be reached, what it said last. */
export type ForgeFacts = {
  /** When it said so; null when it never did. */
  readonly asOf: Instant | null;
  /** Whether it answered when it was asked last. */
  readonly reachable: boolean;
  /** Why not, in a sentence; null when it did. */
  readonly trouble: string | null;
  /** Who we are there; null where it is not known, and for Git alone. */
  readonly me: ForgePerson | null;
  readonly proposals: readonly ForgeProposal[];
  readonly checks: readonly ForgeCheck[];
  /** It need not be asked again before. */
  readonly nextAt: Instant;
};

export const NO_FORGE_FACTS: ForgeFacts = {
  asOf: null,
  reachable: false,
  trouble: 'the forge was not asked yet',
  me: null,
  proposals: [],
  checks: [],
  nextAt: 0,
};

/** What is kept of a review as somebody's word. */
export type ReviewMark = {
  /** The forge's own. */
  readonly id: string;
  /** Of the pull request. */
  readonly number: number;
  /** The number of the account that gave it. */
  readonly account: number;
  /** How it went: it counts for nothing, and brings nothing back that was said before. */
  readonly ended?: ReviewEnd;
};

/** `changed`: the same person has said something else there since. `gone`: it is not there any more. */
export type ReviewEnd = 'dismissed' | 'changed' | 'gone';

/** How old the word of a forge may be that a yes rests on. */
export const FORGE_FRESH_MS = 5 * 60_000;

export type Opinion = {
  readonly id: number;
  readonly by: ForgePerson;
  readonly state: 'approved' | 'rejected' | 'dismissed';
  readonly commit: string | null;
  readonly at: Instant;
};

/** One review a person: the newest decides, and a dismissed one leaves none; it does not bring an older one back. */
export function newestOpinions(opinions: readonly Opinion[], binds: Binds): readonly Review[] {
  const newest = new Map<number, Opinion>();
  for (const one of opinions) {
    const before = newest.get(one.by.id);
    if (before === undefined || before.at < one.at || (before.at === one.at && before.id < one.id))
      newest.set(one.by.id, one);
  }
  return [...newest.values()]
    .sort((a, b) => a.at - b.at || a.id - b.id)
    .map(({ id, by, state, commit, at }) => ({
      id: String(id),
      by,
      answer: state === 'dismissed' ? 'withdrawn' : state,
      commit,
      binds,
      seenAt: at,
    }));
}
