// `tidegate stats --json`: what the runs of a stretch of time come to.

import type { Instant } from '../base/instant.ts';
import type { Statistics } from '../explain/statistics.ts';
import { instantJson, instantShape } from './instant.ts';
import { due, dueJson } from './postmortem.ts';
import { COUNT, listOf, mapOf, NUMBER, object, orNull, type Shape, says, TEXT } from './shape.ts';

const spread = object({
  median: says('Milliseconds; null where nothing is known.', orNull(NUMBER)),
  longest: orNull(NUMBER),
  of: says('How many runs it rests on.', COUNT),
});

export const statsAnswer = object({
  from: instantShape,
  to: instantShape,
  environments: listOf(
    object({
      name: TEXT,
      runs: says('Opened in that stretch.', COUNT),
      kinds: object({ deploy: COUNT, rollback: COUNT, heal: COUNT }),
      outcomes: object({
        Succeeded: COUNT,
        Failed: COUNT,
        Errored: COUNT,
        Superseded: COUNT,
        Cancelled: COUNT,
        RolledBack: COUNT,
        open: COUNT,
      }),
      rollbacks: object({ automatic: COUNT, requested: COUNT, reverts: COUNT }),
      emergencies: COUNT,
      overridden: says('For how many runs each rule was overridden.', mapOf(COUNT)),
      postmortemsDue: says('Those that nobody has closed yet.', listOf(object(due))),
      waitedMs: spread,
      leadMs: spread,
      tookMs: spread,
      restoredMs: spread,
      failureRate: orNull(NUMBER),
      perWeek: NUMBER,
    }),
  ),
});

export type StatsJson = Shape<typeof statsAnswer>;

export function statsJson(all: readonly Statistics[], from: Instant, to: Instant): StatsJson {
  return {
    from: instantJson(from),
    to: instantJson(to),
    environments: all.map((one) => ({
      name: one.name,
      runs: one.runs,
      kinds: one.kinds,
      outcomes: one.outcomes,
      rollbacks: one.rollbacks,
      emergencies: one.emergencies,
      overridden: Object.fromEntries(one.lifted.map(({ rule, runs }) => [rule, runs])),
      postmortemsDue: one.postmortemsDue.map(dueJson),
      waitedMs: one.waited,
      leadMs: one.lead,
      tookMs: one.took,
      restoredMs: one.restored,
      failureRate: one.failureRate,
      perWeek: one.perWeek,
    })),
  };
}
