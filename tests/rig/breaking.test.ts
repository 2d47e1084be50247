import { expect, test } from 'vitest';
import { parse, readSources, type SourceFile } from '../unit/house/source.ts';
import { breakagesIn, broken, drawn } from './breaking.ts';
import { failedIn } from './failed-tests.ts';

function source(text: string): SourceFile {
  return { path: 'engine/a.ts', text };
}

function brokenOf(text: string): readonly string[] {
  return breakagesIn(source(text)).map((each) => `${each.kind}: ${broken(source(text), each)}`);
}

test.each([
  ['a < b;', ['flip a comparison: a <= b;', 'flip a comparison: a >= b;']],
  ['a !== b;', ['flip a comparison: a === b;']],
  ['a - b;', ['turn a sign: a + b;']],
  ['a && b;', ['drop a condition: (a);', 'drop a condition: (b);', 'swap && and ||: ((a) || (b));']],
  ['a ?? b;', ['keep one side of ??: (a);', 'keep one side of ??: (b);']],
  ['a ? b : c;', ['negate: !(a) ? b : c;']],
  ['!a ? b : c;', ['negate: (a) ? b : c;']],
  ['f(1);', ['off by one: f(2);']],
  ['f(250);', ['replace a constant: f(500);']],
  ['f(false);', ['replace a constant: f(true);']],
  ['a.some(f);', ['swap some and every: a.every(f);']],
  ['Math.max(a, b);', ['swap min and max: Math.min(a, b);']],
  ['a.filter(f).map(g);', ['drop .filter: (a).map(g);']],
  ['if (a) throw b;', ['drop a condition: if (true) throw b;', 'negate: if (!(a)) throw b;']],
  ['function f() { g(); }', ['return early: function f() { return; g(); }', 'drop a statement: function f() { ; }']],
  ['const f = () => { if (a) return 1; };', ['drop a condition', 'drop a statement', 'negate', 'off by one']],
])('%s is broken in each way there is', (text, wanted) => {
  const found = brokenOf(text).map((each) => (wanted.some((one) => one.includes(': ')) ? each : each.split(':')[0]));
  expect(found.toSorted()).toEqual([...wanted].sort());
});

test.each([
  ["import { a } from './a.ts';"],
  ['type A = 1 | true | "a";'],
  ['const a: 1 | 2 = b;'],
  ["f('a sentence');"],
  ['function f() { assert(a); return b; }'],
  ['const a = { 1: b };'],
])('in %s there is nothing to break', (text) => {
  expect(brokenOf(text)).toEqual([]);
});

test('whatever is broken can still be read, and is something else', () => {
  const files = readSources(['engine'], ['.ts']);
  for (const each of [...drawn(files, '1')].slice(0, 300)) {
    const file = files.find(({ path }) => path === each.file) ?? source('');
    const text = broken(file, each);
    expect(text).not.toBe(file.text);
    expect(() => parse({ path: file.path, text }), `${file.path}:${each.line} ${each.kind}`).not.toThrow();
  }
});

test('a seed draws the same breakages each time, another one others, and none twice', () => {
  const files = readSources(['engine/policy'], ['.ts']);
  const draw = (seed: string) => [...drawn(files, seed)].map(({ file, line, start }) => `${file}:${line}:${start}`);
  expect(draw('1')).toEqual(draw('1'));
  expect(draw('1').slice(0, 20)).not.toEqual(draw('2').slice(0, 20));
  const lines = draw('1').map((each) => each.replace(/:\d+$/, ''));
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.length).toBeGreaterThan(500);
});

test('the first test that failed is found in a report, and none in one that is cut short', () => {
  const report = {
    testResults: [
      { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a' }] },
      {
        name: 'b.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'b' },
          { status: 'failed', fullName: 'c' },
        ],
      },
    ],
  };
  expect(failedIn(JSON.stringify(report))).toEqual({ file: 'b.test.ts', test: 'c' });
  expect(failedIn(JSON.stringify(report).slice(0, 90))).toBeNull();
  const unread = { testResults: [{ name: 'b.test.ts', status: 'failed', assertionResults: [] }] };
  expect(failedIn(JSON.stringify(unread))).toEqual({ file: 'b.test.ts', test: 'the file cannot be read' });
});
