// `tidegate verify`: what was checked, and every place where the ledger does not hold together.

import type { VerifyJson } from '../../contract/verify.ts';
import { BLANK, hanging, type Line, line, strong, styled } from './line.ts';
import { count } from './problems-shown.ts';

export function verifyLines(report: VerifyJson): readonly Line[] {
  const checked = `${count(report.refs, 'ref')}, ${count(report.commits, 'commit')}, ${count(report.records, 'record')}`;
  if (report.problems.length === 0) return [line(styled('good', 'the ledger is sound'), `: ${checked}`)];
  return [
    ...report.problems.map(({ ref, commit, message }) =>
      hanging(2, strong(`${ref.replace(/^refs\/heads\//, '')} ${commit.slice(0, 7)}`), '  ', message),
    ),
    BLANK,
    line(styled('bad', count(report.problems.length, 'problem')), ` in ${checked}`),
  ];
}
