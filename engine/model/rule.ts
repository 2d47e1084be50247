// The rules of policies, as checked values: every default filled in, every duration in milliseconds, shared calendars
// taken in. A kind is one file in engine/policy/rules, which adds its own type here, so that the compiler knows all
// of them wherever rules are told apart.

import type { Place } from './place.ts';

/** By kind. Empty here: what a kind is made of stands in its own file. */
// biome-ignore lint/suspicious/noEmptyInterface: each kind merges its line into it
export interface RuleTypes {}

export type RuleOf<Type extends keyof RuleTypes> = RuleTypes[Type];
export type RuleConfig = RuleOf<keyof RuleTypes>;

export type Rule<Type extends string> = { readonly type: Type; readonly place: Place };

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

/** So many people of a team, or one person. */
export type Voices = { readonly from: string; readonly count: number };

/**
 * Whether only a security key counts that told its owner by PIN or finger. That it was touched is asked of all of
 * them.
 */
export type UserVerification = 'required' | 'optional';
