import { expect, test } from 'vitest';
import type { DeployersRule } from '../../../engine/policy/rules/deployers.ts';
import { evaluateDeployers } from '../../../engine/policy/rules/deployers.ts';
import { facts } from '../../support/policy-facts.ts';
import { policyOf } from './window-build.ts';

const PLACE = { file: 'policies/access.yaml', line: 1, column: 1 };

test.each<[requestedBy: string | null, by: readonly string[], status: string, sentence: string]>([
  [null, ['leads'], 'allowed', 'nobody asked for it by name'],
  ['Ana <ana@example.org>', ['leads'], 'allowed', 'Ana <ana@example.org> may ask for production'],
  ['Ana <ANA@example.org>', ['ana'], 'allowed', 'Ana <ANA@example.org> may ask for production'],
  ['Dan <dan@example.org>', ['leads', 'qa'], 'allowed', 'Dan <dan@example.org> may ask for production'],
  [
    'Dan <dan@example.org>',
    ['leads', 'eve'],
    'denied',
    'Dan <dan@example.org> may not ask for a version in production; leads or eve may (people and teams of tidegate.yaml)',
  ],
  [
    // The name in front of an e-mail address proves nothing.
    'ana <mallory@example.org>',
    ['leads'],
    'denied',
    'ana <mallory@example.org> may not ask for a version in production; leads may (people and teams of tidegate.yaml)',
  ],
  ['', ['leads'], 'denied', ' may not ask for a version in production; leads may (people and teams of tidegate.yaml)'],
  [
    'Ana <ana@example.org>',
    ['constructor'],
    'denied',
    'Ana <ana@example.org> may not ask for a version in production; constructor may (people and teams of tidegate.yaml)',
  ],
])('%s among %j: %s', (requestedBy, by, status, sentence) => {
  const rule: DeployersRule = { type: 'deployers', place: PLACE, by };
  const said = evaluateDeployers(rule, policyOf('access', rule), facts({ requestedBy }));
  expect(said).toMatchObject({ status, sentence: `access: ${sentence}`, until: null, waitsFor: [] });
});
