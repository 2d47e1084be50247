// What the faces (command line, API, dashboard) may ask of a config repository and its ledger. All that they need is
// the repository's URL: reading looks at the remote, writing appends a record to the ledger and pushes it, with or
// without a controller running. Faults are thrown; everything else is an answer.

import type { Instant } from '../../base/instant.ts';
import type { Problem } from '../../base/problem.ts';
import type { MergedAhead } from '../../explain/branch-plan.ts';
import type { Decision } from '../../explain/simulate-lane.ts';
import type { NewEvent } from '../../ledger/records/table.ts';
import type { Config } from '../../model/config.ts';
import type { LedgerPlace } from '../../model/ledger-place.ts';
import type { Observed } from '../../model/observed.ts';
import type { Grant } from '../../model/owners.ts';
import type { Run } from '../../model/run.ts';
import type { Version } from '../../model/version.ts';
import type { VerifyReport } from '../ledger/verify-report.ts';
import type { MergeAsk, MergeEnd } from './merge-branch.ts';
import type { ReleaseAnswer, ReleaseAsk } from './release.ts';
import type { SetAsk, SetEnd } from './set-value.ts';

export type Snapshot = {
  readonly observed: Observed;
  /** `--at` where it was given, else the clock. */
  readonly now: Instant;
  /** The head of the default branch; `config` is null while nothing of it can be used. */
  readonly head: string | null;
  readonly config: Config | null;
  readonly problems: readonly Problem[];
};

export type Written = {
  /** The ledger commit that the remote accepted, and the ref it is on. */
  readonly commit: string;
  readonly ref: string;
  /** The record bears the person's signature. */
  readonly signed: boolean;
};

export type SimulationAsk = {
  readonly from: Instant;
  readonly to: Instant;
  /** The branch whose policies are tried; null for the head of the default branch. */
  readonly policies: string | null;
  /** Null for all. */
  readonly environment: string | null;
};

export type SimulationEnd =
  | {
      readonly type: 'simulated';
      readonly environments: readonly string[];
      readonly policies: { readonly branch: string; readonly commit: string };
      readonly timezone: string;
      /** What could not be looked at, in sentences. */
      readonly notes: readonly string[];
    }
  | { readonly type: 'unknown-branch' }
  | { readonly type: 'unknown-environment'; readonly names: readonly string[] }
  | { readonly type: 'problems'; readonly problems: readonly Problem[] };

export type BranchAsk = {
  /** Short name of the branch that would be merged. */
  readonly branch: string;
  /** Short name of the branch it would be merged into; null for the default branch. */
  readonly onto: string | null;
  /** Where its tip is on the remote, when not by that name: a fork's is below refs/pull/. */
  readonly ref?: string;
};

export type BranchSeen =
  | { readonly type: 'unknown-branch'; readonly branch: string }
  | { readonly type: 'conflict'; readonly branch: string; readonly onto: string }
  /** All that it has is there already. */
  | { readonly type: 'nothing-left'; readonly branch: string; readonly onto: string }
  | {
      readonly type: 'merged';
      readonly ahead: MergedAhead;
      /** Of the configuration, were it merged. */
      readonly problems: readonly Problem[];
      readonly timezone: string;
    };

export type Commands = {
  /** One look at the remote. `environment` restricts the work to one; `versions` are further commits to read. */
  snapshot(options?: { readonly environment?: string; readonly versions?: readonly string[] }): Promise<Snapshot>;

  /** Runs that ended, newest first, from the ledger's archive. */
  archive(environment: string): AsyncIterable<Run>;

  /** Open or archived, by its id `<env>-<n>`; null when there is none. */
  run(id: string): Promise<Run | null>;

  /**
   * Appends one event in the person's name (git's identity), compare-and-swap, and pushes. It is signed with the
   * person's key where `sign` asks for it, and wherever `ledger.signatures` is required.
   */
  append(environment: string, event: NewEvent, options?: { readonly sign?: boolean }): Promise<Written>;

  /** A tag, a branch or a commit as a person types it; null when the repository has none of that name. */
  version(name: string): Promise<Version | null>;

  /** Unified diff of the environment's inputs between two versions. */
  diff(environment: string, from: Version, to: Version): Promise<string>;

  /** Replays what Git has against policies; `each` is told every decision, in the order in which versions came. */
  simulate(ask: SimulationAsk, each: (decision: Decision) => void): Promise<SimulationEnd>;

  /**
   * What would be observed if a branch were merged; nothing is pushed. Ends the use of these commands: what is asked
   * of them afterwards is answered as if it were merged.
   */
  merged(ask: BranchAsk): Promise<BranchSeen & { readonly now: Instant }>;

  /** Merges a branch as the person at the keyboard, if it is still where it was seen. */
  mergeBranch(ask: MergeAsk): Promise<MergeEnd>;

  /** Sets one value of a file by a commit in the person's name. */
  setValue(ask: SetAsk): Promise<SetEnd>;

  /** Plans the next release, and makes it unless it is only to be shown. */
  release(ask: ReleaseAsk): Promise<ReleaseAnswer>;

  /** When these commits were made, as they say themselves; those that are not here are left out. */
  commitTimes(commits: readonly string[]): Promise<ReadonlyMap<string, Instant>>;

  /** Checks the whole ledger again from its first commit: order, transitions, index against records, append-only. */
  verify(): Promise<VerifyReport>;

  /** `Name <email>` that records made here carry. */
  identity(): Promise<string>;

  close(): Promise<void>;
};

export type OpenOptions = {
  readonly repo: string;
  readonly state: string;
  readonly at: Instant | null;
};

export type ControllerOptions = OpenOptions & {
  readonly once: boolean;
  /** Shown in records and lease; default the host name. */
  readonly name: string;
  /** Restricts the controller to these environments; empty means all. */
  readonly environments: readonly string[];
  /**
   * Digests (12 digits or more) of changes of gates that the person who runs this accepts, by environment: the last
   * resort.
   */
  readonly acceptGates: ReadonlyMap<string, string>;
  /** Whose secrets are, as the operator says. */
  readonly grants?: readonly Grant[];
  /** Where the ledger is to be from now on, as the operator says. */
  readonly moveLedger?: LedgerPlace;
};
