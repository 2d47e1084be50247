// `tidegate suspend` and `tidegate resume`: stop deciding for an environment, start again. With --all: in suspend-all.ts.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { sayUntil } from '../../explain/moment.ts';
import { standingOf } from '../../explain/standing.ts';
import { environmentJson } from '../../explain/status.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { hanging } from '../text/line.ts';
import { printDone, requireReason, signsFor, spanOf, write } from './asking.ts';
import { pickEnvironment, zoneOf } from './pick.ts';
import { resumeAll, suspendAll } from './suspend-all.ts';

export async function suspend(context: Context, given: Given): Promise<number> {
  const name = oneOrAll(given, 'suspend');
  const reason = requireReason(given);
  const forMs = spanOf(given);
  if (name === null) return await suspendAll(context, given, reason, forMs);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    const sign = signsFor(given, environment, await commands.identity());
    const until = forMs === null ? null : snapshot.now + forMs;
    const event: NewEvent = { type: 'suspended', reason, until };
    const span =
      until === null ? `until \`tidegate resume ${name}\`` : `until ${sayUntil(until, snapshot.now, zoneOf(snapshot))}`;
    printDone(
      context,
      `suspended ${name} ${span}; a run that has begun to change the target goes on`,
      event,
      await write(context, commands, { environment: name, event, sign, versions: [] }),
    );
  });
  return 0;
}

export async function resume(context: Context, given: Given): Promise<number> {
  const name = oneOrAll(given, 'resume');
  const reason = requireReason(given);
  if (name === null) return await resumeAll(context, given, reason);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    const { suspended, stalled } = environment.ledger.state;
    const standing = standingOf(environment, snapshot.observed, snapshot.now);
    if (suspended === null && stalled === null && !standing.isAhead) {
      // Nothing to do is no error: a script may resume what it did not suspend.
      const all = standing.suspension === null ? '' : `; ${standing.suspension}`;
      const said = `${name} is neither suspended nor stalled by a run; nothing was written${all}`;
      context.print([hanging(2, said)], {
        environment: name,
        event: null,
        written: null,
        now: environmentJson(standing),
      });
      return;
    }
    const sign = signsFor(given, environment, await commands.identity());
    const event: NewEvent = { type: 'resumed', reason };
    const ended = [
      ...(suspended === null ? [] : ['the suspension']),
      ...(stalled === null ? [] : ['the stall']),
      ...(standing.isAhead ? ['the wait for a record from the future'] : []),
    ];
    const done = await write(context, commands, { environment: name, event, sign, versions: [] });
    printDone(context, `ended ${ended.join(' and ')} of ${name}`, event, done);
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
