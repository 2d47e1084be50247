// `tidegate history [env]`: open runs first, then ended ones, newest first. With --at: the runs opened until then.

import { historyJson } from '../../contract/run.ts';
import type { Commands, Snapshot } from '../../controller/commands/commands.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Run } from '../../model/run.ts';
import { runNumber } from '../../model/run-id.ts';
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
    const lists: (readonly Run[])[] = [];
    for (const environment of environments) {
      lists.push(await context.patiently('reading the ledger', newest(commands, environment, limit, context.at)));
    }
    return { runs: merged(lists).slice(0, limit), timezone: zoneOf(snapshot) };
  });
  context.print(historyLines(runs, timezone), historyJson(runs));
  return 0;
}

function allOf(snapshot: Snapshot): readonly ObservedEnvironment[] {
  if (snapshot.observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  return snapshot.observed.environments;
}

async function newest(
  commands: Commands,
  environment: ObservedEnvironment,
  limit: number,
  at: number | null,
): Promise<readonly Run[]> {
  const isKnownThen = (run: Run) => at === null || run.openedAt <= at;
  const open = environment.ledger.state.open.filter(isKnownThen);
  const ended: Run[] = [];
  // The archive goes by when runs ended; a rollback ends before the run that it answers.
  for await (const run of commands.archive(environment.name)) {
    if (open.length + ended.length > limit) break;
    if (isKnownThen(run)) ended.push(run);
  }
  return [open, ended].flatMap((runs) => runs.toSorted((a, b) => runNumber(b.id) - runNumber(a.id))).slice(0, limit);
}

/** Within an environment the run's number decides; among environments open runs come first, then time. */
function merged(lists: readonly (readonly Run[])[]): readonly Run[] {
  const queues = lists.map((list) => [...list]);
  const runs: Run[] = [];
  for (;;) {
    const [first] = queues.filter((queue) => queue.length > 0).toSorted((a, b) => precedence(a[0], b[0]));
    const run = first?.shift();
    if (run === undefined) return runs;
    runs.push(run);
  }
}

function precedence(a: Run | undefined, b: Run | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const isEnded = (run: Run) => (run.outcome === null ? 0 : 1);
  return isEnded(a) - isEnded(b) || b.openedAt - a.openedAt;
}

function limitOf(text: string | null): number {
  if (text === null) return LIMIT;
  if (!/^[1-9][0-9]{0,5}$/.test(text))
    throw usage(`--limit ${JSON.stringify(text)} is not a number of runs`, 'give a whole number, such as 50');
  return Number(text);
}
