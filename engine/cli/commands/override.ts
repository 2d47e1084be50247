// `tidegate override <env> <version>`: one person's exception, with what it overrides, and who else has to agree.

import { inTheWayNow } from '../../acts/exceptions.ts';
import { overrideRules } from '../../acts/override.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { hanging } from '../text/line.ts';
import {
  needsOthersJson,
  optionalReason,
  printDone,
  recorded,
  sceneOf,
  spanOf,
  warningLines,
  write,
} from './asking.ts';
import { answerGates } from './gates.ts';
import { pickVersion } from './pick.ts';

export async function override(context: Context, given: Given): Promise<number> {
  if (given.flag('gates')) return await answerGates(context, given, 'overridden');
  const [name = '', typed] = given.args;
  if (typed === undefined)
    throw usage('which version?', 'a tag, a branch or a commit; or --gates for a change of gates');
  const reason = optionalReason(given);
  const forMs = spanOf(given);
  await context.withCommands(async (commands) => {
    const named = await context.patiently('looking for the version', pickVersion(commands, typed));
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions: [named.commit] }),
    );
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const rules = given.texts('rule');
    const asked = { by, sign: given.flag('sign'), version: named, rules, reason, forMs };
    const act = recorded(overrideRules(scene, asked));
    const done = await write(context, commands, name, act, [act.version.commit]);
    // Who else has to agree is asked of what is there once the exception stands in the ledger.
    const { standing, snapshot: after } = done;
    const way = inTheWayNow(standing.environment, after.observed, after.now, act.version);
    const others = (way?.halfLifted ?? []).map((sentence) => ({ type: 'needs-others', sentence }) as const);
    const unlifted = way?.unlifted ?? [];
    printDone(context, act, done, {
      lines: [
        ...warningLines([...act.warnings, ...others]),
        ...unlifted.map((sentence) => hanging(2, `still in the way: ${sentence}`)),
      ],
      json: { overrides: act.overrides, ...needsOthersJson(others), inTheWay: unlifted },
    });
  });
  return 0;
}
