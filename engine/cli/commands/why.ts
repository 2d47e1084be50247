// `tidegate why <env> [version]`: exit 0 when allowed, 1 otherwise.

import { whyJson } from '../../contract/why.ts';
import { whyOf } from '../../explain/why.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { whyLines } from '../text/why-shown.ts';
import { whyGates } from './gates.ts';
import { pickEnvironment, pickVersion, zoneOf } from './pick.ts';

export async function why(context: Context, { args, flag }: Given): Promise<number> {
  const [environment = '', name] = args;
  if (flag('gates')) {
    if (name !== undefined) throw usage('--gates takes no version', 'it says what is in force, whatever the version');
    return await whyGates(context, environment);
  }
  const answer = await context.withCommands(async (commands) => {
    const version =
      name === undefined ? null : await context.patiently('looking for the version', pickVersion(commands, name));
    const options = version === null ? { environment } : { environment, versions: [version.commit] };
    const snapshot = await context.patiently('looking at the repository', commands.snapshot(options));
    const observed = pickEnvironment(snapshot, environment);
    return { why: whyOf(observed, snapshot.observed, snapshot.now, version ?? undefined), timezone: zoneOf(snapshot) };
  });
  const isVerbose = flag('verbose');
  context.print(whyLines(answer.why, answer.timezone, isVerbose), whyJson(answer.why, isVerbose));
  return answer.why.verdict.status === 'allowed' ? 0 : 1;
}
