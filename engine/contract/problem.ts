// A problem in a file of the configuration, as `check`, `test` and `plan --branch` print it.

import type { Problem } from '../base/problem.ts';
import { COUNT, choice, object, type Shape, TEXT } from './shape.ts';

export const problemShape = object({
  file: TEXT,
  line: COUNT,
  column: COUNT,
  severity: choice('error', 'warning'),
  message: TEXT,
  hint: TEXT,
});

export type ProblemJson = Shape<typeof problemShape>;

export function problemsJson(problems: readonly Problem[]): readonly ProblemJson[] {
  return problems.map(({ file, line, column, severity, message, hint }) => ({
    file,
    line,
    column,
    severity,
    message,
    hint,
  }));
}
