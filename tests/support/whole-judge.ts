// A judge of whole answers, as the pages of docs/policies tell them to a person. It imports nothing of engine/policy:
// it draws every opening of every window and train on a line of time, looks at each rule at an instant by the
// simplest means, and finds `until` by asking at every instant at which anything at all begins or ends.

import type { RuleConfig, Span } from '../../engine/model/rule.ts';
import type { TrainRule } from '../../engine/policy/rules/train.ts';
import type { WindowRule } from '../../engine/policy/rules/window.ts';

export type Scene = {
  readonly now: number;
  readonly rules: readonly RuleConfig[];
  /** How long an exception of a lead lasts; null where the policies have none. */
  readonly overrideMs: number | null;
  readonly words: readonly { readonly by: string; readonly answer: 'approved' | 'rejected'; readonly at: number }[];
  readonly authors: readonly string[];
  /** Null where nobody knows what changed. */
  readonly kinds: readonly string[] | null;
  readonly offeredAt: number;
  readonly starts: readonly number[];
  readonly soaked: { readonly since: number | null; readonly soakedMs: number } | 'never' | 'failed';
  readonly check: 'passed' | 'failed' | 'pending' | 'none';
  readonly isLocked: boolean;
  readonly isOlder: boolean;
  readonly signed: 'ana' | 'eve' | 'nobody' | 'unreadable';
  readonly requestedBy: 'ana' | 'eve' | null;
  /** When somebody made an exception. */
  readonly overrides: readonly { readonly by: string; readonly at: number }[];
};

export type Answer = 'allowed' | 'waiting' | 'denied';

export const GROUPS: Readonly<Record<string, readonly string[]>> = { leads: ['ana', 'mia'], qa: ['dan', 'mia'] };

const MINUTE = 60_000;
const DAY = 86_400_000;
const BACK_DAYS = 45;
/** How far it is sure of itself. */
export const HORIZON_MS = 45 * DAY;
const AHEAD_DAYS = 110;
const LITTLE_AHEAD = 5 * MINUTE;

type Line = readonly (readonly [start: number, end: number])[];
type Lines = { readonly open: Line; readonly isEndless: boolean };

export function judge(scene: Scene): { readonly status: Answer; readonly until: number | null } {
  const lines = new Map(scene.rules.map((rule) => [rule, lineOf(rule, scene)]));
  const at = (instant: number) => whole(scene, lines, instant);
  const status = at(scene.now);
  const until = edges(scene, lines).find((edge) => at(edge) !== status) ?? null;
  return { status, until };
}

function whole(scene: Scene, lines: ReadonlyMap<RuleConfig, Lines>, at: number): Answer {
  const isLifted = scene.overrides.some(
    ({ by, at: from }) =>
      scene.overrideMs !== null &&
      (GROUPS['leads'] ?? []).includes(by) &&
      at >= from - LITTLE_AHEAD &&
      at < from + scene.overrideMs,
  );
  const answers = scene.rules.map((rule) => (isLifted ? 'allowed' : single(rule, scene, lines, at)));
  if (answers.includes('denied')) return 'denied';
  return answers.includes('waiting') ? 'waiting' : 'allowed';
}

function single(rule: RuleConfig, scene: Scene, lines: ReadonlyMap<RuleConfig, Lines>, at: number): Answer {
  switch (rule.type) {
    case 'window':
    case 'train': {
      const { open, isEndless } = lines.get(rule) ?? { open: [], isEndless: false };
      if (isIn(open, at)) return 'allowed';
      return isEndless || open.some(([start]) => start > at) ? 'waiting' : 'denied';
    }
    case 'approval':
      return approved(rule, scene, at);
    case 'soak': {
      const { soaked } = scene;
      if (typeof soaked === 'string') return 'waiting';
      const here = soaked.since === null ? 0 : Math.max(0, at - soaked.since);
      return here + soaked.soakedMs >= rule.forMs ? 'allowed' : 'waiting';
    }
    case 'limit':
      return counted(rule, scene, lines, at);
    case 'lock':
      return scene.isLocked ? 'waiting' : 'allowed';
    case 'checks':
      return scene.check === 'passed' ? 'allowed' : scene.check === 'failed' ? 'denied' : 'waiting';
    case 'when':
      return scene.kinds === null || scene.kinds.includes('breaking') ? 'denied' : 'allowed';
    case 'deployers':
      return scene.requestedBy === 'eve' ? 'denied' : 'allowed';
    case 'downgrade':
      return scene.isOlder ? 'denied' : 'allowed';
    case 'signature':
      return scene.signed === 'ana' ? 'allowed' : scene.signed === 'unreadable' ? 'waiting' : 'denied';
  }
}

