// What the reader of objects keeps between two questions, over a cat-file that only writes down what it was asked: a
// blob is not asked for twice, and what is remembered never holds the chunk that it came in.

import { expect, test } from 'vitest';
import type { BatchAnswer } from '../../../engine/git/batch-output.ts';
import { createObjectReader } from '../../../engine/git/object-reader.ts';

/** A cat-file with one small blob, which it hands out as a view of a chunk. */
function oneBlob(text: string) {
  const asked: string[] = [];
  const chunk = Buffer.from(`${text}, and much else that came with it`);
  const bytes = chunk.subarray(0, text.length);
  const answer = (oid: string, held: Buffer | null): BatchAnswer => {
    asked.push(oid);
    return { type: 'object', oid, kind: 'blob', size: bytes.length, bytes: held };
  };
  const catFile = {
    info: async (names: readonly string[]) => names.map((oid) => answer(oid, null)),
    contents: async (names: readonly string[]) => names.map((oid) => answer(oid, bytes)),
    restart: () => {},
    renew: () => {},
  };
  return { asked, reader: createObjectReader(catFile) };
}

const OID = 'b'.repeat(40);

test('a small blob is asked for once, and remembering it holds no more memory than its own bytes', async () => {
  const { asked, reader } = oneBlob('replicas: 3');
  await reader.blobs([OID], 100);
  const before = asked.length;
  const [remembered] = await reader.blobs([OID], 100);
  expect(asked.length).toBe(before);
  expect(remembered?.toString()).toBe('replicas: 3');
  expect(remembered?.buffer.byteLength).toBe('replicas: 3'.length);
});

test('folders of a large repository that is listed whole are remembered whole', async () => {
  const entries = 30_000;
  const folder = Buffer.concat(
    Array.from({ length: entries }, (_, at) => Buffer.concat([Buffer.from(`100644 ${at}\0`), Buffer.alloc(20, 1)])),
  );
  const small = Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(20, 1)]);
  const [LARGE, SMALL] = ['c'.repeat(40), 'd'.repeat(40)];
  const asked: string[] = [];
  const contents = async (names: readonly string[]) =>
    names.map((oid): BatchAnswer => {
      asked.push(oid);
      const bytes = oid === LARGE ? folder : small;
      return { type: 'object', oid, kind: 'tree', size: bytes.length, bytes };
    });
  const reader = createObjectReader({ info: contents, contents, restart: () => {}, renew: () => {} });
  const readBoth = async () => {
    asked.length = 0;
    await reader.tree(LARGE);
    await reader.tree(SMALL);
    return [...asked];
  };
  await readBoth();
  expect(await readBoth()).toEqual([LARGE, SMALL]);
  reader.listed(entries);
  await readBoth();
  expect(await readBoth()).toEqual([]);
});
