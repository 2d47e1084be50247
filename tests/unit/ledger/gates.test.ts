// Gates in the ledger: what is written is read back as it was, what somebody else has written is refused or taken,
// and an acceptance follows the one before it and rests on words that are there.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from '../../../engine/ledger/fold.ts';
import { decodeGates, encodeGates } from '../../../engine/ledger/gates-file.ts';
import { readTerms, writtenTerms } from '../../../engine/ledger/gates-shape.ts';
import type { EventRecord } from '../../../engine/ledger/records/table.ts';
import { encodeIndex, encodeLease, readTip } from '../../../engine/ledger/tip.ts';
import { type EnvironmentState, emptyState } from '../../../engine/model/environment-state.ts';
import { type GateTerms, gateText } from '../../../engine/model/gate-terms.ts';
import { gatedTerms, inForce } from '../../support/gates-builders.ts';
import { ANA } from '../../support/observed-builders.ts';
import { policy, twoApprovals } from '../../support/policy-builders.ts';
import { EVERY_RULE } from './every-rule.ts';

const TERMS: GateTerms = {
  ...gatedTerms(),
  policies: [...gatedTerms().policies, twoApprovals(), ...EVERY_RULE.map((rule, at) => policy(`p${at}`, rule))],
};

describe('gates.json', () => {
  test('is read back as it was written, whatever rules are in it', () => {
    const read = decodeGates('production', encodeGates('production', inForce(TERMS)));
    if (typeof read === 'string' || read.terms === null) throw new Error(String(read));
    expect(gateText(read.terms)).toBe(gateText(TERMS));
    expect(encodeGates('production', read)).toBe(encodeGates('production', inForce(TERMS)));
  });

  test('says in words what is in force', () => {
    const { in_words } = JSON.parse(encodeGates('production', inForce(gatedTerms()))) as { in_words: string[] };
    expect(in_words).toMatchInlineSnapshot(`
      [
        "follows tags v* on main",
        "a newer version replaces one that waits",
        "business-hours: open Mon-Fri 09:00-18:00 Europe/Bucharest",
        "business-hours may be overridden by leads for 4 h, with a reason",
        "stages that deploy: deploy",
        "stages that may be skipped: test",
        "a run that fails is rolled back",
        "team leads: ana",
        "ana is ana@example.org",
      ]
    `);
  });

  test.each([
    ['JSON', '{', 'gates.json is not JSON'],
    ['of another format', { format: 9 }, 'gates.json has format 9; this Tidegate reads format 1'],
    ['another environment’s', { environment: 'staging' }, 'gates.json belongs to "staging"'],
    ['with a serial that is none', { serial: -1 }, 'gates.json: serial is no whole number'],
    ['with a digest that is none', { digest: 'f' }, 'gates.json: digest is no digest'],
    ['with a field more', { more: true }, 'gates.json: has a field that nobody knows: "more"'],
    ['with gates of nothing', { gates: {} }, 'gates.json: gates.follow is missing'],
  ])('%s is refused', (_, change, sentence) => {
    const sound = JSON.parse(encodeGates('production', inForce(gatedTerms()))) as object;
    const text = typeof change === 'string' ? change : JSON.stringify({ ...sound, ...change });
    expect(decodeGates('production', text)).toMatch(new RegExp(`^${sentence.replace(/[.?]/g, '\\$&')}`));
  });

  test('whatever one value of it is changed to: it is taken, or refused in a sentence, and nothing throws', () => {
    const written = JSON.parse(JSON.stringify(writtenTerms(TERMS))) as Record<string, unknown>;
    const places = placesIn(written);
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 2 }), (at, value) => {
        const read = readTerms(replaced(written, places[at] ?? [], value));
        if (typeof read === 'string') expect(read).toMatch(/^[.[ ]/);
        else expect(typeof gateText(read)).toBe('string');
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['Mars/Olympus', 'a time zone that is none'],
    ['UTC\n', 'one with a line end'],
  ])('takes no %j', (timezone) => {
    const [first] = gatedTerms().policies;
    const rules = first?.rules.map((rule) => ({ ...rule, timezone })) ?? [];
    const terms = { ...gatedTerms(), policies: [{ ...first, rules }] } as unknown as GateTerms;
    expect(readTerms(writtenTerms(terms))).toMatch(/timezone is no time zone$/);
  });
});

describe('the tip', () => {
  const state = { ...emptyState('production'), gates: inForce(gatedTerms()) };
  const index = encodeIndex(state);
  const lease = encodeLease({ epoch: 0, holder: null, name: null, renewal: 0 });
  const tip = (gates: Parameters<typeof readTip>[4]) => readTip('production', index, lease, new Map(), gates);

  test('holds the gates of gates.json, and the index their name', () => {
    expect(tip(state.gates)).toMatchObject({ type: 'tip', tip: { state: { gates: state.gates } } });
    expect(index).not.toContain('policies/business-hours.yaml');
  });

  test.each([
    ['missing', null, 'gates.json is missing, and index.json names gates 1'],
    ['of another moment', inForce(gatedTerms(), { serial: 2 }), /^gates.json holds gates 2 .*names gates 1/],
    ['unreadable', 'gates.json is not JSON', 'gates.json is not JSON'],
  ])('is refused where gates.json is %s', (_, gates, sentence) => {
    expect(tip(gates)).toEqual({
      type: 'refused',
      sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    });
  });
});

