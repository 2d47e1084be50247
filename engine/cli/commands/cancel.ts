// `tidegate cancel <env>`: closes what was asked for and still waits, as a controller closes what it refuses.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { standingOf } from '../../explain/standing.ts';
import { environmentJson } from '../../explain/status.ts';
import type { PendingRequest } from '../../model/environment-state.ts';
import { sayVersion } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { hanging } from '../text/line.ts';
import { optionalReason, printDone, write } from './asking.ts';
import { pickEnvironment } from './pick.ts';

export async function cancel(context: Context, given: Given): Promise<number> {
  const [name = ''] = given.args;
  const reason = optionalReason(given);
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment: name }));
    const environment = pickEnvironment(snapshot, name);
    // A newer request replaces an older one: there is at most one.
    const request = environment.ledger.state.requests.at(-1);
    if (request === undefined) {
      const run = environment.ledger.state.open.at(-1);
      const goesOn =
        run === undefined ? '' : `; ${run.id} goes on: \`tidegate rollback ${name} --reason …\` gives it up`;
      context.print([hanging(2, `nothing that was asked for waits in ${name}; nothing was written${goesOn}`)], {
        environment: name,
        event: null,
        written: null,
        now: environmentJson(standingOf(environment, snapshot.observed, snapshot.now)),
      });
      return;
    }
    const by = await commands.identity();
    const what = sayRequest(request);
    const sentence = `${what}, asked for by ${request.by}, was cancelled by ${by}${reason === '' ? '' : `: ${reason}`}`;
    const event: NewEvent = { type: 'request-closed', request: request.id, sentence };
    const done = await write(context, commands, { environment: name, event, sign: false, versions: [] });
    printDone(context, `cancelled ${what}, asked for by ${request.by}`, event, done);
  });
  return 0;
}

function sayRequest(request: PendingRequest): string {
  if (request.type === 'deploy') return `the deployment of ${sayVersion(request.version)}`;
  return request.to === null ? 'the rollback' : `the rollback to ${sayVersion(request.to)}`;
}
