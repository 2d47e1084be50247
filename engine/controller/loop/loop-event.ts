// All that can happen to the loop: what its collaborators tell it, as one union. Each of them emits some of these and
// knows nothing of the loop, which answers them in one switch.

import type { Fault } from '../../ports/fault.ts';
import type { EffectEvent, FailedEvent } from '../effects/effect-event.ts';
import type { ForgeEvent } from '../forge/forge-watch.ts';
import type { ReleaseEvent } from '../release/release-watch.ts';
import type { Claim, Claimed } from './claim.ts';

type Environments = readonly string[];

export type LookEvent =
  /** The remote gives no answer; it is still waited for. */
  | { readonly type: 'look-silent'; readonly fault: Fault }
  | { readonly type: 'look-succeeded' }
  /**
   * A look that nobody waits for is over, whatever it saw: that alone may have kept the controller from being idle.
   */
  | { readonly type: 'looked' }
  | FailedEvent;

export type FlushEvent =
  /** The remote has answered a push, and took these. */
  | { readonly type: 'pushed'; readonly accepted: Environments }
  /**
   * Records could not be pushed, which has been said; they are tried again. Anything but a Fault is a defect of ours.
   */
  | { readonly type: 'push-failed'; readonly cause: unknown }
  /** The remote is not where we thought. */
  | { readonly type: 'remote-moved' };

export type ClaimEvent =
  | ({ readonly type: 'claims-answered'; readonly claims: ReadonlyMap<string, Claim> } & Claimed)
  | { readonly type: 'claims-failed'; readonly environments: Environments; readonly cause: unknown }
  /** These had no room, and have it now: what they claim is decided again, since time has passed. */
  | { readonly type: 'claims-have-room'; readonly environments: Environments }
  | FailedEvent;

/** `lateMs`: how long ago it should have been, by the wall clock. */
export type WakeEvent = { readonly type: 'time-came'; readonly environments: Environments; readonly lateMs: number };

export type RetryEvent = { readonly type: 'retry-due'; readonly environments: Environments };

export type LoopEvent =
  | LookEvent
  | FlushEvent
  | ClaimEvent
  | WakeEvent
  | RetryEvent
  | EffectEvent
  | ForgeEvent
  | ReleaseEvent;
