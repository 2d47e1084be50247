// What policies may look at, as values. Whatever Git, a clock, a key or a holiday table would have to be asked for is
// a fact in here; the shell finds it out, the simulator and policy tests make it up.

import type { Instant } from '../base/instant.ts';
import type { Person } from './config.ts';
import type { ForgePerson } from './proposal.ts';
import type { Answer, RunKind, Trigger } from './record.ts';
import type { Version } from './version.ts';

export type Directory = {
  readonly people: Readonly<Record<string, Person>>;
  readonly teams: Readonly<Record<string, readonly string[]>>;
};

export type PolicyFacts = {
  readonly now: Instant;
  readonly environment: string;
  readonly version: Version;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  /** The person who asked for this version by name; null where `follow` brought it. */
  readonly requestedBy: string | null;
  /** The run that is asked about when one of its stages starts; it never counts against itself. */
  readonly run: string | null;
  /** `policy/rule` names that are overridden now. */
  readonly lifted: readonly string[];
  /** Until when, by `policy/rule`. */
  readonly liftedUntil: Readonly<Record<string, Instant>>;
  /** When more people begin to override it than now, by `policy/rule`: their words are dated ahead. */
  readonly liftedFrom?: Readonly<Record<string, Instant>>;
  /** What some people override, and not yet enough of them: by `policy/rule`, in words. */
  readonly halfLifted: Readonly<Record<string, string>>;
  /** What only those want to override who made the change, and are no voice in that: by `policy/rule`, in words. */
  readonly ownLifted?: Readonly<Record<string, string>>;
  readonly directory: Directory;
  /** Unsigned words of people do not count. */
  readonly signaturesRequired: boolean;
  readonly evidence: Evidence;
  /** Everything that people said here, for this version and others, oldest first. */
  readonly approvals: readonly GivenApproval[];
  /** When this version was first seen to wait here; null where that is now. */
  readonly offeredAt: Instant | null;
  /** What runs here. */
  readonly current: { readonly version: Version; readonly since: Instant } | null;
  /** Deployments that began here, newest first. */
  readonly starts: readonly { readonly run: string; readonly at: Instant }[];
  /** Runs of other environments that are open, and the locks that those environments name. */
  readonly holders: readonly { readonly lock: string; readonly environment: string; readonly run: string }[];
  readonly holidays: Holidays;
};

/** What was found out about one version in one environment. */
export type Evidence = {
  /** Of environment, commit, input ids, resolved steps and target: what an approval is bound to. */
  readonly planDigest: string;
  /**
   * The same without the commit: what was proposed and what a merge made of it do the same. Absent where nobody asks
   * for answers of people.
   */
  readonly contentDigest?: string;
  /** Null where it cannot be known: rules that need it do not allow then. */
  readonly change: Change | null;
  /** Why it cannot be known, in words; null where it can, or nobody says. */
  readonly changeUnknown: string | null;
  readonly signed: { readonly commit: Signed; readonly tag: Signed };
  /** By environment, for those that a `soak` rule names. */
  readonly soaks: Readonly<Record<string, Soaked>>;
  /** Newest first: the first of a name counts. */
  readonly checks: readonly GivenCheck[];
  /** Results may be on a forge too, which has not answered here. */
  readonly isForgeUnheard?: boolean;
  /** It lies behind what runs here: an ancestor of it, or a lower tag. */
  readonly isOlder: boolean;
};

/** What lies between what runs here and this version, as far as it touches the environment's inputs. */
export type Change = {
  /** `Name <email>` of every author, co-author and committer, and of the tagger. */
  readonly authors: readonly string[];
  readonly paths: readonly string[];
  /** Kinds of change by conventional commit type, each once; '' for a commit that names none. */
  readonly kinds: readonly string[];
  readonly commits: number;
};

export type Signed =
  | { readonly type: 'unsigned' }
  /**
   * `by`: the principal in `policies/allowed_signers`. `isVerified`: with a security key that told its owner by PIN
   * or finger.
   */
  | { readonly type: 'signed'; readonly by: string; readonly isVerified?: true }
  /**
   * `passing`: it could not be checked now, and is checked again; no yes, and no reason to close anything for good.
   */
  | { readonly type: 'invalid'; readonly sentence: string; readonly passing?: true };

export function isPassing(signed: Signed | undefined): boolean {
  return signed?.type === 'invalid' && signed.passing === true;
}

/**
 * `since`: these contents run there now, and well. `soakedMs`: how long they did before that, since the last failure.
 */
export type Soaked =
  | { readonly type: 'never' }
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'healthy'; readonly since: Instant | null; readonly soakedMs: number };

export type CheckResult = {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'pending';
  readonly value: number | null;
  readonly at: Instant;
  readonly by: string;
};

/** A result as a rule sees it: recorded, or shown by a forge. */
export type GivenCheck = CheckResult & { readonly shown?: ShownCheck };

/** Anybody who may write can set a result of any name: so it is told whose it is. */
export type ShownCheck = {
  /** The App of a check run; null for a status. */
  readonly app: number | null;
  /** Who set a status; null for a check run. */
  readonly by: ForgePerson | null;
  /** The commit that it is of: the version's own, or one with the same files. */
  readonly commit: string;
  readonly url: string | null;
  /** Why it is no yes now, in words; null where it is one. */
  readonly stale: string | null;
};

export type GivenApproval = {
  readonly id: string;
  /** `Name <email>`, as Git names the person. */
  readonly by: string;
  readonly answer: Answer;
  readonly version: Version;
  /** Null where it was given by a tag, which binds to the commit alone. */
  readonly planDigest: string | null;
  readonly reason: string;
  readonly at: Instant;
  /** The approval tag, where it was given by one. */
  readonly tag: string | null;
  readonly signed: Signed;
  /**
   * Why it cannot count, no matter who gave it (its tag was moved, its name says another version); null where nothing
   * is wrong.
   */
  readonly void: string | null;
  /** Where it was given as a review on a forge. */
  readonly review?: GivenReview;
};

export type GivenReview = {
  /** Of the pull request. */
  readonly number: number;
  readonly account: ForgePerson;
  /** Who made what was reviewed; null where nobody can tell. */
  readonly authors: readonly string[] | null;
  /** How it went, in words; null while it stands. */
  readonly ended: string | null;
};

/** Local dates (`2026-12-01`) and names by place (`RO`, `US-CA`), for the years that were asked for. */
export type Holidays = Readonly<Record<string, readonly { readonly date: string; readonly name: string }[]>>;

export const NO_EVIDENCE: Evidence = {
  planDigest: '',
  change: null,
  changeUnknown: null,
  signed: { commit: { type: 'unsigned' }, tag: { type: 'unsigned' } },
  soaks: {},
  checks: [],
  isOlder: false,
};

/** Of a version that nobody knows anything of, in an environment where nothing ever ran. */
export function bareFacts(directory: PolicyFacts['directory'], environment: string, now: Instant): PolicyFacts {
  return {
    now,
    environment,
    version: { commit: '', tag: null },
    kind: 'deploy',
    trigger: 'commit',
    requestedBy: null,
    run: null,
    lifted: [],
    liftedUntil: {},
    halfLifted: {},
    directory,
    signaturesRequired: false,
    evidence: NO_EVIDENCE,
    approvals: [],
    offeredAt: null,
    current: null,
    starts: [],
    holders: [],
    holidays: {},
  };
}
