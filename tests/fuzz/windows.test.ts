// Windows in every zone that this machine knows, mixed of weekly hours, dates and recurrences: `until` is never in
// the past, the answer differs there, and a moment before it does not. tests/unit/policy/window-properties.test.ts
// holds the same promise against a scan of every minute, in the zones that are known to be strange.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at, stateOf, windowRule } from '../unit/policy/window-build.ts';
import { limitMs, runs } from './runs.ts';

const ZONES = Intl.supportedValuesOf('timeZone');
const ALLOWED = [
  'mon-fri 09:00-18:00',
  'sat 00:00-24:00',
  'sun 22:00-02:00',
  '2026-03-01..2026-11-30',
  '[UTC] mon-sun 01:00-03:00',
  'FREQ=MONTHLY;BYDAY=-1SU @02:00 +4h',
];
const DENIED = [
  '2026-12-19..2027-01-04 (freeze)',
  '2026-03-29..2026-03-29 (one day)',
  '[Pacific/Apia] 2026-10-25..2026-10-26 (there)',
];

test(
  'until is never in the past, and the answer changes there and not before',
  () => {
    const scene = fc.record({
      zone: fc.constantFrom(...ZONES),
      allow: fc.subarray(ALLOWED),
      deny: fc.subarray(DENIED),
      now: fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-12-31T00:00Z') }),
    });
    fc.assert(
      fc.property(scene, ({ zone, allow, deny, now }) => {
        const rule = windowRule(zone, allow, deny);
        const { open, until } = stateOf(rule, now);
        if (until === null) {
          for (let day = 1; day < 800; day += 13) expect(stateOf(rule, now + day * 86_400_000).open).toBe(open);
          return;
        }
        expect(until).toBeGreaterThan(now);
        expect(stateOf(rule, until).open).toBe(!open);
        expect(stateOf(rule, until - 1).open).toBe(open);
      }),
      runs(60),
    );
  },
  limitMs(60_000),
);
