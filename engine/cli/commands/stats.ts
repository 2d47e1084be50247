// `tidegate stats [env] [--from --to]`: runs counted from the ledger.

import { statsJson } from '../../contract/statistics.ts';
import type { Commands, Snapshot } from '../../controller/commands/commands.ts';
import { type Statistics, statisticsOf } from '../../explain/statistics.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Run } from '../../model/run.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable } from '../failure.ts';
import { statsLines } from '../text/statistics-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';
import { span, typedSpan } from './span.ts';

const DAY_MS = 86_400_000;
const SPAN_MS = 90 * DAY_MS;

export async function stats(context: Context, given: Given): Promise<number> {
  const [name] = given.args;
  const told = await context.withCommands(async (commands) => {
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot(name === undefined ? {} : { environment: name }),
    );
    const timezone = zoneOf(snapshot);
    const typed = typedSpan(given, timezone);
    const to = typed.to ?? snapshot.now;
    const asked = span(typed.from ?? to - SPAN_MS, to);
    const environments = name === undefined ? allOf(snapshot) : [pickEnvironment(snapshot, name)];
    const statistics: Statistics[] = [];
    for (const environment of environments) {
      const runs = await context.patiently('reading the ledger', runsSince(commands, environment, asked.from));
      const committedAt = await commands.commitTimes(runs.map(({ version }) => version.commit));
      const { state } = environment.ledger;
      statistics.push(statisticsOf({ name: environment.name, state, runs, committedAt, ...asked }));
    }
    return { statistics, timezone, ...asked };
  });
  const { statistics, from, to, timezone } = told;
  context.print(statsLines(statistics, from, to, timezone), statsJson(statistics, from, to));
  return 0;
}

function allOf(snapshot: Snapshot): readonly ObservedEnvironment[] {
  if (snapshot.observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  return snapshot.observed.environments.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function runsSince(
  commands: Commands,
  { name, ledger }: ObservedEnvironment,
  from: number,
): Promise<readonly Run[]> {
  const runs: Run[] = [...ledger.state.open];
  for await (const run of commands.archive(name)) {
    // The archive goes by the day on which runs ended; none ends before it was opened.
    if ((run.endedAt ?? run.openedAt) < from - DAY_MS) break;
    runs.push(run);
  }
  return runs;
}
