// `tidegate status [env]`

import { statusJson } from '../../contract/status.ts';
import { standingOf } from '../../explain/standing.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable } from '../failure.ts';
import { environmentLines, statusLines, warningLines } from '../text/status-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export async function status(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const { observed, now } = snapshot;
  const warnings = observed.placeWarning === undefined ? [] : [observed.placeWarning];
  const below = warningLines(warnings);
  if (name !== undefined) {
    const standing = standingOf(pickEnvironment(snapshot, name), observed, now);
    context.print([...environmentLines(standing, zoneOf(snapshot)), ...below], statusJson([standing], warnings));
    return 0;
  }
  if (observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  const standings = observed.environments.map((environment) => standingOf(environment, observed, now));
  context.print([...statusLines(standings), ...below], statusJson(standings, warnings));
  return 0;
}
