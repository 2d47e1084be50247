// A window rule as coverages of time: when its hours are, when it is closed all the same, and what is left. Computed
// once for each rule, table of holidays and set of exceptions that apply; evaluating it afterwards is a look-up.

import type { Instant } from '../base/instant.ts';
import { remembered } from '../base/remembered.ts';
import type { Change, Holidays } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import { type Closure, closuresWithin, letsPass } from './closures.ts';
import { type Coverage, coverageOf, coverageWithout, keptWithin, type Within } from './coverage.ts';
import type { Interval } from './interval.ts';
import { comesAgain, marksOf, offsetsAround, spanWithin, weeklySpansWithin } from './spans.ts';

type WindowRule = RuleOf<'window'>;

export type WindowModel = {
  /** Open: within `hours` and not `closed`. */
  readonly open: Coverage;
  readonly hours: Coverage;
  readonly closed: Coverage;
  /** What closes it for this change, with reasons. */
  readonly closures: Within<Closure>;
  /** What would close it for another change. */
  readonly passed: Within<Closure>;
};

export function windowModel(rule: WindowRule, holidays: Holidays, change: Change | null): WindowModel {
  // A rule without holidays has the same model whatever table there is.
  const models = modelsOf(rule)(rule.holidays.length > 0 ? holidays : NO_HOLIDAYS);
  // Which of them apply, and not how many: two freezes may let different kinds pass.
  const passing = [...rule.deny, ...rule.holidays].map((span) => letsPass(span, change));
  const key = passing.map((passes) => (passes ? '1' : '0')).join('');
  const found = models.get(key) ?? makeModel(rule, holidays, change);
  models.set(key, found);
  return found;
}

const NO_HOLIDAYS: Holidays = {};

const modelsOf = remembered((_rule: WindowRule) => remembered((_holidays: Holidays) => new Map<string, WindowModel>()));

function makeModel(rule: WindowRule, holidays: Holidays, change: Change | null): WindowModel {
  const applies = (span: { readonly except: readonly string[] }): boolean => !letsPass(span, change);
  const applying = { deny: rule.deny.filter(applies), holidays: rule.holidays.filter(applies) };
  const passing = {
    deny: rule.deny.filter((span) => !applies(span)),
    holidays: rule.holidays.filter((span) => !applies(span)),
  };
  const spans = rule.allow.map(({ span }) => span);
  const hours = coverageOf((from, to) => openWithin(rule, from, to), marksOf(spans), comesAgain(spans));
  const closures = keptWithin((from, to) => closuresWithin(applying, holidays, from, to));
  const denied = applying.deny.map(({ span }) => span);
  const closed = coverageOf(closures, marksOf(denied), comesAgain(denied));
  return {
    open: coverageWithout(hours, closed),
    hours,
    closed,
    closures,
    passed: keptWithin((from, to) => closuresWithin(passing, holidays, from, to)),
  };
}

/** Without any span open at all times: a window may consist of what closes it. */
function openWithin(rule: WindowRule, from: Instant, to: Instant): readonly Interval[] {
  if (rule.allow.length === 0) return [{ start: from, end: to }];
  const offsetsOf = offsetsAround(from, to);
  const spans = rule.allow.map(({ span }) => span);
  const weekly = spans.filter((span) => span.type === 'weekly');
  // One that cannot be read opens nothing; one whose start the clocks move past its end does not happen.
  const others = spans
    .filter((span) => span.type !== 'weekly')
    .flatMap((span) => spanWithin(span, from, to, offsetsOf) ?? []);
  return [...weeklySpansWithin(weekly, from, to, offsetsOf), ...others];
}
