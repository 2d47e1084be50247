// Public holidays, exceptions, notices and names: what closes by a table that is handed in, what a kind of change
// gets past, and what a window says of it.

import { describe, expect, test } from 'vitest';
import { type Change, type Holidays, NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { HolidaySpan, OpenSpan } from '../../../engine/model/rule.ts';
import type { Verdict } from '../../../engine/model/verdict.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { evaluateWindow, windowState } from '../../../engine/policy/window.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, freeze, policyOf, spanOf, windowRule } from './window-build.ts';

const BUCHAREST = 'Europe/Bucharest';
const HOURS = ['mon-fri 09:00-18:00'];
const YEAR_END = '2026-12-19..2027-01-04 (year-end freeze) !hotfix,security';

const days = (...texts: readonly string[]) => texts.map((text) => ({ date: text.slice(0, 10), name: text.slice(11) }));
const HOLIDAYS: Holidays = {
  RO: days(
    '2026-01-01 New Year',
    '2026-11-30 Saint Andrew',
    '2026-12-01 National holiday',
    '2026-12-25 Christmas',
    '2026-12-26 Christmas',
    '2027-01-01 New Year',
    '2027-01-02 New Year',
    '2027-05-03 Easter',
  ),
  'US-CA': days('2026-11-26 Thanksgiving', '2026-11-27 Day after Thanksgiving', '2027-01-01 New Year'),
  KI: days('2026-07-12 Independence', '2027-01-01 New Year'),
  HU: days('2026-03-29 Spring forward', '2026-10-25 Fall back', '2027-01-01 New Year'),
};

function holidayRule(
  zone: string,
  allow: readonly string[],
  places: readonly string[],
  deny: readonly string[] = [],
): WindowRule {
  const holidays = places.map((text): HolidaySpan => {
    const [place = '', except] = text.split(' !');
    return { timezone: zone, place, except: except?.split(',') ?? [], calendar: null };
  });
  return { ...windowRule(zone, allow, deny), holidays };
}

function change(kinds: readonly string[] | null): Change | null {
  return kinds === null ? null : { authors: [], paths: [], kinds, commits: kinds.length };
}

function factsAt(now: string, kinds: readonly string[] | null = null, holidays: Holidays = HOLIDAYS) {
  return facts({ now: at(now), holidays, evidence: { ...NO_EVIDENCE, change: change(kinds) } });
}

function verdict(rule: WindowRule, now: string, kinds: readonly string[] | null = null, holidays = HOLIDAYS): Verdict {
  return evaluateWindow(rule, policyOf('hours', rule), factsAt(now, kinds, holidays));
}

type Row = readonly [
  title: string,
  zone: string,
  allow: readonly string[],
  places: readonly string[],
  now: string,
  state: 'open' | 'closed',
  since: string | null,
  until: string | null,
];

const ANGELES = 'America/Los_Angeles';
const KIRITIMATI = 'Pacific/Kiritimati';

// biome-ignore format: a table is read across
const ROWS: readonly Row[] = [
  ['two holidays after a weekend', BUCHAREST, HOURS, ['RO'], '2026-11-30T12:00+02:00', 'closed', '2026-11-27T18:00+02:00', '2026-12-02T09:00+02:00'],
  ['the same without hours', BUCHAREST, [], ['RO'], '2026-11-30T12:00+02:00', 'closed', '2026-11-30T00:00+02:00', '2026-12-02T00:00+02:00'],
  ['from the last moment of one', BUCHAREST, [], ['RO'], '2026-12-01T23:59:59.999+02:00', 'closed', '2026-11-30T00:00+02:00', '2026-12-02T00:00+02:00'],
  ['to the first one after it', BUCHAREST, [], ['RO'], '2026-12-02T00:00+02:00', 'open', '2026-12-02T00:00+02:00', '2026-12-25T00:00+02:00'],
  ['over the end of the year', BUCHAREST, [], ['RO'], '2026-12-31T23:59+02:00', 'open', '2026-12-27T00:00+02:00', '2027-01-01T00:00+02:00'],
  ['of a region', ANGELES, HOURS, ['US-CA'], '2026-11-26T12:00-08:00', 'closed', '2026-11-25T18:00-08:00', '2026-11-30T09:00-08:00'],
  ['of two places: the longer closes', BUCHAREST, [], ['RO', 'US-CA'], '2026-11-26T12:00+02:00', 'closed', '2026-11-26T00:00+02:00', '2026-11-28T00:00+02:00'],
  ['on the first island', KIRITIMATI, [], ['KI'], '2026-12-31T10:00Z', 'closed', '2027-01-01T00:00+14:00', '2027-01-02T00:00+14:00'],
  ['a day of 23 hours', BUCHAREST, [], ['HU'], '2026-03-29T12:00+03:00', 'closed', '2026-03-29T00:00+02:00', '2026-03-30T00:00+03:00'],
  ['a day of 25 hours', BUCHAREST, [], ['HU'], '2026-10-25T12:00+02:00', 'closed', '2026-10-25T00:00+03:00', '2026-10-26T00:00+02:00'],
  ['a year that nobody looked up', BUCHAREST, [], ['RO'], '2028-03-01T12:00+02:00', 'closed', '2028-01-01T00:00+02:00', null],
  ['a place that nobody looked up', BUCHAREST, [], ['BG'], '2026-03-01T12:00+02:00', 'closed', null, null],
];

