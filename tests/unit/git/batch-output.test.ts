import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BatchAnswer, batchOutput } from '../../../engine/git/batch-output.ts';

const A = 'a'.repeat(40);

function collect(): { answers: BatchAnswer[]; answer: (answer: BatchAnswer) => void } {
  const answers: BatchAnswer[] = [];
  return { answers, answer: (found) => void answers.push(found) };
}

test('however the output is cut into chunks, the answers are the same', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(bodies, cuts, (contents, sizes) => {
      const output = batchOutput();
      const { answers, answer } = collect();
      const parts = contents.flatMap((content) => [
        Buffer.from(`${A} blob ${content.length}\n`),
        Buffer.from(content),
        Buffer.from('\n'),
      ]);
      for (const _ of contents) output.expect({ bytesMax: 1_000, answer });
      let rest = Buffer.concat(parts);
      for (let index = 0; rest.length > 0; index += 1) {
        const size = sizes[index % sizes.length] ?? 1;
        output.take(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      expect(answers.map((found) => (found.type === 'object' ? found.bytes : null))).toEqual(
        contents.map((content) => Buffer.from(content)),
      );
      expect(output.waiting()).toBe(0);
    }),
  );
});

test('bytes that look like another answer are bytes', () => {
  const output = batchOutput();
  const { answers, answer } = collect();
  const body = `${A} blob 3\nxyz\n`;
  output.expect({ bytesMax: 100, answer });
  output.expect({ bytesMax: null, answer });
  output.take(Buffer.from(`${A} blob ${body.length}\n${body}\n${A} tree 5\n`));
  expect(answers).toEqual([
    { type: 'object', oid: A, kind: 'blob', size: body.length, bytes: Buffer.from(body) },
    { type: 'object', oid: A, kind: 'tree', size: 5, bytes: null },
  ]);
});

test('what is missing, ambiguous or too large keeps its place', () => {
  const output = batchOutput();
  const { answers, answer } = collect();
  for (let index = 0; index < 4; index += 1) output.expect({ bytesMax: 2, answer });
  output.take(Buffer.from(`${A} missing\nabcd ambiguous\n${A} blob 3\nxyz\n${A} blob 2\nok\n`));
  expect(answers.map(({ type }) => type)).toEqual(['missing', 'missing', 'too-large', 'object']);
});

test('thousands of questions in a row are all answered', () => {
  const output = batchOutput();
  const { answers, answer } = collect();
  for (let index = 0; index < 5_000; index += 1) output.expect({ bytesMax: null, answer });
  for (let index = 0; index < 5_000; index += 1) output.take(Buffer.from(`${A} blob ${index}\n`));
  expect(answers).toHaveLength(5_000);
  expect(answers[4_999]).toMatchObject({ size: 4_999 });
});

test('what was answered is kept by the one who asked, and by nobody else', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const output = batchOutput();
  const ask = () => {
    const question = { bytesMax: 100, answer: () => {} };
    output.expect(question);
    return new WeakRef(question);
  };
  const asked = ask();
  const unanswered = ask();
  output.take(Buffer.from(`${A} blob 2\nok\n`));
  // A reference that was just made holds until the turn is over.
  await nextTurn();
  collectGarbage();
  expect(asked.deref()).toBeUndefined();
  expect(unanswered.deref()).toBeDefined();
  expect(output.waiting()).toBe(1);
});
