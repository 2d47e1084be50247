// Nobody reads a sentence back, and no sentence outside the command line holds a command. The checkers are first
// shown sources that offend. What is read back is counted, each with its reason: a count may fall, and then its line
// here falls too.

import { describe, expect, test } from 'vitest';
import { commandOffences, readBackOffences } from './sentences.ts';
import { readSources, type SourceFile } from './source.ts';

const ENGINE = readSources(['engine'], ['.ts']);

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

test('no sentence is read back', () => {
  expect(counted(ENGINE, readBackOffences)).toEqual(READ_BACK);
});

/** Programs that a person types, and what they print. */
const TYPED = ['engine/cli/', 'engine/demo/', 'engine/mirror/', 'engine/main.ts'];

test('no sentence holds a command, but where the command line is', () => {
  const files = ENGINE.filter(({ path }) => !TYPED.some((typed) => path.startsWith(typed)));
  expect(counted(files, commandOffences)).toEqual({});
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
