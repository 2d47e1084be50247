// All that a decision may look at. The shell gathers it; the core only reads it. Whatever Git, a clock or a disk
// would have to be asked for is a fact in here.

import type { Instant } from '../base/instant.ts';
import type { Problem } from '../base/problem.ts';
import type { EnvironmentConfig, Person, PipelineConfig, PolicyConfig } from './config.ts';
import type { EnvironmentState } from './environment-state.ts';
import type { GatedStage, GateTerms } from './gate-terms.ts';
import type { JobEnding } from './job.ts';
import type { EndedEffect } from './outside-effect.ts';
import type { Owners } from './owners.ts';
import type { Evidence, Holidays, PolicyFacts, Signed } from './policy-facts.ts';
import type { PromotionFacts, SourceHealth } from './promotion.ts';
import type { ForgeFacts, Review } from './proposal.ts';
import type { Answer, Trigger } from './record.ts';
import type { Needs } from './remedy.ts';
import type { Contents, Version } from './version.ts';

export type Observed = {
  /** `zones`: the release of the time zone data that it computes windows by. */
  readonly controller: { readonly id: string; readonly name: string; readonly zones?: string };
  readonly clock: 'real' | 'given';
  /** Whether a step could begin at once. A gate is asked when a stage starts, not while it waits for its turn. */
  readonly hasRoom: boolean;
  /** Whether the last lines of a step's output go into its record. */
  readonly recordsOutput: boolean;
  /** Between TERM and KILL, so that a job is surely over when its lease is. */
  readonly killGraceMs: number;
  /** The remote's clock minus ours; null where the transport tells none. */
  readonly clockSkewMs: number | null;
  /** Short name of the remote's default branch. */
  readonly defaultBranch: string;
  /** What concerns all environments at once: `suspend --all`, results of checks, locks. */
  readonly repository: ObservedLedger;
  /** Public holidays of the places that policies name, for the years around now. */
  readonly holidays: Holidays;
  /** Whose targets and secrets are, as far as other ledgers and the operator say. */
  readonly owners?: Owners;
  /** Where tidegate.yaml has the ledger at another place than it is: one sentence. */
  readonly placeWarning?: string;
  /** What the forge says; absent where none was asked. */
  readonly forge?: ForgeFacts;
  readonly environments: readonly ObservedEnvironment[];
};

export type ObservedEnvironment = {
  readonly name: string;
  readonly ledger: ObservedLedger;
  readonly lease: ObservedLease;
  /** What the head of the default branch says; null while it has problems that concern this environment. */
  readonly gates: Gates | null;
  /** The head's problems that concern this environment, as `file:line:column: …` sentences. */
  readonly problems: readonly Problem[];
  /** The commit that `gates` were read from. */
  readonly config: string | null;
  /** What `follow` offers: the newest only, or with `queue: all` the oldest first. */
  readonly offers: readonly Offer[];
  /** What `follow` does not offer (a tag that does not count, a deleted tag). */
  readonly ignored: readonly PassedOver[];
  /** What Git says of a change of gates that is not accepted yet. */
  readonly gatesChange: GatesChange;
  /** Somebody with a say in what is in force and in what the head says has rejected the head's gates. */
  readonly isHeadSetAside: boolean;
  /** Steps, target and variables by commit, for the offers, requests, open runs and what could be rolled back to. */
  readonly versions: ReadonlyMap<string, VersionConfig>;
  /** What policies may ask about each of those, by commit. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** The versions that this was found out for, by their tags too: nothing else is granted. */
  readonly weighed: readonly Version[];
  /** When to ask again, where a passing fault left something unknown. */
  readonly askAgainAt?: Instant;
  /** Whose signature each signed record carries, by the record's id; unsigned ones are absent. */
  readonly signers: ReadonlyMap<string, Signed>;
  /** Answers by tag for the versions concerned, as they are on the remote now. */
  readonly approvalTags: readonly ApprovalTag[];
  /** The same for a change of gates. */
  readonly gatesTags: readonly GatesTag[];
  /** Open runs of other environments, and the locks that those name. */
  readonly holders: PolicyFacts['holders'];
  /** Contents of commits that a request names. */
  readonly contents: ReadonlyMap<string, Contents>;
  readonly jobs: ReadonlyMap<string, JobEnding | 'running'>;
  /** What became of outside effects that this process has performed, by their id. */
  readonly effects: ReadonlyMap<string, EndedEffect>;
  /** The state's leftovers as the remote has them now, and branches of proposals that are over, by branch. */
  readonly leftovers: ReadonlyMap<string, LeftoverSeen>;
  readonly writeBack: WriteBackFacts;
  /** Absent where nothing is promoted here. */
  readonly promotion?: PromotionFacts;
  /** How long what runs in the environments that it is promoted from has run there. */
  readonly sourceHealth?: Readonly<Record<string, SourceHealth>>;
  /** Where the write-back's restoring branch is already merged, or the followed head has the good contents again. */
  readonly holdLifted: string | null;
  /** Commits that somebody reviewed on a forge, and what they are here. Absent where none is. */
  readonly reviewed?: ReadonlyMap<string, ReviewedCommit>;
  /** What the forge says of reviews that gates rest on, by their ids. Absent where it was not asked. */
  readonly gatesReviews?: { readonly asOf: Instant | null; readonly answers: ReadonlyMap<string, Review['answer']> };
};

