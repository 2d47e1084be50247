import { expect, test } from 'vitest';
import type { PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { LockRule } from '../../../engine/policy/rules/lock.ts';
import { evaluateLock } from '../../../engine/policy/rules/lock.ts';
import { facts } from '../../support/policy-facts.ts';
import { policyOf } from './window-build.ts';

const RULE: LockRule = { type: 'lock', place: { file: 'policies/one.yaml', line: 1, column: 1 }, name: 'database' };
const held = (lock: string, run: string) => ({ lock, run, environment: run.replace(/-\d+$/, '') });

test.each<[title: string, holders: PolicyFacts['holders'], waitsFor: readonly string[], sentence: string]>([
  ['nobody', [], [], 'nobody holds the lock database'],
  ['another lock', [held('disk', 'staging-12')], [], 'nobody holds the lock database'],
  ['a run of its own', [held('database', 'production-3')], [], 'nobody holds the lock database'],
  [
    'one run',
    [held('database', 'staging-12')],
    ['run staging-12'],
    'the lock database is held by staging with staging-12; it is free when that run has ended',
  ],
  [
    'two runs',
    [held('database', 'staging-12'), held('disk', 'test-1'), held('database', 'test-2')],
    ['run staging-12', 'run test-2'],
    'the lock database is held by staging with staging-12 and test with test-2; it is free when those runs have ended',
  ],
])('%s', (_title, holders, waitsFor, sentence) => {
  const said = evaluateLock(RULE, policyOf('one-at-a-time', RULE), facts({ holders }));
  const status = waitsFor.length === 0 ? 'allowed' : 'waiting';
  expect(said).toMatchObject({ status, waitsFor, until: null, sentence: `one-at-a-time: ${sentence}` });
});
