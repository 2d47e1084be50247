// What `stats` prints, as a few rows for each environment.

import { formatDuration } from '../../base/duration.ts';
import type { Instant } from '../../base/instant.ts';
import { sayMinute } from '../../explain/moment.ts';
import type { Spread, Statistics } from '../../explain/statistics.ts';
import { BLANK, dim, type Line, line, type Part, strong } from './line.ts';
import { count } from './problems-shown.ts';
import { table } from './table.ts';

export function statsLines(all: readonly Statistics[], from: Instant, to: Instant, timezone: string): readonly Line[] {
  return [
    ...all.flatMap((one) => [line(strong(one.name), `: ${count(one.runs, 'run')}`), ...table(rowsOf(one), 2), BLANK]),
    line(dim(`runs opened ${sayMinute(from, timezone)} to ${sayMinute(to, timezone)} ${timezone}`)),
  ];
}

function rowsOf(one: Statistics): readonly (readonly Part[])[] {
  const rows: (readonly Part[])[] = [];
  const add = (name: string, told: string | null) => {
    if (told !== null && told !== '') rows.push([dim(name), told]);
  };
  const { automatic, requested, reverts } = one.rollbacks;
  add('ended', listed(Object.entries(one.outcomes).map(([name, times]) => [name, times])));
  add('deployments', one.kinds.deploy === 0 ? null : `${one.perWeek.toFixed(1)} a week went well${rate(one)}`);
  add(
    'rollbacks',
    listed([
      ['after a failure', automatic],
      ['asked for', requested],
      ['by git revert', reverts],
    ]),
  );
  add('restored', said(one.restored, 'after a failure'));
  add('emergencies', one.emergencies === 0 ? null : String(one.emergencies));
  add('overridden', listed(one.lifted.map(({ rule, runs }) => [rule, runs])));
  for (const { run, sentence } of one.postmortemsDue) add('post-mortem due', `${run}: ${sentence}`);
  add('waited', said(one.waited, 'before it began'));
  add('lead time', said(one.lead, 'from commit to live'));
  add('took', said(one.took, 'from start to end'));
  return rows;
}

function rate({ failureRate }: Statistics): string {
  return failureRate === null ? '' : `; ${Math.round(failureRate * 100)} % of those that ended did not`;
}

function listed(counts: readonly (readonly [string, number])[]): string {
  return counts
    .filter(([, times]) => times > 0)
    .map(([name, times]) => `${times} ${name}`)
    .join(', ');
}

function said({ median, longest, of }: Spread, what: string): string | null {
  if (median === null || longest === null) return null;
  return `${formatDuration(median)} (median), ${formatDuration(longest)} at most ${what}; of ${count(of, 'run')}`;
}
