// `tidegate approve` and `tidegate reject`: one person's answer to one version. What the rules would pass over is refused
// before it is written, in their words.

import type { NewEvent } from '../../controller/commands/commands.ts';
import { answerRefusal, approvalsNow, planDigestOf, sayUnplanned } from '../../explain/answers.ts';
import { sayMeant, versionMeant } from '../../explain/version-meant.ts';
import type { Answer } from '../../model/record.ts';
import { sayVersion } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, usage } from '../failure.ts';
import { hanging, ifSaid } from '../text/line.ts';
import { optionalReason, printDone, requireReason, signsFor, write } from './asking.ts';
import { answerGates } from './gates.ts';
import { pickEnvironment, pickVersion } from './pick.ts';

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
    const environment = pickEnvironment(snapshot, name);
    const version = versionMeant(environment, named);
    const by = await commands.identity();
    const sign = signsFor(given, environment, by);
    const planDigest = planDigestOf(environment, version);
    if (planDigest === null) throw refused(sayUnplanned(environment, version), 'nothing was written');
    const word = { by, answer: type, reason, planDigest, signs: sign };
    const refusal = answerRefusal(environment, snapshot.observed, snapshot.now, version, word);
    if (refusal !== null) throw refused(refusal, 'nothing was written');
    const event: NewEvent = { type, version, planDigest, reason };
    const done = await write(context, commands, { environment: name, event, sign, versions: [version.commit] });
    const { observed, now } = done.snapshot;
    const approvals = approvalsNow(done.standing.environment, observed, now, version);
    // Of the version that waits next the environment itself says what is missing.
    const isNext = done.standing.candidate?.commit === version.commit;
    printDone(context, `${type} ${sayVersion(version)} for ${name}`, event, done, {
      lines: [
        ...ifSaid(sayMeant(name, named, version)),
        ...(isNext ? [] : approvals.map(({ sentence }) => hanging(2, sentence))),
      ],
      json: { version: { commit: version.commit, tag: version.tag }, approvals },
    });
  });
  return 0;
}
