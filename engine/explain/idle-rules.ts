// Windows that never open and trains that never leave, for `tidegate check`: what closes them may stand in another
// file, or be a holiday, so only computing finds out. One that has been open once is told gently: its time is over.

import { type Instant, sayInstant } from '../base/instant.ts';
import type { Problem } from '../base/problem.ts';
import type { Config } from '../model/config.ts';
import { type Holidays, NO_EVIDENCE } from '../model/policy-facts.ts';
import type { RuleConfig } from '../model/rule.ts';
import { coveredAt } from '../policy/coverage.ts';
import type { TrainRule } from '../policy/rules/train.ts';
import type { WindowRule } from '../policy/rules/window.ts';
import { everyTrain } from '../policy/train.ts';
import { type WindowState, windowState } from '../policy/window.ts';

/** `holidays`: of all places that policies name, for the years around now. */
export function idleRules(config: Config, holidays: Holidays, now: Instant): readonly Problem[] {
  return Object.values(config.policies).flatMap(({ rules }) => rules.flatMap((rule) => ofRule(rule, holidays, now)));
}

function ofRule(rule: RuleConfig, holidays: Holidays, now: Instant): readonly Problem[] {
  if (rule.type === 'window') return ofWindow(rule, holidays, now);
  return rule.type === 'train' ? ofTrain(rule, now) : [];
}

function ofWindow(rule: WindowRule, holidays: Holidays, now: Instant): readonly Problem[] {
  const state = stateFor(rule, holidays, now, null);
  if (opens(state) || opensForSome(rule, holidays, now)) return [];
  // Where it only is that holidays are not known so far ahead, nothing is known.
  const plain = stateFor({ ...rule, holidays: [] }, {}, now, null);
  if (plain.nextOpening !== null && !isKnown(rule, holidays, plain.nextOpening)) return [];
  const hint = state.why === null ? 'correct `allow`' : `it is closed by: ${state.why}`;
  if (state.since === null) return [problem(rule, 'error', 'this window never opens', hint)];
  const since = sayInstant(state.since, rule.timezone);
  return [problem(rule, 'warning', `this window does not open again: it is closed since ${since}`, hint)];
}

function ofTrain(rule: TrainRule, now: Instant): readonly Problem[] {
  const { inside, since, until } = coveredAt(everyTrain(rule), now);
  if (inside || until !== null) return [];
  const hint = 'correct `schedule`';
  if (since === null) return [problem(rule, 'error', 'no train ever leaves', hint)];
  const last = sayInstant(since, rule.timezone);
  return [problem(rule, 'warning', `no train leaves any more: the last one did not later than ${last}`, hint)];
}

/** Open for changes of a kind that something excepts is open. */
function opensForSome(rule: WindowRule, holidays: Holidays, now: Instant): boolean {
  const kinds = new Set([...rule.deny, ...rule.holidays].flatMap(({ except }) => except));
  return [...kinds].some((kind) => opens(stateFor(rule, holidays, now, kind)));
}

function stateFor(rule: WindowRule, holidays: Holidays, now: Instant, kind: string | null): WindowState {
  const change = kind === null ? null : { authors: [], paths: [], kinds: [kind], commits: 1 };
  return windowState(rule, { now, holidays, evidence: { ...NO_EVIDENCE, change } });
}

function opens({ open, nextOpening }: WindowState): boolean {
  return open || nextOpening !== null;
}

function isKnown(rule: WindowRule, holidays: Holidays, at: Instant): boolean {
  return rule.holidays.every(({ place, timezone }) => {
    const year = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).year;
    return (holidays[place] ?? []).some(({ date }) => date.startsWith(`${year}-`));
  });
}

function problem(rule: RuleConfig, severity: Problem['severity'], message: string, hint: string): Problem {
  return { ...rule.place, severity, message, hint };
}