describe('public holidays', () => {
  test.each(ROWS)('%s', (_title, zone, allow, places, now, state, since, until) => {
    const found = windowState(holidayRule(zone, allow, places), factsAt(now));
    const instant = (text: string | null) => (text === null ? null : at(text));
    expect(found).toMatchObject({ open: state === 'open', since: instant(since), until: instant(until) });
  });

  test('another table is another answer from the same rule', () => {
    const rule = holidayRule(BUCHAREST, [], ['RO']);
    expect(windowState(rule, factsAt('2026-12-01T12:00+02:00')).open).toBe(false);
    const other = { RO: days('2025-01-01 x', '2026-01-01 x', '2027-01-01 x') };
    expect(windowState(rule, factsAt('2026-12-01T12:00+02:00', null, other)).open).toBe(true);
    expect(windowState(rule, factsAt('2026-12-01T12:00+02:00')).open).toBe(false);
  });
});

describe('what is open next, and why it is closed', () => {
  test('closed by a holiday', () => {
    expect(windowState(holidayRule(BUCHAREST, HOURS, ['RO']), factsAt('2026-12-01T12:00+02:00'))).toEqual({
      open: false,
      since: at('2026-11-27T18:00+02:00'),
      until: at('2026-12-02T09:00+02:00'),
      why: 'RO: National holiday',
      nextOpening: at('2026-12-02T09:00+02:00'),
      nextClosing: at('2026-12-02T18:00+02:00'),
    });
  });

  test('open', () => {
    expect(windowState(holidayRule(BUCHAREST, HOURS, ['RO']), factsAt('2026-11-27T12:00+02:00'))).toMatchObject({
      open: true,
      why: null,
      nextClosing: at('2026-11-27T18:00+02:00'),
      nextOpening: at('2026-12-02T09:00+02:00'),
    });
  });

  test('never', () => {
    expect(
      windowState(windowRule('UTC', [], ['mon-sun 00:00-24:00 (closed down)']), factsAt('2026-11-27T12:00Z')),
    ).toEqual({
      open: false,
      since: null,
      until: null,
      why: 'closed down',
      nextOpening: null,
      nextClosing: null,
    });
  });
});

