// What the shell needs of a forge: six verbs, each of which may be called again with the same words and is then done
// once. `look` never throws. The acts look before they change anything, and throw a Fault where they are to be called
// again: `isInDoubt` when it may have been done, `afterMs` when it is known how long to wait. Only the controller's
// loop repeats.

import type { Instant } from '../base/instant.ts';
import type { Binds, ForgeFacts, ForgeProposal } from '../model/proposal.ts';

export type Forge = {
  readonly kind: 'github' | 'gitlab' | 'gitea' | 'plain';
  /** What this forge can do; another verb answers `unsupported`. */
  readonly verbs: ReadonlySet<ForgeVerb>;
  readonly binds: Binds;

  /**
   * What the forge says now; what it said last where it cannot be asked, or was asked less than half a minute ago.
   */
  look(since: ForgeSince): Promise<ForgeFacts>;
  open(order: OpenOrder): Promise<Opened>;
  /** Where a push of the branch opens it, if this is told with it (`git push --push-option`). */
  told?(order: OpenOrder): readonly string[];
  close(order: CloseOrder): Promise<Closed>;
  merge(order: MergeOrder): Promise<Merged>;
  requestReviews(order: ReviewOrder): Promise<Requested>;
  /**
   * Takes the whole state that is wanted from now on, and writes what differs when there is room for it. Returns at
   * once.
   */
  mirror(desired: ForgeDesired): Mirrored;
  /** Ends what goes on in the background. */
  end(): Promise<void>;
};

export type ForgeVerb = 'look' | 'open' | 'close' | 'merge' | 'request-reviews' | 'mirror';

export type ForgeSince = {
  /** Closed proposals are told as far back as this. */
  readonly closedAfter: Instant;
  /** Whose reviews are wanted. Asked of each proposal that is told; its `reviews` are those of before. */
  readonly wantsReviews: (proposal: ForgeProposal) => boolean;
  /** Commits whose results on the forge are asked for by a rule. */
  readonly checksOf: readonly string[];
  /** Something happened there (a webhook came): it is asked at once. */
  readonly fresh?: boolean;
};

export type OpenOrder = {
  readonly branch: string;
  readonly base: string;
  /** The commit at the tip of the branch. */
  readonly head: string;
  readonly title: string;
  readonly body: string;
};

export type Opened =
  | { readonly type: 'open'; readonly number: number | null; readonly url: string | null }
  /** There is one of this branch and head already, and somebody has closed it, or merged it. */
  | { readonly type: 'closed'; readonly number: number; readonly url: string }
  | Refused;

export type CloseOrder = {
  readonly number: number | null;
  readonly branch: string;
  /** The tip that is ours: where it is another, a person has committed to it, and it is left alone. */
  readonly head: string;
};

export type Closed =
  /** Also where it was closed before, by us or by anybody. */
  { readonly type: 'closed' } | { readonly type: 'moved'; readonly head: string } | Refused;

export type MergeOrder = {
  readonly number: number | null;
  readonly branch: string;
  readonly base: string;
  /** Nothing else is merged: where the tip is another, nothing is done. */
  readonly head: string;
  /** Null: what the repository allows, a merge commit first. */
  readonly method: MergeMethod | null;
  /** Of the merge commit, where we make it. */
  readonly message: string;
};

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type Merged =
  /** `commit` is null where the forge does not say: Git tells. */
  | { readonly type: 'merged'; readonly commit: string | null }
  /** It merges by itself: it stands in a merge queue, or merges when what the forge requires is there. */
  | { readonly type: 'queued' | 'when-ready' }
  | { readonly type: 'moved'; readonly head: string }
  /** Closed without having been merged. */
  | { readonly type: 'closed' }
  | Refused;

/** A forge that merges pull requests itself. */
export type Merger = {
  readonly name: string;
  /** By the very commit, found by its branch. Throws Fault where it is to be called again. */
  readonly merge: (order: Omit<MergeOrder, 'number' | 'method'>) => Promise<Merged>;
};

/** What outside effects need of a forge. */
export type ForgeHand = {
  /** Null where merging is a push. */
  readonly merger: Merger | null;
  /** What the server is told with the push of a branch, where that opens its request. Throws Fault while unknown. */
  readonly told: (order: OpenOrder) => readonly string[];
};

/** Git alone. */
export const NO_FORGE: ForgeHand = { merger: null, told: () => [] };

export type ReviewOrder = {
  readonly number: number | null;
  readonly branch: string;
  /** Nobody is asked twice about the same tip. */
  readonly head: string;
  /** `id` null: known by the login alone. */
  readonly people: readonly { readonly login: string; readonly id: number | null }[];
};

export type Requested =
  /** `unknown`: logins that could not be asked, with the words of the forge. */
  { readonly type: 'requested'; readonly asked: readonly string[]; readonly unknown: readonly string[] } | Refused;

/** For good, or until somebody changes something there: the sentence says what. */
export type Refused = { readonly type: 'refused' | 'unsupported'; readonly sentence: string };

export type ForgeDesired = {
  readonly comments: readonly DesiredComment[];
  readonly statuses: readonly DesiredStatus[];
  readonly deployments: readonly DesiredDeployment[];
};

/** One a proposal, edited in place. */
export type DesiredComment = {
  readonly number: number;
  /** The one that was made before, as far as it is recorded. */
  readonly recorded: { readonly id: number; readonly digest: string } | null;
  readonly body: string;
};

export type DesiredStatus = {
  readonly commit: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string;
  readonly url: string | null;
};

export type DesiredDeployment = {
  /** `production-12`: one run is one deployment. */
  readonly run: string;
  readonly environment: string;
  readonly commit: string;
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  readonly description: string;
  readonly logUrl: string | null;
  readonly environmentUrl: string | null;
  readonly isProduction: boolean;
};

/** How far the mirrors are. */
export type Mirrored = {
  readonly comments: readonly { readonly number: number; readonly id: number; readonly digest: string }[];
  /** How many writes are still to come. */
  readonly pending: number;
  /** What the forge does not take, in sentences. */
  readonly troubles: readonly string[];
};
