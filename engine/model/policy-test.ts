// A policy test as written, checked: what is given at a moment, and the verdict that is expected of it.

import type { Instant } from '../base/instant.ts';
import type { Place } from './place.ts';
import type { Change, CheckResult, Signed } from './policy-facts.ts';
import type { Answer, RunKind, Trigger } from './record.ts';
import type { Status } from './verdict.ts';

export type PolicyTest = {
  readonly name: string;
  readonly place: Place;
  /** Whose policies are asked: an environment's, or these. */
  readonly asks: { readonly environment: string } | { readonly policies: readonly string[] };
  readonly at: Instant;
  readonly given: GivenFacts;
  readonly expect: Expected;
};

/** Names of people are keys of `people`, or `Name <email>`. Spans of time count back from `at`. */
export type GivenFacts = {
  readonly version: string;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly requestedBy: string | null;
  /** Null: it cannot be known. */
  readonly change: Change | null;
  readonly approvals: readonly {
    readonly by: string;
    readonly answer: Answer;
    readonly agoMs: number;
    /** Null: the version that is asked about. */
    readonly version: string | null;
    readonly isSigned: boolean;
  }[];
  readonly checks: readonly (Pick<CheckResult, 'name' | 'status' | 'value'> & { readonly agoMs: number })[];
  readonly soaks: Readonly<Record<string, { readonly soakedMs: number } | 'never' | 'failed'>>;
  readonly startsAgoMs: readonly number[];
  readonly current: string | null;
  readonly isOlder: boolean;
  readonly signed: { readonly commit: Signed; readonly tag: Signed };
  readonly holders: readonly { readonly lock: string; readonly environment: string }[];
  /** Since when it waits; null: it is new. */
  readonly offeredAgoMs: number | null;
  /** Who asked for it in an emergency: keys of `people`. */
  readonly emergency: readonly string[];
  /** `policy/rule` names that are overridden. */
  readonly overridden: readonly string[];
};

export type Expected = {
  readonly status: Status | null;
  /** Absent where nothing is said about it; `null` for `never`. */
  readonly until?: Instant | null;
  readonly rules: Readonly<Record<string, Status>>;
  readonly says: readonly string[];
};
