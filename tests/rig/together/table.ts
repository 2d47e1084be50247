// The rounds of several controllers as a table, a line for each scenario.

import type { BreachKind, Played } from './round.ts';

const HEAD = [
  'scenario',
  'rounds',
  'overlaps',
  'lost',
  'repeated',
  'late',
  'orphans',
  'other',
  'refused',
  'takeovers',
  'median',
  'worst',
];

export function togetherTable(played: readonly Played[]): string {
  const scenarios = [...new Set(played.map(({ scenario }) => scenario))];
  const rows = [
    HEAD,
    ...scenarios.map((name) =>
      row(
        name,
        played.filter(({ scenario }) => scenario === name),
      ),
    ),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
    .join('\n');
}

function row(name: string, played: readonly Played[]): readonly string[] {
  const breaches = played.flatMap((each) => each.breaches);
  const count = (kind: BreachKind) => `${breaches.filter((each) => each.kind === kind).length}`;
  const times = played.flatMap((each) => each.takeoversMs).toSorted((a, b) => a - b);
  const seconds = (at: number) => (times.length === 0 ? '-' : `${((times[at] ?? 0) / 1_000).toFixed(1)} s`);
  const kinds = ['overlap', 'lost', 'repeated', 'late', 'orphan', 'other'] as const;
  return [
    name,
    `${played.length}`,
    ...kinds.map(count),
    `${played.reduce((total, { refused }) => total + refused, 0)}`,
    `${times.length}`,
    seconds(Math.floor((times.length - 1) / 2)),
    seconds(times.length - 1),
  ];
}