function approved(rule: Extract<RuleConfig, { type: 'approval' }>, scene: Scene, at: number): Answer {
  const said = new Map<string, boolean>();
  const members = new Set(rule.require.flatMap(({ from }) => GROUPS[from] ?? []));
  for (const { by, answer, at: when } of scene.words) {
    if (!members.has(by)) continue;
    if (answer === 'rejected') {
      said.set(by, false);
      continue;
    }
    if (said.get(by) === false) said.delete(by);
    // Who asked for it by name made it come.
    const isAuthor =
      rule.author === 'excluded' && scene.kinds !== null && (scene.authors.includes(by) || scene.requestedBy === by);
    const counts = at >= when - LITTLE_AHEAD && (rule.expiresMs === null || at < when + rule.expiresMs);
    if (!isAuthor && counts) said.set(by, true);
  }
  if ([...said.values()].includes(false)) return 'denied';
  if (scene.kinds === null && rule.author === 'excluded') return 'waiting';
  const enough = rule.require.every(
    ({ from, count }) => (GROUPS[from] ?? []).filter((person) => said.get(person) === true).length >= count,
  );
  return enough ? 'allowed' : 'waiting';
}

function counted(
  rule: Extract<RuleConfig, { type: 'limit' }>,
  scene: Scene,
  lines: ReadonlyMap<RuleConfig, Lines>,
  at: number,
): Answer {
  const { per } = rule;
  const date = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(rule.timezone).toPlainDate();
  const period = (instant: number) => {
    const day = date(instant);
    return (per === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day).toString();
  };
  if (typeof per === 'object') {
    return scene.starts.filter((start) => start > at - per.ms).length >= rule.runsMax ? 'waiting' : 'allowed';
  }
  if (per !== 'window') {
    return scene.starts.filter((start) => start > at || period(start) === period(at)).length >= rule.runsMax
      ? 'waiting'
      : 'allowed';
  }
  const window = scene.rules.find((each) => each.type === 'window');
  const drawn = window === undefined ? undefined : lines.get(window);
  if (drawn === undefined) return 'denied';
  const changes = drawn.open.flat().filter((edge) => edge > Number.MIN_SAFE_INTEGER && edge < Number.MAX_SAFE_INTEGER);
  const since = Math.max(Number.NEGATIVE_INFINITY, ...changes.filter((edge) => edge <= at));
  if (scene.starts.filter((start) => start >= since).length < rule.runsMax) return 'allowed';
  return drawn.isEndless || changes.some((edge) => edge > at) ? 'waiting' : 'denied';
}

/** Every instant ahead at which anything could be different. */
function edges(scene: Scene, lines: ReadonlyMap<RuleConfig, Lines>): readonly number[] {
  const found = [...lines.values()].flatMap(({ open }) => open.flat());
  for (const { at } of scene.words) {
    found.push(at - LITTLE_AHEAD);
    for (const rule of scene.rules)
      if (rule.type === 'approval' && rule.expiresMs !== null) found.push(at + rule.expiresMs);
  }
  for (const { at } of scene.overrides) found.push(at - LITTLE_AHEAD, at + (scene.overrideMs ?? 0));
  for (const rule of scene.rules) {
    if (rule.type === 'soak' && typeof scene.soaked !== 'string' && scene.soaked.since !== null) {
      found.push(scene.soaked.since + rule.forMs - scene.soaked.soakedMs);
    }
    if (rule.type !== 'limit') continue;
    const { per, timezone } = rule;
    if (typeof per === 'object') found.push(...scene.starts.map((start) => start + per.ms));
    let day = dateIn(scene.now, timezone);
    for (let count = 0; count < HORIZON_MS / DAY; count += 1, day = day.add({ days: 1 })) {
      found.push(day.toZonedDateTime(timezone).epochMilliseconds);
    }
  }
  const ahead = found.filter((edge) => edge > scene.now && edge <= scene.now + HORIZON_MS);
  return [...new Set(ahead)].sort((a, b) => a - b);
}

