// `tidegate checks set <version> <name> passed|failed|pending`: what a build found out, for the `checks` of policies.
// It belongs to a commit and not to an environment, so it stands in the ledger of the whole repository.

import { checkNameRefused, setCheck } from '../../acts/set-check.ts';
import { checkSetJson } from '../../contract/acted.ts';
import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { hanging, line, strong } from '../text/line.ts';
import { recorded, refusalOf, shortRef } from './asking.ts';
import { meant, pickVersion } from './pick.ts';

const STATUSES = ['passed', 'failed', 'pending'] as const;

export async function checksSet(context: Context, given: Given): Promise<number> {
  const [typed = '', name = '', word = ''] = given.args;
  const unnamed = checkNameRefused(name);
  if (unnamed !== null) throw refusalOf(unnamed.refusal);
  const status = STATUSES.find((known) => known === word);
  if (status === undefined) throw usage(`${JSON.stringify(word)} is no result`, meant(word, STATUSES));
  const value = numberOf(given.text('value'));
  await context.withCommands(async (commands) => {
    const version = await context.patiently('looking for the version', pickVersion(commands, typed));
    const { event, says } = recorded(setCheck({ version, name, status, value }));
    const written = await context.patiently('writing to the ledger', commands.append(REPOSITORY_LEDGER, event));
    context.print(
      [hanging(2, says), line('wrote ', strong(written.commit.slice(0, 7)), ' on ', strong(shortRef(written.ref)))],
      checkSetJson(event.type, version, { name, status, value }, written),
    );
  });
  return 0;
}

const NUMBER = /^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d{1,3})?$/i;

function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw usage(`--value ${JSON.stringify(text)} is not a number`, 'write it without a unit: 82.5');
}