describe('the fold', () => {
  const [one, two] = [digest('1'), digest('2')];

  test('takes gates one after the other, and ends the words on what they replace', () => {
    const state = told(accepted(1, one), word('a', 1, two), accepted(2, two, ['a']));
    expect(state).toMatchObject({ gates: { serial: 2, digest: two, words: ['a'] }, gateWords: [] });
  });

  test.each([
    ['skip a serial', [accepted(2, one)], 'gates 2 do not follow gates 0'],
    ['come twice', [accepted(1, one), accepted(2, one)], 'these gates are in force already'],
    ['rest on no word', [accepted(1, one), accepted(2, two, [])], 'it names no word that it rests on'],
    ['rest on a word that is not there', [accepted(1, one), accepted(2, two, ['a'])], 'is not about this change'],
    [
      'rest on a word on another change',
      [accepted(1, one), word('a', 1, digest('3')), accepted(2, two, ['a'])],
      'the word a that it rests on is not about this change',
    ],
    [
      'are new where some are in force',
      [accepted(1, one), accepted(2, two, [], 'first-sight')],
      'gates 1 are in force',
    ],
    [
      'rest on a run that is not open: its controller lost it',
      [accepted(1, one), accepted(2, two, [], 'run')],
      'no run is open that the gates before it have let in',
    ],
  ])('refuses gates that %s', (_, records, sentence) => {
    expect(refusalOf(records)).toContain(sentence);
  });

  describe('of a no that reached the ledger first', () => {
    const yes = word('yes', 1, digest('b'));
    const no = (id: string, of = digest('b')): EventRecord => ({
      ...COMMON,
      id,
      type: 'gates-rejected',
      serial: 1,
      digest: of,
    });
    const heard = (id: string): EventRecord => ({ ...accepted(2, digest('b'), ['yes']), heard: id }) as EventRecord;
    const begun = accepted(1, digest('a'));

    test.each([
      [
        'a no after what was heard',
        [begun, yes, no('no'), heard('yes')],
        /^Ana .*said no to this change before it was/,
      ],
      ['a no where nothing was heard', [begun, yes, no('no'), heard('')], /said no to this change/],
      ['a no that was heard', [begun, yes, no('no'), heard('no')], /^it was taken$/],
      ['a no to another change', [begun, yes, no('no', digest('c')), heard('yes')], /^it was taken$/],
      ['one more yes', [begun, yes, word('more', 1, digest('b')), heard('yes')], /^it was taken$/],
      ['what an earlier version wrote', [begun, yes, no('no'), accepted(2, digest('b'), ['yes'])], /^it was taken$/],
    ])('%s', (_, records, says) => {
      expect(refusalOf(records).replace(/^.*cannot be: /, '')).toMatch(says);
    });
  });

  test('refuses a word on what was to follow other gates: a yes is for one change, once', () => {
    const replayed = [accepted(1, one), word('a', 1, two), accepted(2, two, ['a']), word('b', 1, two)];
    expect(refusalOf(replayed)).toContain('it answers what was to follow gates 1, and gates 2 are in force');
  });
});

function digest(digit: string): string {
  return digit.repeat(64);
}

const COMMON = { at: 0, by: ANA, reason: '' };

function word(id: string, serial: number, of: string): EventRecord {
  return { ...COMMON, id, type: 'gates-approved', serial, digest: of };
}

function accepted(
  serial: number,
  of: string,
  words: readonly string[] = [],
  on: 'first-sight' | 'words' | 'run' = serial === 1 ? 'first-sight' : 'words',
): EventRecord {
  const gates = { type: 'gates-accepted', serial, digest: of, words, on, from: 'a'.repeat(40) } as const;
  return {
    ...gates,
    id: `accepted:${serial}:${of[0]}`,
    at: 0,
    by: 'controller one',
    because: 'why',
    gates: gatedTerms(),
  };
}

function told(...records: readonly EventRecord[]): EnvironmentState {
  return records.reduce((state, record) => {
    const folded = fold(state, record);
    if (folded.type === 'refused') throw new Error(folded.sentence);
    return folded.state;
  }, emptyState('production'));
}

function refusalOf(records: readonly EventRecord[]): string {
  const last = records.at(-1);
  if (last === undefined) throw new Error('nothing is told');
  const folded = fold(told(...records.slice(0, -1)), last);
  return folded.type === 'refused' ? folded.sentence : 'it was taken';
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...entries.flatMap(([key, item]: [string | number, unknown]) => placesIn(item, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item: unknown, at) => (at === key ? replaced(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]: [string, unknown]) => [
      name,
      name === key ? replaced(item, rest, by) : item,
    ]),
  );
}
