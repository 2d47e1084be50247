// `tidegate verify`: exit 0 when the ledger is sound, 2 when it is not.

import { verifyJson } from '../../contract/verify.ts';
import type { Context } from '../context.ts';
import { verifyLines } from '../text/verify-shown.ts';

export async function verify(context: Context): Promise<number> {
  const found = await context.withCommands((commands) =>
    context.patiently('checking every commit of the ledger', commands.verify()),
  );
  const report = verifyJson(found);
  context.print(verifyLines(report), report);
  return report.problems.length === 0 ? 0 : 2;
}
