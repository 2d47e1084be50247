// A Problem is one thing wrong in a file, told to the file's author: where, what, and how to fix it.
// Problems are returned, never thrown (DESIGN: five kinds of no), and always all at once.

export type Severity = 'error' | 'warning';

/** `line` and `column` count from 1; 0 means the whole file (or that it is missing). */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  /** What stands there may be a secret that was pasted: it is shown nowhere. */
  readonly isSecret?: true;
};

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** One line, as compilers print it: `file:line:column: message (hint)`. */
export function problemLine(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  return `${place}: ${problem.message}${problem.hint ? ` (${problem.hint})` : ''}`;
}
