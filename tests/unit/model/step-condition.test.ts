// `if:` on a step: what it may look at, what it says of a stage that failed, and what is wrong with one.

import { describe, expect, test } from 'vitest';
import {
  bareCondition,
  checkStepCondition,
  judgeStepCondition,
  type StageStanding,
} from '../../../engine/model/step-condition.ts';

const WELL: StageStanding = { failed: false, cancelled: false };
const FAILED: StageStanding = { failed: true, cancelled: false };
const CANCELLED: StageStanding = { failed: false, cancelled: true };
const VALUES = {
  'steps.build.outcome': 'success',
  'steps.build.outputs.image': 'a:1',
  'environment.name': 'production',
};

function holds(expression: string, standing: StageStanding): boolean | string {
  const judged = judgeStepCondition({ expression, afterFailure: false }, standing, VALUES);
  return judged.type === 'none' ? judged.sentence : judged.type === 'true';
}

function wrong(expression: string): string | null {
  const checked = checkStepCondition(expression);
  return 'misstep' in checked ? checked.misstep.message : null;
}

describe('the words about the state', () => {
  test.each([
    ['success()', true, false, false],
    ['failure()', false, true, false],
    ['cancelled()', false, false, true],
    ['always()', true, true, true],
    ['!cancelled()', true, true, false],
    ['failure() || cancelled()', false, true, true],
    // As in GitHub Actions: without such a word, `success() &&` stands before it.
    ["environment.name == 'production'", true, false, false],
    ['true', true, false, false],
    ["always() && environment.name == 'staging'", false, false, false],
  ])('%s', (expression, well, failed, cancelled) => {
    expect([WELL, FAILED, CANCELLED].map((standing) => holds(expression, standing))).toEqual([well, failed, cancelled]);
  });

  test('tell whether it may run after a failure', () => {
    const holdsAfter = (expression: string) => {
      const checked = checkStepCondition(expression);
      return 'condition' in checked && checked.condition.afterFailure;
    };
    expect([holdsAfter('always()'), holdsAfter('!cancelled()'), holdsAfter('success()'), holdsAfter('true')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('names', () => {
  test('are outcomes, outputs and what a template may name; all are texts', () => {
    expect(holds("steps.build.outcome == 'success' && steps.build.outputs.image.startsWith('a')", WELL)).toBe(true);
    expect(holds("steps.build.outputs.image in ['a:1', 'a:2']", WELL)).toBe(true);
  });

  test('of what was not put out are an empty text', () => {
    expect(holds("steps.build.outputs.gone == '' && steps.other.outcome == ''", WELL)).toBe(true);
  });

  test('that every object has are not to be had', () => {
    expect(wrong("steps.constructor.outputs.x == ''")).toContain('names nothing of a step');
    expect(wrong("steps.a.outputs.__proto__ == ''")).not.toBeNull();
  });

  test('are said with their values where it is false', () => {
    const condition = { expression: "steps.build.outcome == 'failure'", afterFailure: false };
    expect(judgeStepCondition(condition, WELL, VALUES)).toEqual({
      type: 'false',
      seen: ['steps.build.outcome is `success`'],
    });
  });
});

describe('what is wrong is said', () => {
  test.each([
    ['succes()', 'there is no `succes()` here'],
    ['steps.build.outcome', 'this condition gives a value of type string, not true or false'],
    ['steps.build.outputs.n > 3', 'no such overload'],
    ['steps.build.result == "x"', '`steps.build.result` names nothing of a step'],
    ['github.ref == "x"', 'there is no `github.ref`'],
    ['steps.a.outputs.x.matches("a+")', 'there is no `matches()` here'],
    ['[1].all(x, x > 0)', 'there is no `all()` here'],
    ['{"a": 1}.a == 1', 'only names have members'],
    ['success() &&', ''],
    ['always("x")', ''],
    ['x'.repeat(2_001), 'this condition is longer than 2000 characters'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, ''],
  ])('%s', (expression, message) => {
    const said = wrong(expression);
    expect(said).not.toBeNull();
    expect(said).toContain(message);
  });
});

test('`${{ }}` around the whole is left away, and nothing else', () => {
  expect(bareCondition('${{ always() }}')).toBe('always()');
  expect(bareCondition('  always() ')).toBe('always()');
  expect(bareCondition('${{ a }} && ${{ b }}')).toBe('${{ a }} && ${{ b }}');
});
