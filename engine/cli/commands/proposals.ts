// `tidegate proposals [env]`: what waits for somebody to merge it; `tidegate merge <proposal>` merges one.

import { mergeNamed } from '../../acts/merge.ts';
import { mergeJson, proposalsJson } from '../../contract/proposals.ts';
import { proposalsIn } from '../../explain/proposals.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, unusable } from '../failure.ts';
import { mergedLines, proposalLines } from '../text/proposals-shown.ts';
import { refusalOf } from './asking.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export async function proposals(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  const { observed, config, problems } = snapshot;
  if (name === undefined && observed.environments.length === 0 && config === null) throw unusable(problems);
  const environments = name === undefined ? observed.environments : [pickEnvironment(snapshot, name)];
  const found = proposalsIn({ environments });
  context.print(proposalLines(found, zoneOf(snapshot)), proposalsJson(found));
  return 0;
}

export async function merge(context: Context, { args }: Given): Promise<number> {
  const [typed = ''] = args;
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot());
    const act = mergeNamed(snapshot.observed, typed);
    if (act.type === 'refused') throw refusalOf(act.refusal);
    const { proposal, head, message } = act;
    const { name, branch, base } = proposal;
    const done = await context.patiently('merging', commands.mergeBranch({ branch, head, base, message }));
    if (done.type === 'moved')
      throw refused(`${branch} is not what it was a moment ago`, 'look at it again; nothing was merged');
    if (done.type === 'conflict') throw refused(`${name} conflicts with ${base}`, 'nothing was merged');
    context.print(mergedLines(proposal, done.commit), mergeJson(proposal, done.commit));
  });
  return 0;
}
