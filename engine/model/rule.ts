// The rules of policies, as checked values: every default filled in, every duration in milliseconds, shared calendars
// taken in. Each kind is one file in config/rules/ (text to value) and one in policy/ (value and facts to verdict).

import type { Place } from './place.ts';

export type RuleConfig =
  | WindowRule
  | TrainRule
  | ApprovalRule
  | SoakRule
  | ChecksRule
  | DeployersRule
  | SignatureRule
  | DowngradeRule
  | LimitRule
  | LockRule
  | WhenRule;

type Rule<Type extends string> = { readonly type: Type; readonly place: Place };

export type WindowRule = Rule<'window'> & {
  /** The zone that its sentences are in. */
  readonly timezone: string;
  /** Empty means: always open but for `deny` and `holidays`. */
  readonly allow: readonly OpenSpan[];
  readonly deny: readonly ClosedSpan[];
  readonly holidays: readonly HolidaySpan[];
  /** What a run still going does when the window closes. */
  readonly onWindowClose: 'finish' | 'pause';
};

/** A stretch of time that may come again. Each has its own zone: a shared calendar may be written in another one. */
export type Span = { readonly timezone: string } & (
  | {
      readonly type: 'weekly';
      /** ISO numbers, 1 Monday to 7 Sunday. */
      readonly days: readonly number[];
      /** Minutes from local midnight; `toMinute` is excluded and may be 1440; where it is not after `fromMinute` the
       *  span ends on the next day. */
      readonly fromMinute: number;
      readonly toMinute: number;
    }
  /**
   * Local dates (`2026-12-19`, the whole day, both ends included) or local date-times (`2026-12-19T14:00`, end
   * excluded).
   */
  | { readonly type: 'dated'; readonly from: string; readonly to: string }
  | {
      readonly type: 'recurring';
      /** RFC 5545, without DTSTART. */
      readonly rrule: string;
      /** The local date-time of the first occurrence (`2026-01-06T10:00`): intervals count from it. */
      readonly first: string;
      readonly durationMs: number;
      /**
       * How much of it is local days, which have 23 to 25 hours where clocks change; the rest is time as it passes.
       * Left out where it is as many days as fit: `4h`, `1d`. Written for `24h`, of which none is.
       */
      readonly wholeDays?: number;
    }
);

export type OpenSpan = {
  readonly span: Span;
  /** How long before it opens people are told; null where they are not. */
  readonly noticeMs: number | null;
  /** What people call it (`maintenance`); null where it has no name. */
  readonly name: string | null;
  /** The calendar file that it comes from, or null. */
  readonly calendar: string | null;
};

export type ClosedSpan = {
  readonly span: Span;
  readonly reason: string | null;
  /** Kinds of change that it lets pass: a change every commit of which is of one of them. */
  readonly except: readonly string[];
  readonly calendar: string | null;
};

/** The public holidays of a country (`RO`) or a region of it (`US-CA`): whole local days. */
export type HolidaySpan = {
  readonly timezone: string;
  readonly place: string;
  readonly except: readonly string[];
  readonly calendar: string | null;
};

/** Versions leave at departures only; what is frozen before one misses it. */
export type TrainRule = Rule<'train'> & {
  readonly timezone: string;
  /** Each span is open for boarding. */
  readonly departures: readonly Span[];
  /** How long before a departure changes of `frozenKinds` must have been offered; null without a cut-off. */
  readonly cutoffMs: number | null;
  readonly frozenKinds: readonly string[];
};

/** So many people of a team, or one person. */
export type Voices = { readonly from: string; readonly count: number };

export type ApprovalRule = Rule<'approval'> & {
  readonly require: readonly Voices[];
  /** Further voices where a changed path matches the pattern, as in a CODEOWNERS file. */
  readonly paths: readonly (Voices & { readonly match: string })[];
  /** Whether those who made the change count. */
  readonly author: 'excluded' | 'counts';
  readonly userVerification: UserVerification;
  readonly expiresMs: number | null;
  readonly remindMs: number | null;
  readonly escalate: { readonly afterMs: number; readonly to: string } | null;
};

/** Healthy for so long in another environment, without a failure there. */
export type SoakRule = Rule<'soak'> & { readonly environment: string; readonly forMs: number };

export type ChecksRule = Rule<'checks'> & {
  /** Results that must have passed on the version's commit. */
  readonly require: readonly string[];
  readonly values: readonly {
    readonly name: string;
    readonly operator: '>=' | '<=' | '>' | '<' | '==';
    readonly bound: number;
  }[];
  /** Further results by kind of change (`feat`: [unit, integration]). */
  readonly evidence: Readonly<Record<string, readonly string[]>>;
};

/** Who may ask for a version by name. */
export type DeployersRule = Rule<'deployers'> & { readonly by: readonly string[] };

export type SignatureRule = Rule<'signature'> & {
  readonly by: readonly string[];
  readonly of: 'commit' | 'tag' | 'either';
  readonly userVerification: UserVerification;
};

/**
 * Whether only a security key counts that told its owner by PIN or finger. That it was touched is asked of all of
 * them.
 */
export type UserVerification = 'required' | 'optional';

/** An older version is refused, unless it is a rollback. */
export type DowngradeRule = Rule<'downgrade'>;

export type LimitRule = Rule<'limit'> & {
  readonly timezone: string;
  readonly runsMax: number;
  /** Local days and weeks (from Monday); `window`: the present opening of the window in the same policy. */
  readonly per: 'day' | 'week' | 'window' | { readonly ms: number };
};

/** Environments whose policies name the same lock do not deploy at once. */
export type LockRule = Rule<'lock'> & { readonly name: string };

export type WhenRule = Rule<'when'> & {
  /** CEL over the documented facts; true allows. */
  readonly expression: string;
  /** What to say where it is false; null says the expression. */
  readonly says: string | null;
};
