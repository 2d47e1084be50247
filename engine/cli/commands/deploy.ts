// `tidegate deploy <env> <version>`: asks for a version by name.

import { deployVersion } from '../../acts/deploy.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import {
  confirm,
  needsOthersJson,
  optionalReason,
  printDone,
  recorded,
  requireReason,
  sceneOf,
  warningLines,
  write,
} from './asking.ts';
import { pickVersion } from './pick.ts';

export async function deploy(context: Context, given: Given): Promise<number> {
  const [name = '', typed = ''] = given.args;
  const emergency = given.flag('emergency');
  const reason = emergency ? optionalReason(given) : requireReason(given);
  await context.withCommands(async (commands) => {
    const version = await context.patiently('looking for the version', pickVersion(commands, typed));
    const versions = [version.commit];
    const snapshot = await context.patiently(
      'looking at the repository',
      commands.snapshot({ environment: name, versions }),
    );
    const scene = sceneOf(snapshot, name);
    const by = await commands.identity();
    const asked = { by, sign: given.flag('sign'), version, reason, emergency, skipTests: given.flag('skipTests') };
    const answer = deployVersion(scene, asked);
    if (emergency && answer.type === 'refused' && answer.refusal.kind === 'reason-missing') {
      throw wantsReason(name, typed);
    }
    const act = recorded(answer);
    await confirm(context, name, given, act.confirm);
    const done = await write(context, commands, name, act, versions);
    const json = emergency ? needsOthersJson(act.warnings) : {};
    printDone(context, act, done, { lines: warningLines(act.warnings), json });
  });
  return 0;
}

function wantsReason(environment: string, version: string): Error {
  return usage(
    'an emergency wants a reason',
    `it is kept in the ledger for good: tidegate deploy ${environment} ${version} --emergency --reason "what is broken"`,
  );
}
