// Runs of several environments as one list: open ones first, then those that ended, newest first.

import type { Instant } from '../../base/instant.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Run } from '../../model/run.ts';
import { runNumber } from '../../model/run-id.ts';
import type { Commands } from './commands.ts';

/** With `at`: those that were opened until then. */
export async function newestRuns(
  commands: Pick<Commands, 'archive'>,
  environments: readonly ObservedEnvironment[],
  limit: number,
  at: Instant | null,
): Promise<readonly Run[]> {
  const lists: (readonly Run[])[] = [];
  for (const environment of environments) lists.push(await newest(commands, environment, limit, at));
  return merged(lists).slice(0, limit);
}

async function newest(
  commands: Pick<Commands, 'archive'>,
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
