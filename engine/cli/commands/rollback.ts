// `tidegate rollback <env> [--to]`: asks for an earlier version.

import { rollBack } from '../../acts/rollback.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { confirm, printDone, recorded, requireReason, sceneOf, write } from './asking.ts';
import { pickVersion } from './pick.ts';

export async function rollback(context: Context, given: Given): Promise<number> {
  const [name = ''] = given.args;
  const reason = requireReason(given);
  const typed = given.text('to');
  await context.withCommands(async (commands) => {
    const to = typed === null ? null : await context.patiently('looking for the version', pickVersion(commands, typed));
    const versions = to === null ? [] : [to.commit];
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions }),
    );
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const act = recorded(rollBack(scene, { by, sign: given.flag('sign'), to, reason }));
    await confirm(context, name, given, act.confirm);
    printDone(context, act, await write(context, commands, name, act, versions));
  });
  return 0;
}
