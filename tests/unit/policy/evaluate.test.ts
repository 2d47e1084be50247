// The tree above the rules: all of -> policy -> rule, its sentences, and what lifting one rule does and does not
// change.

import { describe, expect, test } from 'vitest';
import { evaluatePolicies } from '../../../engine/policy/evaluate.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, policyOf, verdictOf, windowRule } from './window-build.ts';

const SATURDAY = at('2026-11-21T10:00+02:00');
const MONDAY = at('2026-11-23T10:00+02:00');
const BUCHAREST = 'Europe/Bucharest';
const YEAR_END = '2026-12-19..2027-01-04 (year-end freeze)';

describe('what a window says', () => {
  const sentences: readonly (readonly [
    title: string,
    allow: string[],
    deny: string[],
    now: string,
    sentence: string,
  ])[] = [
    [
      'closed',
      ['mon-fri 09:00-18:00'],
      [],
      '2026-11-21T10:00+02:00',
      'closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest',
    ],
    [
      'closed for longer than a week',
      ['mon 09:00-18:00'],
      [],
      '2026-11-30T08:00+02:00',
      'closed since Monday 2026-11-23 18:00 Europe/Bucharest; opens Monday 2026-11-30 09:00 Europe/Bucharest',
    ],
    [
      'open',
      ['mon-fri 09:00-18:00'],
      [],
      '2026-11-27T10:00+02:00',
      'open until Friday 2026-11-27 18:00 Europe/Bucharest',
    ],
    ['open for good', [], [], '2026-11-27T10:00+02:00', 'open, and nothing ahead closes it'],
    [
      'open until a freeze',
      [],
      [YEAR_END],
      '2026-11-27T10:00+02:00',
      'open until Saturday 2026-12-19 00:00 Europe/Bucharest, then frozen (year-end freeze)',
    ],
    [
      'frozen',
      [],
      [YEAR_END],
      '2026-12-24T10:00+02:00',
      'frozen until Tuesday 2027-01-05 00:00 Europe/Bucharest (year-end freeze)',
    ],
    [
      'frozen without a reason',
      [],
      ['2026-12-24..2026-12-24'],
      '2026-12-24T10:00+02:00',
      'frozen until Friday 2026-12-25 00:00 Europe/Bucharest',
    ],
    [
      'frozen beyond opening hours',
      ['mon-fri 09:00-18:00'],
      [YEAR_END],
      '2026-12-24T10:00+02:00',
      'frozen until Tuesday 2027-01-05 00:00 Europe/Bucharest (year-end freeze); opens Tuesday 2027-01-05 09:00 Europe/Bucharest',
    ],
    [
      'frozen for two reasons',
      [],
      ['2026-12-24..2026-12-26 (Christmas)', '2026-12-25..2026-12-31 (stocktaking)'],
      '2026-12-24T10:00+02:00',
      'frozen until Friday 2027-01-01 00:00 Europe/Bucharest (Christmas, stocktaking)',
    ],
    [
      'closed, with a freeze before the opening',
      ['mon-fri 09:00-18:00'],
      [YEAR_END],
      '2026-12-18T20:00+02:00',
      'closed since Friday 18:00 Europe/Bucharest; opens Tuesday 2027-01-05 09:00 Europe/Bucharest, after a freeze (year-end freeze)',
    ],
    ['never', [' 09:00-18:00'], [], '2026-12-18T20:00+02:00', 'closed; never opens again'],
  ];
  test.each(sentences)('%s', (_title, allow, deny, now, sentence) => {
    expect(verdictOf(windowRule(BUCHAREST, allow, deny), 'hours', at(now)).sentence).toBe(`hours: ${sentence}`);
  });

  test('closed waits and says for what; never opening denies', () => {
    const hours = verdictOf(windowRule(BUCHAREST, ['mon-fri 09:00-18:00']), 'hours', SATURDAY);
    expect(hours).toMatchObject({
      status: 'waiting',
      name: 'window',
      until: at('2026-11-23T09:00+02:00'),
      waitsFor: ['window hours'],
    });
    expect(verdictOf(windowRule(BUCHAREST, [' 09:00-18:00']), 'hours', SATURDAY)).toMatchObject({
      status: 'denied',
      until: null,
      waitsFor: [],
    });
  });

  test('the state names the freeze that holds now, and no other', () => {
    const frozen = verdictOf(
      windowRule('UTC', [], ['2026-11-20..2026-11-21 (audit)', '2026-11-22..2026-11-22 (move)']),
      'hours',
      SATURDAY,
    );
    expect(frozen.seen).toMatchObject({ at: '2026-11-21T08:00:00Z', local: 'Saturday 2026-11-21 08:00 UTC' });
    expect(frozen.until).toBe(at('2026-11-23T00:00Z'));
  });
});

