// Nobody reads a sentence back, and no sentence of the core holds a command. The checkers are first shown sources
// that offend. What is left is counted, each with its reason: a count may fall, and then its line here falls with it.

import { describe, expect, test } from 'vitest';
import { floorOf, isCore } from './import-floors.ts';
import { commandOffences, readBackOffences } from './sentences.ts';
import { readSources, type SourceFile } from './source.ts';

const ENGINE = readSources(['engine'], ['.ts']);
const CORE = ENGINE.filter(({ path }) => isCore(floorOf(path)));

/** Each with why it may: words for people become other words, and nothing is decided by them. */
const READ_BACK: Readonly<Record<string, number>> = {
  // A sentence of the YAML parser gets a small letter and our own ending.
  'engine/config/yaml-syntax.ts': 2,
  // A person's reason becomes a line of a commit message.
  'engine/controller/effects/write-back.ts': 1,
  // The playground shows one line of each; which run it is about it still reads from the beginning.
  'engine/demo/news.ts': 2,
  // `says:` of a policy test asks for words of the sentence.
  'engine/explain/policy-test.ts': 1,
  // The subject of a commit is cut to a length.
  'engine/ledger/say.ts': 1,
  // A sentence of the expression library is cut to its first line.
  'engine/model/condition.ts': 2,
};

/**
 * What is left, by file, until each is a remedy. `doctor`, `test` and `check` are for those who sit at the command
 * line.
 */
const COMMANDS: Readonly<Record<string, number>> = {
  'engine/config/cross-check-repository.ts': 1,
  'engine/config/files/repository.ts': 1,
  'engine/config/schema/policy-test.ts': 1,
  'engine/explain/doctor-config.ts': 2,
  'engine/explain/doctor-parting.ts': 1,
  'engine/explain/gates.ts': 1,
  'engine/explain/policy-test.ts': 1,
  'engine/explain/simulate.ts': 1,
  'engine/explain/stall.ts': 1,
  'engine/explain/why.ts': 2,
  'engine/policy/approval.ts': 2,
  'engine/policy/rules/checks.ts': 2,
  'engine/policy/rules/deployers.ts': 1,
  'engine/policy/rules/downgrade.ts': 1,
  'engine/reconcile/ahead.ts': 1,
  'engine/reconcile/assess.ts': 3,
  'engine/reconcile/clock.ts': 1,
  'engine/reconcile/emergency.ts': 1,
  'engine/reconcile/grant.ts': 1,
  'engine/reconcile/lapsed.ts': 1,
  'engine/reconcile/owners.ts': 1,
  'engine/reconcile/plain-verdict.ts': 2,
  'engine/reconcile/requests.ts': 1,
  'engine/reconcile/tags-said.ts': 1,
  'engine/reconcile/ways-out.ts': 3,
};

test('no sentence is read back', () => {
  expect(counted(ENGINE, readBackOffences)).toEqual(READ_BACK);
});

test('no sentence of the core holds a command', () => {
  expect(counted(CORE, commandOffences)).toEqual(COMMANDS);
});

describe('the checkers', () => {
  const file = (text: string): SourceFile => ({ path: 'engine/explain/page.ts', text });

  test.each([
    "export const a = verdict.sentence.startsWith('x: ');",
    'export const a = verdict?.sentence?.slice(3);',
    "export const a = standing.sentence.replace(/^suspended /, '');",
    "export const a = sentence.split(' ').includes(tag);",
    'export const a = /quarantine/.test(verdict.sentence);',
    'export const a = /^(.*):/.exec(sentence);',
    "export const a = (other.verdict?.sentence).includes('closed');",
    "export const a = leaf.verdict.said.endsWith(')');",
  ])('see what is read back: %s', (text) => {
    expect(readBackOffences(file(text))).toHaveLength(1);
  });

  test.each([
    'export const a = `${verdict.sentence}; ${more}`;',
    "export const a = name.startsWith('x');",
    'export const a = verdicts.map(({ sentence }) => sentence);',
    'export const a = sentences.includes(sentence);',
  ])('leave alone: %s', (text) => {
    expect(readBackOffences(file(text))).toEqual([]);
  });

  test.each([
    'export const a = `\\`tidegate deploy ${name}\\` asks for it`;',
    "export const a = 'run tidegate resume to go on';",
    'export const a = `${said}; tidegate approve ${name}`;',
  ])('see a command: %s', (text) => {
    expect(commandOffences(file(text))).toHaveLength(1);
  });

  test.each(['// `tidegate why` asks this.\nexport const a = 1;', "export const a = 'the policy tidegate/clock';"])(
    'leave alone: %s',
    (text) => {
      expect(commandOffences(file(text))).toEqual([]);
    },
  );
});

function counted(
  files: readonly SourceFile[],
  offences: (file: SourceFile) => readonly unknown[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    files.flatMap((file) => {
      const { length } = offences(file);
      return length > 0 ? [[file.path, length]] : [];
    }),
  );
}
