// A policy's answer, as a tree that explains itself: every node has a status, a sentence, the values it saw, and, where it
// waits, what for and the next instant at which the answer can change. A verdict is never an error.

import type { Instant } from '../base/instant.ts';
import { type Part, turnOf } from './turn.ts';

export type Status = Part['status'];

export type Verdict = {
  readonly status: Status;
  /** A policy's name, a rule's kind, or `all of` for a group. */
  readonly name: string;
  readonly sentence: string;
  /** The first instant at which this answer changes by time alone; null when time alone never changes it. Of a group within
   *  a whole answer: the first at which it can. */
  readonly until: Instant | null;
  /** What the whole answer is from `until` on. */
  readonly becomes?: Status;
  /** Of a whole answer whose next change was searched for and not found: how far. */
  readonly lookedTo?: Instant;
  /** From when on time alone makes it a no that stays: a window's last closing. */
  readonly endsAt?: Instant;
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

/** All must allow: denied beats waiting beats allowed. `until` is the earliest instant at which the whole can change; when it
 *  does is asked of lookedAhead in until.ts. */
export function allOf(name: string, sentence: string, children: readonly Verdict[]): Verdict {
  const { status, until, endsAt } = turnOf(children);
  const decisive = children.filter((child) => child.status === status);
  return {
    status,
    name,
    sentence:
      decisive.length > 0 && status !== 'allowed' ? decisive.map((child) => child.sentence).join('; ') : sentence,
    until,
    ...(endsAt === undefined ? {} : { endsAt }),
    waitsFor: status === 'waiting' ? decisive.flatMap((child) => child.waitsFor) : [],
    seen: {},
    tell: children.flatMap((child) => child.tell),
    overridden: children.some((child) => child.overridden),
    children,
  };
}