describe('all of an environment’s policies', () => {
  const hours = policyOf('hours', windowRule(BUCHAREST, ['mon-fri 09:00-18:00']));
  const weekend = policyOf('weekend', windowRule('UTC', ['sat-sun 00:00-24:00']));
  const open = policyOf('open', windowRule('UTC', []));
  const never = policyOf('never', windowRule('UTC', [' 09:00-10:00']));

  test('none: allowed, and it says that no gate is set', () => {
    expect(evaluatePolicies([], facts({ now: SATURDAY }))).toMatchObject({
      status: 'allowed',
      sentence: 'no gate is set',
      until: null,
      children: [],
    });
  });

  test('the tree is all of -> policy -> rule, in the order listed', () => {
    const verdict = evaluatePolicies([open, hours], facts({ now: MONDAY }));
    expect(verdict).toMatchObject({
      status: 'allowed',
      name: 'all of',
      sentence: 'allowed by open, hours',
      until: at('2026-11-23T18:00+02:00'),
    });
    expect(verdict.children.map(({ name }) => name)).toEqual(['open', 'hours']);
    expect(verdict.children.map(({ children }) => children.map(({ name }) => name))).toEqual([['window'], ['window']]);
  });

  test('one that waits makes all wait, with its sentence and its instant', () => {
    const verdict = evaluatePolicies([weekend, hours], facts({ now: SATURDAY }));
    expect(verdict).toMatchObject({
      status: 'waiting',
      until: at('2026-11-23T09:00+02:00'),
      waitsFor: ['window hours'],
    });
    expect(verdict.sentence).toBe(
      'hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest',
    );
  });

  test('one that denies beats one that waits', () => {
    expect(evaluatePolicies([hours, never], facts({ now: SATURDAY }))).toMatchObject({
      status: 'denied',
      until: null,
      sentence: 'never: closed; never opens again',
    });
  });

  test('every rule of a policy must allow', () => {
    const both = policyOf('both', ...hours.rules, ...weekend.rules);
    expect(evaluatePolicies([both], facts({ now: SATURDAY })).status).toBe('waiting');
    expect(evaluatePolicies([both], facts({ now: MONDAY })).status).toBe('waiting');
  });

  test('a policy without a rule is closed, and says so', () => {
    const verdict = evaluatePolicies([policyOf('empty')], facts({ now: MONDAY }));
    expect(verdict).toMatchObject({ status: 'denied', until: null });
    expect(verdict.sentence).toContain('empty: has no rule');
  });

  test('the same facts give the same verdict', () => {
    const given = facts({ now: SATURDAY, lifted: ['weekend/window'] });
    expect(JSON.stringify(evaluatePolicies([hours, weekend], given))).toBe(
      JSON.stringify(evaluatePolicies([hours, weekend], given)),
    );
  });

  describe('an override', () => {
    test('overrides the rule it names, and the sentence says both', () => {
      const verdict = evaluatePolicies([hours], facts({ now: SATURDAY, lifted: ['hours/window'] }));
      expect(verdict).toMatchObject({ status: 'allowed', overridden: true, until: null });
      expect(verdict.children[0]?.children[0]).toMatchObject({
        status: 'allowed',
        overridden: true,
        waitsFor: [],
        sentence:
          'hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest (overridden)',
      });
    });

    test.each(['other/window', 'hours', 'hours/approval', '', 'hours/window/x'])('overrides nothing by %j', (name) => {
      expect(evaluatePolicies([hours], facts({ now: SATURDAY, lifted: [name] }))).toMatchObject({
        status: 'waiting',
        overridden: false,
      });
    });

    test('does not show where the rule allows by itself', () => {
      expect(evaluatePolicies([hours], facts({ now: MONDAY, lifted: ['hours/window'] }))).toEqual(
        evaluatePolicies([hours], facts({ now: MONDAY })),
      );
    });
  });
});
