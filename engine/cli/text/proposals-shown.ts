// Proposals as a table, and what came of merging one.

import { sayMinute } from '../../explain/moment.ts';
import type { Proposal } from '../../explain/proposals.ts';
import { BLANK, dim, hanging, type Line, line, strong } from './line.ts';
import { table } from './table.ts';

export function proposalLines(proposals: readonly Proposal[], timezone: string): readonly Line[] {
  if (proposals.length === 0) return [line('nothing waits to be merged')];
  const head = ['PROPOSAL', 'FOR', 'SINCE', 'WHAT'].map(dim);
  const rows = proposals.map(({ name, base, since, sentence }) => [
    strong(name),
    base,
    sayMinute(since, timezone),
    sentence,
  ]);
  return [
    ...table([head, ...rows]),
    BLANK,
    line(dim(`times in ${timezone}; \`tidegate merge <proposal>\` merges one`)),
  ];
}

export function mergedLines({ name, base, environment }: Proposal, commit: string): readonly Line[] {
  return [
    line('merged ', strong(name), ` into ${base}: `, strong(commit.slice(0, 7))),
    hanging(2, `it goes to ${environment} as its gates allow: \`tidegate why ${environment}\``),
  ];
}
