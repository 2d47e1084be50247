// What the commands that write have in common: a reason, a signature, the typed words, the record, and what happens next.
// The words are asked for before anything is written; after that nothing is asked any more.

import { parseDuration } from '../../base/duration.ts';
import type { Commands, NewEvent, Snapshot, Written } from '../../controller/commands/commands.ts';
import { type Standing, standingOf } from '../../explain/standing.ts';
import { environmentJson } from '../../explain/status.ts';
import { mustSign, signerRefusal } from '../../model/must-sign.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Directory } from '../../model/policy-facts.ts';
import { REASON_LENGTH_MAX } from '../../model/record.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, usage } from '../failure.ts';
import { hanging, type Line, line, strong, styled } from '../text/line.ts';
import { pickEnvironment } from './pick.ts';

export function requireReason(given: Given): string {
  const reason = optionalReason(given);
  if (reason === '') throw usage('--reason is missing', 'it is kept in the ledger for good: say why in a sentence');
  return reason;
}

export function optionalReason(given: Given): string {
  const reason = given.text('reason')?.trim() ?? '';
  if (reason.length > REASON_LENGTH_MAX) {
    throw usage(
      `--reason has ${reason.length} characters; ${REASON_LENGTH_MAX} are the most`,
      'say it in a few sentences and point to where the rest stands',
    );
  }
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

/** Whether the record will be signed: because it is asked for, or because nothing else counts here. */
export function signsFor(given: Given, environment: ObservedEnvironment, by: string): boolean {
  return signsAs(given.flag('sign') || mustSign(environment), environment.gates, by);
}

/** Nothing is signed in vain: the same for one environment and for all of them. */
export function signsAs(signs: boolean, directory: Directory | null, by: string): boolean {
  const refusal = signs ? signerRefusal(directory, by) : null;
  if (refusal === null) return signs;
  throw refused(refusal, 'nothing was written; the e-mail of your git identity has to stand among `people`');
}

/** For environments marked `confirm: true`, and where nobody can read whether they are. */
export async function confirm(
  context: Context,
  environment: ObservedEnvironment,
  given: Given,
  words: string,
  what: Line,
): Promise<void> {
  const isMarked = environment.gates?.environment.confirm ?? true;
  if (!isMarked || given.flag('yes')) return;
  const { terminal } = context.wiring;
  if (!terminal.isInteractive) {
    const why = environment.gates === null ? 'its configuration cannot be read, so it may be' : 'it is';
    throw usage(
      `${environment.name} wants to be confirmed, and there is nobody to ask`,
      `${why} marked \`confirm: true\`; in a script, add --yes`,
    );
  }
  context.note(what);
  const answer = await terminal.ask(`Type ${words} to go on: `);
  if (answer?.trim() !== words) throw refused('not confirmed; nothing was written', '');
}

type Done = { readonly written: Written; readonly standing: Standing; readonly snapshot: Snapshot };

type Writing = {
  readonly environment: string;
  readonly event: NewEvent;
  readonly sign: boolean;
  /** Commits to look at afterwards. */
  readonly versions: readonly string[];
};

/** Appends the event and looks again, so that what is said next rests on what the remote has now. */
export async function write(
  context: Context,
  commands: Commands,
  { environment, event, sign, versions }: Writing,
): Promise<Done> {
  // Whoever has to type a passphrase is asked for it here: nothing may be printed over that.
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
  readonly json: Readonly<Record<string, unknown>>;
};

const NOTHING: Besides = { lines: [], json: {} };

export function printDone(
  context: Context,
  said: string,
  event: NewEvent,
  { written, standing }: Done,
  besides: Besides = NOTHING,
): void {
  const { condition, reason } = standing;
  context.print(
    [
      hanging(2, said),
      writtenLine(written),
      ...besides.lines,
      hanging(2, styled(condition === 'Stalled' ? 'bad' : 'plain', `${standing.environment.name} now: ${reason}`)),
    ],
    {
      environment: standing.environment.name,
      event: event.type,
      written: writtenJson(written),
      ...besides.json,
      now: environmentJson(standing),
    },
  );
}

export function writtenLine(written: Written): Line {
  const signed = written.signed ? ', signed' : '';
  return line('wrote ', strong(written.commit.slice(0, 7)), ' on ', strong(shortRef(written.ref)), signed);
}

export function writtenJson({ commit, ref, signed }: Written) {
  return { commit, ref, signed };
}

/** `tidegate/production`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/)?/, '');
}
