// A policy's answer, as a tree that explains itself: every node has a status, a sentence, the values it saw, and, where it
// waits, what for and the next instant at which the answer can change. A verdict is never an error.

import type { Instant } from '../base/instant.ts';

export type Status = 'allowed' | 'waiting' | 'denied';

export type Verdict = {
  readonly status: Status;
  /** A policy's name, a rule's kind, or `all of` for a group. */
  readonly name: string;
  readonly sentence: string;
  /** The next instant at which this answer can change by time alone; null when time alone never changes it. */
  readonly until: Instant | null;
  /** What it waits for, in a few words (`window business-hours`); empty unless waiting. */
  readonly waitsFor: readonly string[];
  /** What was looked at, for display: small, printable. */
  readonly seen: Readonly<Record<string, string>>;
  /** Who is to be told about it: due now (`at` not after now), and later. Sending is somebody else's work. */
  readonly tell: readonly Notice[];
  /** True where an override lifted it: `status` is then `allowed` and the sentence says both. */
  readonly overridden: boolean;
  readonly children: readonly Verdict[];
};

export type Notice = {
  readonly kind: 'remind' | 'escalate' | 'announce';
  readonly at: Instant;
  /** People and teams, as tidegate.yaml names them. */
  readonly to: readonly string[];
  readonly sentence: string;
};

/** All must allow: denied beats waiting beats allowed. `until` is the earliest instant at which a decisive child can
 *  change its answer, hence the first at which the whole can. */
export function allOf(name: string, sentence: string, children: readonly Verdict[]): Verdict {
  const denied = children.filter((child) => child.status === 'denied');
  const waiting = children.filter((child) => child.status === 'waiting');
  const status = denied.length > 0 ? 'denied' : waiting.length > 0 ? 'waiting' : 'allowed';
  const decisive = status === 'denied' ? denied : status === 'waiting' ? waiting : children;
  return {
    status,
    name,
    sentence:
      decisive.length > 0 && status !== 'allowed' ? decisive.map((child) => child.sentence).join('; ') : sentence,
    until: soonest(decisive.map((child) => child.until)),
    waitsFor: status === 'waiting' ? waiting.flatMap((child) => child.waitsFor) : [],
    seen: {},
    tell: children.flatMap((child) => child.tell),
    overridden: children.some((child) => child.overridden),
    children,
  };
}

/** The earliest of those that are known: looking again too soon is harmless, too late is not. */
function soonest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((instant): instant is Instant => instant !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
