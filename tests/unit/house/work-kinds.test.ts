// A new kind of step or target is one folder, one line in its table, its page and its tests. The checker is first
// shown sources that offend.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { performerOf } from '../../../engine/performers.ts';
import { STEP_KINDS } from '../../../engine/steps/table.ts';
import { TARGET_KINDS } from '../../../engine/targets/table.ts';
import { listing, ROOT, readSources, type SourceFile } from './source.ts';
import { foldersOf, type WorkKinds, workKindOffences } from './work-kinds.ts';

const ENGINE = readSources(['engine'], ['.ts']);
const STEPS = 'engine/steps/table.ts';
const TARGETS = 'engine/targets/table.ts';

const KINDS: WorkKinds = {
  tables: [STEPS, TARGETS],
  asking: {
    // A reference to a script of the repository, and what a person reads an example of.
    'engine/config/cursor.ts': ['script'],
    'engine/steps/run/kind.ts': ['script'],
    'engine/config/schema/environment.ts': ['deploy'],
    'engine/config/schema/pipeline.ts': ['deploy'],
    // `run`: on what an acceptance of gates rests.
    'engine/model/gate-terms.ts': ['run'],
    // `deploy`: a kind of run, and what a person may ask for.
    'engine/cli/text/run-shown.ts': ['deploy'],
    'engine/controller/observe/facts.ts': ['deploy'],
    'engine/controller/observe/tag-offers.ts': ['deploy'],
    'engine/ledger/records/run-opened.ts': ['deploy'],
    'engine/reconcile/ahead.ts': ['deploy'],
  },
};

describe('kinds of step and target', () => {
  test('are one folder and one line each, and said by name only where it says why', () => {
    expect(listing(workKindOffences(ENGINE, KINDS))).toBe('');
  });

  test.each([
    ['step', STEPS, STEP_KINDS, 'docs/steps.md'],
    ['target', TARGETS, TARGET_KINDS, 'docs/targets.md'],
  ])('of a %s are those of the table, and have a place on their page', (_title, table, kinds, page) => {
    const keys = kinds.map(({ key }) => key);
    expect(keys.map((key) => key.replaceAll('_', '-')).sort()).toEqual(foldersOf(ENGINE, table));
    const text = readFileSync(path.join(ROOT, page), 'utf8');
    expect(keys.filter((key) => !text.includes(`| \`${key}`))).toEqual([]);
  });

  test('have names that tell a step from a target: whose work it is has one answer', () => {
    const keys = [...STEP_KINDS, ...TARGET_KINDS].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('find who does their work, and no name from elsewhere becomes a path', async () => {
    const performing = ENGINE.flatMap(
      ({ path: file }) => /^engine\/(?:steps|targets)\/(.+)\/perform\.ts$/.exec(file)?.[1] ?? [],
    );
    expect(performing.length).toBeGreaterThan(3);
    for (const kind of performing) expect(await performerOf(kind.replaceAll('-', '_'))).toBeTypeOf('function');
    await expect(performerOf('../targets/files')).rejects.toThrow('no kind of step or target is called');
    await expect(performerOf('tcp/../http')).rejects.toThrow('no kind of step or target is called');
  });
});

describe('the checker of kinds of work', () => {
  const KNOWN: WorkKinds = { tables: ['engine/s/table.ts'], asking: { 'engine/b/old.ts': ['one'] } };
  const HOUSE: Readonly<Record<string, string>> = {
    's/kind.ts': 'export const kind = 1;',
    's/one/kind.ts': "export const one = { key: 'one', plan: () => ({ type: 'in-process', kind: 'one' }) };",
    's/one/perform.ts': 'export const perform = 1;',
    's/two-of/kind.ts': "export const twoOf = { key: 'two_of', plan: () => ({ type: 'process' }) };",
    's/table.ts':
      "import { one } from './one/kind.ts';\nimport { twoOf } from './two-of/kind.ts';\nexport const T = [one, twoOf];",
    'b/old.ts': "const isOne = step.type === 'one'; const all = stage.steps;",
    'b/other.ts': "const isOne = record.type === 'one';",
  };
  const why = (change: Readonly<Record<string, string>>) =>
    workKindOffences(
      Object.entries({ ...HOUSE, ...change }).map(
        ([name, text]): SourceFile => ({ path: `engine/${name}`, text: `${text}\n` }),
      ),
      KNOWN,
    ).map((found) => `${found.file}: ${found.why}`);

  test('lets a house in order be', () => {
    expect(why({})).toEqual([]);
  });

  test.each([
    ['a folder that is not in the table', { 's/three/kind.ts': "export const three = { key: 'three' };" }],
    ['a kind that is named otherwise', { 's/two-of/kind.ts': "export const twoOf = { key: 'two_at' };" }],
    ['a folder without a kind', { 's/three/perform.ts': 'export const perform = 1;' }],
    [
      'work of its own that nobody does',
      { 's/two-of/kind.ts': "export const t = { key: 'two_of', plan: () => ({ kind: 'two_of' }) };" },
    ],
    ['a perform.ts that nothing asks for', { 's/two-of/perform.ts': 'export const perform = 1;' }],
    ['a comparison', { 'b/asks.ts': "const is = stage.steps.some(({ type }) => type === 'two_of');" }],
    ['a case', { 'b/asks.ts': "switch (environment.target.type) { case 'two_of': break; }" }],
    ['a union of kinds', { 'b/asks.ts': "export type StepConfig = { type: 'two_of' };" }],
    ['one kind in the folder of another', { 's/one/perform.ts': "export const perform = (s) => s.type === 'two_of';" }],
    ['an exception that has become needless', { 'b/old.ts': 'const isOne = false;' }],
  ])('complains about %s', (_title, change) => {
    expect(why(change)).toHaveLength(1);
  });
});
