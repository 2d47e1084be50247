// `tidegate suspend` and `tidegate resume`: stop deciding for an environment, start again.

import { parseDuration } from '../../base/duration.ts';
import type { NewEvent } from '../../controller/commands.ts';
import { hanging } from '../../view/line.ts';
import { sayUntil } from '../../view/moment.ts';
import { standingOf } from '../../view/standing.ts';
import { environmentJson } from '../../view/status.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { printDone, requireReason, write } from './asking.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export async function suspend(context: Context, given: Given): Promise<number> {
  const [name = ''] = given.args;
  const reason = requireReason(given);
  const forMs = durationOf(given.text('for'));
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    pickEnvironment(snapshot, name);
    const until = forMs === null ? null : snapshot.now + forMs;
    const event: NewEvent = { type: 'suspended', reason, until };
    const span =
      until === null ? `until \`tidegate resume ${name}\`` : `until ${sayUntil(until, snapshot.now, zoneOf(snapshot))}`;
    printDone(
      context,
      `suspended ${name} ${span}; a run that has begun to change the target goes on`,
      event,
      await write(context, commands, name, event, []),
    );
  });
  return 0;
}

export async function resume(context: Context, given: Given): Promise<number> {
  const [name = ''] = given.args;
  const reason = requireReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    const { suspended, stalled } = environment.ledger.state;
    if (suspended === null && stalled === null) {
      // Nothing to do is no error: a script may resume what it did not suspend.
      const standing = standingOf(environment, snapshot.observed, snapshot.now);
      const said = `${name} is neither suspended nor stalled by a run; nothing was written`;
      context.print([hanging(2, said)], {
        environment: name,
        event: null,
        written: null,
        now: environmentJson(standing),
      });
      return;
    }
    const event: NewEvent = { type: 'resumed', reason };
    const what = stalled === null ? 'suspension' : suspended === null ? 'stall' : 'suspension and the stall';
    printDone(context, `ended the ${what} of ${name}`, event, await write(context, commands, name, event, []));
  });
  return 0;
}

function durationOf(text: string | null): number | null {
  if (text === null) return null;
  const durationMs = parseDuration(text);
  if (durationMs === null || durationMs === 0)
    throw usage(`--for ${JSON.stringify(text)} is not a span of time`, 'such as 30m, 2h or 1d12h');
  return durationMs;
}
