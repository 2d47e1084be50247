// What is not here may have an answer; what went wrong in any other way never has. Asked in one place.

import { expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../engine/ports/fault.ts';
import { ifMissing } from '../../../engine/ports/missing.ts';
import { readSources } from '../house/source.ts';

const failing = (code: FaultCode) => Promise.reject<number>(new Fault(code, code, { retry: 'later', hint: '' }));

test('a commit that is not here is answered for', async () => {
  expect(await failing('object-missing').catch(ifMissing(null))).toBeNull();
  expect(await Promise.resolve(7).catch(ifMissing(null))).toBe(7);
});

test.each(['remote-unreachable', 'repository-damaged'] as const)('%s stays a fault', async (code) => {
  await expect(failing(code).catch(ifMissing(null))).rejects.toMatchObject({ code });
});

test('a mistake of ours goes through', async () => {
  await expect(Promise.reject(new Error('ours')).catch(ifMissing(null))).rejects.toThrow('ours');
});

test('nobody else compares with that code, but for the fetch that takes several as the same no', () => {
  const asking = readSources(['engine'], ['.ts']).filter(({ text }) => /[!=]== 'object-missing'/.test(text));
  expect(asking.map(({ path }) => path)).toEqual(['engine/git/fetch.ts', 'engine/ports/missing.ts']);
});
