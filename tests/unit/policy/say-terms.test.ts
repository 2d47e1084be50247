// Gates in words. People accept a change by these sentences: whatever changes the digest changes one of them, and
// what is only written in another order changes none.

import { describe, expect, test } from 'vitest';
import { type GateTerms, gateText } from '../../../engine/model/gate-terms.ts';
import { kindOfRule } from '../../../engine/policy/rules/table.ts';
import { sayTerms } from '../../../engine/policy/say-terms.ts';
import { gatedTerms } from '../../support/gates-builders.ts';
import { policy, twoApprovals } from '../../support/policy-builders.ts';
import { EVERY_RULE } from '../ledger/every-rule.ts';

const OVERRIDE = {
  by: ['leads', 'qa'],
  people: 2,
  author: 'excluded',
  reason: 'required',
  expiresMs: 3_600_000,
  rules: ['window'],
  postmortem: true,
} as const;

const TERMS: GateTerms = {
  ...gatedTerms(),
  policies: [
    ...gatedTerms().policies,
    twoApprovals(),
    ...EVERY_RULE.map((rule, at) => ({ ...policy(`p${at}`, rule), override: OVERRIDE })),
  ],
  paths: ['shared'],
  secrets: ['TOKEN'],
  rollbackBy: ['leads'],
  changes: { by: ['leads'], count: 1, author: 'excluded' },
  teams: { leads: ['ana', 'mia'], qa: ['dan'] },
  people: {
    ana: { emails: ['ana@example.org'], github: { login: 'ana', id: 1 }, gitlab: null },
    mia: { emails: ['mia@example.org', 'mia@home.example'], github: null, gitlab: { login: 'mia', id: null } },
  },
  keys: ['ana@example.org ssh-ed25519 AAAA'],
};

describe('gates in words', () => {
  const places = leavesOf(TERMS).filter((path) => gateText(changed(path)) !== gateText(TERMS));

  test('there is much to say', () => expect(places.length).toBeGreaterThan(80));

  test.each(places.map((path) => [path.join('.'), path] as const))('%s is said where it changes', (_, path) => {
    expect(sayTerms(changed(path))).not.toEqual(sayTerms(TERMS));
  });

  test('another order of people, teams and members says the same', () => {
    const { people, teams } = TERMS;
    const turned = {
      people: Object.fromEntries(Object.entries(people).reverse()),
      teams: Object.fromEntries(
        Object.entries(teams)
          .map(([name, members]) => [name, members.toReversed()] as const)
          .reverse(),
      ),
    };
    expect(sayTerms({ ...TERMS, ...turned })).toEqual(sayTerms(TERMS));
  });

  test('whose address a person has is there to be read', () => {
    const ana = { emails: ['ana@example.org', 'eve@example.org'], github: null, gitlab: null };
    expect(sayTerms({ ...TERMS, people: { ana } })).toContain('ana is ana@example.org, eve@example.org');
  });

  test.each([
    [[1, 2, 3, 4, 5], 'Mon-Fri'],
    [[5, 1, 2], 'Mon Tue Fri'],
    [[1, 3, 4, 5, 7], 'Mon Wed-Fri Sun'],
  ])('the days %j are said as %s', (days, said) => {
    const span = { type: 'weekly', timezone: 'UTC', days, fromMinute: 540, toMinute: 1_080 } as const;
    const allow = [{ span, noticeMs: null, name: null, calendar: null }];
    const place = { file: 'policies/p.yaml', line: 1, column: 1 };
    const rule = {
      type: 'window',
      place,
      timezone: 'UTC',
      allow,
      deny: [],
      holidays: [],
      onWindowClose: 'finish',
    } as const;
    expect(kindOfRule(rule).say(rule)).toBe(`open ${said} 09:00-18:00 UTC`);
  });
});

type Path = readonly (string | number)[];

function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return value === null ? [] : [path];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, isList ? Number(key) : key]));
}

/**
 * With another value in one place: an hour more, another word, the other answer. Kinds (`type`) stay what they are.
 */
function changed(path: Path): GateTerms {
  if (path.at(-1) === 'type') return TERMS;
  const copy = structuredClone(TERMS);
  let at: unknown = copy;
  for (const key of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[key];
  const last = path.at(-1) ?? '';
  const holder = at as Record<string | number, unknown>;
  holder[last] = another(holder[last], String(last));
  return copy;
}

const CHOICES = [
  ['excluded', 'counts'],
  ['required', 'optional'],
  ['finish', 'pause'],
  ['rollback', 'stop'],
  ['latest', 'all'],
];

function another(value: unknown, key: string): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + (/ms$/i.test(key) ? 3_600_000 : 1);
  return CHOICES.find((choice) => choice.includes(String(value)))?.find((other) => other !== value) ?? `${value}x`;
}
