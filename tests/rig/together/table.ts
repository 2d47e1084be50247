// The rounds of several controllers as a table, a line for each scenario. `refused` are jobs of an older epoch that
// the target sent away, `dropped` what the struck one would still have written; `bound` is what a takeover may take.

import { aligned } from '../aligned.ts';
import type { BreachKind, Played } from './round.ts';

const BREACHES: readonly (readonly [string, BreachKind])[] = [
  ['overlaps', 'overlap'],
  ['repeated', 'repeated'],
  ['unwarranted', 'unwarranted'],
  ['lost', 'lost'],
  ['late records', 'late'],
  ['slow', 'slow'],
  ['orphans', 'orphan'],
  ['other', 'other'],
];
const HEAD = [
  'scenario',
  'rounds',
  ...BREACHES.map(([name]) => name),
  'refused',
  'dropped',
  'takeovers',
  'median',
  'worst',
  'bound',
];

export function togetherTable(played: readonly Played[], takeoverMsMax: number): string {
  const scenarios = [...new Set(played.map(({ scenario }) => scenario))];
  const rows = [
    HEAD,
    ...scenarios.map((name) =>
      row(
        name,
        played.filter(({ scenario }) => scenario === name),
        takeoverMsMax,
      ),
    ),
  ];
  return aligned(rows).join('\n');
}

function row(name: string, played: readonly Played[], takeoverMsMax: number): readonly string[] {
  const breaches = played.flatMap((each) => each.breaches);
  const count = (kind: BreachKind) => `${breaches.filter((each) => each.kind === kind).length}`;
  const times = played.flatMap((each) => each.takeoversMs).toSorted((a, b) => a - b);
  const seconds = (at: number) => (times.length === 0 ? '-' : `${((times[at] ?? 0) / 1_000).toFixed(1)} s`);
  return [
    name,
    `${played.length}`,
    ...BREACHES.map(([, kind]) => count(kind)),
    `${played.reduce((total, { refused }) => total + refused, 0)}`,
    `${played.reduce((total, { dropped }) => total + dropped, 0)}`,
    `${times.length}`,
    seconds(Math.floor((times.length - 1) / 2)),
    seconds(times.length - 1),
    times.length === 0 ? '-' : `${(takeoverMsMax / 1_000).toFixed(1)} s`,
  ];
}
