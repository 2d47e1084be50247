// Comments fit a line and use words of every day; types are claimed only where data comes in. The checkers are first
// shown sources that offend. What claims a type is counted, each with its reason: a count may fall, and then its line
// falls with it.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertionOffences, COLUMNS_MAX, strangeWordOffences, wideOffences } from './plain.ts';
import { listing, ROOT, readSources, type SourceFile } from './source.ts';

const ENGINE = readSources(['engine'], ['.ts']);
const TESTS = readSources(['tests'], ['.ts']);

/** Decoders: a value was looked at, by a schema or by hand, before it gets its type. */
const DECODERS: Readonly<Record<string, number>> = {
  'engine/config/check-file.ts': 2,
  'engine/config/files/environment.ts': 2,
  'engine/config/files/pipeline.ts': 1,
  'engine/policy/rules/checks.ts': 2,
  'engine/policy/rules/kind.ts': 1,
  'engine/ledger/earlier-gates.ts': 1,
  'engine/ledger/gates-file.ts': 3,
  'engine/ledger/gates-shape.ts': 3,
  'engine/ledger/index-file.ts': 2,
  'engine/ledger/lines.ts': 2,
  'engine/model/condition.ts': 1,
  'engine/runner/job-journal.ts': 1,
  'engine/runner/protocol.ts': 2,
  'engine/steps/kind.ts': 2,
  'engine/targets/files/claim.ts': 1,
  'engine/targets/kind.ts': 2,
};

/** What is left outside of them, each with why the compiler cannot see it. */
const CLAIMED: Readonly<Record<string, number>> = {
  // A typed value is written as JSON: TypeScript knows no index signature of it.
  'engine/base/canonical-json.ts': 2,
  'engine/explain/gates.ts': 1,
  'engine/ledger/earlier-index.ts': 2,
  'engine/ledger/signable.ts': 1,
  'engine/ledger/tip.ts': 2,
  'engine/model/gate-terms.ts': 1,
  'engine/reconcile/gates-differ.ts': 2,
  'engine/reconcile/plan-text.ts': 1,
  'engine/reconcile/write-back.ts': 1,
  'engine/steps/http/kind.ts': 1,
  // A schema is walked, whose library types it as a bag of keywords.
  'engine/config/explain.ts': 1,
  'engine/config/schema/misfits.ts': 5,
  'engine/config/schema/stand-in.ts': 1,
  // A record gets the members that all of its kind have: a spread of a union is no union.
  'engine/controller/commands/open-commands.ts': 1,
  'engine/reconcile/draft.ts': 3,
  // A table is asked by a key that belongs to the value beside it.
  'engine/cli/program.ts': 1,
  'engine/policy/condition-facts.ts': 2,
  // Node types what a process or a socket gives more widely than what it was asked for.
  'engine/git/log.ts': 2,
  'engine/git/transfer.ts': 1,
  'engine/runner/supervisor-link.ts': 8,
  'engine/steps/tcp/perform.ts': 1,
};

test(`no comment goes beyond column ${COLUMNS_MAX}`, () => {
  expect(listing([...ENGINE, ...TESTS].flatMap(wideOffences))).toBe('');
});

test('no file uses a word that has to be looked up', () => {
  const files = writtenFiles();
  expect(files.length).toBeGreaterThan(500);
  expect(listing(files.flatMap(strangeWordOffences))).toBe('');
});

test('types are claimed where data is decoded, and in places that are known', () => {
  const counted = ENGINE.flatMap((file) => {
    const { length } = assertionOffences(file);
    return length > 0 ? [[file.path, length] as const] : [];
  });
  expect(Object.fromEntries(counted)).toEqual({ ...DECODERS, ...CLAIMED });
});

describe('the checkers', () => {
  const file = (text: string, name = 'engine/base/a.ts'): SourceFile => ({ path: name, text });
  const long = 'word '.repeat(23);

  test.each([
    [`// ${long}.`, 1],
    [`export const a = 1; // ${'x'.repeat(100)}`, 1],
    [`/** ${long}. */\nexport const a = 1;`, 1],
    [`/**\n * short\n * ${long}.\n */\nexport const a = 1;`, 3],
    [`export const a = 'https://example.org'; // ${'x'.repeat(100)}`, 1],
  ])('see a wide comment: %s', (text, line) => {
    expect(wideOffences(file(text))).toMatchObject([{ line }]);
  });

  test.each([
    `export const a = 'https://example.org/${'x'.repeat(120)}';`,
    `export const a = \`\n// ${long}.\n\`;`,
    `// ${'x'.repeat(COLUMNS_MAX - 3)}`,
  ])('leave alone: %s', (text) => {
    expect(wideOffences(file(text))).toEqual([]);
  });

  test.each([
    'Who' + 'ever pushes',
    'made an' + 'ew',
    'it reck' + 'ons by',
    'me' + 'nd it',
    'nobody vou' + 'ched for it',
  ])('see a strange word: %s', (said) => {
    expect(strangeWordOffences(file(`fine\n// ${said}.`))).toMatchObject([{ line: 2 }]);
    expect(strangeWordOffences(file(`- ${said}.`, 'CHANGELOG.md'))).toHaveLength(1);
  });

  test('let a change of words name the former one, as code and nowhere else', () => {
    const text = `- \`hint\` for \`${'me' + 'nd'}\`.`;
    expect(strangeWordOffences(file(text, 'CHANGELOG.md'))).toEqual([]);
    expect(strangeWordOffences(file(text, 'docs/steps.md'))).toHaveLength(1);
    expect(strangeWordOffences(file('// amended, recommended, a new one'))).toEqual([]);
  });

  test.each([
    'export const a = b as string;',
    'export const a = b as unknown as string;',
    'export const f = (b: unknown) => g(b as Json);',
    'export const a = [b as readonly string[]];',
    'export const a = <string>b;',
  ])('see a claimed type: %s', (text) => {
    expect(assertionOffences(file(text)).length).toBeGreaterThan(0);
  });

  test.each([
    "export const a = ['b'] as const;",
    "import { a as b } from './a.ts';\nexport { b as c };",
    'export const a = { b: 1 } satisfies B;',
    'export const a = (b: unknown): b is string => true;',
  ])('leave alone: %s', (text) => {
    expect(assertionOffences(file(text))).toEqual([]);
  });
});

/** What people write and read: tracked, and about to be. */
function writtenFiles(): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(listed.split('\0'))]
    .filter((name) => /\.(ts|js|mjs|md|ya?ml|json|sh|txt)$/.test(name) && name !== 'package-lock.json')
    .filter((name) => existsSync(path.join(ROOT, name)))
    .map((name) => ({ path: name, text: readFileSync(path.join(ROOT, name), 'utf8') }));
}
