// `tidegate suspend --all` and `tidegate resume --all`.

import type { Recorded } from '../../acts/act.ts';
import { resumeAllEnvironments, suspendAllEnvironments, type WholeScene } from '../../acts/suspend-all.ts';
import { type ActedOnAllJson, writtenJson } from '../../contract/acted.ts';
import { statusJson } from '../../contract/status.ts';
import type { Commands, Snapshot } from '../../controller/commands/commands.ts';
import { standingOf } from '../../explain/standing.ts';
import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { hanging } from '../text/line.ts';
import { statusLines } from '../text/status-shown.ts';
import { asPerson, recorded, writtenLine } from './asking.ts';
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
    const asked = { by, sign: given.flag('sign'), reason, forMs };
    await writeForAll(context, commands, recorded(suspendAllEnvironments(wholeSceneOf(snapshot), asked)));
  });
  return 0;
}

export async function resumeAll(context: Context, given: Given, reason: string): Promise<number> {
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot());
    const scene = wholeSceneOf(snapshot);
    const sign = given.flag('sign');
    const act = recorded(await asPerson(commands, (by) => resumeAllEnvironments(scene, { by, sign, reason })));
    if (act.type === 'record') return await writeForAll(context, commands, act);
    const json: ActedOnAllJson = { environment: null, event: null, written: null, ...nowJson(snapshot) };
    context.print([hanging(2, act.says)], json);
  });
  return 0;
}

function wholeSceneOf(snapshot: Snapshot): WholeScene {
  const { observed, config, now } = snapshot;
  return { observed, repository: config?.repository ?? null, now, timezone: zoneOf(snapshot) };
}

async function writeForAll(context: Context, commands: Commands, { event, sign, says }: Recorded): Promise<void> {
  const writing = commands.append(REPOSITORY_LEDGER, event, { sign });
  const written = sign ? await writing : await context.patiently('writing to the ledger', writing);
  const after = await context.patiently('looking at the repository', commands.snapshot());
  const json: ActedOnAllJson = {
    environment: null,
    event: event.type,
    written: writtenJson(written),
    ...nowJson(after),
  };
  context.print([hanging(2, says), writtenLine(written), ...statusLines(standingsOf(after))], json);
}

function standingsOf({ observed, now }: Snapshot) {
  return observed.environments.map((environment) => standingOf(environment, observed, now));
}

/** The same as `status --json` says. */
function nowJson(snapshot: Snapshot) {
  return statusJson(standingsOf(snapshot));
}