describe('exceptions', () => {
  const frozen = windowRule(BUCHAREST, [], [YEAR_END]);

  test.each<[string, readonly string[] | null, Verdict['status']]>([
    ['one of them', ['hotfix'], 'allowed'],
    ['several of them', ['hotfix', 'security'], 'allowed'],
    ['one of them and something else', ['hotfix', 'feat'], 'waiting'],
    ['something else', ['fix'], 'waiting'],
    ['a commit that names no kind', ['hotfix', ''], 'waiting'],
    ['nothing at all', [], 'waiting'],
    ['what is not known', null, 'waiting'],
  ])('%s', (_title, kinds, status) => {
    expect(verdict(frozen, '2026-12-24T10:00+02:00', kinds).status).toBe(status);
  });

  test('a span without exceptions holds everything', () => {
    const rule = windowRule(BUCHAREST, [], [YEAR_END, '2026-12-24..2026-12-24 (audit)']);
    expect(verdict(rule, '2026-12-24T10:00+02:00', ['hotfix']).until).toBe(at('2026-12-25T00:00+02:00'));
    expect(verdict(rule, '2026-12-24T10:00+02:00', ['feat']).until).toBe(at('2027-01-05T00:00+02:00'));
  });

  test('of two freezes, each lets its own kind pass, whichever was asked for first', () => {
    const rule = windowRule(
      BUCHAREST,
      [],
      ['2026-12-24..2026-12-24 (audit) !fix', '2026-12-24..2026-12-26 (freeze) !docs'],
    );
    const until = (kind: string) => verdict(rule, '2026-12-24T10:00+02:00', [kind]).until;
    expect(until('fix')).toBe(at('2026-12-27T00:00+02:00'));
    expect(until('docs')).toBe(at('2026-12-25T00:00+02:00'));
    expect(until('fix')).toBe(at('2026-12-27T00:00+02:00'));
  });

  test('of a freeze and a holiday, each lets its own kind pass', () => {
    const rule = holidayRule(BUCHAREST, [], ['RO !docs'], ['2026-12-01..2026-12-03 (audit) !fix']);
    const until = (kind: string) => verdict(rule, '2026-12-01T10:00+02:00', [kind]).until;
    expect(until('fix')).toBe(at('2026-12-02T00:00+02:00'));
    expect(until('docs')).toBe(at('2026-12-04T00:00+02:00'));
  });

  test('hours hold what a freeze lets pass', () => {
    const rule = windowRule(BUCHAREST, HOURS, [YEAR_END]);
    expect(verdict(rule, '2026-12-24T20:00+02:00', ['hotfix']).until).toBe(at('2026-12-25T09:00+02:00'));
  });

  test('of a holiday', () => {
    const rule = holidayRule(BUCHAREST, [], ['RO !hotfix']);
    expect(verdict(rule, '2026-12-01T12:00+02:00', ['hotfix']).status).toBe('allowed');
    expect(verdict(rule, '2026-12-01T12:00+02:00', ['feat']).status).toBe('waiting');
    expect(verdict(rule, '2028-12-01T12:00+02:00', ['hotfix']).status).toBe('allowed');
  });
});

describe('sentences', () => {
  // biome-ignore format: a table is read across
  test.each<[string, WindowRule, string, readonly string[] | null, string]>([
    ['a holiday', holidayRule(BUCHAREST, [], ['RO']), '2026-12-25T10:00+02:00', null,
      'closed for a holiday until Sunday 2026-12-27 00:00 Europe/Bucharest (RO: Christmas)'],
    ['holidays, then hours', holidayRule(BUCHAREST, HOURS, ['RO']), '2026-11-30T10:00+02:00', null,
      'closed for a holiday until Wednesday 2026-12-02 00:00 Europe/Bucharest (RO: Saint Andrew, RO: National holiday); opens Wednesday 2026-12-02 09:00 Europe/Bucharest'],
    ['before a holiday', holidayRule(BUCHAREST, HOURS, ['RO']), '2026-11-28T10:00+02:00', null,
      'closed since Friday 18:00 Europe/Bucharest; opens Wednesday 2026-12-02 09:00 Europe/Bucharest, after a holiday (RO: Saint Andrew)'],
    ['open until a holiday', holidayRule(BUCHAREST, [], ['RO']), '2026-12-10T10:00+02:00', null,
      'open until Friday 2026-12-25 00:00 Europe/Bucharest, then closed for a holiday (RO: Christmas)'],
    ['a holiday within a freeze explains nothing', holidayRule(BUCHAREST, [], ['RO'], [YEAR_END]), '2026-12-25T10:00+02:00', ['feat'],
      'frozen until Tuesday 2027-01-05 00:00 Europe/Bucharest (year-end freeze); a change of nothing but hotfix or security may pass'],
    ['nobody knows what changes', windowRule(BUCHAREST, [], [YEAR_END]), '2026-12-25T10:00+02:00', null,
      'frozen until Tuesday 2027-01-05 00:00 Europe/Bucharest (year-end freeze); a change of nothing but hotfix or security may pass, but what this one changes is not known'],
    ['a change that passes', windowRule(BUCHAREST, HOURS, [YEAR_END]), '2026-12-24T10:00+02:00', ['hotfix'],
      'open until Thursday 2026-12-24 18:00 Europe/Bucharest; year-end freeze lets this pass: every commit is hotfix'],
    ['a change that passes what has no reason', windowRule('UTC', [], ['2026-12-19..2027-01-04 !fix']), '2026-12-24T10:00Z', ['fix'],
      'open, and nothing ahead closes it; a freeze lets this pass: every commit is fix'],
    ['a year that is not known', holidayRule(BUCHAREST, HOURS, ['RO']), '2028-02-01T10:00+02:00', null,
      'closed, because the public holidays of RO in 2028 are not known'],
    ['an opening in a year that is not known', holidayRule(BUCHAREST, ['2029-02-01..2029-02-01'], ['RO']), '2026-12-10T10:00+02:00', null,
      'closed; no opening is known: the public holidays of RO in 2028 are not known'],
    ['closed every day', windowRule('UTC', [], ['mon-sun 00:00-24:00 (closed down)']), '2026-12-10T10:00Z', null,
      'frozen (closed down); never opens again'],
  ])('%s', (_title, rule, now, kinds, sentence) => {
    expect(verdict(rule, now, kinds).sentence).toBe(`hours: ${sentence}`);
  });

  test('what is not known is no reason to let something through', () => {
    expect(verdict(holidayRule(BUCHAREST, [], ['RO']), '2028-02-01T10:00+02:00').status).toBe('denied');
    const broken = { ...windowRule('UTC', []), deny: [freeze('UTC', 'FREQ=NEVER')] };
    expect(verdict(broken, '2026-02-01T10:00Z')).toMatchObject({
      status: 'denied',
      sentence: 'hours: closed, because its rule cannot be computed',
    });
    const unopened = windowRule('UTC', ['FREQ=NEVER']);
    expect(verdict(unopened, '2026-02-01T10:00Z').status).toBe('denied');
  });
});

