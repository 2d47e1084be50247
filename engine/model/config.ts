// The config repository as the core sees it: checked, with every default filled in and every duration in
// milliseconds. `config/` makes these values from text; nobody else does.

import type { ForgeConfig } from './forge-config.ts';
import type { Place } from './place.ts';
import type { ReleaseConfig } from './release-config.ts';
import type { RuleConfig } from './rule.ts';
import type { StepCondition } from './step-condition.ts';

export type Config = {
  readonly repository: RepositoryConfig;
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
  readonly pipelines: Readonly<Record<string, PipelineConfig>>;
  readonly policies: Readonly<Record<string, PolicyConfig>>;
};

/** tidegate.yaml */
export type RepositoryConfig = {
  readonly timezone: string;
  readonly pollMs: number;
  /** How many jobs may run at once in one controller. */
  readonly concurrency: number;
  readonly people: Readonly<Record<string, Person>>;
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Who accepts changes of gates; null leaves it to the rules about people that are in force. */
  readonly changes: ChangesConfig | null;
  /** Null: Git alone. */
  readonly forge: ForgeConfig | null;
  /** Null where tidegate.yaml says nothing of releases. */
  readonly release: ReleaseConfig | null;
  readonly ledger: LedgerConfig;
  readonly lease: { readonly renewMs: number; readonly expiresMs: number };
};

export type Person = {
  /** Of their commits; the first is the one that they are written by. */
  readonly emails: readonly string[];
  readonly github: Login | null;
  readonly gitlab: Login | null;
};

/** `id`: the number that the forge knows them by, whatever they call themselves there; null where nobody wrote it
 *  down. */
export type Login = { readonly login: string; readonly id: number | null };

export type ChangesConfig = {
  /** People and teams. */
  readonly by: readonly string[];
  readonly count: number;
  /** Whether those who made the change count. */
  readonly author: 'excluded' | 'counts';
};

export type LedgerConfig = {
  /** Full ref prefix without a trailing slash: `refs/heads/tidegate`. */
  readonly namespace: string;
  /** Another repository that holds the ledger, or null for the config repository itself. */
  readonly repository: string | null;
  readonly signatures: 'optional' | 'required';
  /** Whether the last lines of a step's output go into the record. */
  readonly output: 'tail' | 'none';
  /** How long records may wait on local disk before they are pushed; null chooses by the kind of remote. */
  readonly flushMs: number | null;
};

export type Follow =
  /** `branch: null` in YAML terms is the remote's default branch. */
  | { readonly type: 'branch'; readonly branch: string | null }
  /** `on`: branches from which a tag must be reachable; empty means the default branch. */
  | { readonly type: 'tags'; readonly pattern: string; readonly on: readonly string[]; readonly prereleases: boolean }
  | { readonly type: 'promoted'; readonly from: string };

export type EnvironmentConfig = {
  readonly name: string;
  readonly place: Place;
  readonly description: string | null;
  readonly follow: Follow;
  readonly pipeline: string;
  readonly policies: readonly string[];
  readonly target: TargetConfig;
  readonly url: string | null;
  /** Values reach steps as `${{ variables.NAME }}` and as environment variables NAME. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the controller's own environment variables that steps receive; their values are masked everywhere. */
  readonly secrets: readonly string[];
  readonly queue: 'latest' | 'all';
  /** Destructive commands ask to type the words. */
  readonly confirm: boolean;
  /** Further inputs: paths (files or folders) beside the environment's own. */
  readonly paths: readonly string[];
  /** Who may use `tidegate rollback` past gates: people and teams; null means anyone who may write the ledger. */
  readonly rollbackBy: readonly string[] | null;
  /** What is brought here as proposals; absent where nothing is. */
  readonly promote?: PromoteConfig;
};

export type PromoteConfig = {
  readonly place: Place;
  /** Environments that must all run it. */
  readonly from: readonly string[];
  /** Patterns below the folder of the environment: files that are taken over whole. */
  readonly take: readonly string[];
  /** Of these files only these keys (`image.tag`). */
  readonly fields: readonly { readonly pattern: string; readonly keys: readonly string[] }[];
  readonly each: 'environment' | 'service';
  readonly when: 'proven' | 'soaked' | 'asked';
  readonly merge: 'person' | 'when-allowed';
  readonly closed: 'remember' | 'reopen';
};

export type TargetConfig = Kinded & {
  /** The place that it puts things into, in one spelling: a place has one owner. Null for one that only its
   *  scripts know. */
  readonly claim: string | null;
};

/** A step or a target as its own kind (`engine/steps`, `engine/targets`) made it. */
type Kinded = {
  /** The key of its kind. */
  readonly type: string;
  /** Scripts that a shell is given, their `${{ … }}` still inside: what they name is an input and must be there. */
  readonly scripts: readonly string[];
  /** Plain JSON that nobody reads but the kind. */
  readonly settings: object;
};

export type PipelineConfig = {
  readonly name: string;
  readonly place: Place;
  readonly stages: readonly StageConfig[];
  readonly onFailure: 'rollback' | 'stop';
};

export type StageConfig = {
  readonly name: string;
  readonly place: Place;
  readonly skippable: boolean;
  readonly policies: readonly string[];
  readonly steps: readonly StepConfig[];
};

export type RetryConfig = {
  /** Tries in all, the first included. */
  readonly attemptsMax: number;
  readonly delayMs: number;
  /** Each delay is the one before times this. */
  readonly factor: number;
  readonly delayMsMax: number;
};

type StepCommon = {
  readonly name: string;
  readonly place: Place;
  readonly timeoutMs: number;
  readonly retry: RetryConfig;
  /** What to do with a step that may or may not have run when its controller was lost. */
  readonly idempotent: boolean;
  /** By which later steps name it; absent where it has none. */
  readonly id?: string;
  /** When it runs; absent: while everything before it in its stage has succeeded. */
  readonly if?: StepCondition;
  /** Its failure does not fail the stage. */
  readonly continueOnError?: true;
};

export type StepConfig = StepCommon &
  Kinded & {
    /** Whether it puts the version in place, by the environment's target. */
    readonly touches: boolean;
  };

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One policy file (or one document of it): any number of rules, all of which must allow. */
export type PolicyConfig = {
  readonly name: string;
  readonly place: Place;
  readonly rules: readonly RuleConfig[];
  readonly override: OverrideConfig | null;
};

export type OverrideConfig = {
  readonly by: readonly string[];
  /** How many of them must agree; 1 unless the policy asks for two. */
  readonly people: number;
  /** Whether those who made the change override it: by default no, where a rule of the policy excludes them. */
  readonly author: 'excluded' | 'counts';
  readonly reason: 'required' | 'optional';
  readonly expiresMs: number;
  /** Kinds of rule that it overrides; null overrides all of the policy. */
  readonly rules: readonly string[] | null;
  /** A post-mortem is due for each use, until a person closes it. */
  readonly postmortem: boolean;
};
