// `tidegate promote <from> <to> [service…]`: asks for a proposal. A controller makes it at its next look.

import { promoteHere } from '../../acts/promote.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { asPerson, optionalReason, printDone, printNothing, recorded, sceneOf, write } from './asking.ts';

export async function promote(context: Context, given: Given): Promise<number> {
  const [from = '', to = '', ...others] = given.args;
  const services = others.filter((service) => service !== undefined);
  const reason = optionalReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: to }));
    const scene = sceneOf(snapshot, to);
    const act = recorded(await asPerson(commands, (by) => promoteHere(scene, { by, from, services, reason })));
    if (act.type === 'nothing') printNothing(context, act, scene);
    else printDone(context, act, await write(context, commands, to, act));
  });
  return 0;
}