/** A commit that was reviewed on a forge, as far as this environment goes. */
export type ReviewedCommit = {
  /** Of its contents. */
  readonly digest: string;
  /** Of what would be done, by whichever commit; empty where that cannot be known. */
  readonly contentDigest: string;
  /** Its pull request changes what the environment is made of. */
  readonly isChange: boolean;
  /** Who made that change; null where nobody can tell. */
  readonly authors: readonly string[] | null;
  /** The gates that it yields here, where its pull request changes them; null where it does not. */
  readonly gates: { readonly digest: string; readonly authors: readonly string[] | null } | null;
  /** How what is offered here differs from it, by the commit of the offer. */
  readonly differs: ReadonlyMap<string, Difference>;
};

/** One file that differs, and the newest commit that changed it; null where nobody can tell. */
export type Difference = { readonly path: string; readonly by: string | null };

export type ObservedLedger =
  | { readonly type: 'read'; readonly state: EnvironmentState }
  /** Deleted, rewritten, unreadable: the sentence says which. */
  | { readonly type: 'damaged'; readonly sentence: string; readonly state: EnvironmentState };

export type ObservedLease =
  | { readonly type: 'none' }
  /** Claimed by this very process. */
  | { readonly type: 'mine'; readonly epoch: number }
  /** Claimed by this controller in an earlier life; or in this one, and not renewed in time. */
  | { readonly type: 'former'; readonly epoch: number }
  | { readonly type: 'foreign'; readonly epoch: number; readonly controller: string; readonly expiresAt: Instant };

/** What decides whether something may run, as the head of the default branch says it. */
export type Gates = {
  readonly environment: EnvironmentConfig;
  /** What of it must be accepted, and its digest (SHA-256 of `gateText`, 64 hex digits). */
  readonly terms: GateTerms;
  readonly digest: string;
  readonly policies: readonly PolicyConfig[];
  /** All stages of the pipeline. */
  readonly stages: readonly GatedStage[];
  /** All policies of the head by name, for what a version adds to its own stages. */
  readonly named: Readonly<Record<string, PolicyConfig>>;
  readonly people: Readonly<Record<string, Person>>;
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Whether unsigned words of people count. */
  readonly signatures: 'optional' | 'required';
};

/**
 * An annotated tag `approve/<env>/<version>` or `reject/<env>/<version>`, with `@<anything>` behind it where several
 * people answer.
 */
