// `tidegate when <version> [env]`: exit 0 when every environment that was asked about has an earliest moment, 1
// otherwise.

import { whenJson } from '../../contract/when.ts';
import { whenOf } from '../../explain/when.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable } from '../failure.ts';
import { whenLines } from '../text/when-shown.ts';
import { pickEnvironment, pickVersion, zoneOf } from './pick.ts';

export async function when(context: Context, { args }: Given): Promise<number> {
  const [typed = '', name] = args;
  const { snapshot, version } = await context.withCommands(async (commands) => {
    const found = await context.patiently('looking for the version', pickVersion(commands, typed));
    // All environments, also where one is asked about: it may come after others.
    const taken = await context.patiently('looking at the repository', commands.snapshot({ versions: [found.commit] }));
    return { snapshot: taken, version: found };
  });
  const { observed, now } = snapshot;
  if (name !== undefined) pickEnvironment(snapshot, name);
  else if (observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  const zone = zoneOf(snapshot);
  const whens = whenOf(observed, now, version, zone).filter((each) => name === undefined || each.name === name);
  context.print(whenLines(whens, version, now, zone), whenJson(whens, version, now));
  return whens.every(({ earliest }) => earliest !== null) ? 0 : 1;
}
