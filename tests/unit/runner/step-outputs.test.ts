// What a step puts out by the file that TIDEGATE_OUTPUT names.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOutputs } from '../../../engine/runner/step-outputs.ts';
import { processJob } from '../../contract/runner.ts';
import { type Bench, openBench } from './bench.ts';

const TOKEN = 'correct-horse-battery';
let bench: Bench;
beforeAll(() => {
  bench = openBench({ env: { TOKEN, PATH: process.env['PATH'] } });
});
afterAll(() => bench.dispose());

const run = (script: string, secrets: readonly string[] = []) => {
  const id = randomUUID();
  return bench.runner.start({ ...processJob(id, script), secrets }, bench.place(id)).ended;
};

describe('the format', () => {
  test.each([
    ['image=shop:1\n', { image: 'shop:1' }],
    ['a=1=2\r\nb=\n\na=3', { a: '3', b: '' }],
    ['notes<<END\none=1\n\ntwo\nEND\nlast=x', { notes: 'one=1\n\ntwo', last: 'x' }],
    ['', {}],
  ])('%j', (text, outputs) => {
    expect(parseOutputs(text)).toEqual({ type: 'outputs', outputs });
  });

  test.each([
    ['ok=1\nnothing', 'line 2 is neither `name=value` nor `name<<WORD`'],
    ['a-b=1', 'line 1: a name has a letter first'],
    ['__proto__=1', 'line 1: a name has a letter first'],
    ['a<<END\nx', 'line 1: the text of `a` has no end'],
    ['a<<\nx\n', 'line 1: the text of `a` has no end'],
    ['a=\0', 'line 1: the value of `a` has a zero byte'],
    [`a=${'x'.repeat(17_000)}`, 'it is more than 16 KiB'],
    [Array.from({ length: 51 }, (_, index) => `n${index}=1`).join('\n'), 'it has more than 50 names'],
  ])('that nobody can read: %j', (text, sentence) => {
    expect(parseOutputs(text)).toMatchObject({ type: 'bad', sentence: expect.stringContaining(sentence) });
  });
});

describe('a step', () => {
  test('puts out what it wrote, secrets masked', async () => {
    const end = await run('echo "image=shop:1" >> "$TIDEGATE_OUTPUT"; echo "t=x$TOKEN" >> "$TIDEGATE_OUTPUT"', [
      'TOKEN',
    ]);
    expect(end).toMatchObject({ outcome: 'succeeded', outputs: { image: 'shop:1', t: 'x***' } });
  });

  test('that writes nothing puts nothing out', async () => {
    expect((await run('true')).outputs).toBeUndefined();
  });

  test('puts something out also when it fails', async () => {
    const end = await run('echo "at=3" >> "$TIDEGATE_OUTPUT"; exit 4');
    expect(end).toMatchObject({ outcome: 'failed', exitCode: 4, outputs: { at: '3' } });
  });

  test.each([
    ['what is no output', 'echo hello > "$TIDEGATE_OUTPUT"', 'line 1 is neither'],
    ['too much', 'head -c 70000 /dev/zero > "$TIDEGATE_OUTPUT"', 'it is more than 64 KiB'],
    ['a link', 'ln -sf /etc/passwd "$TIDEGATE_OUTPUT"', 'no plain file any more'],
    ['a pipe that nobody writes to', 'rm "$TIDEGATE_OUTPUT"; mkfifo "$TIDEGATE_OUTPUT"', 'no plain file any more'],
    ['a folder', 'rm "$TIDEGATE_OUTPUT"; mkdir "$TIDEGATE_OUTPUT"', 'no plain file any more'],
  ])('that leaves %s there has failed', async (_, script, sentence) => {
    const end = await run(script);
    expect(end).toMatchObject({ outcome: 'failed', sentence: expect.stringContaining(sentence) });
    expect(end.outputs).toBeUndefined();
  });
});
