// `tidegate postmortem list` and `close`: exceptions that somebody still has to write a post-mortem for, and that it is written.

import { instantJson } from '../../contract/contract.ts';
import type { NewEvent } from '../../controller/commands/commands.ts';
import { sayMinute } from '../../explain/moment.ts';
import type { PostmortemDue } from '../../model/environment-state.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown, unusable } from '../failure.ts';
import { BLANK, dim, line, strong } from '../text/line.ts';
import { table } from '../text/table.ts';
import { printDone, requireReason, signsFor, write } from './asking.ts';
import { meant, pickEnvironment, zoneOf } from './pick.ts';

export async function listPostmortems(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const { observed, config, problems } = snapshot;
  if (name === undefined && observed.environments.length === 0 && config === null) throw unusable(problems);
  const environments = name === undefined ? observed.environments : [pickEnvironment(snapshot, name)];
  const owed = environments
    .flatMap((environment) => environment.ledger.state.postmortemsDue.map((due) => ({ environment, due })))
    .toSorted((a, b) => b.due.at - a.due.at);
  const timezone = zoneOf(snapshot);
  const rows = owed.map(({ environment, due }) => [
    strong(due.id),
    environment.name,
    sayMinute(due.at, timezone),
    due.sentence,
  ]);
  const head = ['POST-MORTEM', 'ENVIRONMENT', 'SINCE', 'WHAT'].map(dim);
  const lines =
    rows.length === 0
      ? [line('no post-mortem is due')]
      : [...table([head, ...rows]), BLANK, line(dim(`times in ${timezone}`))];
  context.print(lines, { postmortemsDue: owed.map(({ environment, due }) => dueJson(environment, due)) });
  return 0;
}

export async function closePostmortem(context: Context, given: Given): Promise<number> {
  const [name = '', id = ''] = given.args;
  const reason = requireReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    const open = environment.ledger.state.postmortemsDue;
    if (!open.some((each) => each.id === id)) {
      const ids = open.map((each) => each.id);
      const hint = ids.length === 0 ? 'none is' : meant(id, ids);
      throw unknown(`no post-mortem ${id} is due in ${name}`, hint);
    }
    const sign = signsFor(given, environment, await commands.identity());
    const event: NewEvent = { type: 'incident-closed', incident: id, reason };
    const done = await write(context, commands, { environment: name, event, sign, versions: [] });
    printDone(context, `closed post-mortem ${id}: ${reason}`, event, done);
  });
  return 0;
}

function dueJson({ name }: ObservedEnvironment, { id, run, sentence, at }: PostmortemDue) {
  return { id, environment: name, run, sentence, at: instantJson(at) };
}
