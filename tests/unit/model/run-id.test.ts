import { expect, test } from 'vitest';
import { placeInRun, runEnvironment, runId, runNumber } from '../../../engine/model/run-id.ts';

test.each([
  ['production', 7],
  ['eu-1', 12],
])('the number of a run of %s is what stands behind the last dash', (environment, number) => {
  expect(runNumber(runId(environment, number))).toBe(number);
  expect(runEnvironment(runId(environment, number))).toBe(environment);
  expect(placeInRun(`${runId(environment, number)}.10`)).toBe(10);
});

test('what is no name of a run has no number, and so is before and behind none', () => {
  expect(runNumber('production')).toBeNaN();
  expect(runNumber('production-')).toBeNaN();
  expect(runNumber('production-7x')).toBeNaN();
  expect(placeInRun('suspended:a')).toBeNaN();
});
