// `tidegate simulate --json`: decisions in the order of time, and what they come to.

import type { Decision } from '../explain/simulate-lane.ts';
import { type Tally, together, topRules, waitedOf } from '../explain/simulate-summary.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { judgedRule, statusShape } from './rule.ts';
import { COMMIT, COUNT, choice, FLAG, listOf, mapOf, NUMBER, object, orNull, type Shape, says, TEXT } from './shape.ts';
import { versionJson, versionJsonOrNull, versionOrNull, versionShape } from './version.ts';

const decisionShape = object({
  at: instantShape,
  environment: TEXT,
  version: versionShape,
  status: says('As it was judged when it came.', statusShape),
  until: instantOrNull,
  rules: listOf(object({ ...judgedRule, assumed: says('It could not be judged, and counts as given.', FLAG) })),
  outcome: choice('at-once', 'later', 'superseded', 'refused', 'waiting'),
  wentAt: instantOrNull,
  waitedMs: orNull(NUMBER),
  supersededBy: versionOrNull,
  needed: says('`policy/rule` names of what it needed of people, and was taken to get at once.', listOf(TEXT)),
});

const tally = {
  allowed: says('By status when they came: allowed, waiting, denied.', COUNT),
  waiting: COUNT,
  denied: COUNT,
  versions: COUNT,
  wentAtOnce: COUNT,
  wentLater: COUNT,
  superseded: COUNT,
  refused: COUNT,
  stillWaiting: COUNT,
  waited: says('Milliseconds, of those that went later.', object({ total: NUMBER, median: NUMBER, longest: NUMBER })),
  byRule: mapOf(object({ waiting: COUNT, denied: COUNT })),
  refusals: listOf(object({ rule: TEXT, count: COUNT, sentence: TEXT })),
  needed: mapOf(COUNT),
  assumed: mapOf(COUNT),
};

const tallyShape = object(tally);
const environmentTally = object({ name: TEXT, ...tally });

export const simulateAnswer = object({
  from: instantShape,
  to: instantShape,
  decisions: listOf(decisionShape),
  summary: tallyShape,
  environments: listOf(environmentTally),
  policies: says('Whose policies were asked.', object({ branch: TEXT, commit: COMMIT })),
  notes: listOf(TEXT),
});

export type SimulateJson = Shape<typeof simulateAnswer>;
export type DecisionJson = Shape<typeof decisionShape>;

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
    supersededBy: versionJsonOrNull(supersededBy),
    needed,
  };
}

/** All that stands behind the decisions. */
export function simulatedJson(
  tallies: readonly Tally[],
  policies: { readonly branch: string; readonly commit: string },
  notes: readonly string[],
): Omit<SimulateJson, 'from' | 'to' | 'decisions'> {
  return {
    summary: tallyJson(together(tallies)),
    environments: tallies.map((each) => ({ name: each.name, ...tallyJson(each) })),
    policies: { branch: policies.branch, commit: policies.commit },
    notes,
  };
}

function tallyJson(tally: Tally): Shape<typeof tallyShape> {
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
