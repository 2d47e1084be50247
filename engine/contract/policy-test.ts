// `tidegate test --json`: each case of the policy tests, or the problems that kept them from being run.

import type { Problem } from '../base/problem.ts';
import type { TestResult } from '../explain/policy-test.ts';
import { instantJsonOrNull, instantOrNull } from './instant.ts';
import { problemShape, problemsJson } from './problem.ts';
import { judgedRule, statusShape } from './rule.ts';
import { COUNT, FLAG, listOf, object, type Shape, says, TEXT } from './shape.ts';

export const testAnswer = object({
  problems: listOf(problemShape),
  tests: listOf(
    object({
      name: TEXT,
      file: TEXT,
      line: COUNT,
      passed: FLAG,
      status: statusShape,
      until: instantOrNull,
      failures: says('Empty where it passed.', listOf(object({ what: TEXT, expected: TEXT, got: TEXT }))),
      rules: listOf(object(judgedRule)),
    }),
  ),
  summary: object({ passed: COUNT, failed: COUNT }),
});

export type TestJson = Shape<typeof testAnswer>;

export function testJson(results: readonly TestResult[], problems: readonly Problem[] = []): TestJson {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return {
    problems: problemsJson(problems),
    tests: results.map(({ test, verdict, rules, failures }) => ({
      name: test.name,
      file: test.place.file,
      line: test.place.line,
      passed: failures.length === 0,
      status: verdict.status,
      until: instantJsonOrNull(verdict.until),
      failures,
      rules: rules.map(({ verdict: said }) => ({
        policy: said.policy,
        rule: said.name,
        status: said.status,
        sentence: said.sentence,
        until: instantJsonOrNull(said.until),
        overridden: said.overridden,
      })),
    })),
    summary: { passed: results.length - failed, failed },
  };
}
