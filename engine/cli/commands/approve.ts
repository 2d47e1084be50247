// `tidegate approve` and `tidegate reject`: one person's answer to one version.

import { answerVersion } from '../../acts/answer.ts';
import { approvalsNow } from '../../acts/answers.ts';
import { versionJson } from '../../contract/version.ts';
import type { Answer } from '../../model/record.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { hanging } from '../text/line.ts';
import { optionalReason, printDone, recorded, requireReason, sceneOf, warningLines, write } from './asking.ts';
import { answerGates } from './gates.ts';
import { pickVersion } from './pick.ts';

export async function approve(context: Context, given: Given): Promise<number> {
  return await answer(context, given, 'approved', optionalReason(given));
}

export async function reject(context: Context, given: Given): Promise<number> {
  return await answer(context, given, 'rejected', requireReason(given));
}

async function answer(context: Context, given: Given, type: Answer, reason: string): Promise<number> {
  if (given.flag('gates')) return await answerGates(context, given, type);
  const [name = '', typed] = given.args;
  if (typed === undefined)
    throw usage('which version?', 'a tag, a branch or a commit; or --gates for a change of gates');
  await context.withCommands(async (commands) => {
    const named = await context.patiently('looking for the version', pickVersion(commands, typed));
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions: [named.commit] }),
    );
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const asked = { by, sign: given.flag('sign'), answer: type, version: named, reason };
    const act = recorded(answerVersion(scene, asked));
    const { version } = act;
    const done = await write(context, commands, name, act, [version.commit]);
    const { observed, now } = done.snapshot;
    const approvals = approvalsNow(done.standing.environment, observed, now, version);
    // Of the version that waits next the environment itself says what is missing.
    const isNext = done.standing.candidate?.commit === version.commit;
    printDone(context, act, done, {
      lines: [...warningLines(act.warnings), ...(isNext ? [] : approvals.map(({ sentence }) => hanging(2, sentence)))],
      json: { version: versionJson(version), approvals },
    });
  });
  return 0;
}
