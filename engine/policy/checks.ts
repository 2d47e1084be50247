// `checks`: results that were recorded for the version's commit, by name, some of them with a number, some of them
// wanted only for certain kinds of change. What is missing or pending is waited for; what failed or is out of bounds
// is refused, until a newer result of that name says otherwise. Only the newest result of a name counts: results come
// newest first.

import { sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { Change, CheckResult, PolicyFacts } from '../model/policy-facts.ts';
import type { ChecksRule } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { sayVersion } from '../model/version.ts';
import { andList, leavesOf } from './leaf.ts';

type Wanted = { readonly name: string; readonly because: string; readonly bound: ChecksRule['values'][number] | null };
type Judged = { readonly name: string; readonly status: RuleVerdict['status']; readonly sentence: string };

export function evaluateChecks(rule: ChecksRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const { change, checks } = facts.evidence;
  const judged = wantedOf(rule, change).map((wanted) => judge(wanted, checks, facts));
  const seen = Object.fromEntries(judged.map(({ name }) => [name, sayResult(newest(checks, name))]));
  const refused = judged.filter(({ status }) => status === 'denied').map(({ sentence }) => sentence);
  if (change === null && Object.keys(rule.evidence).length > 0) {
    refused.push(
      `what kind of change ${sayVersion(facts.version)} is cannot be known, and so not which evidence it needs`,
    );
  }
  if (refused.length > 0) return denied(refused.join('; '), seen);
  const missing = judged.filter(({ status }) => status === 'waiting');
  if (missing.length > 0) {
    const waitsFor = missing.map(({ name }) => `check ${name}`);
    return waiting(missing.map(({ sentence }) => sentence).join('; '), waitsFor, seen);
  }
  return allowed(judged.length === 0 ? sayNoneWanted(change) : judged.map((each) => each.sentence).join('; '), seen);
}

/** Each name once: one that must pass anyway needs no second reason. */
function wantedOf({ require: always, values, evidence }: ChecksRule, change: Change | null): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (name: string, because: string, bound: Wanted['bound'] = null): void => {
    const known = wanted.get(name);
    wanted.set(name, { name, because: known?.because ?? because, bound: bound ?? known?.bound ?? null });
  };
  for (const name of always) add(name, '');
  for (const bound of values) add(bound.name, '', bound);
  for (const kind of change?.kinds ?? []) {
    const needed = Object.hasOwn(evidence, kind.toLowerCase()) ? (evidence[kind.toLowerCase()] ?? []) : [];
    for (const name of needed) add(name, `, which a ${kind} needs,`);
  }
  return [...wanted.values()];
}

function judge({ name, because, bound }: Wanted, checks: readonly CheckResult[], facts: PolicyFacts): Judged {
  const result = newest(checks, name);
  const answer = (status: RuleVerdict['status'], said: string): Judged => ({
    name,
    status,
    sentence: `${name}${because} ${said}`,
  });
  const record = `\`tidegate checks set ${facts.version.tag ?? facts.version.commit.slice(0, 12)} ${name} passed`;
  if (result === null)
    return answer('waiting', `has no result for ${sayVersion(facts.version)} yet (${record}\` records one)`);
  const by = sayRecorded(result);
  if (result.status === 'pending') return answer('waiting', `is pending (${by})`);
  if (result.status === 'failed') return answer('denied', `failed (${by}); a newer result would replace it`);
  if (bound === null) return answer('allowed', `passed (${by})`);
  if (result.value === null)
    return answer('waiting', `passed without a number (${by}); ${record} --value …\` records one`);
  const value = `is ${result.value}`;
  if (holds(result.value, bound)) return answer('allowed', `${value}, and must be ${sayBound(bound)} (${by})`);
  return answer('denied', `${value} and must be ${sayBound(bound)} (${by}); a newer result would replace it`);
}

function newest(checks: readonly CheckResult[], name: string): CheckResult | null {
  return checks.find((check) => check.name === name) ?? null;
}

function holds(value: number, { operator, bound }: ChecksRule['values'][number]): boolean {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
    case '==':
      return value === bound;
  }
}

function sayBound({ operator, bound }: ChecksRule['values'][number]): string {
  return `${operator} ${bound}`;
}

function sayRecorded({ by, at }: CheckResult): string {
  return `recorded by ${by} on ${sayInstant(at, 'UTC')}`;
}

function sayResult(result: CheckResult | null): string {
  if (result === null) return 'none';
  return result.value === null ? result.status : `${result.status}, ${result.value}`;
}

/** A rule of evidence alone, and a change of kinds that need none. */
function sayNoneWanted(change: Change | null): string {
  const kinds = (change?.kinds ?? []).map((kind) => (kind === '' ? 'no named kind' : kind));
  return kinds.length === 0
    ? 'nothing changes here, so no evidence is wanted'
    : `no evidence is wanted for a change of ${andList(kinds)}`;
}
