// `tidegate suspend` and `tidegate resume`: stop deciding for an environment, start again. With --all: in
// suspend-all.ts.

import { resumeEnvironment, suspendEnvironment } from '../../acts/suspend.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { asPerson, printDone, printNothing, recorded, requireReason, sceneOf, spanOf, write } from './asking.ts';
import { resumeAll, suspendAll } from './suspend-all.ts';

export async function suspend(context: Context, given: Given): Promise<number> {
  const name = oneOrAll(given, 'suspend');
  const reason = requireReason(given);
  const forMs = spanOf(given);
  if (name === null) return await suspendAll(context, given, reason, forMs);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const act = recorded(suspendEnvironment(scene, { by, sign: given.flag('sign'), reason, forMs }));
    printDone(context, act, await write(context, commands, name, act));
  });
  return 0;
}

export async function resume(context: Context, given: Given): Promise<number> {
  const name = oneOrAll(given, 'resume');
  const reason = requireReason(given);
  if (name === null) return await resumeAll(context, given, reason);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const scene = sceneOf(snapshot, name);
    const sign = given.flag('sign');
    const act = recorded(await asPerson(commands, (by) => resumeEnvironment(scene, { by, sign, reason })));
    if (act.type === 'nothing') printNothing(context, act, scene);
    else printDone(context, act, await write(context, commands, name, act));
  });
  return 0;
}

/** Null means all. */
function oneOrAll(given: Given, verb: string): string | null {
  const [name] = given.args;
  const isAll = given.flag('all');
  if (name !== undefined && isAll) throw usage(`${verb} ${name}, or --all?`, 'give one of them');
  if (name === undefined && !isAll) throw usage(`${verb} which environment?`, 'name one, or give --all');
  return name ?? null;
}
