// `tidegate deploy <env> <version>`: asks for a version by name. An emergency that would not get through is refused here,
// with the rules that stay in the way, instead of being written and left to wait; unless others only have to agree to it.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { inTheWayOf, mayOmitReason } from '../../explain/exceptions.ts';
import { deployRefusal } from '../../explain/requests.ts';
import { sayVersion } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, unknown, usage } from '../failure.ts';
import { hanging } from '../text/line.ts';
import { type Besides, confirm, optionalReason, printDone, requireReason, signsFor, write } from './asking.ts';
import { pickEnvironment, pickVersion } from './pick.ts';

export async function deploy(context: Context, given: Given): Promise<number> {
  const [name = '', typed = ''] = given.args;
  const emergency = given.flag('emergency');
  const reason = emergency ? optionalReason(given) : requireReason(given);
  await context.withCommands(async (commands) => {
    const version = await context.patiently('looking for the version', pickVersion(commands, typed));
    const versions = [version.commit];
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions }),
    );
    const environment = pickEnvironment(snapshot, name);
    const { observed, now } = snapshot;
    const by = await commands.identity();
    if (reason === '' && !mayOmitReason(environment, version, by)) throw wantsReason(name, typed);
    const sign = signsFor(given, environment, by);
    const asked = { by, reason, emergency, signs: sign };
    const refusal = deployRefusal(environment, observed, now, version, asked);
    const no = environment.contents.has(version.commit) ? refused : unknown;
    if (refusal !== null) throw no(refusal, 'nothing was written');
    const way = inTheWayOf(environment, observed, now, version, asked);
    if (emergency && way !== null && way.unlifted.length > 0) {
      throw refused(
        `--emergency, asked for by ${by}, does not lift ${way.unlifted.join('; nor ')}`,
        'nothing was written; without --emergency it waits for what it has to wait for',
      );
    }
    // A request that is denied would stand in the way of everything else for ever.
    const denial = way?.denial ?? null;
    if (denial !== null) throw refused(denial, 'nothing was written; waiting would not help');
    const past = emergency ? ' past its gates' : '';
    const what = `${sayVersion(version)} is to be deployed to ${name}${past}${reason === '' ? '' : `: ${reason}`}`;
    await confirm(context, environment, given, `DEPLOY ${name.toUpperCase()}`, hanging(2, what));
    const event: NewEvent = {
      type: 'deploy-requested',
      version,
      reason,
      emergency,
      skipTests: given.flag('skipTests'),
    };
    const done = await write(context, commands, { environment: name, event, sign, versions });
    const besides = emergency ? stillNeeds(way?.halfLifted ?? []) : undefined;
    printDone(context, `asked to deploy ${sayVersion(version)} to ${name}`, event, done, besides);
  });
  return 0;
}

/** Who else has to lift what one person alone does not. */
export function stillNeeds(halfLifted: readonly string[]): Besides {
  return {
    lines: halfLifted.map((sentence) => hanging(2, `still needs others: ${sentence}`)),
    json: { needsOthers: halfLifted },
  };
}

function wantsReason(environment: string, version: string): Error {
  return usage(
    'an emergency wants a reason',
    `it is kept in the ledger for good: tidegate deploy ${environment} ${version} --emergency --reason "what is broken"`,
  );
}
