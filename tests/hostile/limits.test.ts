// The table of limits in docs/security.md against the engine: each number is the constant's, each sentence is one
// that the engine says, and no bound of the engine is missing from the table without a reason. Precedent:
// CVE-2022-31016 (Argo CD: one large file of a repository took all memory), for want of a limit that anybody had
// written down.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatInstant, INSTANT_MAX } from '../../engine/base/instant.ts';
import { parseFile } from '../../engine/config/parse.ts';
import { refuseName } from '../../engine/git/export-names.ts';
import { decodeIndex } from '../../engine/ledger/index-file.ts';
import { decodeLine } from '../../engine/ledger/lines.ts';
import { emptyTip, encodeIndex } from '../../engine/ledger/tip.ts';
import { type Bound, OUR_OWN, ROWS } from './limits.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ENGINE = path.join(ROOT, 'engine');

const FILES = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(path.sep).join('/'))
  .sort();
const TEXTS = new Map(FILES.map((file) => [file, readFileSync(path.join(ENGINE, file), 'utf8')]));
const SPOKEN = [...TEXTS.values()].join('\n');

type Row = { readonly what: string; readonly most: string; readonly beyond: string };

const TABLE = rowsOf(readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8'));

function rowsOf(page: string): readonly Row[] {
  const lines = page.slice(page.indexOf('## Limits')).split('\n');
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| what |'));
  return rows.map((line) => {
    const [what = '', most = '', beyond = ''] = line.slice(2, -2).split(' | ');
    return { what: what.replaceAll("'", '’'), most, beyond };
  });
}

/** The value of a constant or of a member of a table of them, as its line says. */
function numberOf([file, name]: Bound | readonly [string, string]): number {
  const text = TEXTS.get(file) ?? '';
  const found = new RegExp(`\\b${name}(?:: (?:number|Instant))?\\s*[=:]\\s*([\\dA-Z][\\dA-Z_* ]*)`).exec(text)?.[1];
  if (found === undefined) throw new Error(`engine/${file} has no ${name}`);
  const factors = found.trim().split(/(?<!\*)\*(?!\*)/);
  return factors.map((factor) => factorOf(file, factor.trim())).reduce((product, factor) => product * factor, 1);
}

function factorOf(file: string, factor: string): number {
  const power = /^(\d+) \*\* (\d+)$/.exec(factor);
  if (power !== null) return Number(power[1]) ** Number(power[2]);
  return /^[\d_]+$/.test(factor) ? Number(factor.replaceAll('_', '')) : numberOf([file, factor]);
}

function shown(bound: Bound): string {
  const value = numberOf(bound);
  const [, , kind] = bound;
  const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  if (kind === 'days') return `${value / 86_400_000} days`;
  if (kind === 'ms') return value % 60_000 === 0 ? `${value / 60_000} min` : `${value / 1_000} s`;
  if (kind !== 'bytes') return grouped(value);
  const unit = ['GiB', 'MiB', 'KiB'].find((_, index) => value % 1024 ** (3 - index) === 0) ?? 'bytes';
  return `${grouped(value / 1024 ** ({ GiB: 3, MiB: 2, KiB: 1 }[unit] ?? 0))} ${unit}`;
}

describe('CVE-2022-31016: the table of limits', () => {
  test('has the rows that are held to the engine here, and no other', () => {
    expect(TABLE.map(({ what }) => what).sort()).toEqual(Object.keys(ROWS).sort());
  });

  test.each(TABLE.map((row) => [row.what, row] as const))('%s: the number is the engine’s', (what, { most }) => {
    for (const bound of ROWS[what] ?? []) {
      const number = shown(bound);
      expect(new RegExp(`(?<![\\d,])${number}(?![\\d,]*\\d)`).test(most), `${most} says ${number} (${bound[1]})`).toBe(
        true,
      );
    }
  });

  test.each(TABLE.map((row) => [row.what, row] as const))('%s: the sentence is the engine’s', (_, { beyond }) => {
    for (const [, sentence = ''] of beyond.matchAll(/`([^`]+)`/g)) {
      // Between what is filled in, the words stand in the engine as they stand here.
      for (const words of wordsOf(sentence)) {
        expect(SPOKEN.includes(words), `the engine says: ${words}`).toBe(true);
      }
    }
  });

  /** A sentence that is put together stands in the engine in pieces. */
  function wordsOf(sentence: string): readonly string[] {
    const parts = sentence.split(/…|\d[\d,]*|(?<=refused:|could not|is not) |(?<=… is) (?=no )/);
    return parts.map((part) => part.trim()).filter((part) => part.length > 3);
  }

  test('misses no bound that is called …MAX: it is a row, or it is ours', () => {
    const bounds = FILES.flatMap((file) =>
      [...(TEXTS.get(file) ?? '').matchAll(/^(?:export )?const ([A-Z_]*MAX)\b/gm)].map(([, name]) => `${file} ${name}`),
    );
    const known = new Set([
      ...Object.values(ROWS).flatMap((row) => row.map(([file, name]) => `${file} ${name}`)),
      ...Object.values(OUR_OWN).flat(),
    ]);
    expect(bounds.filter((bound) => !known.has(bound))).toEqual([]);
    expect(
      Object.values(OUR_OWN)
        .flat()
        .filter((bound) => !bounds.includes(bound)),
    ).toEqual([]);
  });
});

describe('what one gets beyond', () => {
  const index = encodeIndex(emptyTip('p').state);
  const condition = (text: string) => problems('policies/a.yaml', `when: ${JSON.stringify(text)}\n`);
  const pipeline = (count: number) =>
    problems(
      'pipelines/a.yaml',
      `stages:\n${Array.from({ length: count }, (_, at) => `  - { name: s${at}, steps: [{ run: x }] }\n`).join('')}`,
    );
  const rule = (text: string) =>
    problems('policies/a.yaml', `window:\n  allow: [{ rrule: "${text}", start: "02:00", duration: 4h }]\n`);
  const cases: readonly (readonly [row: string, at: () => string, beyond: () => string])[] = [
    [
      'a file of configuration',
      () => problems('tidegate.yaml', '#'.repeat(1_048_576)),
      () => problems('tidegate.yaml', '#'.repeat(1_048_577)),
    ],
    ['its nesting', () => problems('tidegate.yaml', nested(64)), () => problems('tidegate.yaml', nested(65))],
    ['stages, steps of a stage; cases of policy tests in a file', () => pipeline(100), () => pipeline(101)],
    ['a CEL condition', () => condition(`${' '.repeat(1_996)}true`), () => condition(`${' '.repeat(1_997)}true`)],
    ['spans, rules of recurrence', () => rule('FREQ=DAILY;COUNT=1000'), () => rule('FREQ=DAILY;COUNT=1001')],
    [
      'a path, a name in a commit that is exported',
      () => refuseName('x'.repeat(255)) ?? '',
      () => refuseName('x'.repeat(256)) ?? '',
    ],
    ['a record', () => sentence('x'.repeat(1_048_576)), () => sentence('x'.repeat(1_048_577))],
    [
      'whatever is counted: records, runs, epochs, bytes',
      () => indexed('281474976710656'),
      () => indexed('281474976710657'),
    ],
    ['a moment', () => moment(INSTANT_MAX), () => moment(INSTANT_MAX + 1)],
  ];

  test.each(cases)('%s: nothing at the limit, and the table’s sentence one beyond it', (what, at, beyond) => {
    const row = TABLE.find((each) => each.what === what);
    const sentences = [...(row?.beyond ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => patternOf(text));
    const heard = (text: string) => sentences.some((each) => each.test(text));
    expect(heard(at()), at()).toBe(false);
    expect(heard(beyond()), beyond()).toBe(true);
  });

  function sentence(text: string): string {
    const decoded = decodeLine(text);
    return decoded.type === 'refused' ? decoded.sentence : '';
  }

  function indexed(seq: string): string {
    const decoded = decodeIndex('p', index.replace('"seq": 0', `"seq": ${seq}`));
    return typeof decoded === 'string' ? decoded : '';
  }

  function moment(at: number): string {
    return sentence(
      JSON.stringify({ type: 'suspended', id: 'i', by: 'b', seq: 1, at: formatInstant(at), reason: '', until: null }),
    );
  }
});

function problems(file: string, text: string): string {
  return parseFile(file, text)
    .findings.map(({ message }) => message)
    .join('\n');
}

function nested(levels: number): string {
  return `${'['.repeat(levels)}x${']'.repeat(levels)}\n`;
}

function patternOf(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[^\\n]*'));
}
