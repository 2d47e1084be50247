// The plan of a branch, as lines: what merging does first, then each gate in the way, what runs, and the way back.

import { hasErrors, type Problem } from '../../base/problem.ts';
import type { BranchPlan, EnvironmentPlan, GatesReplay } from '../../explain/branch-plan.ts';
import { sayGatesAhead, sayMerging } from '../../explain/branch-plan-said.ts';
import { bareSentence, type Leaf, leafName } from '../../explain/leaves.ts';
import { sayMoment } from '../../explain/moment.ts';
import { sayVersion } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, type Span, type Style, strong, styled } from './line.ts';
import { count } from './problems-shown.ts';
import { table } from './table.ts';

export function branchPlanLines(plan: BranchPlan, problems: readonly Problem[], timezone: string): readonly Line[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return [
    line(strong(plan.branch), ` into ${plan.onto}`, dim(` (${plan.head.slice(0, 7)} on ${plan.base.slice(0, 7)})`)),
    BLANK,
    ...errors.map(({ file, line: at, column, message, hint }) =>
      hanging(4, styled('bad', '  problem  '), `${file}:${at}:${column} ${message}${hint === '' ? '' : `; ${hint}`}`),
    ),
    ...(hasErrors(problems) ? [BLANK] : []),
    ...plan.environments.flatMap((each) => environmentLines(each, plan, timezone)),
    ...(plan.environments.length === 0 ? [line('  changes no environment'), BLANK] : []),
    line(dim(`${carriedSaid(plan)}; at ${sayMoment(plan.now, timezone)} ${timezone}; nothing was done`)),
  ];
}

function carriedSaid({ carried }: BranchPlan): string {
  if (carried === null) return 'carries more commits than can be told';
  const authors = [...new Set(carried.map(({ author }) => author))];
  return `carries ${count(carried.length, 'commit')}${authors.length === 0 ? '' : ` by ${authors.join(', ')}`}`;
}

const STYLES: Readonly<Record<EnvironmentPlan['effect'], Style>> = {
  'at-once': 'good',
  later: 'waits',
  'needs-people': 'waits',
  'by-tag': 'plain',
  'by-promotion': 'plain',
  'gates-only': 'plain',
  refused: 'bad',
  removed: 'bad',
  broken: 'bad',
};

function environmentLines(each: EnvironmentPlan, { now }: BranchPlan, timezone: string): readonly Line[] {
  const { bold, rest } = sayMerging(each, now, timezone);
  const facts: (readonly Span[])[] = [
    ...gatesRows(each),
    ...each.leaves.filter(({ rule }) => rule !== 'follow').map(gateRow),
    ...(each.version === null ? [] : runRows(each)),
  ];
  return [
    hanging(4, '  ', strong(each.name), '  ', styled(STYLES[each.effect], bold), ...(rest === '' ? [] : [` ${rest}`])),
    ...table(facts, 4),
    BLANK,
  ];
}

function gateRow(leaf: Leaf): readonly Span[] {
  const { verdict, overridableBy } = leaf;
  const style = { allowed: 'good', waiting: 'waits', denied: 'bad' } as const;
  const who =
    verdict.status === 'allowed' || overridableBy.length === 0 ? '' : `; ${overridableBy.join(', ')} can override it`;
  return [styled(style[verdict.status], leafName(leaf)), styled('plain', `${bareSentence(leaf)}${who}`)];
}

function gatesRows({ gates }: EnvironmentPlan): readonly (readonly Span[])[] {
  if (gates === null) return [];
  const replay = gates.replay === null ? [] : [[dim('replayed'), styled('plain', sayReplay(gates.replay))]];
  return [
    [styled('waits', 'gates'), styled('plain', `${gates.differences.join(', ')}. ${sayGatesAhead(gates)}`)],
    ...replay,
  ];
}

function sayReplay({ days, versions, later, refused }: GatesReplay): string {
  return `of ${count(versions, 'version')} of the last ${days} days ${later} would have waited, ${refused} been refused`;
}

function runRows({ stages, wayBack }: EnvironmentPlan): readonly (readonly Span[])[] {
  const back = wayBack === null ? 'none: nothing ran here before' : sayVersion(wayBack);
  return [
    ...(stages.length === 0 ? [] : [[dim('will run'), styled('plain', stages.join(' · '))]]),
    [dim('way back'), styled('plain', back)],
  ];
}
