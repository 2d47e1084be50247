// A release, made or only planned: the version, each commit with what it counts for, the notes, what is still open.

import type { OpenTold, ReleaseTold } from '../../contract/release.ts';
import { BLANK, dim, hanging, type Line, line, oneLine, type Part, strong, styled } from './line.ts';
import { table } from './table.ts';

type Planned = Extract<ReleaseTold['plan'], { type: 'release' }>;
type Counted = Planned['counted'][number];

export function releaseLines(ends: readonly ReleaseTold[], open: readonly OpenTold[], isDry: boolean): readonly Line[] {
  const blocks = ends.map((end) => [...headLines(end), ...countedLines(end.plan.counted), ...endLines(end, isDry)]);
  const parted = blocks.flatMap((block, at) => (at === 0 ? block : [BLANK, ...block]));
  const all = [...parted, ...open.flatMap(openLines)];
  return isDry ? [...all, line(dim('nothing was written'))] : all;
}

function headLines({ component, plan }: ReleaseTold): readonly Line[] {
  const of = component === null ? '' : `${component}: `;
  if (plan.type !== 'release') return [hanging(2, of, styled('waits', plan.sentence))];
  const count = plan.counted.length;
  const head = [plan.level === 'named' ? plan.why : `${plan.level}`, `${count} ${count === 1 ? 'commit' : 'commits'}`];
  return [line(of, plan.since ?? 'no tag yet', ' → ', strong(plan.tag), ` (${head[0]}), ${head[1]}`)];
}

const STYLES = { major: 'bad', minor: 'good', patch: 'plain', other: 'waits' } as const;

function countedLines(counted: readonly Counted[]): readonly Line[] {
  const rows = counted.flatMap(({ oid, subject, as, why, tickets }): readonly (readonly Part[])[] => {
    if (as === 'hidden' || as === 'merge' || as === 'release') return [];
    const label = as === 'cancelled' ? dim('-') : styled(STYLES[as], as);
    const rest = [...tickets, ...(why === null ? [] : [why])].join('  ');
    return [[label, oid.slice(0, 7), oneLine(subject), ...(rest === '' ? [] : [rest])]];
  });
  const hidden = counted.filter(({ as }) => as === 'hidden').map(({ subject }) => /^\w+/.exec(subject)?.[0] ?? '');
  const kinds = [...new Set(hidden)].sort().map((kind) => `${hidden.filter((one) => one === kind).length} ${kind}`);
  return table([...rows, ...(kinds.length === 0 ? [] : [[dim('hidden'), kinds.join(', ')]])], 2);
}

function endLines({ plan, done }: ReleaseTold, isDry: boolean): readonly Line[] {
  if (plan.type !== 'release') return plan.hint === '' ? [] : [hanging(2, '  ', plan.hint)];
  const notes =
    plan.notes === ''
      ? []
      : [BLANK, ...plan.notes.split('\n').map((text) => line(text === '' ? '' : `  ${text}`)), BLANK];
  const files = plan.files.size === 0 ? 'no file' : [...plan.files.keys()].join(', ');
  if (isDry) return [...notes, hanging(2, `changes ${files}; dated ${plan.date}`)];
  if (done.type === 'tagged') {
    const signed = done.isSigned ? ', signed' : ', not signed: git has no SSH key to sign with here';
    return [
      ...notes,
      hanging(2, 'tagged ', strong(done.tag), ` at ${done.commit.slice(0, 7)}${signed}; changed ${files}`),
    ];
  }
  if (done.type === 'proposed') {
    return [
      ...notes,
      line('proposed as ', strong(done.branch), ` (${done.commit.slice(0, 7)}); changed ${files}`),
      hanging(2, `  once it is merged into ${done.onto}, the next look tags it`),
    ];
  }
  return notes;
}

function openLines({ file, branch, items }: OpenTold): readonly Line[] {
  if (items.length === 0) return [line(`${file} (${branch}): all is ticked off`)];
  const rows = items.map(({ under, text }) => ['[ ]', under ?? '', text]);
  return [line(`still open in ${file} (${branch}):`), ...table(rows, 2)];
}
