// Words on a change of gates: `tidegate approve | reject | override <env> --gates`, and `tidegate why <env> --gates`. One word
// serves every environment that waits for the same change.

import type { Commands, NewEvent, Snapshot, Written } from '../../controller/commands/commands.ts';
import { gatesRefusal, gatesShownOf, isSameChange, sayPending } from '../../explain/gates.ts';
import { CHANGE_DIGITS, type GatesWord } from '../../model/gate-terms.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, usage } from '../failure.ts';
import { gatesJson, gatesLines } from '../text/gates-shown.ts';
import { hanging, type Line } from '../text/line.ts';
import { optionalReason, requireReason, signsFor, writtenJson, writtenLine } from './asking.ts';
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
  await context.withCommands(async (commands) => {
    const by = await commands.identity();
    const before = await context.patiently('looking at the repository', commands.snapshot());
    const environment = pickEnvironment(before, name);
    const word = { by, answer, reason, signs: signsFor(given, environment, by) };
    const refusal = gatesRefusal(environment, before.now, word);
    if (refusal !== null) throw refused(refusal, 'nothing was written');
    requireSame(environment, before, given.text('digest'));
    const served: Answered[] = [];
    for (const other of sameChangeAs(environment, before)) {
      if (gatesRefusal(other, before.now, word) !== null) continue;
      const written = await write(context, commands, other, before, word);
      served.push({ environment: other.name, written });
    }
    const after = await context.patiently('looking at the repository', commands.snapshot());
    context.print(said(answer, served, after), {
      environment: name,
      event: `gates-${answer}`,
      environments: served.map(({ environment: each, written }) => ({ name: each, written: writtenJson(written) })),
      now: gatesJson(gatesShownOf(pickEnvironment(after, name), after.now)),
    });
  });
  return 0;
}

/** What was read a minute ago may have been pushed over since: a word can name the very change that it is about. */
function requireSame(environment: ObservedEnvironment, { now }: Snapshot, digest: string | null): void {
  if (digest === null) return;
  if (digest.length < CHANGE_DIGITS || !/^[0-9a-f]{1,64}$/.test(digest)) {
    throw usage(
      `--digest ${JSON.stringify(digest)} is no digest`,
      `${CHANGE_DIGITS} digits or more of what \`why --gates\` shows`,
    );
  }
  const { pending } = gatesShownOf(environment, now);
  if (pending?.digest.startsWith(digest) === true) return;
  const there = pending === null ? 'nothing waits' : `it is ${pending.digest.slice(0, 12)} now`;
  throw refused(
    `the change of gates is not ${digest} any more: ${there}`,
    'nothing was written; `tidegate why <env> --gates` shows what waits',
  );
}

/** The named one first. */
function sameChangeAs(environment: ObservedEnvironment, { observed, now }: Snapshot): readonly ObservedEnvironment[] {
  const { pending } = gatesShownOf(environment, now);
  const others = observed.environments.filter((other) => {
    const theirs = other.name === environment.name ? null : gatesShownOf(other, now).pending;
    return pending !== null && theirs !== null && isSameChange(pending, theirs);
  });
  return [environment, ...others];
}

async function write(
  context: Context,
  commands: Commands,
  environment: ObservedEnvironment,
  { now }: Snapshot,
  { answer, reason, signs }: { readonly answer: GatesWord['answer']; readonly reason: string; readonly signs: boolean },
): Promise<Written> {
  const { pending } = gatesShownOf(environment, now);
  if (pending === null) throw refused('there is nothing to answer any more', 'nothing was written');
  const { serial, digest } = pending;
  const event: NewEvent = { type: `gates-${answer}`, serial, digest, reason };
  const writing = commands.append(environment.name, event, { sign: signs });
  return signs ? await writing : await context.patiently('writing to the ledger', writing);
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
