// What `simulate` prints: decisions as JSON, one at a time, and what they come to as JSON and as lines.

import { formatDuration } from '../../base/duration.ts';
import type { Instant } from '../../base/instant.ts';
import {
  type DecisionJson,
  instantJson,
  instantJsonOrNull,
  type SimulateJson,
  versionJson,
} from '../../contract/contract.ts';
import { sayMinute } from '../../explain/moment.ts';
import type { Decision } from '../../explain/simulate-lane.ts';
import { type Tally, together, topRules, waitedOf } from '../../explain/simulate-summary.ts';
import { BLANK, dim, hanging, type Line, line, type Part, strong, styled } from './line.ts';
import { count as counted } from './problems-shown.ts';
import { table } from './table.ts';

export function decisionJson(decision: Decision): DecisionJson {
  const { at, environment, version, status, until, rules, outcome, wentAt, supersededBy, needed } = decision;
  return {
    at: instantJson(at),
    environment,
    version: versionJson(version),
    status,
    until: instantJsonOrNull(until),
    rules: rules.map((rule) => ({
      policy: rule.policy,
      rule: rule.rule,
      status: rule.status,
      sentence: rule.sentence,
      until: instantJsonOrNull(rule.until),
      overridden: false,
      assumed: rule.assumed,
    })),
    outcome,
    wentAt: instantJsonOrNull(wentAt),
    waitedMs: wentAt === null ? null : wentAt - at,
    supersededBy: supersededBy === null ? null : versionJson(supersededBy),
    needed,
  };
}

export function summaryJson(tallies: readonly Tally[]): Pick<SimulateJson, 'summary' | 'environments'> {
  return {
    summary: tallyJson(together(tallies)),
    environments: tallies.map((tally) => ({ name: tally.name, ...tallyJson(tally) })),
  };
}

function tallyJson(tally: Tally): SimulateJson['summary'] {
  const { versions, allowed, waiting, denied, outcomes } = tally;
  const rules = topRules(tally);
  return {
    allowed,
    waiting,
    denied,
    versions,
    wentAtOnce: outcomes['at-once'],
    wentLater: outcomes.later,
    superseded: outcomes.superseded,
    refused: outcomes.refused,
    stillWaiting: outcomes.waiting,
    waited: waitedOf(tally.waitedMs),
    byRule: Object.fromEntries(rules.map((rule) => [rule.name, { waiting: rule.waiting, denied: rule.denied }])),
    refusals: rules.flatMap(({ name, denied: times, refusal }) =>
      refusal === null ? [] : [{ rule: name, count: times, sentence: refusal.sentence }],
    ),
    needed: Object.fromEntries(tally.needed),
    assumed: Object.fromEntries(tally.assumed),
  };
}

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
