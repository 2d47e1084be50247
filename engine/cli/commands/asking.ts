// What the commands that write have in common: a reason, a signature, the typed words, the record, and what happens
// next. The words are asked for before anything is written; after that nothing is asked any more.

import {
  type Confirm,
  type Nothing,
  type Recorded,
  type Refusal,
  type Refused,
  reasonRefused,
  type Scene,
  type Warning,
} from '../../acts/act.ts';
import { parseDuration } from '../../base/duration.ts';
import { actedJson, type Besides as BesidesJson } from '../../contract/acted.ts';
import type { Commands, Snapshot, Written } from '../../controller/commands/commands.ts';
import { type Standing, standingOf } from '../../explain/standing.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, unknown, usage } from '../failure.ts';
import { hanging, type Line, line, strong, styled } from '../text/line.ts';
import { remedyLines } from '../text/remedy-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export function requireReason(given: Given): string {
  return reasonOf(given, true);
}

export function optionalReason(given: Given): string {
  return reasonOf(given, false);
}

/** Asked before anything is looked at: an act would say the same a second later. */
function reasonOf(given: Given, isNeeded: boolean): string {
  const reason = given.text('reason')?.trim() ?? '';
  const no = reasonRefused(reason, isNeeded);
  if (no !== null) throw refusalOf(no.refusal);
  return reason;
}

/** `--for`; null where it was not given. */
export function spanOf(given: Given): number | null {
  const text = given.text('for');
  if (text === null) return null;
  const spanMs = parseDuration(text);
  if (spanMs === null || spanMs === 0)
    throw usage(`--for ${JSON.stringify(text)} is not a span of time`, 'such as 30m, 2h or 1d12h');
  return spanMs;
}

/** What an act on this environment looks at. */
export function sceneOf(snapshot: Snapshot, name: string): Scene {
  const { observed, now } = snapshot;
  return { environment: pickEnvironment(snapshot, name), observed, now, timezone: zoneOf(snapshot) };
}

/** A refusal ends the command. */
export function recorded<Accepted extends Answered>(act: Accepted | Refused): Accepted {
  if (isRefused(act)) throw refusalOf(act.refusal);
  return act;
}

/**
 * Git is asked who the person is only where a record is written: an act that finds nothing to do, finds it for
 * everybody.
 */
export async function asPerson<Answer extends Answered | Refused>(
  commands: Commands,
  act: (by: string) => Answer,
): Promise<Answer> {
  const unnamed = act('');
  return unnamed.type === 'nothing' ? unnamed : act(await commands.identity());
}

type Answered = { readonly type: 'record' | 'records' | 'nothing' };

function isRefused(act: Answered | Refused): act is Refused {
  return act.type === 'refused';
}

export function refusalOf({ kind, sentence, hint }: Refusal): Error {
  switch (kind) {
    case 'denied':
      return refused(sentence, hint);
    case 'unknown':
      return unknown(sentence, hint);
    case 'reason-missing':
      return usage('--reason is missing', hint);
    case 'malformed':
    case 'reason-too-long':
      return usage(sentence, hint);
  }
}

export async function confirm(context: Context, name: string, given: Given, asks: Confirm | null): Promise<void> {
  if (asks === null || given.flag('yes')) return;
  const { terminal } = context.wiring;
  if (!terminal.isInteractive) {
    const why = asks.because === 'unreadable' ? 'its configuration cannot be read, so it may be' : 'it is';
    throw usage(
      `${name} wants to be confirmed, and there is nobody to ask`,
      `${why} marked \`confirm: true\`; in a script, add --yes`,
    );
  }
  context.note(hanging(2, asks.what));
  const answer = await terminal.ask(`Type ${asks.words} to go on: `);
  if (answer?.trim() !== asks.words) throw refused('not confirmed; nothing was written', '');
}

export function warningLines(warnings: readonly Warning[]): readonly Line[] {
  return warnings.map(({ type, sentence }) =>
    hanging(2, type === 'needs-others' ? `still needs others: ${sentence}` : sentence),
  );
}

/** Who else has to override what one person alone does not. */
export function needsOthersJson(warnings: readonly Warning[]) {
  return { needsOthers: warnings.flatMap(({ type, sentence }) => (type === 'needs-others' ? [sentence] : [])) };
}

type Done = { readonly written: Written; readonly standing: Standing; readonly snapshot: Snapshot };

/**
 * Appends what an act wants recorded and looks again, so that what is said next rests on what the remote has now.
 * `versions`: commits to look at afterwards.
 */
export async function write(
  context: Context,
  commands: Commands,
  environment: string,
  { event, sign }: Pick<Recorded, 'event' | 'sign'>,
  versions: readonly string[] = [],
): Promise<Done> {
  // A person who has to type a passphrase is asked for it here: nothing may be printed over that.
  const writing = commands.append(environment, event, { sign });
  const written = sign ? await writing : await context.patiently('writing to the ledger', writing);
  const snapshot: Snapshot = await context.patiently(
    'looking at the repository',
    commands.snapshot({ environment, versions }),
  );
  const standing = standingOf(pickEnvironment(snapshot, environment), snapshot.observed, snapshot.now);
  return { written, standing, snapshot };
}

/** What a command has to add, between what it wrote and where the environment stands now. */
export type Besides = {
  readonly lines: readonly Line[];
  readonly json: BesidesJson;
};

const NOTHING: Besides = { lines: [], json: {} };

export function printDone(
  context: Context,
  { says, event }: Pick<Recorded, 'says' | 'event'>,
  { written, standing }: Done,
  besides: Besides = NOTHING,
): void {
  const { condition, reason } = standing;
  context.print(
    [
      hanging(2, says),
      writtenLine(written),
      ...besides.lines,
      hanging(2, styled(condition === 'Stalled' ? 'bad' : 'plain', `${standing.environment.name} now: ${reason}`)),
      ...remedyLines(standing.needs, 4),
    ],
    actedJson({ event: event.type, written, standing }, besides.json),
  );
}

export function printNothing(context: Context, { says }: Nothing, { environment, observed, now }: Scene): void {
  const standing = standingOf(environment, observed, now);
  context.print(
    [hanging(2, says), ...remedyLines(standing.needs, 4)],
    actedJson({ event: null, written: null, standing }),
  );
}

export function writtenLine(written: Written): Line {
  const signed = written.signed ? ', signed' : '';
  return line('wrote ', strong(written.commit.slice(0, 7)), ' on ', strong(shortRef(written.ref)), signed);
}

/** `tidegate/production`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/)?/, '');
}
