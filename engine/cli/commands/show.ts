// `tidegate show <run>`

import { showJson, showLines } from '../../view/run-shown.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { pickRun, zoneOf } from './pick.ts';

export async function show(context: Context, { args }: Given): Promise<number> {
  const [id = ''] = args;
  const { run, timezone } = await context.withCommands(async (commands) => {
    const found = await context.patiently('reading the ledger', pickRun(commands, id));
    const snapshot = await context.patiently(
      'reading the ledger',
      commands.snapshot({ environment: found.environment }),
    );
    return { run: found, timezone: zoneOf(snapshot) };
  });
  context.print(showLines(run, timezone, context.wiring.now()), showJson(run));
  return 0;
}
