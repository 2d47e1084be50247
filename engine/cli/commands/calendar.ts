// `tidegate calendar [env] [--week | --days N] [--from DAY] [--ics]`: the coming days, as a table, JSON, or a
// calendar to subscribe to.

import { calendarJson } from '../../contract/calendar.ts';
import type { Snapshot } from '../../controller/commands/commands.ts';
import { type Calendar, calendarOf } from '../../explain/calendar.ts';
import { holidaysNeeded } from '../../explain/holidays-needed.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import { type Context, instantOf } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable, usage } from '../failure.ts';
import { calendarLines } from '../text/calendar-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

const DAYS = 7;
/** A program that subscribes shows more than a week. */
const DAYS_ICS = 90;
const DAYS_MAX = 1_000;

export async function calendar(context: Context, given: Given): Promise<number> {
  const isIcs = given.flag('ics');
  if (isIcs && context.isJson) throw usage('--ics and --json cannot stand together', 'choose one of them');
  const days = daysOf(given, isIcs ? DAYS_ICS : DAYS);
  const [name] = given.args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const environments = name === undefined ? allOf(snapshot) : [pickEnvironment(snapshot, name)];
  const timezone = zoneOf(snapshot);
  // Each environment's own today: it may be another day there.
  const firstIn = (zone: string) => firstDay(given, snapshot.now, zone);
  const first = firstIn(timezone);
  const from = first.toZonedDateTime(timezone).epochMilliseconds;
  const to = first.add({ days }).toZonedDateTime(timezone).epochMilliseconds;
  const policies = environments.flatMap(({ gates }) => gates?.policies ?? []);
  const { places, years } = holidaysNeeded(policies, from, to);
  const table = await context.wiring.holidays();
  const holidays = places.length === 0 ? {} : await table.holidays(places, years);
  const draw = (leadDays: number): readonly Calendar[] => {
    const beginning = (zone: string) => firstIn(zone).subtract({ days: leadDays });
    const release = snapshot.config?.repository.release ?? null;
    const drawn = { first: beginning, days: days + leadDays, timezone, release };
    return environments.map((environment) => calendarOf(environment, snapshot.observed, snapshot.now, holidays, drawn));
  };
  if (!isIcs) {
    const calendars = draw(0);
    context.print(calendarLines(calendars), calendarJson(calendars, from, to));
    return 0;
  }
  const { icsOf, LEAD_DAYS } = await import('../ics.ts');
  context.wiring.terminal.writeOut(icsOf(draw(LEAD_DAYS), snapshot.now, await context.repo()));
  return 0;
}

function allOf(snapshot: Snapshot): readonly ObservedEnvironment[] {
  if (snapshot.observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  return snapshot.observed.environments.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function daysOf(given: Given, byDefault: number): number {
  const typed = given.text('days');
  if (typed === null) return given.flag('week') ? DAYS : byDefault;
  if (given.flag('week')) throw usage('--week and --days cannot stand together', 'a week has seven days');
  const days = /^[1-9][0-9]{0,3}$/.test(typed) ? Number(typed) : 0;
  if (days === 0 || days > DAYS_MAX)
    throw usage(
      `--days ${JSON.stringify(typed)} is not a number of days`,
      `give a whole number up to ${DAYS_MAX}, such as 14`,
    );
  return days;
}

function firstDay(given: Given, now: number, timezone: string): Temporal.PlainDate {
  const typed = given.text('from');
  const day = typed === null ? dayOf(now, timezone) : typedDay(typed, timezone);
  return given.flag('week') ? day.subtract({ days: day.dayOfWeek - 1 }) : day;
}

function typedDay(typed: string, timezone: string): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed)) return dayOf(instantOf(typed, '--from'), timezone);
  try {
    return Temporal.PlainDate.from(typed);
  } catch {
    throw usage(`--from ${typed} is no day`, 'write it as 2026-11-21');
  }
}

function dayOf(at: number, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
}
