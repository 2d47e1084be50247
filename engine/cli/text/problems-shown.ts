// Problems as a compiler shows them: the place, what is wrong, the source line with a caret below the column, the
// hint.

import { hasErrors, type Problem } from '../../base/problem.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from './line.ts';

/** Text of one line of a file, or null where there is none to show. */
type SourceLine = (file: string, number: number) => string | null;

export function problemsLines(problems: readonly Problem[], sourceLine: SourceLine): readonly Line[] {
  // Another problem of the same line must not show it either.
  const hidden = new Set(problems.filter(({ isSecret }) => isSecret).map(({ file, line: at }) => `${file}:${at}`));
  const shown: SourceLine = (file, at) => (hidden.has(`${file}:${at}`) ? null : sourceLine(file, at));
  return problems.flatMap((problem) => [...problemLines(problem, shown), BLANK]);
}

function summaryOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''];
  return parts.filter((part) => part !== '').join(', ') || 'no problems';
}

export function summaryLine(problems: readonly Problem[]): Line {
  const style = hasErrors(problems) ? 'bad' : problems.length > 0 ? 'waits' : 'good';
  return line(styled(style, summaryOf(problems)));
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

function problemLines(problem: Problem, sourceLine: SourceLine): readonly Line[] {
  const { file, line: at, column, severity, message, hint } = problem;
  const place = at > 0 ? `${file}:${at}:${column}` : file;
  const head = hanging(2, strong(place), '  ', styled(severity === 'error' ? 'bad' : 'waits', severity), '  ', message);
  const source = at > 0 ? sourceLine(file, at) : null;
  const shown = source === null ? [] : excerpt(source, at, column);
  return [head, ...shown, ...(hint === '' ? [] : [hanging(8, dim('  hint: '), hint)])];
}

/** Columns of a source line that are shown: the caret must stay near what it points at. */
const EXCERPT_COLUMNS = 90;

function excerpt(source: string, number: number, column: number): readonly Line[] {
  const characters = [...source];
  const start = column > EXCERPT_COLUMNS - 10 ? column - 40 : 0;
  const kept = characters.slice(start, start + EXCERPT_COLUMNS);
  const before = start > 0 ? '…' : '';
  const after = start + EXCERPT_COLUMNS < characters.length ? '…' : '';
  const gutter = `  ${number} | `;
  // A tab before the caret stays a tab, so that the caret stands below its column however wide a terminal makes it.
  const lead = kept.slice(0, Math.max(0, column - 1 - start)).map((character) => (character === '\t' ? '\t' : ' '));
  return [
    line(dim(gutter), `${before}${kept.join('')}${after}`),
    line(dim(`${' '.repeat(gutter.length - 2)}| `), `${before === '' ? '' : ' '}${lead.join('')}`, styled('bad', '^')),
  ];
}
