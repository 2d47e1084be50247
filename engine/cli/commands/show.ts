// `tidegate show <run>`

import { showJson } from '../../contract/run.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { showLines } from '../text/run-shown.ts';
import { pickRun, zoneOf } from './pick.ts';

export async function show(context: Context, { args }: Given): Promise<number> {
  const [id = ''] = args;
  const { run, timezone, isDue } = await context.withCommands(async (commands) => {
    const found = await context.patiently('reading the ledger', pickRun(commands, id));
    const snapshot = await context.patiently(
      'reading the ledger',
      commands.snapshot({ environment: found.environment }),
    );
    const environment = snapshot.observed.environments.find(({ name }) => name === found.environment);
    const isDue = environment?.ledger.state.postmortemsDue.some(({ run }) => run === id) === true;
    return { run: found, timezone: zoneOf(snapshot), isDue };
  });
  context.print(showLines(run, timezone, context.wiring.now(), isDue), showJson(run));
  return 0;
}
