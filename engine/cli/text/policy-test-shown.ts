// What `tidegate test` says: a line for each case; where one is not as expected, what was and what is, and the
// sentence of every rule, so that nobody has to run it again to see why.

import { formatInstant } from '../../base/instant.ts';
import type { TestResult } from '../../explain/policy-test.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from './line.ts';
import { count } from './problems-shown.ts';

export function testLines(results: readonly TestResult[]): readonly Line[] {
  const files = [...new Set(results.map(({ test }) => test.place.file))];
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return [
    ...files.flatMap((file) => [
      line(dim(file)),
      ...results.filter(({ test }) => test.place.file === file).flatMap(resultLines),
      BLANK,
    ]),
    failed === 0
      ? line(styled('good', `${count(results.length, 'case')} passed`))
      : line(styled('bad', `${failed} of ${count(results.length, 'case')} failed`)),
  ];
}

function resultLines({ test, verdict, rules, failures }: TestResult): readonly Line[] {
  if (failures.length === 0) return [hanging(8, styled('good', '  ok    '), test.name)];
  const place = `${test.place.file}:${test.place.line}:${test.place.column}`;
  return [
    hanging(8, styled('bad', '  FAIL  '), strong(test.name), dim(`  ${place}`)),
    ...failures.map(({ what, expected, got }) =>
      hanging(10, dim(`        ${what}: `), 'expected ', styled('good', expected), ', got ', styled('bad', got)),
    ),
    ...rules.map(({ name, verdict: said }) => hanging(12, `        ${said.status}  ${name}  `, said.said)),
    ...(rules.length === 0 ? [hanging(12, `        ${verdict.status}  `, verdict.sentence)] : []),
    hanging(8, dim(`        at ${formatInstant(test.at)}`)),
  ];
}
