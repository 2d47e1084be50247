// Which train takes a change, and from when: departures, boarding, and the cut-off before them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../engine/base/duration.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { Verdict } from '../../../engine/model/verdict.ts';
import type { TrainRule } from '../../../engine/policy/rules/train.ts';
import { evaluateTrain } from '../../../engine/policy/train.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, policyOf, spanOf } from './window-build.ts';

const BUCHAREST = 'Europe/Bucharest';

function trainRule(departures: readonly string[], cutoff: string | null = null, zone = BUCHAREST): TrainRule {
  return {
    type: 'train',
    place: { file: 'policies/test.yaml', line: 1, column: 1 },
    timezone: zone,
    departures: departures.map((text) => spanOf(zone, text)),
    cutoffMs: cutoff === null ? null : parseDuration(cutoff),
    frozenKinds: ['feat'],
  };
}

function ask(rule: TrainRule, now: string, kinds: readonly string[] | null, offered: string | null = null): Verdict {
  const change = kinds === null ? null : { authors: [], paths: [], kinds, commits: 1 };
  const given = facts({
    now: at(now),
    offeredAt: offered === null ? null : at(offered),
    evidence: { ...NO_EVIDENCE, change },
  });
  return evaluateTrain(rule, policyOf('release', rule), given);
}

const FRIDAYS = trainRule(['FREQ=WEEKLY;BYDAY=FR @10:00 +1h'], '3d');
const FREE = trainRule(['FREQ=WEEKLY;BYDAY=FR @10:00 +1h']);
const SECOND_TUESDAYS = trainRule(['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU @10:00 +1h from 2026-01-06'], '3d', 'UTC');
const SUNDAYS = trainRule(['FREQ=WEEKLY;BYDAY=SU @03:30 +1h']);
const MONDAYS = trainRule(['FREQ=WEEKLY;BYDAY=MO @10:00 +1h'], '3d');
const LONG = trainRule(['FREQ=WEEKLY;BYDAY=FR @10:00 +8d'], '3d');
const OVER = trainRule(['FREQ=WEEKLY;BYDAY=FR;UNTIL=20261031 @10:00 +1h'], '3d');

type Row = readonly [
  title: string,
  rule: TrainRule,
  now: string,
  kinds: readonly string[] | null,
  offered: string | null,
  status: Verdict['status'],
  until: string | null,
];

