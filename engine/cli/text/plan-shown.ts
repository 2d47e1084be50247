// `tidegate plan`: what the next look would record and do, a row each.

import { type Instant, sayInstant } from '../../base/instant.ts';
import { sayUntil } from '../../explain/moment.ts';
import { type Plan, type Planned, plannedFor } from '../../explain/plan.ts';
import type { Observed } from '../../model/observed.ts';
import { BLANK, dim, type Line, line, oneLine, type Span, type Style, strong, styled } from './line.ts';
import { table } from './table.ts';

export function planLines(plan: Plan, observed: Observed, now: Instant, timezone: string): readonly Line[] {
  const blocks = observed.environments
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => [...environmentLines(plan, name), BLANK]);
  const wake =
    plan.wakeAt === null
      ? 'nothing is due by time alone'
      : `time alone can change this ${sayUntil(plan.wakeAt, now, timezone)}`;
  return [...blocks, line(dim(`at ${sayInstant(now, timezone)}; ${wake}; nothing was done`))];
}

const STYLES: Readonly<Record<Planned['what'], Style>> = {
  because: 'dim',
  record: 'good',
  notice: 'waits',
  do: 'waits',
};

function environmentLines(plan: Plan, name: string): readonly Line[] {
  const rows: (readonly Span[])[] = plannedFor(plan, name).map(({ what, sentence }) => [
    styled(STYLES[what], what),
    styled('plain', oneLine(sentence)),
  ]);
  return [line(strong(name)), ...table(rows.length === 0 ? [[dim('nothing to do')]] : rows, 2)];
}
