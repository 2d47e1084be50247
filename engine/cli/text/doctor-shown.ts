// `tidegate doctor`: a line for each check, and below each that is not right what to do about it.

import type { Checked } from '../../explain/doctor.ts';
import { BLANK, dim, hanging, type Line, line, type Style, styled } from './line.ts';
import { count } from './problems-shown.ts';

const MARK: Readonly<Record<Checked['status'], Style>> = {
  ok: 'good',
  warning: 'waits',
  failed: 'bad',
  unknown: 'dim',
};

const STATUS_WIDTH = 'unknown'.length + 2;

export function doctorLines(checks: readonly Checked[]): readonly Line[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length)) + 2;
  const hang = STATUS_WIDTH + width;
  const rows = checks.flatMap(({ name, status, sentence, hint }, index) => [
    hanging(hang, styled(MARK[status], status.padEnd(STATUS_WIDTH)), name.padEnd(width), sentence),
    // What one hint puts right is said once, below the first of a row of checks.
    ...(hint === '' || hint === checks[index - 1]?.hint ? [] : [hanging(hang, ' '.repeat(hang), dim(hint))]),
  ]);
  return [...rows, BLANK, summary(checks)];
}

function summary(checks: readonly Checked[]): Line {
  const of = (status: Checked['status']) => checks.filter((check) => check.status === status).length;
  const [failed, warned, unknown] = [of('failed'), of('warning'), of('unknown')];
  const head = failed > 0 ? styled('bad', `${failed} failed`) : styled('good', 'nothing failed');
  const rest = [
    ...(warned > 0 ? [count(warned, 'warning')] : []),
    ...(unknown > 0 ? [`${unknown} cannot be known from here`] : []),
  ];
  return line(head, rest.length > 0 ? `; ${rest.join(', ')}` : '');
}
