// Any text as any file of the configuration: never a throw, always an answer, and every error has a place in that
// file. Conditions (CEL) and recurrence rules are drawn inside sound policies, where their own readers see them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFile } from '../../engine/config/parse.ts';
import { corpus, limitMs, runs } from './runs.ts';

const PATHS = [
  'tidegate.yaml',
  'environments/a/environment.yaml',
  'pipelines/a.yaml',
  'policies/a.yaml',
  'policies/calendars/a.yaml',
  'environments/a/services/s.yaml',
  'schemas/s.schema.json',
];

function judge(path: string, text: string): readonly string[] {
  const { findings } = parseFile(path, text);
  const lines = text.split(/\r\n|\n|\r/).length;
  for (const finding of findings) {
    expect(finding.file).toBe(path);
    expect(finding.message).not.toBe('');
    if (finding.severity !== 'error') continue;
    expect(finding.line).toBeGreaterThan(0);
    expect(finding.line).toBeLessThanOrEqual(lines + 1);
    expect(finding.column).toBeGreaterThan(0);
  }
  return findings.map(({ message }) => message);
}

/** A policy with a key that nobody knows is turned away before the reader that is meant here sees it. */
function reached(messages: readonly string[]): void {
  expect(messages.filter((message) => message.startsWith('unknown key'))).toEqual([]);
}

test.each(corpus('config'))('kept: $name', ({ text }) => {
  for (const path of PATHS) judge(path, text);
});

test(
  'any text',
  () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), yamlLike());
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), texts, (path, text) => void judge(path, text)),
      runs(250),
    );
  },
  limitMs(60_000),
);

test(
  'any condition',
  () => {
    const token = fc.constantFrom(...'( ) [ ] { } , . : ? ! && || == <= + - * / % in'.split(' '), ...WORDS);
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(token, { maxLength: 30 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (condition) => reached(judge('policies/a.yaml', `when: ${JSON.stringify(condition)}\n`))),
      runs(150),
    );
  },
  limitMs(60_000),
);

const WORDS = [
  'true',
  'null',
  '1',
  '9223372036854775808',
  '"a"',
  '"(a+)+$"',
  'version.tag',
  'matches',
  'map',
  'x',
  'size',
];

test(
  'any recurrence',
  () => {
    const part = fc.constantFrom(
      ...['FREQ=DAILY', 'FREQ=YEARLY', 'FREQ=MONTHLY', 'FREQ=WEEKLY', 'INTERVAL=999', 'COUNT=1000', 'UNTIL=99991231'],
      ...[
        'UNTIL=20260230',
        'BYDAY=5MO',
        'BYDAY=-53FR',
        'BYMONTHDAY=31',
        'BYMONTHDAY=-31',
        'BYMONTH=2',
        'BYYEARDAY=366',
      ],
      ...['BYWEEKNO=53', 'BYSETPOS=-366', 'WKST=SU', 'BYHOUR=1', 'X=1', '', 'RRULE:'],
    );
    const rule = fc.array(part, { minLength: 1, maxLength: 5 }).map((all) => all.join(';'));
    fc.assert(
      fc.property(
        fc.oneof({ weight: 9, arbitrary: rule }, { weight: 1, arbitrary: fc.string() }),
        fc.boolean(),
        (text, isFrom) => {
          const from = isFrom ? ', from: 2024-02-29' : '';
          const span = `{ rrule: ${JSON.stringify(text)}, start: "02:00", duration: 4h${from} }`;
          reached(judge('policies/a.yaml', `window:\n  allow: [${span}]\n`));
        },
      ),
      runs(40),
    );
  },
  limitMs(60_000),
);

function yamlLike(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    ...['follow', 'stages', 'window', 'allow', '__proto__', 'constructor', 'when', 'approval', 'any', 'target', 'run'],
    ...[
      ': ',
      '\n',
      '\n  ',
      '\n  - ',
      '- ',
      '{ ',
      ' }',
      '[',
      ']',
      ', ',
      '&a ',
      '*a',
      '!!binary ',
      '<<: ',
      '"',
      "'",
      '|',
      '> ',
    ],
    ...[
      '${{ x }}',
      '1e999',
      '.nan',
      '~',
      '0x1F',
      '2026-11-21',
      '\t',
      '#',
      '---\n',
      '%YAML 9\n',
      '\u2028',
      '\ud800',
      '? ',
    ],
  );
  return fc.array(word, { maxLength: 40 }).map((all) => all.join(''));
}
