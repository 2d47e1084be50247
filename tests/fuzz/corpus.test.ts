// The kept corpus is used: every folder of it by the fuzzer of its name, in every run and before anything is drawn;
// and what a fuzzer finds is kept by one command, byte by byte.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CORPORA, corpus, corpusFile, decodeKept, encodeKept, runs } from './runs.ts';

test('every folder has texts, and is named', () => {
  expect(readdirSync(corpusFile('', '')).sort()).toEqual([...CORPORA].sort());
  for (const folder of CORPORA) expect(corpus(folder).length).toBeGreaterThan(0);
});

test.each(CORPORA)('the fuzzer of %s runs what is kept, a test each, before it draws anything', (folder) => {
  const text = readFileSync(path.join(import.meta.dirname, `${folder}.test.ts`), 'utf8');
  const place = text.indexOf(`\ntest.each(corpus('${folder}'))('kept: $name', ({ text }) =>`);
  expect(place).toBeGreaterThan(0);
  expect(text.indexOf('fc.assert')).toBeGreaterThan(place);
});

test('any text comes back as it was kept', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { ending, content } = encodeKept(text);
      expect(decodeKept(`x${ending}`, Buffer.from(content, 'utf8').toString('utf8'))).toBe(text);
    }),
    runs(200),
  );
});

test.each([
  ['as fast-check prints it', '"a\\u0000\\ud800"', 'a\0\ud800', '.json'],
  ['as it is, where it is no JSON', '{"type":', '{"type":', '.txt'],
  ['as it is, where it is JSON and no text', '{"type":1}', '{"type":1}', '.txt'],
])('one command keeps a text %s, and writes over nothing', (_, given, text, ending) => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'tidegate-corpus-'));
  mkdirSync(path.join(elsewhere, 'ledger'));
  const args = [path.join(import.meta.dirname, 'keep.ts'), 'ledger', 'kept', given];
  const keep = () =>
    execFileSync(process.execPath, args, { env: { ...process.env, CORPUS: elsewhere }, stdio: 'pipe' });
  try {
    keep();
    const content = readFileSync(path.join(elsewhere, 'ledger', `kept${ending}`), 'utf8');
    expect(decodeKept(`kept${ending}`, content)).toBe(text);
    expect(keep).toThrow('is there already');
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
