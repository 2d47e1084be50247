// Words on a change of gates: `tidegate approve | reject | override <env> --gates`, and `tidegate why <env> --gates`.
// One word serves every environment that waits for the same change.

import { answerGatesOf } from '../../acts/answer-gates.ts';
import { type GatesAnsweredJson, writtenJson } from '../../contract/acted.ts';
import { gatesJson } from '../../contract/gates.ts';
import type { Snapshot, Written } from '../../controller/commands/commands.ts';
import { gatesShownOf, sayPending } from '../../explain/gates.ts';
import { CHANGE_DIGITS, type GatesWord } from '../../model/gate-terms.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { gatesLines } from '../text/gates-shown.ts';
import { hanging, type Line } from '../text/line.ts';
import { optionalReason, recorded, requireReason, sceneOf, writtenLine } from './asking.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

/** Exit 0 where what is in force is what the head says, 1 otherwise. */
export async function whyGates(context: Context, name: string): Promise<number> {
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot({ environment: name })),
  );
  const shown = gatesShownOf(pickEnvironment(snapshot, name), snapshot.now);
  context.print(gatesLines(shown, zoneOf(snapshot)), gatesJson(shown));
  return shown.pending === null ? 0 : 1;
}

type Answered = { readonly environment: string; readonly written: Written };

export async function answerGates(context: Context, given: Given, answer: GatesWord['answer']): Promise<number> {
  const [name = '', version] = given.args;
  if (version !== undefined) throw usage('--gates takes no version', 'it answers a change of gates, not a version');
  const reason = answer === 'approved' ? optionalReason(given) : requireReason(given);
  const digest = digestOf(given);
  await context.withCommands(async (commands) => {
    const by = await commands.identity();
    const before = await context.patiently('looking at the repository', commands.snapshot());
    const asked = { by, sign: given.flag('sign'), answer, reason, digest };
    const { records } = recorded(answerGatesOf(sceneOf(before, name), asked));
    const served: Answered[] = [];
    for (const { environment, event, sign } of records) {
      const writing = commands.append(environment, event, { sign });
      const written = sign ? await writing : await context.patiently('writing to the ledger', writing);
      served.push({ environment, written });
    }
    const after = await context.patiently('looking at the repository', commands.snapshot());
    const json: GatesAnsweredJson = {
      environment: name,
      event: `gates-${answer}`,
      environments: served.map(({ environment: each, written }) => ({ name: each, written: writtenJson(written) })),
      now: gatesJson(gatesShownOf(pickEnvironment(after, name), after.now)),
    };
    context.print(said(answer, served, after), json);
  });
  return 0;
}

function digestOf(given: Given): string | null {
  const digest = given.text('digest');
  if (digest === null || (digest.length >= CHANGE_DIGITS && /^[0-9a-f]{1,64}$/.test(digest))) return digest;
  throw usage(
    `--digest ${JSON.stringify(digest)} is no digest`,
    `${CHANGE_DIGITS} digits or more of what \`why --gates\` shows`,
  );
}

function said(answer: GatesWord['answer'], served: readonly Answered[], after: Snapshot): readonly Line[] {
  const names = served.map(({ environment }) => environment).join(', ');
  const deed = answer === 'overridden' ? 'accepted by an exception' : answer;
  return [
    hanging(2, `${deed} the change of gates in ${names}`),
    ...served.map(({ written }) => writtenLine(written)),
    ...served.map(({ environment }) => {
      const sentence = sayPending(gatesShownOf(pickEnvironment(after, environment), after.now));
      return hanging(2, `${environment} now: ${sentence ?? 'what the head says is in force'}`);
    }),
  ];
}
