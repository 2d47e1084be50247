// A new kind is one file, one line in its table, its page and its tests. The checker is first shown sources that
// offend.

import { describe, expect, test } from 'vitest';
import { EVENT_RECORDS, kindOf, OPENING_RECORD, RUN_RECORDS } from '../../../engine/ledger/records/table.ts';
import { RULE_KINDS } from '../../../engine/policy/rules/table.ts';
import { type Kinds, kindOffences, kindsIn } from './kinds.ts';
import { listing, readSources, type SourceFile } from './source.ts';

const ENGINE = readSources(['engine'], ['.ts']);

const RECORDS: Kinds = {
  folder: 'engine/ledger/records',
  table: 'engine/ledger/records/table.ts',
  joint: '-',
  apart: ['kind.ts'],
  // `approved` is also an answer and `suspended` also a reason to wait: a plain word is a kind only where records are
  // known.
  means: (file, kind) => kind.includes('-') || file.text.includes('records/table.ts'),
  asking: {
    // A file of a run begins with its opening and leaves the active ones at its end.
    'engine/ledger/commit.ts': ['run-ended'],
    // The fields of an effect are those of its own kind, so its two records are written out there.
    'engine/ledger/fold-effect.ts': ['effect-intended', 'effect-ended'],
    // What starts, is taken over, or is over, is what jobs, effects and looks hang on.
    'engine/controller/effects/effects.ts': ['run-opened'],
    'engine/ledger/recover.ts': ['run-opened'],
    'engine/controller/loop/decide.ts': ['stage-started'],
    'engine/controller/loop/recorded.ts': ['run-ended', 'lease-released', 'adopted'],
    'engine/controller/loop/sort-plans.ts': ['lock-taken'],
    // A ledger that moves takes these with it.
    'engine/controller/ledger/ledger-move.ts': [
      'secret-claimed',
      'lock-taken',
      'check-recorded',
      'suspended',
      'resumed',
    ],
    // One answer a plan: what was cancelled is not said twice.
    'engine/reconcile/draft.ts': ['request-closed'],
    'engine/acts/rollback-said.ts': ['run-failed', 'request-closed'],
    // The playground says nothing of an environment while a run is under way there.
    'engine/demo/news.ts': ['run-opened', 'run-ended'],
  },
};

/** Where something is told apart by what is written there. */
const COMPARED = ['BinaryExpression', 'SwitchCase', 'TSLiteralType', 'ArrayExpression'];

const RULES: Kinds = {
  folder: 'engine/policy/rules',
  table: 'engine/policy/rules/table.ts',
  joint: '_',
  apart: ['kind.ts'],
  // Their names are plain words: one means a kind where something is compared with it, and not among the adapters.
  means: ({ path }, _kind, parent) =>
    !/^engine\/(git|host|runner|demo|targets|steps|forge)\//.test(path) && COMPARED.includes(parent?.type ?? ''),
  asking: {
    // Parts of a kind that have a file of their own.
    'engine/policy/announcements.ts': ['window'],
    'engine/policy/approval-words.ts': ['approval'],
    'engine/policy/approval.ts': ['approval'],
    'engine/policy/closures.ts': ['window'],
    'engine/policy/makers.ts': ['approval'],
    'engine/policy/train.ts': ['train'],
    'engine/policy/window-model.ts': ['window'],
    'engine/policy/window-words.ts': ['window'],
    'engine/policy/window.ts': ['window'],
    // A limit counts by the window beside it.
    'engine/policy/rules/limit.ts': ['window'],
    'engine/config/cross-check-rules.ts': ['window'],
    'engine/explain/simulate-judge.ts': ['window', 'limit'],
    'engine/explain/simulate-lane.ts': ['limit'],
    // How many runs, in an address.
    'engine/server/routes/api.ts': ['limit'],
    // Those two are times: what is drawn, looked ahead to, or asked again in the middle of a run.
    'engine/config/clock-warnings.ts': ['train', 'window'],
    'engine/explain/calendar.ts': ['train', 'window'],
    'engine/explain/idle-rules.ts': ['train', 'window'],
    'engine/policy/timeline.ts': ['train', 'window'],
    'engine/reconcile/gates-way-out.ts': ['train', 'window'],
    'engine/reconcile/grant.ts': ['window'],
    'engine/reconcile/stage-gates.ts': ['window'],
    // What waits to be proposed waits for as long as such a rule asks.
    'engine/reconcile/propose.ts': ['soak'],
    // An approval is what people are asked for: its groups are counted, shown, and lent to other environments.
    'engine/mirror/plan-comment.ts': ['approval'],
    'engine/config/files/policy.ts': ['approval'],
    'engine/config/quorum.ts': ['approval'],
    'engine/acts/answers.ts': ['approval'],
    'engine/explain/when.ts': ['approval'],
    'engine/model/owners.ts': ['approval'],
    // What a simulation reads of each commit: paths, and whatever a condition says.
    'engine/controller/commands/simulation.ts': ['approval', 'when'],
    // Whose keys must be there.
    'engine/explain/doctor-config.ts': ['signature'],
    // Fields that gates of earlier versions did not have.
    'engine/ledger/earlier-gates.ts': ['approval', 'signature'],
    // The same word for something else: a kind of reference, an example, an answer of our own, a field.
    'engine/config/cross-check.ts': ['soak', 'lock'],
    'engine/config/cursor.ts': ['soak', 'lock'],
    'engine/config/schema/policy.ts': ['window'],
    'engine/controller/commands/open-commands.ts': ['signature'],
    'engine/controller/observe/evidence.ts': ['checks'],
    'engine/model/verdict.ts': ['signature'],
  },
};