function lineOf(rule: RuleConfig, scene: Scene): Lines {
  if (rule.type === 'window') return windowLine(rule, scene);
  return rule.type === 'train' ? trainLine(rule, scene) : { open: [], isEndless: false };
}

function windowLine(rule: WindowRule, { now, kinds }: Scene): Lines {
  const { timezone } = rule;
  const weekly = rule.allow.flatMap(({ span }) => (span.type === 'weekly' ? [span] : []));
  const opened: [number, number][] = rule.allow.flatMap(({ span }) => (span.type === 'dated' ? [dated(span)] : []));
  opened.push(...onBoard(weekly, timezone, now));
  for (const span of weekly) opened.push(...onBoard([span], timezone, now));
  const always: Line = [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]];
  const passes = ({ except }: { readonly except: readonly string[] }) =>
    except.length > 0 && kinds !== null && kinds.length > 0 && kinds.every((kind) => except.includes(kind));
  const closed = rule.deny
    .filter((freeze) => !passes(freeze))
    .flatMap(({ span }) => (span.type === 'dated' ? [dated(span)] : []));
  const open = minus(joined(rule.allow.length === 0 ? always : opened), joined(closed));
  return { open, isEndless: weekly.length > 0 };
}

/** Minutes of the wall clock marked on a board of days; each run of marks becomes instants on its own. */
function onBoard(spans: readonly Extract<Span, { type: 'weekly' }>[], zone: string, now: number): [number, number][] {
  const first = dateIn(now, zone).subtract({ days: BACK_DAYS });
  const minutes = (BACK_DAYS + AHEAD_DAYS) * 1_440;
  const board = new Uint8Array(minutes);
  for (let day = 0; day < BACK_DAYS + AHEAD_DAYS; day += 1) {
    const { dayOfWeek } = first.add({ days: day });
    for (const { days, fromMinute, toMinute } of spans) {
      if (!days.includes(dayOfWeek)) continue;
      const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1_440 - fromMinute;
      board.fill(1, day * 1_440 + fromMinute, day * 1_440 + fromMinute + length);
    }
  }
  const read = (minute: number) =>
    first.toPlainDateTime().add({ minutes: minute }).toZonedDateTime(zone).epochMilliseconds;
  const runs: [number, number][] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    if (board[minute] !== 1) continue;
    const start = minute;
    while (board[minute] === 1) minute += 1;
    runs.push([read(start), read(minute)]);
  }
  return runs;
}

function trainLine(rule: TrainRule, { now, kinds, offeredAt }: Scene): Lines {
  const isFrozen = rule.cutoffMs !== null && (kinds === null || kinds.some((kind) => rule.frozenKinds.includes(kind)));
  const open = rule.departures.flatMap((span): [number, number][] => {
    if (span.type !== 'weekly') throw new Error('a departure of this judge is weekly');
    return onBoard([span], span.timezone, now);
  });
  const late = offeredAt + (rule.cutoffMs ?? 0);
  return { open: joined(isFrozen ? open.filter(([start]) => start >= late) : open), isEndless: true };
}

function dated({ from, to, timezone }: Extract<Span, { type: 'dated' }>): [number, number] {
  const moment = (text: string, later: number) =>
    text.includes('T')
      ? Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).epochMilliseconds
      : Temporal.PlainDate.from(text).add({ days: later }).toZonedDateTime(timezone).epochMilliseconds;
  return [moment(from, 0), moment(to, 1)];
}

function joined(line: Line): Line {
  const whole: [number, number][] = [];
  for (const [start, end] of line.filter(([from, to]) => from < to).toSorted((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else whole.push([start, end]);
  }
  return whole;
}

function minus(line: Line, holes: Line): Line {
  return holes.reduce<Line>(
    (left, [from, to]) =>
      left.flatMap(([start, end]): Line => {
        if (to <= start || from >= end) return [[start, end]];
        return (
          [
            [start, from],
            [to, end],
          ] as const
        ).filter(([a, b]) => a < b);
      }),
    line,
  );
}

function isIn(line: Line, at: number): boolean {
  return line.some(([start, end]) => start <= at && at < end);
}

function dateIn(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}
