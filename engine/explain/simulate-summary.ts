// What a simulation comes to, added up decision by decision, so that tens of thousands of them need not be kept.

import type { Decision } from './simulate-lane.ts';

type RuleTally = {
  readonly name: string;
  waiting: number;
  denied: number;
  /** What it said to the first version that it refused; null where it refused none. */
  refusal: { readonly sentence: string; readonly said: string } | null;
};

export type Tally = {
  readonly name: string;
  versions: number;
  allowed: number;
  waiting: number;
  denied: number;
  readonly outcomes: Record<Decision['outcome'], number>;
  /** Of those that went later, shortest first once they are read. */
  readonly waitedMs: number[];
  readonly rules: Map<string, RuleTally>;
  /** Versions that went only because people were taken to say yes at once, by `policy/rule`. */
  readonly needed: Map<string, number>;
  /** Versions for which a rule could not be judged, by `policy/rule`. */
  readonly assumed: Map<string, number>;
};

type Waited = { readonly total: number; readonly median: number; readonly longest: number };

export function emptyTally(name: string): Tally {
  return {
    name,
    versions: 0,
    allowed: 0,
    waiting: 0,
    denied: 0,
    outcomes: { 'at-once': 0, later: 0, superseded: 0, refused: 0, waiting: 0 },
    waitedMs: [],
    rules: new Map(),
    needed: new Map(),
    assumed: new Map(),
  };
}

export function count(tally: Tally, { at, wentAt, status, outcome, rules, needed }: Decision): void {
  tally.versions += 1;
  tally[status] += 1;
  tally.outcomes[outcome] += 1;
  if (outcome === 'later' && wentAt !== null) tally.waitedMs.push(wentAt - at);
  for (const name of needed) bump(tally.needed, name);
  for (const said of rules) {
    const name = `${said.policy}/${said.rule}`;
    if (said.assumed) bump(tally.assumed, name);
    if (said.status === 'allowed') continue;
    const rule = tally.rules.get(name) ?? { name, waiting: 0, denied: 0, refusal: null };
    rule[said.status] += 1;
    if (said.status === 'denied') rule.refusal ??= { sentence: said.sentence, said: said.said };
    tally.rules.set(name, rule);
  }
}

/** All environments as one. */
export function together(tallies: readonly Tally[]): Tally {
  const all = emptyTally('');
  for (const tally of tallies) {
    all.versions += tally.versions;
    all.allowed += tally.allowed;
    all.waiting += tally.waiting;
    all.denied += tally.denied;
    for (const outcome of ['at-once', 'later', 'superseded', 'refused', 'waiting'] as const) {
      all.outcomes[outcome] += tally.outcomes[outcome];
    }
    for (const waitedMs of tally.waitedMs) all.waitedMs.push(waitedMs);
    for (const { name, waiting, denied, refusal } of tally.rules.values()) {
      const rule = all.rules.get(name) ?? { name, waiting: 0, denied: 0, refusal: null };
      rule.waiting += waiting;
      rule.denied += denied;
      rule.refusal ??= refusal;
      all.rules.set(name, rule);
    }
    for (const [name, times] of tally.needed) bump(all.needed, name, times);
    for (const [name, times] of tally.assumed) bump(all.assumed, name, times);
  }
  return all;
}

/** Milliseconds. */
export function waitedOf(waitedMs: readonly number[]): Waited {
  const sorted = waitedMs.toSorted((a, b) => a - b);
  return {
    total: sorted.reduce((sum, each) => sum + each, 0),
    median: medianOf(sorted) ?? 0,
    longest: sorted.at(-1) ?? 0,
  };
}

/** Of a sorted list; between the middle two where there are two; null of nothing. */
export function medianOf(sorted: readonly number[]): number | null {
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? upper) + upper) / 2);
}

/** What was most in the way first. */
export function topRules(tally: Tally): readonly RuleTally[] {
  const weight = ({ waiting, denied }: RuleTally) => waiting + denied;
  return [...tally.rules.values()].sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1));
}

function bump(counts: Map<string, number>, name: string, times = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}
