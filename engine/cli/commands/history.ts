// `tidegate history [env]`: open runs first, then ended ones, newest first. With --at: the runs opened until then.

import { historyJson } from '../../contract/run.ts';
import type { Snapshot } from '../../controller/commands/commands.ts';
import { newestRuns } from '../../controller/commands/newest-runs.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable, usage } from '../failure.ts';
import { historyLines } from '../text/run-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

const LIMIT = 20;

export async function history(context: Context, given: Given): Promise<number> {
  const limit = limitOf(given.text('limit'));
  const [name] = given.args;
  const { runs, timezone } = await context.withCommands(async (commands) => {
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot(name === undefined ? {} : { environment: name }),
    );
    const environments = name === undefined ? allOf(snapshot) : [pickEnvironment(snapshot, name)];
    const reading = newestRuns(commands, environments, limit, context.at);
    return { runs: await context.patiently('reading the ledger', reading), timezone: zoneOf(snapshot) };
  });
  context.print(historyLines(runs, timezone), historyJson(runs));
  return 0;
}

function allOf(snapshot: Snapshot): readonly ObservedEnvironment[] {
  if (snapshot.observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  return snapshot.observed.environments;
}

function limitOf(text: string | null): number {
  if (text === null) return LIMIT;
  if (!/^[1-9][0-9]{0,5}$/.test(text))
    throw usage(`--limit ${JSON.stringify(text)} is not a number of runs`, 'give a whole number, such as 50');
  return Number(text);
}
