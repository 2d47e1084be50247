// When a window or a train is open in a stretch of time, as one gapless row: what a calendar draws and a simulation
// counts. It is drawn for a change that no exception lets pass.

import type { Instant } from '../base/instant.ts';
import type { Holidays } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import type { Closure } from './closures.ts';
import { type Coverage, isCovered, nextChange } from './coverage.ts';
import type { Interval } from './interval.ts';
import { offsetsAround, spanWithin } from './spans.ts';
import { everyTrain } from './train.ts';
import { windowModel } from './window-model.ts';
import { closureReasons } from './window-words.ts';

type TrainRule = RuleOf<'train'>;
type WindowRule = RuleOf<'window'>;

export type TimelineStretch = {
  readonly start: Instant;
  readonly end: Instant;
  readonly open: boolean;
  /**
   * What closes it, in its author's words; null while it is open, outside its hours, or where nobody gave a reason.
   */
  readonly why: string | null;
  /** What people call the opening (`maintenance`, `train`); null while it is closed or has no name. */
  readonly name: string | null;
};

/** Covers `[from, to)` without a gap; neighbours differ in more than their time. */
export function timelineOf(
  rule: WindowRule | TrainRule,
  holidays: Holidays,
  from: Instant,
  to: Instant,
): readonly TimelineStretch[] {
  if (from >= to) return [];
  if (rule.type === 'train') return row(everyTrain(rule), [], trainNames(), from, to);
  const model = windowModel(rule, holidays, null);
  return row(model.open, model.closures(from, to), openingNames(rule, from, to), from, to);
}

type Named = Interval & { readonly name: string };

function row(
  open: Coverage,
  closures: readonly Closure[],
  names: readonly Named[],
  from: Instant,
  to: Instant,
): readonly TimelineStretch[] {
  const seams = [...new Set([from, ...changesOf(open, from, to), ...[...closures, ...names].flatMap(endsOf)])]
    .filter((at) => at >= from && at < to)
    .sort((a, b) => a - b);
  const stretches: TimelineStretch[] = [];
  for (const [index, start] of seams.entries()) {
    const isOpen = isCovered(open, start);
    const next: TimelineStretch = {
      start,
      end: seams[index + 1] ?? to,
      open: isOpen,
      why: isOpen ? null : closureReasons(holding(closures, start)),
      name: isOpen ? (holding(names, start)[0]?.name ?? null) : null,
    };
    const last = stretches.at(-1);
    if (last !== undefined && last.open === next.open && last.why === next.why && last.name === next.name) {
      stretches[stretches.length - 1] = { ...last, end: next.end };
    } else {
      stretches.push(next);
    }
  }
  return stretches;
}

function changesOf(open: Coverage, from: Instant, to: Instant): readonly Instant[] {
  const changes: Instant[] = [];
  for (let at: Instant | null = from; at !== null && at < to; at = nextChange(open, at, isCovered(open, at))) {
    changes.push(at);
  }
  return changes;
}

function openingNames(rule: WindowRule, from: Instant, to: Instant): readonly Named[] {
  const offsetsOf = offsetsAround(from, to);
  return rule.allow.flatMap(({ span, name }) =>
    name === null ? [] : (spanWithin(span, from, to, offsetsOf) ?? []).map((stretch) => ({ ...stretch, name })),
  );
}

function trainNames(): readonly Named[] {
  return [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, name: 'train' }];
}

function holding<Each extends Interval>(stretches: readonly Each[], at: Instant): readonly Each[] {
  return stretches.filter(({ start, end }) => start <= at && at < end);
}

function endsOf({ start, end }: Interval): readonly Instant[] {
  return [start, end];
}
