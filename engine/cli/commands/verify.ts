// `tidegate verify`: exit 0 when the ledger is sound, 2 when it is not.

import type { Context } from '../context.ts';
import { verifyLines } from '../text/verify-shown.ts';

export async function verify(context: Context): Promise<number> {
  const { refs, commits, records, problems } = await context.withCommands((commands) =>
    context.patiently('checking every commit of the ledger', commands.verify()),
  );
  const report = {
    refs,
    commits,
    records,
    problems: problems.map(({ ref, commit, message }) => ({ ref, commit, message })),
  };
  context.print(verifyLines(report), report);
  return problems.length === 0 ? 0 : 2;
}
