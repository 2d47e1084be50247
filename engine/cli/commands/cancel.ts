// `tidegate cancel <env>`: takes back what was asked for and still waits.

import { cancelRequest } from '../../acts/cancel.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { asPerson, optionalReason, printDone, printNothing, recorded, sceneOf, write } from './asking.ts';

export async function cancel(context: Context, given: Given): Promise<number> {
  const [name = ''] = given.args;
  const reason = optionalReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const scene = sceneOf(snapshot, name);
    const act = recorded(await asPerson(commands, (by) => cancelRequest(scene, { by, reason })));
    if (act.type === 'record') {
      printDone(context, act, await write(context, commands, name, act));
      return;
    }
    const { goesOn } = act;
    const how = goesOn === null ? '' : `; ${goesOn} goes on: \`tidegate rollback ${name} --reason …\` gives it up`;
    printNothing(context, { ...act, says: `${act.says}${how}` }, scene);
  });
  return 0;
}
