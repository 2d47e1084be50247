// What became of runs, counted from stories that the ledger's own functions told.

import { describe, expect, test } from 'vitest';
import { plainText } from '../../../engine/cli/text/line.ts';
import { statsLines } from '../../../engine/cli/text/statistics-shown.ts';
import { statsJson } from '../../../engine/contract/statistics.ts';
import { type Statistics, statisticsOf } from '../../../engine/explain/statistics.ts';
import { OFFERED_MAX } from '../../../engine/ledger/bounds.ts';
import type { Run } from '../../../engine/model/run.ts';
import { ANA, contents, instant, Story, version } from '../../support/observed-builders.ts';

const FROM = instant('2026-11-01 00:00');
const TO = instant('2026-11-29 00:00');
const HOUR = 3_600_000;

function statistics(story: Story, committed: Record<string, number> = {}, to = TO): Statistics {
  const committedAt = new Map(Object.entries(committed).map(([name, at]) => [version(name).commit, at]));
  const runs: readonly Run[] = [...story.state.open, ...story.ended];
  return statisticsOf({ name: story.name, state: story.state, runs, from: FROM, to, committedAt });
}

const busy = () =>
  new Story()
    .at('2026-11-02 09:00')
    .deployed('v1.0.0')
    .at('2026-11-03 09:00')
    .deployed('v1.1.0', { emergency: true, requestedBy: ANA, lifted: ['business-hours/window', 'approved/approval'] })
    .at('2026-11-04 09:00')
    .deployed('v1.2.0', { lifted: ['business-hours/window'] })
    .at('2026-11-05 09:00')
    .failedAndRolledBack('v1.3.0', 'answered 503');

describe('statistics', () => {
  test('count outcomes, rollbacks, emergencies and what was overridden', () => {
    const told = statistics(busy());
    expect(told).toMatchObject({
      runs: 5,
      kinds: { deploy: 4, rollback: 1, heal: 0 },
      outcomes: { Succeeded: 4, RolledBack: 1, Failed: 0, open: 0 },
      rollbacks: { automatic: 1, requested: 0, reverts: 0 },
      emergencies: 1,
      failureRate: 0.25,
      perWeek: 0.75,
    });
    expect(told.lifted).toEqual([
      { rule: 'business-hours/window', runs: 2 },
      { rule: 'approved/approval', runs: 1 },
    ]);
    expect(told.restored).toMatchObject({ of: 1 });
  });

  test('leave out what was opened before or after', () => {
    expect(statistics(busy(), {}, instant('2026-11-03 12:00')).runs).toBe(2);
    expect(statistics(new Story().at('2026-10-31 23:59').deployed('v1.0.0')).runs).toBe(0);
    expect(statistics(new Story())).toMatchObject({ runs: 0, failureRate: null, perWeek: 0, lead: { median: null } });
  });

  test('measure the wait from when a version was first seen, and nothing where it was never seen to wait', () => {
    const story = new Story().at('2026-11-02 09:00').deployed('v1.0.0').at('2026-11-07 12:00');
    story.event({ type: 'offered', version: version('v1.1.0'), digest: contents('v1.1.0').digest });
    story.at('2026-11-09 09:00').deployed('v1.1.0');
    expect(statistics(story).waited).toEqual({ median: 22.5 * HOUR, longest: 45 * HOUR, of: 2 });
  });

  test('leave out how long a version waited that the ledger has forgotten', () => {
    const story = new Story().at('2026-11-02 09:00').deployed('v1.0.0').at('2026-11-07 12:00');
    for (let patch = 1; patch <= OFFERED_MAX; patch += 1) {
      const name = `v1.1.${patch}`;
      story.event({ type: 'offered', version: version(name), digest: contents(name).digest });
    }
    story.at('2026-11-09 09:00').deployed('v1.2.0');
    expect(statistics(story).waited).toEqual({ median: 0, longest: 0, of: 1 });
  });

  test('measure the lead time from the commit to when it is in place, where the commit is known', () => {
    const story = new Story().at('2026-11-02 09:00').deployed('v1.0.0').at('2026-11-03 09:00').deployed('v1.1.0');
    const { lead, took } = statistics(story, { 'v1.0.0': instant('2026-11-02 08:00') });
    expect(lead).toEqual({ median: HOUR + 3_000, longest: HOUR + 3_000, of: 1 });
    expect(took).toEqual({ median: 3_000, longest: 3_000, of: 2 });
  });

  test('say postmortemsDue until somebody closes them', () => {
    const story = busy().event({ type: 'incident-opened', incident: 'i1', about: 'production-2', sentence: 'explain' });
    expect(statsJson([statistics(story)], FROM, TO).environments[0]?.postmortemsDue).toMatchObject([{ id: 'i1' }]);
    story.event({ type: 'incident-closed', incident: 'i1', reason: 'done' });
    expect(statistics(story).postmortemsDue).toEqual([]);
  });

  test('in lines say only what there is', () => {
    expect(
      plainText(statsLines([statistics(busy()), statistics(new Story('staging'))], FROM, TO, 'UTC')),
    ).toMatchInlineSnapshot(`
      "production: 5 runs
        ended        4 Succeeded, 1 RolledBack
        deployments  0.8 a week went well; 25 % of those that ended did not
        rollbacks    1 after a failure
        restored     2 s (median), 2 s at most after a failure; of 1 run
        emergencies  1
        overridden   2 business-hours/window, 1 approved/approval
        waited       0 ms (median), 0 ms at most before it began; of 4 runs
        took         3 s (median), 3 s at most from start to end; of 3 runs

      staging: 0 runs

      runs opened 2026-11-01 00:00 to 2026-11-29 00:00 UTC
      "
    `);
  });
});
