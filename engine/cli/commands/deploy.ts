// `tidegate deploy <env> <version>`: asks for a version by name. An emergency that would not get through is refused here,
// with the rules that stay in the way, instead of being written and left to wait.

import type { NewEvent } from '../../controller/commands.ts';
import { sayVersion } from '../../model/version.ts';
import { hanging } from '../../view/line.ts';
import { askedVerdict, deployRefusal, unliftedRules } from '../../view/requests.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, unknown } from '../failure.ts';
import { confirm, printDone, requireReason, write } from './asking.ts';
import { pickEnvironment, pickVersion } from './pick.ts';

export async function deploy(context: Context, given: Given): Promise<number> {
  const [name = '', typed = ''] = given.args;
  const reason = requireReason(given);
  const emergency = given.flag('emergency');
  await context.withCommands(async (commands) => {
    const version = await context.patiently('looking for the version', pickVersion(commands, typed));
    const versions = [version.commit];
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions }),
    );
    const environment = pickEnvironment(snapshot, name);
    const { observed, now } = snapshot;
    const refusal = deployRefusal(environment, observed, now, version);
    if (refusal !== null) throw unknown(refusal, 'nothing was written');
    const by = await commands.identity();
    const unlifted = emergency ? unliftedRules(environment, observed, now, version, { by, reason }) : [];
    if (unlifted.length > 0) {
      throw refused(
        `--emergency, asked for by ${by}, does not lift ${unlifted.join('; nor ')}`,
        'nothing was written; without --emergency it waits for what it has to wait for',
      );
    }
    // A request that is denied would stand in the way of everything else for ever.
    const verdict = askedVerdict(environment, observed, now, version, { by, reason, emergency });
    if (verdict?.status === 'denied') throw refused(verdict.sentence, 'nothing was written; waiting would not help');
    const what = hanging(
      2,
      `${sayVersion(version)} is to be deployed to ${name}${emergency ? ' past its gates' : ''}: ${reason}`,
    );
    await confirm(context, environment, given, `DEPLOY ${name.toUpperCase()}`, what);
    const event: NewEvent = {
      type: 'deploy-requested',
      version,
      reason,
      emergency,
      skipTests: given.flag('skipTests'),
    };
    const done = await write(context, commands, name, event, versions);
    printDone(context, `asked to deploy ${sayVersion(version)} to ${name}`, event, done);
  });
  return 0;
}