describe('kinds of rule', () => {
  test('are one module and one line each, and asked for by name only where it says why', () => {
    expect(listing(kindOffences(ENGINE, RULES))).toBe('');
  });

  test('are all in the table, under their own name', () => {
    expect(RULE_KINDS.map(({ type }) => type).sort()).toEqual([...kindsIn(ENGINE, RULES)].sort());
  });
});

describe('kinds of record', () => {
  test('are one module and one line each, and asked for by name only where it says why', () => {
    expect(listing(kindOffences(ENGINE, RECORDS))).toBe('');
  });

  test('are all in the table, under their own name', () => {
    const table = { ...OPENING_RECORD, ...RUN_RECORDS, ...EVENT_RECORDS };
    expect(Object.keys(table).sort()).toEqual([...kindsIn(ENGINE, RECORDS)].sort());
    expect(Object.entries(table).filter(([key, { type }]) => key !== type)).toEqual([]);
    expect(kindOf('run-ended').type).toBe('run-ended');
  });
});

describe('the checker of kinds', () => {
  const KINDS: Kinds = {
    folder: 'engine/a',
    table: 'engine/a/table.ts',
    joint: '-',
    apart: ['kind.ts'],
    means: () => true,
    asking: { 'engine/b/old.ts': ['one'] },
  };
  const file = (path: string, text: string): SourceFile => ({ path: `engine/${path}`, text: `${text}\n` });
  const HOUSE: Readonly<Record<string, string>> = {
    'a/kind.ts': 'export const kind = 1;',
    'a/one.ts': "export const one = { type: 'one', say: () => 'one' };",
    'a/two-of.ts': "export const twoOf = { type: 'two-of' };",
    'a/table.ts':
      "import { one } from './one.ts';\nimport { twoOf } from './two-of.ts';\nexport const T = { one, 'two-of': twoOf };",
    'b/old.ts': "const isOne = record.type === 'one';",
    'b/makes.ts': "draft.event({ type: 'one' }); const made = { type: 'two-of' } as const;",
  };
  const why = (change: Readonly<Record<string, string>>) =>
    kindOffences(
      Object.entries({ ...HOUSE, ...change }).map(([path, text]) => file(path, text)),
      KINDS,
    ).map((found) => `${found.file}: ${found.why}`);

  test('lets a house in order be', () => {
    expect(why({})).toEqual([]);
  });

  test.each([
    ['a kind that is not in the table', { 'a/three.ts': "export const three = { type: 'three' };" }],
    ['a kind that is in it twice', { 'a/table.ts': `${HOUSE['a/table.ts']} export const U = { one };` }],
    ['a file that is named for another kind', { 'a/one.ts': "export const one = { type: 'two-of' };" }],
    ['a comparison', { 'b/asks.ts': "const is = record.type === 'two-of';" }],
    ['a case', { 'b/asks.ts': "switch (record.type) { case 'two-of': break; }" }],
    ['a set', { 'b/asks.ts': "const SOME = new Set(['two-of']);" }],
    ['a table beside the table', { 'b/asks.ts': "const WEIGHT = { 'two-of': 1 };" }],
    ['a type', { 'b/asks.ts': "type Two = Extract<A, { type: 'two-of' }>;" }],
    [
      'one kind in the module of another',
      { 'a/one.ts': "export const one = { type: 'one', is: (r) => r.type === 'two-of' };" },
    ],
    ['an exception that has become needless', { 'b/old.ts': 'const isOne = false;' }],
  ])('complains about %s', (_title, change) => {
    expect(why(change)).toHaveLength(1);
  });
});
