// What must not stand in any file of the project: places that exist on one machine only, registries, and promises to
// do something later. The patterns are put together from pieces, so that this file does not find itself.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listing, type Offence, ROOT, type SourceFile } from './source.ts';

const FORBIDDEN: readonly (readonly [why: string, pattern: RegExp])[] = [
  // The people of the examples have a home everywhere.
  [
    'a place on one machine',
    new RegExp(
      `(?<![\\w.:/~-])/(${['ho' + 'me', 'Us' + 'ers', 'ro' + 'ot', 'wo' + 'rk'].join('|')})/(?!ana\\b|dan\\b)[\\w.-]+`,
    ),
  ],
  ['a place on one machine', new RegExp(`\\b[A-Z]:\\\\\\\\?${'Us' + 'ers'}`)],
  [
    'a package registry',
    new RegExp(
      `\\b(${'regis' + 'try'}\\.[a-z0-9-]+\\.[a-z]+|${['artifac' + 'tory', 'verdac' + 'cio', 'jfr' + 'og'].join('|')})`,
      'i',
    ),
  ],
  ['a promise instead of work', new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)],
];

const BINARY = /\.(png|gif|ico|woff2?|gz|tgz|pack|idx)$/;

describe('the files of the project', () => {
  const files = trackedFiles();

  test('hold no machine paths, registries or unfinished promises', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(listing(files.flatMap(forbiddenWords))).toBe('');
  });

  test('the lock file names no host to download from, and has a digest for everything', () => {
    const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    const entries = Object.entries(lock.packages).filter(([name]) => name !== '');
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name)).toEqual([]);
    expect(entries.filter(([, { integrity }]) => integrity === undefined).map(([name]) => name)).toEqual([]);
  });

  test('dependencies are pinned', () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    const wanted = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  const decisions = path.join(ROOT, 'docs', 'decisions.md');
  test('decisions are numbered upwards, and none twice', () => {
    const headings = readFileSync(decisions, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('## '));
    expect(headings.length).toBeGreaterThan(0);
    const numbers = headings.map((line) => Number(/^## ([1-9]\d*)\. \S/.exec(line)?.[1]));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });
});

describe('the word checker', () => {
  const why = (line: string) =>
    forbiddenWords({ path: 'a.md', text: `fine\n${line}\n` }).map((found) => `${found.line} ${found.why}`);

  test.each([
    ['/ho' + 'me/eve/shop', '2 a place on one machine'],
    ['see (/wo' + 'rk/shop).', '2 a place on one machine'],
    ['"/ro' + 'ot/.ssh/key"', '2 a place on one machine'],
    ['C:\\Us' + 'ers\\ana', '2 a place on one machine'],
    ['https://regis' + 'try.example.org/yaml', '2 a package registry'],
    ['// TO' + 'DO: later', '2 a promise instead of work'],
    ['FIX' + 'ME', '2 a promise instead of work'],
  ])('complains about %s', (line, expected) => {
    expect(why(line)).toEqual([expected]);
  });

  test.each([
    '/srv/shop/current',
    'https://example.org/wo' + 'rk/item',
    './ro' + 'ot/a',
    'todo list',
    'a regis' + 'try of names',
  ])('allows %s', (line) => {
    expect(why(line)).toEqual([]);
  });
});

function forbiddenWords(file: SourceFile): readonly Offence[] {
  const lines = file.text.split('\n');
  return lines.flatMap((text, index) =>
    FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([why]) => ({
      file: file.path,
      line: index + 1,
      text: text.trim(),
      why,
    })),
  );
}

/** Tracked, and about to be: what git does not ignore. */
function trackedFiles(): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(listed.split('\0'))]
    .filter((name) => name !== '' && !BINARY.test(name) && existsSync(path.join(ROOT, name)))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(path.join(ROOT, name), 'utf8') }));
}
