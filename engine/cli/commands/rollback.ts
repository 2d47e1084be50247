// `tidegate rollback <env> [--to]`: refused at once, with what could be had, where there is nothing to go back to.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { knownGood, rollbackRefusal } from '../../explain/requests.ts';
import { rollbackSaid } from '../../explain/rollback-said.ts';
import { sayVersion, type Version } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused } from '../failure.ts';
import { hanging } from '../text/line.ts';
import { confirm, printDone, requireReason, signsFor, write } from './asking.ts';
import { pickEnvironment, pickVersion } from './pick.ts';

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
    const environment = pickEnvironment(snapshot, name);
    const by = await commands.identity();
    const good = knownGood(environment);
    const sign = signsFor(given, environment, by);
    const asked = { by, reason, to, signs: sign };
    const refusal = rollbackRefusal(environment, snapshot.observed, snapshot.now, asked);
    if (refusal !== null) throw refused(refusal, `nothing was written; ${sayGood(good)}`);
    const said = rollbackSaid(environment, snapshot.observed, snapshot.now, asked);
    await confirm(context, environment, given, 'ROLLBACK', hanging(2, `${said.planned}: ${reason}`));
    const event: NewEvent = { type: 'rollback-requested', to, reason };
    const done = await write(context, commands, { environment: name, event, sign, versions });
    printDone(context, said.asked, event, done);
  });
  return 0;
}

function sayGood(good: readonly Version[]): string {
  if (good.length === 0) return 'no earlier version ran well here';
  const more = good.length > 10 ? ` and ${good.length - 10} more` : '';
  return `known-good here: ${good.slice(0, 10).map(sayVersion).join(', ')}${more}`;
}
