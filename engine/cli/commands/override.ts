// `tidegate override <env> <version>`: one person's exception, with what it lifts, and who else has to agree. It asks for no
// deployment; what lifts nothing is refused before it is written.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { exceptionOf, inTheWayNow, mayOmitReason } from '../../explain/exceptions.ts';
import { sayUntil } from '../../explain/moment.ts';
import { sayMeant, versionMeant } from '../../explain/version-meant.ts';
import { sayVersion } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, usage } from '../failure.ts';
import { hanging, ifSaid } from '../text/line.ts';
import { optionalReason, printDone, requireReason, signsFor, spanOf, write } from './asking.ts';
import { stillNeeds } from './deploy.ts';
import { answerGates } from './gates.ts';
import { pickEnvironment, pickVersion, zoneOf } from './pick.ts';

export async function override(context: Context, given: Given): Promise<number> {
  if (given.flag('gates')) return await answerGates(context, given, 'overridden');
  const [name = '', typed] = given.args;
  if (typed === undefined)
    throw usage('which version?', 'a tag, a branch or a commit; or --gates for a change of gates');
  const reason = optionalReason(given);
  const forMs = spanOf(given);
  await context.withCommands(async (commands) => {
    const named = await context.patiently('looking for the version', pickVersion(commands, typed));
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions: [named.commit] }),
    );
    const environment = pickEnvironment(snapshot, name);
    const version = versionMeant(environment, named);
    const by = await commands.identity();
    if (reason === '' && !mayOmitReason(environment, version, by)) requireReason(given);
    const sign = signsFor(given, environment, by);
    const until = forMs === null ? null : snapshot.now + forMs;
    const rules = given.texts('rule');
    const said = { by, rules, reason, until, signs: sign };
    const exception = exceptionOf(environment, snapshot.observed, snapshot.now, version, said);
    if (exception.type === 'refused') throw refused(exception.sentence, 'nothing was written');
    const event: NewEvent = { type: 'overridden', version, rules, reason, until };
    const done = await write(context, commands, { environment: name, event, sign, versions: [version.commit] });
    const span = until === null ? '' : ` until ${sayUntil(until, snapshot.now, zoneOf(snapshot))}`;
    const way = inTheWayNow(done.standing.environment, done.snapshot.observed, done.snapshot.now, version);
    const others = stillNeeds(way?.halfLifted ?? []);
    const unlifted = way?.unlifted ?? [];
    const lifts = exception.rules.join(', ');
    printDone(context, `${by} lifts ${lifts} for ${sayVersion(version)} in ${name}${span}`, event, done, {
      lines: [
        ...ifSaid(sayMeant(name, named, version)),
        ...others.lines,
        ...unlifted.map((sentence) => hanging(2, `still in the way: ${sentence}`)),
      ],
      json: { lifts: exception.rules, ...others.json, inTheWay: unlifted },
    });
  });
  return 0;
}
