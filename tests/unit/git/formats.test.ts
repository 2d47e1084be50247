// The formats that are read as bytes or lines: objects, packed-refs, push reports, the fast-import stream.

import { describe, expect, test } from 'vitest';
import { boundedMap } from '../../../engine/base/bounded-map.ts';
import { importStream } from '../../../engine/git/fast-import.ts';
import { parseCommit, parseTag, parseTagObject, parseTree } from '../../../engine/git/objects.ts';
import { parsePackedRefs } from '../../../engine/git/packed-refs.ts';
import { readPushReport } from '../../../engine/git/push-report.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const entry = (mode: string, name: string, oid = A) =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);

describe('trees', () => {
  test('entries keep mode, name and id', () => {
    const tree = parseTree(Buffer.concat([entry('100644', 'a b'), entry('40000', 'ä', B)]), 20);
    expect([...(tree?.entries.values() ?? [])]).toEqual([
      { mode: '100644', name: 'a b', oid: A },
      { mode: '40000', name: 'ä', oid: B },
    ]);
    expect(tree?.odd).toBeNull();
  });

  test('ids of SHA-256 repositories are longer', () => {
    expect(parseTree(entry('100644', 'a', 'c'.repeat(64)), 32)?.entries.get('a')?.oid).toBe('c'.repeat(64));
  });

  test('a name twice, or one that is not UTF-8, is unsound', () => {
    expect(parseTree(Buffer.concat([entry('120000', 'a'), entry('40000', 'a')]), 20)?.odd).toBe('a name twice');
    const odd = Buffer.concat([Buffer.from('100644 '), Buffer.from([0xff, 0xfe, 0]), Buffer.from(A, 'hex')]);
    expect(parseTree(odd, 20)?.odd).toBe('a name that is not UTF-8');
  });

  test('what is cut or garbled is no tree', () => {
    const whole = entry('100644', 'a');
    for (let length = 1; length < whole.length; length += 1)
      expect(parseTree(whole.subarray(0, length), 20)).toBeNull();
    expect(parseTree(Buffer.alloc(0), 20)?.entries.size).toBe(0);
  });
});

describe('commits', () => {
  test('a signature and its lines are passed over', () => {
    const text = `tree ${A}\nparent ${B}\nauthor Ana <a@x> 10 +0200\ncommitter Dan <d@x> 20 -0500\ngpgsig -----BEGIN\n tree x\n parent y\n -----END\n\nSay\n\nparent ${A}\n`;
    expect(parseCommit(B, Buffer.from(text))).toEqual({
      oid: B,
      tree: A,
      parents: [B],
      author: { name: 'Ana', email: 'a@x' },
      committer: { name: 'Dan', email: 'd@x' },
      authoredAt: 10_000,
      committedAt: 20_000,
      message: `Say\n\nparent ${A}\n`,
    });
  });

  test('identities that hostile writers made are still read', () => {
    const commit = (author: string) =>
      parseCommit(A, Buffer.from(`tree ${A}\nauthor ${author}\ncommitter ${author}\n\nx`));
    expect(commit('<> 0 +0000')?.author).toEqual({ name: '', email: '' });
    expect(commit('Nobody')?.author).toEqual({ name: 'Nobody', email: '' });
    expect(commit('A <a@x> 99999999999999999999 +0000')?.authoredAt).toBe(0);
    expect(commit('A <a@x> -5 +0000')?.authoredAt).toBe(-5_000);
    expect(parseCommit(A, Buffer.from('no commit'))).toBeNull();
    const nobody = { author: { name: '', email: '' }, authoredAt: 0, committer: { name: '', email: '' }, message: 'x' };
    expect(parseCommit(A, Buffer.from(`tree ${A}\n\nx`))).toMatchObject(nobody);
  });

  test('identities are bounded: a name is cut, and of an address nothing is left rather than its beginning', () => {
    const [name, local] = ['N'.repeat(1_500_000), 'm'.repeat(300)];
    const text = `object ${A}\ntype commit\ntag v1\ntagger ${name} <${local}@x> 1 +0000\n\nhi`;
    expect(parseTagObject(Buffer.from(text))?.tagger).toEqual({ name: 'N'.repeat(200), email: '' });
  });

  test('a tag tells what it points at', () => {
    expect(parseTag(Buffer.from(`object ${A}\ntype commit\ntag v1\n`))).toEqual({ object: A, type: 'commit' });
    expect(parseTag(Buffer.from('nothing'))).toBeNull();
  });
});

