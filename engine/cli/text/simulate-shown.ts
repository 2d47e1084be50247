// What `simulate` prints: what the decisions come to, as lines.

import { formatDuration } from '../../base/duration.ts';
import type { Instant } from '../../base/instant.ts';
import { sayMinute } from '../../explain/moment.ts';
import { type Tally, topRules, waitedOf } from '../../explain/simulate-summary.ts';
import { BLANK, dim, hanging, type Line, line, type Part, strong, styled } from './line.ts';
import { count as counted } from './problems-shown.ts';
import { table } from './table.ts';

type SimulatedSpan = {
  readonly from: Instant;
  readonly to: Instant;
  readonly policies: { readonly branch: string; readonly commit: string };
  readonly timezone: string;
  readonly notes: readonly string[];
};

export function simulateLines(tallies: readonly Tally[], span: SimulatedSpan): readonly Line[] {
  const { from, to, policies, timezone, notes } = span;
  const assumes = tallies.some(({ needed, assumed }) => needed.size > 0 || assumed.size > 0);
  return [
    ...tallies.flatMap((tally) => [...tallyLines(tally), BLANK]),
    ...notes.map((note) => hanging(2, styled('waits', note))),
    ...(assumes
      ? [hanging(2, dim('what people say and sign is not in Git for versions of then; it is taken as given'))]
      : []),
    line(
      dim(`${sayMinute(from, timezone)} to ${sayMinute(to, timezone)} ${timezone}; `),
      dim(`policies of ${policies.branch} at ${policies.commit.slice(0, 7)}; nothing was written`),
    ),
  ];
}

/** How many rules are named: the rest is in the JSON. */
const RULES_SHOWN = 5;

function tallyLines(tally: Tally): readonly Line[] {
  const { name, versions, outcomes, waitedMs } = tally;
  const head = line(strong(name), `: ${counted(versions, 'version')}`);
  if (versions === 0) return [head];
  const waited = waitedOf(waitedMs);
  const rows: (readonly Part[])[] = [];
  const add = (what: string, many: number, said: string) => {
    if (many > 0) rows.push([dim(what), `${many}`, `${Math.round((many / versions) * 100)} %`, said]);
  };
  add('at once', outcomes['at-once'], 'when they came');
  add(
    'later',
    outcomes.later,
    `after ${formatDuration(waited.median)} (median), ${formatDuration(waited.longest)} at most`,
  );
  add('superseded', outcomes.superseded, 'by a newer version while they waited');
  add('refused', outcomes.refused, 'and time alone would not have helped');
  add('waiting', outcomes.waiting, 'still, at the end');
  return [head, ...table(rows, 2), ...ruleLines(tally)];
}

function ruleLines(tally: Tally): readonly Line[] {
  const rules = topRules(tally).slice(0, RULES_SHOWN);
  const rows = rules.map(({ name, waiting, denied, refusal }): readonly Part[] => {
    const many = [waiting > 0 ? `held ${waiting}` : '', denied > 0 ? `refused ${denied}` : ''].filter(
      (part) => part !== '',
    );
    return [name, `${many.join(', ')}${refusal === null ? '' : `, such as: ${refusal.said}`}`];
  });
  const given = [
    ...[...tally.needed].map(([name, many]) => `${name} for ${counted(many, 'version')}`),
    ...[...tally.assumed].map(([name, many]) => `${name} for ${counted(many, 'version')} (not looked at)`),
  ];
  return [
    ...(rows.length === 0 ? [] : [line(dim('  in the way')), ...table(rows, 4)]),
    ...(given.length === 0 ? [] : [hanging(4, dim('  taken as given  '), given.join(', '))]),
  ];
}
