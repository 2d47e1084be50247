// `tidegate postmortem list` and `close`: exceptions that somebody still has to write a post-mortem for, and that it
// is written.

import { closePostmortemOf } from '../../acts/close-postmortem.ts';
import { postmortemsJson } from '../../contract/postmortem.ts';
import { sayMinute } from '../../explain/moment.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable } from '../failure.ts';
import { BLANK, dim, line, strong } from '../text/line.ts';
import { table } from '../text/table.ts';
import { printDone, recorded, requireReason, sceneOf, write } from './asking.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export async function listPostmortems(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const { observed, config, problems } = snapshot;
  if (name === undefined && observed.environments.length === 0 && config === null) throw unusable(problems);
  const environments = name === undefined ? observed.environments : [pickEnvironment(snapshot, name)];
  const owed = environments
    .flatMap((environment) =>
      environment.ledger.state.postmortemsDue.map((due) => ({ environment: environment.name, due })),
    )
    .toSorted((a, b) => b.due.at - a.due.at);
  const timezone = zoneOf(snapshot);
  const rows = owed.map(({ environment, due }) => [
    strong(due.id),
    environment,
    sayMinute(due.at, timezone),
    due.sentence,
  ]);
  const head = ['POST-MORTEM', 'ENVIRONMENT', 'SINCE', 'WHAT'].map(dim);
  const lines =
    rows.length === 0
      ? [line('no post-mortem is due')]
      : [...table([head, ...rows]), BLANK, line(dim(`times in ${timezone}`))];
  context.print(lines, postmortemsJson(owed));
  return 0;
}

export async function closePostmortem(context: Context, given: Given): Promise<number> {
  const [name = '', id = ''] = given.args;
  const reason = requireReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const act = recorded(closePostmortemOf(scene, { by, sign: given.flag('sign'), id, reason }));
    printDone(context, act, await write(context, commands, name, act));
  });
  return 0;
}