describe('packed-refs', () => {
  test('peeled lines belong to the ref before them', () => {
    const text = `# pack-refs with: peeled fully-peeled sorted \n${A} refs/heads/main\n${B} refs/tags/v1\n^${A}\n`;
    const packed = parsePackedRefs(text, 10);
    if (packed === null || packed === 'too-many') throw new Error('it is a packed-refs file');
    expect(Object.fromEntries(packed.refs)).toEqual({ 'refs/heads/main': A, 'refs/tags/v1': B });
    expect(Object.fromEntries(packed.peeled)).toEqual({ 'refs/tags/v1': A });
    expect(packed.fullyPeeled).toBe(true);
  });

  test('garbage is refused, and too many are counted', () => {
    for (const text of ['garbage', `^${A}\n`, `${A}refs/heads/x`, `${A.slice(1)} refs/heads/x`]) {
      expect(parsePackedRefs(text, 10)).toBeNull();
    }
    expect(parsePackedRefs(`${A} refs/a/b\n${A} refs/a/c\n`, 1)).toBe('too-many');
  });
});

test('a push report is read ref by ref', () => {
  const text = [
    'To http://example.org/shop',
    ` \t${A}:refs/heads/moved\t${A}..${B}`,
    `*\t${A}:refs/heads/new\t[new branch]`,
    `=\t${A}:refs/heads/same\t[up to date]`,
    `!\t${A}:refs/heads/stale\t[rejected] (stale info)`,
    `!\t${A}:refs/heads/rule\t[remote rejected] (hook declined)`,
    `!\t${A}:refs/heads/atomic\t[rejected] (atomic push failed)`,
    `!\t${A}:refs/heads/silent\t[remote failure] (remote failed to report status)`,
    'Done',
  ].join('\n');
  expect(Object.fromEntries(readPushReport(text))).toEqual({
    'refs/heads/moved': { type: 'done' },
    'refs/heads/new': { type: 'done' },
    'refs/heads/same': { type: 'up-to-date' },
    'refs/heads/stale': { type: 'rejected', reason: 'stale info', stale: true },
    'refs/heads/rule': { type: 'rejected', reason: 'hook declined', stale: false },
    'refs/heads/atomic': { type: 'rejected', reason: 'atomic push failed', stale: false },
  });
});

test('a fast-import stream says everything by length, and leaves no ref behind', () => {
  const author = { name: 'A <x>\n', email: 'a@x' };
  const change = { type: 'text', path: 'a"b', mode: '100644', content: 'ü\n' } as const;
  const stream = importStream([{ parents: [A], changes: [change], message: 'Say', author, at: 1_999 }], 64);
  expect(stream).toBe(
    `reset refs/tidegate/scratch\ncommit refs/tidegate/scratch\nmark :1\nauthor A x <a@x> 1 +0000\ncommitter A x <a@x> 1 +0000\ndata 4\nSay\n\nfrom ${A}\nM 100644 inline "a\\"b"\ndata 3\nü\n\n\nget-mark :1\nreset refs/tidegate/scratch\nfrom ${'0'.repeat(64)}\n\n`,
  );
});

test('a bounded map forgets what was used longest ago', () => {
  const map = boundedMap<string, number>(10, (value) => value);
  map.set('a', 4);
  map.set('b', 4);
  expect(map.get('a')).toBe(4);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([4, undefined, 4]);
  map.set('huge', 99);
  expect(map.get('huge')).toBe(99);
  expect(map.get('a')).toBeUndefined();
  map.allow(103);
  map.set('d', 4);
  expect([map.get('huge'), map.get('d')]).toEqual([99, 4]);
});
