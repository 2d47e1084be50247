import { expect, test } from 'vitest';
import { NO_EVIDENCE, type PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { DowngradeRule } from '../../../engine/policy/rules/downgrade.ts';
import { evaluateDowngrade } from '../../../engine/policy/rules/downgrade.ts';
import { version } from '../../support/observed-builders.ts';
import { facts } from '../../support/policy-facts.ts';
import { policyOf } from './window-build.ts';

const RULE: DowngradeRule = { type: 'downgrade', place: { file: 'policies/forward.yaml', line: 1, column: 1 } };
const current = { version: version('v1.5.0'), since: 0 };
const looked = (isOlder: boolean) => ({ ...NO_EVIDENCE, isOlder });

test.each<[title: string, change: Partial<PolicyFacts>, status: string, sentence: string]>([
  ['the first version', { evidence: looked(true) }, 'allowed', 'nothing runs in production yet'],
  ['a newer one', { current, evidence: looked(false) }, 'allowed', 'not older than v1.5.0 (f7dfa71), which runs here'],
  [
    'an older one',
    { current, evidence: looked(true) },
    'denied',
    'v1.4.2 (1264ab1) is older than v1.5.0 (f7dfa71), which runs here; to roll back to it goes back on purpose',
  ],
  [
    'an older one, asked for by name',
    { current, evidence: looked(true), requestedBy: 'Ana <ana@example.org>', trigger: 'request' },
    'denied',
    'v1.4.2 (1264ab1) is older than v1.5.0 (f7dfa71), which runs here; to roll back to it goes back on purpose',
  ],
  [
    'an older one as a rollback',
    { current, evidence: looked(true), kind: 'rollback' },
    'allowed',
    'a rollback from v1.5.0 (f7dfa71), which runs here',
  ],
  [
    'one whose history nobody looked into',
    { current },
    'denied',
    'whether v1.4.2 (1264ab1) is older than v1.5.0 (f7dfa71), which runs here, is not known',
  ],
])('%s: %s', (_title, change, status, sentence) => {
  const said = evaluateDowngrade(RULE, policyOf('forward', RULE), facts(change));
  expect(said).toMatchObject({ status, sentence: `forward: ${sentence}`, until: null, waitsFor: [] });
});

test('a version without a tag is named by its commit', () => {
  const { commit } = version('v1.4.2');
  const change = { current, evidence: looked(true), version: { commit, tag: null } };
  const said = evaluateDowngrade(RULE, policyOf('forward', RULE), facts(change));
  expect(said.needs?.remedies).toMatchObject([{ act: 'rollback', version: commit.slice(0, 12) }]);
});
