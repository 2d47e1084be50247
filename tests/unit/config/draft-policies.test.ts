// Policies that are kept as examples or for a simulation: checked, never in force.

import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { environment, read, SOUND } from './repository.ts';

const DRAFT = 'draft: true\nwindow: { allow: [{ days: mon-fri }] }\n';

test('one that nobody names is no warning', () => {
  expect(read({ ...SOUND, 'policies/later.yaml': DRAFT }).problems.map(problemLine)).toEqual([]);
});

test('one that an environment names is an error there: a draft is no gate', () => {
  const files = {
    ...SOUND,
    'policies/later.yaml': DRAFT,
    'environments/production/environment.yaml': environment({ policies: '[later]' }),
  };
  const { problems, config } = read(files);
  expect(problems.map(problemLine).join('\n')).toContain('the policy `later` is a draft, and a draft is no gate');
  expect(config?.environments['production']).toBeUndefined();
});

test('a policy test may ask it', () => {
  const cases = '- { name: a Saturday, policy: later, at: 2026-11-21T12:00:00Z, expect: { status: waiting } }\n';
  expect(read({ ...SOUND, 'policies/later.yaml': DRAFT, 'policies/tests/it.yaml': cases }).problems).toEqual([]);
});

test('what is wrong with it is said all the same', () => {
  const { problems } = read({ ...SOUND, 'policies/later.yaml': DRAFT.replace('mon-fri', 'mon-xyz') });
  expect(problems).toHaveLength(1);
});
