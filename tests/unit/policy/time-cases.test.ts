// Answers about time that were wrong once, by the name that they were reported under, each with others of its kind.

import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../../engine/base/instant.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { RuleConfig } from '../../../engine/model/rule.ts';
import { evaluateLimit } from '../../../engine/policy/rules/limit.ts';
import { evaluateRule } from '../../../engine/policy/rules/table.ts';
import { windowState } from '../../../engine/policy/window.ts';
import { policy } from '../../support/policy-builders.ts';
import { facts } from '../../support/policy-facts.ts';
import { type Files, problems, read } from '../config/repository.ts';
import { asked, by, evidence, MIA, NOW } from './approval-build.ts';
import { at, BUCHAREST, freeze, policyOf, stateOf, verdictOf, windowRule } from './window-build.ts';

const said = (instant: number | null) => (instant === null ? null : formatInstant(instant));

/** As it is written in a policy. */
function written(text: string): RuleConfig {
  const files: Files = { 'policies/business-hours.yaml': text };
  const { config, problems: found } = read(files);
  expect(found).toEqual([]);
  const rule = config?.policies['business-hours']?.rules[0];
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

function until(rule: RuleConfig, now: string): string | null {
  return said(evaluateRule(rule, policy('it', rule), facts({ now: at(now) })).until);
}

describe('T3: a limit per window that is used up', () => {
  const hours = windowRule(BUCHAREST, ['mon-fri 09:00-18:00']);
  const limit = { type: 'limit', place: hours.place, timezone: 'UTC', runsMax: 1, per: 'window' } as const;
  const starts = [{ run: 'production-1', at: at('2026-11-24T09:30+02:00') }];
  const ask = (now: string, beside = hours) =>
    evaluateLimit(limit, policyOf('few', beside, limit), facts({ now: at(now), starts }));

  test('names the next opening, and not the closing', () => {
    expect(ask('2026-11-24T10:30+02:00').sentence).toMatch(/; the next may begin on Wednesday 2026-11-25 09:00 Europe/);
    const friday = [{ run: 'production-1', at: at('2026-11-27T09:30+02:00') }];
    const known = facts({ now: at('2026-11-27T10:30+02:00'), starts: friday });
    expect(evaluateLimit(limit, policyOf('few', hours, limit), known).sentence).toMatch(/on Monday 2026-11-30 09:00/);
  });

  test('says where there is no next opening', () => {
    const once = windowRule(BUCHAREST, ['2026-11-24..2026-11-24']);
    expect(ask('2026-11-24T10:30+02:00', once).sentence).toMatch(/; the window does not open again$/);
  });
});

describe('T4: hours are hours, days are days', () => {
  const opens = (duration: string) =>
    `window:\n  timezone: Europe/Bucharest\n  allow: [{ rrule: "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=24", start: "12:00", duration: ${duration} }]\n`;

  test.each([
    // The clocks go back on Sunday 2026-10-25 at 04:00.
    ['24h', '2026-10-25T11:00+02:00'],
    ['1d', '2026-10-25T12:00+02:00'],
    ['26h', '2026-10-25T13:00+02:00'],
    ['1d2h', '2026-10-25T14:00+02:00'],
    ['48h', '2026-10-26T11:00+02:00'],
    ['1440m', '2026-10-25T11:00+02:00'],
  ])('a window of %s', (duration, closes) => {
    expect(until(written(opens(duration)), '2026-10-24T12:30+03:00')).toBe(said(at(closes)));
  });

  test.each([
    ['26h', '2026-10-25T13:00+02:00'],
    ['1d', '2026-10-25T12:00+02:00'],
    ['4h', '2026-10-24T16:00+03:00'],
  ])('a train that boards %s', (boarding, leaves) => {
    const train = `train:\n  timezone: Europe/Bucharest\n  schedule: [{ days: sat, at: "12:00" }]\n  boarding: ${boarding}\n`;
    expect(until(written(train), '2026-10-24T12:30+03:00')).toBe(said(at(leaves)));
  });

  test('a long one that began before the clocks changed ends at its hour', () => {
    const long = windowRule(BUCHAREST, ['FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=20 @12:00 +10d']);
    expect(said(stateOf(long, at('2026-10-29T12:00+02:00')).until)).toBe(said(at('2026-10-30T12:00+02:00')));
    expect(said(stateOf(long, at('2026-10-29T12:00+02:00')).since)).toBe(said(at('2026-10-20T12:00+03:00')));
    // Over a change, in hours as they pass: asked long after it began.
    const hours = written(
      'window:\n  timezone: Europe/Bucharest\n  allow: [{ rrule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1", start: "12:00", duration: 6000h }]\n',
    );
    expect(until(hours, '2027-08-01T12:00+03:00')).toBe(said(at('2026-12-01T12:00+02:00') + 6_000 * 3_600_000));
  });
});

describe('T5 to T8: rules that a library half obeyed', () => {
  test.each([
    ['T5', 'FREQ=YEARLY;BYDAY=53MO', '2026-01-01T00:00Z', '2029-12-31T00:00:00Z'],
    ['T6', 'FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO', '2026-01-02T00:00Z', '2029-01-01T00:00:00Z'],
    ['T7', 'FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=1,2,3', '2026-01-01T00:00Z', '2028-01-03T00:00:00Z'],
    ['T8', 'FREQ=YEARLY;BYWEEKNO=1 from 2024-01-01', '2026-01-10T00:00Z', '2027-01-04T00:00:00Z'],
  ])('%s: %s', (_id, rule, now, opens) => {
    expect(said(stateOf(windowRule('UTC', [rule]), at(now)).until)).toBe(opens);
  });

  test('what the RFC forbids is refused, and what programs read in two ways too', () => {
    const mistakes = (rule: string) =>
      problems({ 'policies/business-hours.yaml': `window:\n  allow: [{ rrule: "${rule}", from: 2026-01-05 }]\n` });
    for (const rule of [
      'FREQ=MONTHLY;BYYEARDAY=1',
      'FREQ=MONTHLY;BYWEEKNO=1',
      'FREQ=WEEKLY;BYDAY=1MO',
      'FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO',
      'FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1',
      'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;BYSETPOS=1',
      'FREQ=MONTHLY;BYDAY=53MO',
    ]) {
      expect(mistakes(rule), rule).toHaveLength(1);
    }
  });
});

describe('T9: what lies far ahead', () => {
  test.each([
    ['in seven years', 'FREQ=YEARLY;INTERVAL=7;BYMONTH=3;BYMONTHDAY=1 from 2026-03-01', '2033-03-01T00:00:00Z'],
    ['in twelve years', 'FREQ=YEARLY;INTERVAL=12;BYMONTH=3;BYMONTHDAY=1 from 2026-03-01', '2038-03-01T00:00:00Z'],
    ['a leap day on a Monday', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', '2044-02-29T00:00:00Z'],
  ])('%s', (_title, rule, opens) => {
    const verdict = verdictOf(windowRule('UTC', [rule]), 'rare', at('2026-11-20T00:00Z'));
    expect(verdict.status).toBe('waiting');
    expect(said(verdict.until)).toBe(opens);
  });

  test('behind one that a freeze closes', () => {
    const rule = windowRule('UTC', ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'], ['2028-02-01..2028-03-31']);
    expect(said(stateOf(rule, at('2026-11-20T00:00Z')).until)).toBe('2032-02-29T00:00:00Z');
  });

  test('a train too', () => {
    const train = written(
      'train:\n  timezone: UTC\n  schedule: [{ rrule: "FREQ=YEARLY;INTERVAL=9;BYMONTH=3;BYMONTHDAY=1", start: "10:00", from: 2026-03-01 }]\n',
    );
    expect(until(train, '2026-11-20T00:00Z')).toBe('2035-03-01T10:00:00Z');
  });

  test('one that has come for the last time says never', () => {
    const over = windowRule('UTC', ['FREQ=DAILY;COUNT=3 from 2026-01-06']);
    expect(verdictOf(over, 'over', at('2026-11-20T00:00Z'))).toMatchObject({ status: 'denied', until: null });
    const daily = windowRule('UTC', ['FREQ=DAILY'], ['FREQ=DAILY']);
    expect(verdictOf(daily, 'shut', at('2026-11-20T00:00Z'))).toMatchObject({ status: 'denied', until: null });
  });
});

describe('T10: hours that begin in the gap, beside hours that do not', () => {
  // In Bucharest the clocks go from 03:00 to 04:00 on 2026-03-29.
  test.each([
    ['both', ['mon-sun 03:30-12:00', 'mon-sun 04:00-12:00'], '2026-03-29T04:00+03:00'],
    ['the first alone', ['mon-sun 03:30-12:00'], '2026-03-29T04:30+03:00'],
    ['the second alone', ['mon-sun 04:00-12:00'], '2026-03-29T04:00+03:00'],
    ['three', ['mon-sun 03:15-03:45', 'mon-sun 03:30-12:00', 'sun 04:05-05:00'], '2026-03-29T04:05+03:00'],
    [
      'what is joined by the clock stays joined',
      ['mon-sun 01:00-04:00', 'mon-sun 03:30-12:00'],
      '2026-03-29T01:00+02:00',
    ],
  ])('%s', (_title, allow, opens) => {
    const rule = windowRule(BUCHAREST, allow);
    const first = stateOf(rule, at('2026-03-29T00:30+02:00'));
    expect(said(first.until)).toBe(said(at(opens)));
    expect(stateOf(rule, at(opens))).toMatchObject({ open: true });
  });

  test('it is open at 04:15, as reported', () => {
    const rule = windowRule(BUCHAREST, ['mon-sun 03:30-12:00', 'mon-sun 04:00-12:00']);
    expect(stateOf(rule, at('2026-03-29T01:15Z'))).toMatchObject({ open: true, since: at('2026-03-29T01:00Z') });
  });
});

describe('T12: a no where the authors are not known', () => {
  const unknown = evidence({ change: null });
  const no = by(MIA, { answer: 'rejected' });

  test('of a member of a group that is asked refuses', () => {
    expect(asked({}, [no], unknown)).toMatchObject({
      status: 'denied',
      sentence: expect.stringContaining('rejected by'),
    });
  });

  test('of somebody whom a path would name refuses, since any path may have been changed', () => {
    const eve = by('Eve <eve@example.org>', { answer: 'rejected' });
    const paths = [{ match: '**/security/**', from: 'security', count: 1 }];
    expect(asked({ paths }, [eve], unknown).status).toBe('denied');
    // Known, and nothing of theirs: not asked.
    expect(asked({ paths }, [eve], evidence({})).status).toBe('waiting');
  });

  test('of somebody in no group, or one that was taken back, does not', () => {
    expect(asked({}, [by('Eve <eve@example.org>', { answer: 'rejected' })], unknown).status).toBe('waiting');
    expect(asked({}, [no, by(MIA)], unknown).status).toBe('waiting');
  });
});

describe('T13: sentences that a person would say', () => {
  test('more runs than may begin', () => {
    const limit = {
      type: 'limit',
      place: windowRule('UTC', []).place,
      timezone: 'UTC',
      runsMax: 1,
      per: 'day',
    } as const;
    const starts = [3, 4].map((hour) => ({ run: `production-${hour}`, at: at(`2026-11-20T0${hour}:00Z`) }));
    const known = facts({ now: at('2026-11-20T12:00Z'), starts });
    expect(evaluateLimit(limit, policyOf('few', limit), known).sentence).toBe(
      'few: 2 runs began today (UTC), and no more than 1 may; the next may begin on Saturday 2026-11-21 00:00 UTC',
    );
  });

  test('no time to soak, and none yet', () => {
    const soak = (forMs: number) =>
      ({ type: 'soak', place: windowRule('UTC', []).place, environment: 'staging', forMs }) as const;
    const soaks = { staging: { type: 'healthy', since: NOW, soakedMs: 0 } } as const;
    const ask = (forMs: number) =>
      evaluateRule(
        soak(forMs),
        policy('soaked', soak(forMs)),
        facts({ now: NOW, evidence: { ...NO_EVIDENCE, soaks } }),
      );
    expect(ask(0).sentence).toBe('soaked: v1.4.2 (1264ab1) has succeeded in staging');
    expect(ask(3_600_000).sentence).toMatch(/has just begun to run in staging, of 1 h wanted; enough on /);
  });

  test('an expiry has no milliseconds', () => {
    const { sentence } = asked({ expiresMs: 1_000 }, [by(MIA, { at: NOW - 3_600_123 })]);
    expect(sentence).toContain('mia approved, and that expired at 2026-11-20 11:00 UTC');
    expect(sentence).not.toMatch(/\.\d+Z/);
  });
});

describe('what is remembered of a window', () => {
  test('is of the freezes that a change passes, and not of how many', () => {
    const rule = {
      ...windowRule('UTC', []),
      deny: [freeze('UTC', '2026-11-20..2026-11-20 !fix'), freeze('UTC', '2026-11-21..2026-11-21 !docs')],
    };
    const isOpen = (kind: string, day: string) => {
      const change = { authors: [], paths: [], kinds: [kind], commits: 1 };
      return windowState(rule, facts({ now: at(`${day}T12:00Z`), evidence: { ...NO_EVIDENCE, change } })).open;
    };
    expect(['fix', 'docs', 'fix', 'docs'].map((kind) => isOpen(kind, '2026-11-20'))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(['fix', 'docs', 'fix', 'docs'].map((kind) => isOpen(kind, '2026-11-21'))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

test('a condition shows five paths without saying that there are none more', () => {
  const rule = {
    type: 'when',
    place: windowRule('UTC', []).place,
    expression: 'change.paths.size() > 0',
    says: null,
  } as const;
  const shown = (count: number) => {
    const paths = Array.from({ length: count }, (_, index) => `p${index}`);
    const change = { authors: [], paths, kinds: [], commits: 1 };
    return evaluateRule(rule, policy('it', rule), facts({ evidence: { ...NO_EVIDENCE, change } })).sentence;
  };
  expect(shown(5)).toContain('(change.paths is p0, p1, p2, p3, p4)');
  expect(shown(6)).toContain('p4 and 1 more)');
});