describe('a notice', () => {
  const maintenance = (noticeMs: number | null, deny: readonly string[] = []): WindowRule => {
    const span = spanOf('UTC', 'FREQ=MONTHLY;BYDAY=1SU @02:00 +4h');
    const open: OpenSpan = { span, noticeMs, name: 'maintenance', calendar: null };
    return { ...windowRule('UTC', [], deny), allow: [open] };
  };
  const HOURS_48 = 48 * 3_600_000;
  const notices = (rule: WindowRule, now: string) => verdict(rule, now).notices;

  test('runs from its time before the opening until it opens', () => {
    const rule = maintenance(HOURS_48);
    expect(notices(rule, '2026-12-04T01:59:59.999Z')).toEqual([]);
    const said = {
      kind: 'announce',
      at: at('2026-12-04T02:00Z'),
      to: [],
      sentence: 'hours: maintenance opens Sunday 2026-12-06 02:00 UTC, for 4 h',
    };
    expect(notices(rule, '2026-12-04T02:00Z')).toEqual([said]);
    expect(notices(rule, '2026-12-06T01:59:59.999Z')).toEqual([said]);
    expect(notices(rule, '2026-12-06T02:00Z')).toEqual([]);
  });

  test('is not given where nobody asked for one', () => {
    expect(notices(maintenance(null), '2026-12-05T02:00Z')).toEqual([]);
  });

  test('is not given for an opening that something closes', () => {
    expect(notices(maintenance(HOURS_48, ['2026-12-05..2026-12-07']), '2026-12-05T02:00Z')).toEqual([]);
  });

  test('says when it really opens, and for how long', () => {
    const rule = maintenance(HOURS_48, ['2026-12-05T00:00..2026-12-06T03:00', '2026-12-06T05:00..2026-12-07T00:00']);
    expect(notices(rule, '2026-12-04T02:30Z')).toEqual([]);
    expect(notices(rule, '2026-12-04T03:00Z')).toMatchObject([
      { at: at('2026-12-04T03:00Z'), sentence: 'hours: maintenance opens Sunday 2026-12-06 03:00 UTC, for 2 h' },
    ]);
  });

  test('is given also while the window is open by other hours', () => {
    const rule = maintenance(HOURS_48);
    const both = {
      ...rule,
      allow: [
        ...rule.allow,
        { ...rule.allow[0], span: spanOf('UTC', 'sat 00:00-24:00'), noticeMs: null, name: null, calendar: null },
      ],
    };
    const found = verdict(both, '2026-12-05T12:00Z');
    expect(found.status).toBe('allowed');
    expect(found.notices).toHaveLength(1);
  });
});
