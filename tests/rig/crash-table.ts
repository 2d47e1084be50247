// The rounds as a table, a line for each kind. A round of two kinds counts in both of their lines, and once in the
// last. `at work` are the rounds in which a step ran when its controller was killed: only they say something about
// orphans.

import { aligned } from './aligned.ts';
import type { Played } from './crash-round.ts';
import type { BreachKind } from './witness.ts';

const BREACHES: readonly (readonly [string, readonly BreachKind[]])[] = [
  ['lost', ['lost']],
  ['repeated', ['repeated']],
  ['orphans', ['orphan']],
  ['fsck', ['fsck']],
  ['verify', ['verify']],
  ['unwarranted', ['unwarranted']],
  ['slow', ['slow']],
  ['other', ['unsound', 'broke', 'stuck']],
];
const HEAD = [
  'kind',
  'rounds',
  'at work',
  'acknowledged',
  'pushes',
  ...BREACHES.map(([name]) => name),
  'median',
  'worst',
];

export function crashTable(played: readonly Played[]): string {
  const kinds = [...new Set(played.flatMap((each) => each.kinds))];
  const rows = [
    HEAD,
    ...kinds.map((kind) =>
      row(
        kind,
        played.filter((each) => each.kinds.includes(kind)),
      ),
    ),
    row('all rounds', played),
  ];
  return aligned(rows).join('\n');
}

function row(kind: string, played: readonly Played[]): readonly string[] {
  const breaches = played.flatMap((each) => each.breaches);
  const count = (kinds: readonly BreachKind[]) => `${breaches.filter((each) => kinds.includes(each.kind)).length}`;
  const times = played.map((each) => each.recoveryMs).toSorted((a, b) => a - b);
  const seconds = (at: number) => `${((times[at] ?? 0) / 1_000).toFixed(1)} s`;
  const sum = (of: (each: Played) => number) => `${played.reduce((total, each) => total + of(each), 0)}`;
  return [
    kind,
    `${played.length}`,
    sum((each) => (each.caught ? 1 : 0)),
    sum((each) => each.records),
    sum((each) => each.commits),
    ...BREACHES.map(([, kinds]) => count(kinds)),
    seconds(Math.floor((times.length - 1) / 2)),
    seconds(times.length - 1),
  ];
}
