// Who overrides what, and until when: everybody who asks (decisions, commands, `tidegate test`) asks here.

import { describe, expect, test } from 'vitest';
import { coversRule, liftingOf, type Voice } from '../../../engine/policy/lifting.ts';
import { lockPolicy, policy } from '../../support/policy-builders.ts';

const NOW = 1_000_000_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const nobody = { emails: [], github: null, gitlab: null };
const directory = {
  people: Object.fromEntries(
    ['ana', 'dan', 'leo', 'mia'].map((name) => [name, { ...nobody, emails: [`${name}@example.org`] }]),
  ),
  teams: { leads: ['ana', 'dan'] },
};
const [rule] = lockPolicy('database').rules;

type Override = NonNullable<Parameters<typeof policy>[2]>;

const lifting = (override: Override, ...voices: readonly Partial<Voice>[]) =>
  liftingOfWork(by(LEO), override, ...voices);

const LEO = 'Leo <leo@example.org>';
const by = (...authors: readonly string[]) => ({ authors });

function liftingOfWork(
  change: { readonly authors: readonly string[] } | null,
  override: Override,
  ...voices: readonly Partial<Voice>[]
) {
  if (rule === undefined) throw new Error('a lock policy has a rule');
  const said = voices.map((voice) => ({ person: 'ana', reason: 'why', at: NOW, until: null, rules: [], ...voice }));
  return liftingOf([policy('it', rule, override)], said, { now: NOW, directory, change });
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
      'it/lock': '1 of 2 people override it: ana; another of leads has to override it as well',
    });
    expect(lifting({ expiresMs: HOUR_MS }, { at: NOW - MINUTE_MS }, {}).liftedUntil['it/lock']).toBe(NOW + HOUR_MS);
  });

  test('of a second person is needed until the first of the two has run out', () => {
    const both = lifting({ people: 2, expiresMs: HOUR_MS }, { until: NOW + MINUTE_MS }, { person: 'dan' });
    expect(both).toMatchObject({ lifted: ['it/lock'], liftedUntil: { 'it/lock': NOW + MINUTE_MS }, halfLifted: {} });
  });
});

test('an override that names kinds of rule covers no other', () => {
  const override = {
    by: ['leads'],
    people: 1,
    author: 'counts',
    reason: 'required',
    expiresMs: 1,
    postmortem: false,
  } as const;
  expect(coversRule({ ...override, rules: ['window'] }, 'lock')).toBe(false);
  expect(coversRule({ ...override, rules: null }, 'lock')).toBe(true);
  expect(lifting({ rules: ['window'] }, {}).lifted).toEqual([]);
});

describe('where those who made the change are excluded', () => {
  const excluded = { author: 'excluded' } as const;
  const ana = by('Ana <ana@example.org>');

  test('nobody overrides alone what they could not approve, and it is said', () => {
    expect(liftingOfWork(ana, excluded, {})).toMatchObject({
      lifted: [],
      halfLifted: {},
      ownLifted: {
        'it/lock':
          'ana made this change, and nobody overrides what they could not approve; another of leads has to override it as well',
      },
    });
    expect(liftingOfWork(ana, excluded, { person: 'dan' })).toMatchObject({ lifted: ['it/lock'], ownLifted: {} });
    expect(liftingOfWork(ana, { author: 'counts' }, {}).lifted).toEqual(['it/lock']);
  });

  test('their voice is none among several either', () => {
    const two = liftingOfWork(ana, { ...excluded, people: 2 }, {}, { person: 'dan' });
    expect(two.halfLifted['it/lock']).toContain('1 of 2 people override it: dan;');
    expect(two.lifted).toEqual([]);
  });

  test.each([
    ['nobody knows who made it', null, 'one more than asked for: who made this change cannot be found out'],
    [
      'nobody can place who made it',
      by('Ana <a@example.com>'),
      'Ana <a@example.com>, who made it, has no place in `people`',
    ],
  ])('one person alone is not enough where %s', (_title, change, why) => {
    expect(liftingOfWork(change, excluded, {}).lifted).toEqual([]);
    expect(liftingOfWork(change, excluded, {}).halfLifted['it/lock']).toContain(why);
    const both = liftingOfWork(change, excluded, {}, { person: 'dan', until: NOW + 1 });
    expect(both).toMatchObject({ lifted: ['it/lock'], liftedUntil: { 'it/lock': NOW + 1 } });
    expect(liftingOfWork(change, {}, {}).lifted).toEqual(['it/lock']);
  });
});
