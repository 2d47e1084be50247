import { describe, expect, test } from 'vitest';
import { type CheckResult, type Evidence, NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { ChecksRule } from '../../../engine/policy/rules/checks.ts';
import { evaluateChecks } from '../../../engine/policy/rules/checks.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, policyOf } from './window-build.ts';

const PLACE = { file: 'policies/tested.yaml', line: 1, column: 1 };

/** `ci/test passed`, `coverage passed 82.5`: newest first, as the ledger keeps them. */
function results(...lines: readonly string[]): readonly CheckResult[] {
  return lines.map((line) => {
    const [name = '', status = '', value] = line.split(' ');
    const recorded = { at: at('2026-11-20T09:00Z'), by: 'CI <ci@example.org>' };
    return {
      name,
      status: status as CheckResult['status'],
      value: value === undefined ? null : Number(value),
      ...recorded,
    };
  });
}

function verdict(
  wanted: Partial<ChecksRule>,
  checks: readonly CheckResult[],
  kinds: readonly string[] | null = ['feat'],
) {
  const rule: ChecksRule = { type: 'checks', place: PLACE, require: [], values: [], evidence: {}, ...wanted };
  const change = kinds === null ? null : { authors: [], paths: [], kinds, commits: 1 };
  const evidence: Evidence = { ...NO_EVIDENCE, change, checks };
  return evaluateChecks(rule, policyOf('tested', rule), facts({ evidence }));
}

const CI: Partial<ChecksRule> = { require: ['ci/test'] };
const RECORDED = 'recorded by CI <ci@example.org> on Friday 2026-11-20 09:00 UTC';

describe('a required result', () => {
  test.each<[title: string, checks: readonly string[], status: string, sentence: string]>([
    ['missing', [], 'waiting', 'ci/test has no result for v1.4.2 (1264ab1) yet'],
    ['of another name', ['ci/tests passed'], 'waiting', 'ci/test has no result for v1.4.2 (1264ab1) yet'],
    ['pending', ['ci/test pending'], 'waiting', `ci/test is pending (${RECORDED})`],
    ['passed', ['ci/test passed'], 'allowed', `ci/test passed (${RECORDED})`],
    ['failed', ['ci/test failed'], 'denied', `ci/test failed (${RECORDED}); a newer result would replace it`],
    ['repeated after a failure', ['ci/test passed', 'ci/test failed'], 'allowed', `ci/test passed (${RECORDED})`],
    [
      'begun again after a success',
      ['ci/test pending', 'ci/test passed'],
      'waiting',
      `ci/test is pending (${RECORDED})`,
    ],
  ])('%s', (_title, checks, status, sentence) => {
    const said = verdict(CI, results(...checks));
    expect(said).toMatchObject({ status, sentence: `tested: ${sentence}`, until: null });
    expect(said.waitsFor).toEqual(status === 'waiting' ? ['check ci/test'] : []);
  });

  test('of several, a failure is said before what is missing', () => {
    const said = verdict({ require: ['a', 'b', 'c'] }, results('b failed'));
    expect(said).toMatchObject({ status: 'denied', waitsFor: [], seen: { a: 'none', b: 'failed', c: 'none' } });
    expect(said.sentence).toMatch(/^tested: b failed/);
  });

  test('of several, all that are missing are waited for', () => {
    expect(verdict({ require: ['a', 'b', 'c'] }, results('b passed')).waitsFor).toEqual(['check a', 'check c']);
  });
});

describe('a bound', () => {
  test.each<[operator: ChecksRule['values'][number]['operator'], value: number, status: string]>([
    ['>=', 80, 'allowed'],
    ['>=', 79.999, 'denied'],
    ['<=', 80, 'allowed'],
    ['<=', 80.001, 'denied'],
    ['>', 80, 'denied'],
    ['>', 80.001, 'allowed'],
    ['<', 80, 'denied'],
    ['<', 79.999, 'allowed'],
    ['==', 80, 'allowed'],
    ['==', 80.001, 'denied'],
  ])('%s 80 with %d: %s', (operator, value, status) => {
    const values = [{ name: 'coverage', operator, bound: 80 }];
    expect(verdict({ values }, results(`coverage passed ${value}`)).status).toBe(status);
  });

  const coverage: Partial<ChecksRule> = { values: [{ name: 'coverage', operator: '>=', bound: 80 }] };

  test('names value, bound, who recorded it and when', () => {
    expect(verdict(coverage, results('coverage passed 75.5')).sentence).toBe(
      `tested: coverage is 75.5 and must be >= 80 (${RECORDED}); a newer result would replace it`,
    );
    expect(verdict(coverage, results('coverage passed 82.5')).sentence).toBe(
      `tested: coverage is 82.5, and must be >= 80 (${RECORDED})`,
    );
  });

  test('is not met by a result that failed, whatever its number', () => {
    expect(verdict(coverage, results('coverage failed 99')).status).toBe('denied');
  });

  test('waits for a number where a result has none', () => {
    const said = verdict(coverage, results('coverage passed'));
    expect(said).toMatchObject({ status: 'waiting', waitsFor: ['check coverage'] });
    expect(said.sentence).toContain('and is asked for one');
  });
});

describe('evidence by kind of change', () => {
  const rule: Partial<ChecksRule> = { evidence: { feat: ['unit', 'integration'], fix: ['regression'] } };

  test.each<[kinds: readonly string[], checks: readonly string[], status: string, waitsFor: readonly string[]]>([
    [['feat'], [], 'waiting', ['check unit', 'check integration']],
    [['feat'], ['unit passed', 'integration passed'], 'allowed', []],
    [['Feat'], [], 'waiting', ['check unit', 'check integration']],
    [['fix'], ['unit passed'], 'waiting', ['check regression']],
    [['feat', 'fix'], ['unit passed', 'integration passed'], 'waiting', ['check regression']],
    [['docs'], [], 'allowed', []],
    [['docs', ''], [], 'allowed', []],
    [['constructor'], [], 'allowed', []],
    [['fix'], ['regression failed'], 'denied', []],
  ])('%j with %j: %s', (kinds, checks, status, waitsFor) => {
    expect(verdict(rule, results(...checks), kinds)).toMatchObject({ status, waitsFor });
  });

  test('says which kind needs it', () => {
    expect(verdict(rule, [], ['fix']).sentence).toMatch(/^tested: regression, which a fix needs, has no result for v1/);
    expect(verdict(rule, [], ['docs', '']).sentence).toBe(
      'tested: no evidence is wanted for a change of docs and no named kind',
    );
    expect(verdict(rule, [], []).sentence).toBe('tested: nothing changes here, so no evidence is wanted');
  });

  test('does not allow where the change cannot be known, also beside results that passed', () => {
    const said = verdict({ ...rule, ...CI }, results('ci/test passed'), null);
    expect(said.status).toBe('denied');
    expect(said.sentence).toContain('what kind of change v1.4.2 (1264ab1) is cannot be known');
  });

  test('the change is not asked about without evidence by kind', () => {
    expect(verdict(CI, results('ci/test passed'), null).status).toBe('allowed');
  });
});
