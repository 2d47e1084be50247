// Whether the clock that a decision is made by can be right: windows are judged by it, so without it nothing new
// starts. Instants never order the ledger; here they only tell that something is wrong, with this machine or with
// another.

import { formatDuration } from '../base/duration.ts';
import type { Observed } from '../model/observed.ts';
import { needsOneOf } from '../model/remedy.ts';
import type { OwnVerdict } from '../model/verdict.ts';
import type { Draft } from './draft.ts';
import { plain } from './plain-verdict.ts';

/** Beyond this difference between clocks, windows cannot be trusted. */
export const CLOCK_SKEW_MS_MAX = 5 * 60_000;

/** Null where nothing speaks against it. */
export function clockVerdict(draft: Draft): OwnVerdict | null {
  const { observed } = draft;
  if (isClockOff(observed)) {
    const sentence = `this machine's clock differs by ${formatDuration(Math.abs(observed.clockSkewMs ?? 0))} from the remote's; nothing new starts until they agree`;
    return plain('waiting', 'clock', sentence, 'clock');
  }
  return behindLedger(draft);
}

/** The remote's own clock says otherwise. What was written by such a clock would only be in everybody's way. */
export function isClockOff({ clock, clockSkewMs }: Pick<Observed, 'clock' | 'clockSkewMs'>): boolean {
  return clock !== 'given' && Math.abs(clockSkewMs ?? 0) > CLOCK_SKEW_MS_MAX;
}

/**
 * One of the two is wrong: this clock, or the one that the newest record was written by. A remote that tells its
 * time, as those over HTTP do, says which; elsewhere only a person can.
 */
export function behindLedger({ observed, environment, state, now }: Draft): OwnVerdict | null {
  if (observed.clock === 'given' || state.lastAt === null || now >= state.lastAt) return null;
  const behindMs = state.lastAt - now;
  if (observed.clockSkewMs !== null && behindMs > CLOCK_SKEW_MS_MAX) return null;
  const own = state.lastBy === `controller ${observed.controller.name}`;
  // Other machines' clocks may differ a little; one's own never runs backwards by more than an adjustment.
  const toleratedMs = own ? 1_000 : CLOCK_SKEW_MS_MAX;
  if (behindMs <= toleratedMs) return null;
  const sentence =
    `this machine's clock is ${formatDuration(behindMs)} behind the newest record (${state.lastBy}); nothing new starts until it has caught up, ` +
    "or a person resumes it, who knows that it is right and the record's was not";
  return {
    ...plain('waiting', 'clock', sentence, 'clock'),
    until: state.lastAt - toleratedMs,
    needs: needsOneOf({ act: 'resume', environment: environment.name }),
  };
}