// biome-ignore format: a table is read across
const ROWS: readonly Row[] = [
  ['the day before', FRIDAYS, '2026-11-26T12:00+02:00', ['fix'], null, 'waiting', '2026-11-27T10:00+02:00'],
  ['at its time', FRIDAYS, '2026-11-27T10:00+02:00', ['fix'], null, 'allowed', '2026-11-27T11:00+02:00'],
  ['at the last moment', FRIDAYS, '2026-11-27T10:59:59.999+02:00', ['fix'], null, 'allowed', '2026-11-27T11:00+02:00'],
  ['too late', FRIDAYS, '2026-11-27T11:00+02:00', ['fix'], null, 'waiting', '2026-12-04T10:00+02:00'],
  ['a feature in good time', FRIDAYS, '2026-11-27T10:30+02:00', ['feat'], '2026-11-23T09:00+02:00', 'allowed', '2026-11-27T11:00+02:00'],
  ['a feature in time, and waiting', FRIDAYS, '2026-11-25T10:30+02:00', ['feat'], '2026-11-23T09:00+02:00', 'waiting', '2026-11-27T10:00+02:00'],
  ['a feature at the last moment', FRIDAYS, '2026-11-27T10:30+02:00', ['feat'], '2026-11-24T10:00+02:00', 'allowed', '2026-11-27T11:00+02:00'],
  ['a feature a millisecond later', FRIDAYS, '2026-11-27T10:30+02:00', ['feat'], '2026-11-24T10:00:00.001+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['a feature that waits for its second train', FRIDAYS, '2026-12-01T12:00+02:00', ['feat'], '2026-11-25T10:00+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['and boards that', FRIDAYS, '2026-12-04T10:00+02:00', ['feat'], '2026-11-25T10:00+02:00', 'allowed', '2026-12-04T11:00+02:00'],
  ['a feature with a fix is a feature', FRIDAYS, '2026-11-27T10:30+02:00', ['fix', 'feat'], '2026-11-25T10:00+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['a fix that was never seen before', FRIDAYS, '2026-11-27T10:30+02:00', ['fix', 'docs'], null, 'allowed', '2026-11-27T11:00+02:00'],
  ['a commit that names no kind is no feature', FRIDAYS, '2026-11-27T10:30+02:00', [''], null, 'allowed', '2026-11-27T11:00+02:00'],
  ['a feature first seen on Monday', FRIDAYS, '2026-11-23T12:00+02:00', ['feat'], null, 'waiting', '2026-11-27T10:00+02:00'],
  ['a feature first seen on Wednesday', FRIDAYS, '2026-11-25T12:00+02:00', ['feat'], null, 'waiting', '2026-12-04T10:00+02:00'],
  ['a feature first seen while boarding', FRIDAYS, '2026-11-27T10:30+02:00', ['feat'], null, 'waiting', '2026-12-04T10:00+02:00'],
  ['a feature offered in the future, by a wrong clock', FRIDAYS, '2026-11-25T12:00+02:00', ['feat'], '2027-11-25T12:00+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['what is not known counts as frozen', FRIDAYS, '2026-11-27T10:30+02:00', null, '2026-11-25T10:00+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['what is not known, offered in time', FRIDAYS, '2026-11-27T10:30+02:00', null, '2026-11-23T10:00+02:00', 'allowed', '2026-11-27T11:00+02:00'],
  ['without a cut-off features board', FREE, '2026-11-27T10:30+02:00', ['feat'], null, 'allowed', '2026-11-27T11:00+02:00'],
  ['without a cut-off it need not be known', FREE, '2026-11-27T10:30+02:00', null, null, 'allowed', '2026-11-27T11:00+02:00'],
  ['every second Tuesday', SECOND_TUESDAYS, '2026-11-17T10:30Z', ['fix'], null, 'waiting', '2026-11-24T10:00Z'],
  ['every second Tuesday, missed by a feature', SECOND_TUESDAYS, '2026-11-24T10:30Z', ['feat'], '2026-11-22T00:00Z', 'waiting', '2026-12-08T10:00Z'],
  ['a departure that is skipped in spring', SUNDAYS, '2026-03-29T04:10+03:00', ['fix'], null, 'waiting', '2026-03-29T04:30+03:00'],
  ['a departure that comes twice in autumn', SUNDAYS, '2026-10-25T03:10+02:00', ['fix'], null, 'allowed', '2026-10-25T03:30+02:00'],
  ['three days are 72 hours also when clocks change', MONDAYS, '2026-10-26T10:30+02:00', ['feat'], '2026-10-23T11:00+03:00', 'allowed', '2026-10-26T11:00+02:00'],
  ['and not a moment more', MONDAYS, '2026-10-26T10:30+02:00', ['feat'], '2026-10-23T11:00:00.001+03:00', 'waiting', '2026-11-02T10:00+02:00'],
  ['trains that overlap: there is always one for a fix', LONG, '2026-11-28T12:00+02:00', ['fix'], null, 'allowed', null],
  ['trains that overlap: a feature may not board the one it missed', LONG, '2026-11-28T12:00+02:00', ['feat'], '2026-11-25T12:00+02:00', 'waiting', '2026-12-04T10:00+02:00'],
  ['after the last train', OVER, '2026-11-21T12:00+02:00', ['fix'], null, 'denied', null],
  ['after the last train that a feature could take', OVER, '2026-10-29T12:00+03:00', ['feat'], '2026-10-29T12:00+03:00', 'denied', null],
];

test.each(ROWS)('%s', (_title, rule, now, kinds, offered, status, until) => {
  const verdict = ask(rule, now, kinds, offered);
  expect({ status: verdict.status, until: verdict.until }).toEqual({
    status,
    until: until === null ? null : at(until),
  });
  expect(verdict.waitsFor).toEqual(status === 'waiting' ? ['train release'] : []);
});

describe('sentences', () => {
  // biome-ignore format: a table is read across
  test.each<[string, TrainRule, string, readonly string[] | null, string | null, string]>([
    ['waiting', FRIDAYS, '2026-11-26T12:00+02:00', ['fix'], null, 'the next train leaves Friday 2026-11-27 10:00 Europe/Bucharest'],
    ['boarding', FRIDAYS, '2026-11-27T10:30+02:00', ['fix'], null, 'the train of Friday 2026-11-27 10:00 Europe/Bucharest is boarding until Friday 2026-11-27 11:00 Europe/Bucharest'],
    ['missed', FRIDAYS, '2026-11-26T12:00+02:00', ['feat'], '2026-11-25T12:00+02:00',
      'misses the train of Friday 2026-11-27 10:00 Europe/Bucharest: feat had to be offered by Tuesday 2026-11-24 10:00 Europe/Bucharest, 3 d before; takes the one of Friday 2026-12-04 10:00 Europe/Bucharest'],
    ['not known', FRIDAYS, '2026-11-26T12:00+02:00', null, '2026-11-25T12:00+02:00',
      'misses the train of Friday 2026-11-27 10:00 Europe/Bucharest: what it changes is not known, so it had to be offered by Tuesday 2026-11-24 10:00 Europe/Bucharest, 3 d before; takes the one of Friday 2026-12-04 10:00 Europe/Bucharest'],
    ['over', OVER, '2026-11-21T12:00+02:00', ['fix'], null, 'no train leaves any more'],
    ['over for features', OVER, '2026-10-29T12:00+03:00', ['feat'], null,
      'misses the train of Friday 2026-10-30 10:00 Europe/Bucharest: feat had to be offered by Tuesday 2026-10-27 10:00 Europe/Bucharest, 3 d before; no later train leaves'],
  ])('%s', (_title, rule, now, kinds, offered, sentence) => {
    expect(ask(rule, now, kinds, offered).sentence).toBe(`release: ${sentence}`);
  });
});

test('until is the first moment at which the answer differs, whenever it was offered', () => {
  const rules = [FRIDAYS, FREE, SECOND_TUESDAYS, SUNDAYS, MONDAYS, OVER];
  const moment = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2026-12-31T00:00Z') });
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      moment,
      fc.integer({ min: 0, max: 20 * 86_400_000 }),
      fc.constantFrom(['fix'], ['feat'], null),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 5, maxLength: 5 }),
      (rule, now, waited, kinds, parts) => {
        const say = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toString();
        const status = (instant: number) => ask(rule, say(instant), kinds, say(now - waited)).status;
        const { until } = ask(rule, say(now), kinds, say(now - waited));
        const before = status(now);
        for (const part of parts) {
          expect(status(now + Math.floor(((until ?? now + 90 * 86_400_000) - now) * part))).toBe(before);
        }
        if (until === null) return;
        expect(until).toBeGreaterThan(now);
        expect(status(until - 1)).toBe(before);
        expect(status(until)).not.toBe(before);
      },
    ),
    { numRuns: 150 },
  );
});
