// Stopping the line: a suspension that holds for every environment stands in the ledger of the whole repository, and whoever
// stopped it may still deploy by name.

import type { Commands, NewEvent, Snapshot } from '../../controller/commands/commands.ts';
import { sayUntil } from '../../explain/moment.ts';
import { standingOf } from '../../explain/standing.ts';
import { statusJson } from '../../explain/status.ts';
import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import { mustSignIn } from '../../model/must-sign.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { hanging } from '../text/line.ts';
import { statusLines } from '../text/status-shown.ts';
import { signsAs, writtenJson, writtenLine } from './asking.ts';
import { zoneOf } from './pick.ts';

export async function suspendAll(
  context: Context,
  given: Given,
  reason: string,
  forMs: number | null,
): Promise<number> {
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot());
    const by = await commands.identity();
    const until = forMs === null ? null : snapshot.now + forMs;
    const span =
      until === null ? 'until `tidegate resume --all`' : `until ${sayUntil(until, snapshot.now, zoneOf(snapshot))}`;
    const said = `suspended all environments ${span}; a run that has begun to change its target goes on, and ${by} may still deploy by name`;
    await writeForAll(context, given, commands, snapshot, { type: 'suspended', reason, until }, said);
  });
  return 0;
}

export async function resumeAll(context: Context, given: Given, reason: string): Promise<number> {
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot());
    if (snapshot.observed.repository.state.suspended === null) {
      const said = 'nobody has suspended all environments; nothing was written';
      context.print([hanging(2, said)], { environment: null, event: null, written: null, ...nowJson(snapshot) });
      return;
    }
    const event: NewEvent = { type: 'resumed', reason };
    await writeForAll(context, given, commands, snapshot, event, 'ended the suspension of all environments');
  });
  return 0;
}

async function writeForAll(
  context: Context,
  given: Given,
  commands: Commands,
  before: Snapshot,
  event: NewEvent,
  said: string,
): Promise<void> {
  const sign = await signsForAll(given, commands, before);
  const writing = commands.append(REPOSITORY_LEDGER, event, { sign });
  const written = sign ? await writing : await context.patiently('writing to the ledger', writing);
  const after = await context.patiently('looking at the repository', commands.snapshot());
  context.print([hanging(2, said), writtenLine(written), ...statusLines(standingsOf(after))], {
    environment: null,
    event: event.type,
    written: writtenJson(written),
    ...nowJson(after),
  });
}

async function signsForAll(given: Given, commands: Commands, { config }: Snapshot): Promise<boolean> {
  const repository = config?.repository ?? null;
  return signsAs(given.flag('sign') || mustSignIn(repository), repository, await commands.identity());
}

function standingsOf({ observed, now }: Snapshot) {
  return observed.environments.map((environment) => standingOf(environment, observed, now));
}

/** The same as `status --json` says. */
function nowJson(snapshot: Snapshot) {
  return statusJson(standingsOf(snapshot));
}
