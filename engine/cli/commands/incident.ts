// `tidegate incidents` and `tidegate incident`: exceptions that somebody still has to account for, and the account.

import { instantJson } from '../../contract/contract.ts';
import type { NewEvent } from '../../controller/commands/commands.ts';
import { sayMinute, saySince } from '../../explain/moment.ts';
import type { Incident } from '../../model/environment-state.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown, unusable, usage } from '../failure.ts';
import { BLANK, dim, hanging, line, strong } from '../text/line.ts';
import { table } from '../text/table.ts';
import { printDone, requireReason, signsFor, write } from './asking.ts';
import { meant, pickEnvironment, zoneOf } from './pick.ts';

export async function incidents(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const { observed, config, problems } = snapshot;
  if (name === undefined && observed.environments.length === 0 && config === null) throw unusable(problems);
  const environments = name === undefined ? observed.environments : [pickEnvironment(snapshot, name)];
  const owed = environments
    .flatMap((environment) => environment.ledger.state.incidents.map((incident) => ({ environment, incident })))
    .toSorted((a, b) => b.incident.at - a.incident.at);
  const timezone = zoneOf(snapshot);
  const rows = owed.map(({ environment, incident }) => [
    strong(incident.id),
    environment.name,
    sayMinute(incident.at, timezone),
    incident.sentence,
  ]);
  const head = ['INCIDENT', 'ENVIRONMENT', 'SINCE', 'WHAT'].map(dim);
  const lines =
    rows.length === 0
      ? [line('no post-mortem is owed')]
      : [...table([head, ...rows]), BLANK, line(dim(`times in ${timezone}`))];
  context.print(lines, { incidents: owed.map(({ environment, incident }) => incidentJson(environment, incident)) });
  return 0;
}

export async function incident(context: Context, given: Given): Promise<number> {
  const [name = '', id = ''] = given.args;
  const isClosed = given.flag('close');
  if (!isClosed && (given.text('reason') !== null || given.flag('sign'))) {
    throw usage(
      '--reason and --sign go with --close',
      `tidegate incident ${name} ${id} --close --reason "where it is accounted for"`,
    );
  }
  const reason = isClosed ? requireReason(given) : '';
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    const open = environment.ledger.state.incidents;
    const found = open.find((each) => each.id === id);
    if (found === undefined) {
      const ids = open.map((each) => each.id);
      const hint = ids.length === 0 ? `no post-mortem is owed in ${name}` : meant(id, ids);
      throw unknown(`there is no open incident ${id} in ${name}`, hint);
    }
    if (!isClosed) {
      const since = saySince(found.at, snapshot.now, zoneOf(snapshot));
      const how = `tidegate incident ${name} ${id} --close --reason "where it is accounted for"`;
      context.print(
        [line(strong(id), '  ', found.sentence), hanging(2, '  since ', since), hanging(2, '  ', dim(how))],
        incidentJson(environment, found),
      );
      return;
    }
    const sign = signsFor(given, environment, await commands.identity());
    const event: NewEvent = { type: 'incident-closed', incident: id, reason };
    const done = await write(context, commands, { environment: name, event, sign, versions: [] });
    printDone(context, `closed incident ${id}: ${reason}`, event, done);
  });
  return 0;
}

function incidentJson({ name }: ObservedEnvironment, { id, run, sentence, at }: Incident) {
  return { id, environment: name, run, sentence, at: instantJson(at) };
}