export type ApprovalTag = {
  readonly name: string;
  /** What it was made as: the name inside it, which a signature is over. Null for one that has none. */
  readonly called: string | null;
  readonly answer: Answer;
  /** Of the tag itself, so that one that is moved is noticed. */
  readonly oid: string;
  /** What it points at; null where that is no commit. */
  readonly commit: string | null;
  /** The commit of the version in its name; null where the repository has none of that name. */
  readonly named: string | null;
  /** The tagger as `Name <email>`; null for a tag without one, which says nothing about who made it. */
  readonly person: string | null;
  readonly reason: string;
  readonly signed: Signed;
};

/** An annotated tag `approve/<env>/gates-<serial>-<digest>` (at least 12 digits of it) or `reject/…`. */
export type GatesTag = Omit<ApprovalTag, 'commit' | 'named'> & { readonly serial: number; readonly digest: string };

/** Facts about a change of gates: what is not asked about is null. */
export type GatesChange = {
  /** The newest commit of the head's line that changed those files, with its author and its own date. */
  readonly made: { readonly commit: string; readonly by: string; readonly at: Instant } | null;
  /**
   * The one who changed the files that the gates come from since those in force were read; null where history cannot
   * tell.
   */
  readonly authors: readonly string[] | null;
  /** Digests of the gates that versions hold themselves, by commit. */
  readonly ofVersions: ReadonlyMap<string, string>;
  /**
   * For a ledger older than gates.json: the gates that let the newest granted run in; null where nobody knows them.
   */
  readonly upgrade: { readonly terms: GateTerms; readonly digest: string; readonly from: string } | null;
  /**
   * For a new environment: whom the gates of the others name, with people of their own. Empty where none has such
   * rules.
   */
  readonly guards: readonly { readonly environment: string; readonly terms: GateTerms }[];
  /** The head can be read, and does not have this environment. */
  readonly isRemoved: boolean;
  /** The digest of gates that are not there, and the head that does not have them. */
  readonly removedDigest: string;
  readonly removedIn: string;
  /** `tidegate run --accept-gates` names this digest for this environment. */
  readonly operatorAccepts: string | null;
};

export const NO_GATES_CHANGE: GatesChange = {
  made: null,
  authors: null,
  ofVersions: new Map(),
  upgrade: null,
  guards: [],
  isRemoved: false,
  removedDigest: '',
  removedIn: '',
  operatorAccepts: null,
};

export type Offer = {
  readonly version: Version;
  readonly contents: Contents;
  readonly trigger: Trigger;
  /** Who made the change, as Git names them. */
  readonly author: string;
  readonly tag: TagFacts | null;
  /** False where what runs here is not in the offered commit's history: a branch was force-pushed. */
  readonly descends: boolean;
  /**
   * The version that people went away from and that this one is not newer than: it is passed over. Null for all else.
   */
  readonly passedOver: Version | null;
  /** On a branch: it was there before a rollback was held, and so it is no answer to that. */
  readonly beforeHold?: boolean;
};

export type TagFacts = {
  readonly name: string;
  readonly oid: string;
  readonly reachable: boolean;
  /** Branches it must be reachable from, for the sentence. */
  readonly on: readonly string[];
};

export type VersionConfig =
  | { readonly type: 'read'; readonly environment: EnvironmentConfig; readonly pipeline: PipelineConfig }
  | { readonly type: 'problems'; readonly problems: readonly Problem[] };

export type LeftoverSeen = { readonly type: 'there'; readonly oid: string } | { readonly type: 'gone' };

export type WriteBackFacts = {
  /** Branch that the environment follows, or that its tags must be on. */
  readonly branch: string;
  /** Input paths of all other environments. */
  readonly otherInputs: readonly string[];
  /** Names of all tags on the remote; empty unless the environment follows tags. */
  readonly tagNames: readonly string[];
  /** Digest of the environment's contents at the head of `branch`. */
  readonly digestAtHead: string | null;
};

/** Why something is not offered. */
export type PassedOver = {
  /** The tag that it is about; null where it is about no single one. */
  readonly tag: string | null;
  readonly sentence: string;
  /** What a person may do about it. */
  readonly needs?: Needs;
};
