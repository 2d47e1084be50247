// Who lifts what, and until when: everybody who asks (decisions, commands, `tidegate test`) asks here.

import { describe, expect, test } from 'vitest';
import { coversRule, liftingOf, type Voice } from '../../../engine/policy/lifting.ts';
import { lockPolicy, policy } from '../../support/policy-builders.ts';

const NOW = 1_000_000_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const directory = { people: {}, teams: { leads: ['ana', 'dan'] } };
const [rule] = lockPolicy('database').rules;

function lifting(override: NonNullable<Parameters<typeof policy>[2]>, ...voices: readonly Partial<Voice>[]) {
  if (rule === undefined) throw new Error('a lock policy has a rule');
  const said = voices.map((voice) => ({ person: 'ana', reason: 'why', at: NOW, until: null, rules: [], ...voice }));
  return liftingOf([policy('it', rule, override)], said, { now: NOW, directory, command: 'tidegate override' });
}

describe('a voice', () => {
  test.each<[string, Partial<Voice>, boolean]>([
    ['of somebody whom the override names', {}, true],
    ['of anybody else', { person: 'eve' }, false],
    ['without a reason', { reason: ' ' }, false],
    ['about this rule', { rules: ['it/lock'] }, true],
    ['about another rule', { rules: ['it/window'] }, false],
    ['as old as its override lasts', { at: NOW - HOUR_MS }, false],
    ['a moment younger', { at: NOW - HOUR_MS + 1 }, true],
    ['that has run out', { until: NOW }, false],
    ['that runs out in a moment', { until: NOW + 1 }, true],
    ['dated by a clock that is a little off', { at: NOW + 5 * MINUTE_MS }, true],
    ['dated further ahead, which would last for ever', { at: NOW + 5 * MINUTE_MS + 1 }, false],
  ])('%s lifts: %j is %s', (_title, voice, lifts) => {
    expect(lifting({ expiresMs: HOUR_MS }, voice).lifted).toEqual(lifts ? ['it/lock'] : []);
  });

  test('of one person counts once, with the last that was said', () => {
    const twice = lifting({ people: 2, expiresMs: HOUR_MS }, { at: NOW - MINUTE_MS }, {});
    expect(twice.lifted).toEqual([]);
    expect(twice.halfLifted).toEqual({
      'it/lock': '1 of 2 people lift it: ana; another of leads has to run `tidegate override`',
    });
    expect(lifting({ expiresMs: HOUR_MS }, { at: NOW - MINUTE_MS }, {}).liftedUntil['it/lock']).toBe(NOW + HOUR_MS);
  });

  test('of a second person is needed until the first of the two has run out', () => {
    const both = lifting({ people: 2, expiresMs: HOUR_MS }, { until: NOW + MINUTE_MS }, { person: 'dan' });
    expect(both).toMatchObject({ lifted: ['it/lock'], liftedUntil: { 'it/lock': NOW + MINUTE_MS }, halfLifted: {} });
  });
});

test('an override that names kinds of rule covers no other', () => {
  const override = { by: ['leads'], people: 1, reason: 'required', expiresMs: 1, postmortem: false } as const;
  expect(coversRule({ ...override, rules: ['window'] }, 'lock')).toBe(false);
  expect(coversRule({ ...override, rules: null }, 'lock')).toBe(true);
  expect(lifting({ rules: ['window'] }, {}).lifted).toEqual([]);
});
