// Release trains: versions leave at departures only, while a train is boarding. Before a departure comes its cut-off:
// a change of a frozen kind that was offered later misses that train and takes the next one it is early enough for;
// others may still board. What a change consists of, where nobody knows, counts as frozen.

import { formatDuration } from '../base/duration.ts';
import { formatSecond, type Instant, sayInstant } from '../base/instant.ts';
import { remembered } from '../base/remembered.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { type Coverage, coverageOf, coveredAt, keptWithin, lastEnd } from './coverage.ts';
import type { Interval } from './interval.ts';
import { orList, ruleVerdict } from './leaf.ts';
import { comesAgain, marksOf, offsetsAround, spanWithin } from './spans.ts';

type TrainRule = RuleOf<'train'>;

export function evaluateTrain(rule: TrainRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { now } = facts;
  const frozen = frozenSince(rule, facts);
  const made = frozen === null ? everyTrain(rule) : trainsFrom(rule, frozen.offeredAt + frozen.cutoffMs);
  const { inside: boards, since, until } = coveredAt(made, now);
  const waits = !boards && until !== null;
  const said =
    boards && since !== null
      ? `the train of ${sayInstant(since, rule.timezone)} is boarding${until === null ? '' : ` until ${sayInstant(until, rule.timezone)}`}`
      : sayWaiting(rule, frozen, until, now);
  return ruleVerdict(rule, policy, {
    status: boards ? 'allowed' : waits ? 'waiting' : 'denied',
    said,
    until,
    ...endOf(made, now),
    waitsFor: waits ? [`train ${policy.name}`] : [],
    seen: { at: formatSecond(now), local: sayInstant(now, rule.timezone), ...seenOf(frozen) },
    zone: rule.timezone,
  });
}

function endOf(made: Coverage, now: Instant): Pick<RuleVerdict, 'endsAt'> {
  const endsAt = lastEnd(made, now);
  return endsAt === null ? {} : { endsAt };
}

/** When any train boards, whatever it would take. */
export const everyTrain: (rule: TrainRule) => Coverage = remembered((rule: TrainRule) => makeTrains(rule, null));

/** Those that depart at `from` or later. */
function trainsFrom(rule: TrainRule, from: Instant): Coverage {
  const known = laterTrains(rule);
  const found = known.get(from) ?? makeTrains(rule, from);
  if (known.size >= LATER_MAX) known.clear();
  known.set(from, found);
  return found;
}

/** A version that waits is asked about again and again; so many may wait at once. */
const LATER_MAX = 100;

const laterTrains = remembered((_rule: TrainRule) => new Map<Instant, Coverage>());

function makeTrains(rule: TrainRule, from: Instant | null): Coverage {
  const again = comesAgain(rule.departures);
  if (from === null) return coverageOf(boardingOf(rule), marksOf(rule.departures), again);
  const later = (first: Instant, last: Instant): readonly Interval[] =>
    boardingOf(rule)(first, last).filter(({ start }) => start >= from);
  return coverageOf(later, [...marksOf(rule.departures), from], again);
}

const boardingOf = remembered((rule: TrainRule) =>
  keptWithin((first, last) => {
    const offsetsOf = offsetsAround(first, last);
    return rule.departures.flatMap((span) => spanWithin(span, first, last, offsetsOf) ?? []);
  }),
);

type Frozen = {
  readonly offeredAt: Instant;
  readonly cutoffMs: number;
  /** The frozen kinds in it; null where what it changes is not known. */
  readonly kinds: readonly string[] | null;
};

/** Null where no cut-off bears on this change. */
function frozenSince(rule: TrainRule, { now, offeredAt, evidence }: PolicyFacts): Frozen | null {
  const { cutoffMs, frozenKinds } = rule;
  if (cutoffMs === null) return null;
  const kinds = evidence.change === null ? null : frozenKinds.filter((kind) => evidence.change?.kinds.includes(kind));
  // Seen later than now by a clock that was set back: it cannot have been offered in the future.
  return kinds?.length === 0 ? null : { offeredAt: Math.min(offeredAt ?? now, now), cutoffMs, kinds };
}

/** `the next train leaves Friday …`, or which train it misses, why, and the one it takes. */
function sayWaiting(rule: TrainRule, frozen: Frozen | null, until: Instant | null, now: Instant): string {
  const zone = rule.timezone;
  const any = coveredAt(everyTrain(rule), now);
  const next = any.inside ? any.since : any.until;
  if (frozen === null || next === null || next === until) {
    return until === null ? 'no train leaves any more' : `the next train leaves ${sayInstant(until, zone)}`;
  }
  const kinds = frozen.kinds === null ? 'what it changes is not known, so it' : orList(frozen.kinds);
  const by = `${sayInstant(next - frozen.cutoffMs, zone)}, ${formatDuration(frozen.cutoffMs)} before`;
  const takes = until === null ? 'no later train leaves' : `takes the one of ${sayInstant(until, zone)}`;
  return `misses the train of ${sayInstant(next, zone)}: ${kinds} had to be offered by ${by}; ${takes}`;
}

function seenOf(frozen: Frozen | null): Readonly<Record<string, string>> {
  if (frozen === null) return {};
  return { offered: formatSecond(frozen.offeredAt), kinds: frozen.kinds?.join(', ') ?? 'not known' };
}
