// What the commands that write have in common: a reason, the typed words, the record, and what happens next. The words
// are asked for before anything is written; after that nothing is asked any more.

import type { Commands, NewEvent, Snapshot, Written } from '../../controller/commands.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import { REASON_LENGTH_MAX } from '../../model/record.ts';
import { hanging, type Line, line, strong, styled } from '../../view/line.ts';
import { type Standing, standingOf } from '../../view/standing.ts';
import { environmentJson } from '../../view/status.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, usage } from '../failure.ts';
import { pickEnvironment } from './pick.ts';

export function requireReason(given: Given): string {
  const reason = given.text('reason')?.trim() ?? '';
  if (reason === '') throw usage('--reason is missing', 'it is kept in the ledger for good: say why in a sentence');
  if (reason.length > REASON_LENGTH_MAX) {
    throw usage(
      `--reason has ${reason.length} characters; ${REASON_LENGTH_MAX} are the most`,
      'say it in a few sentences and point to where the rest stands',
    );
  }
  return reason;
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

export type Done = { readonly written: Written; readonly standing: Standing };

/** Appends the event and looks again, so that what is said next rests on what the remote has now. */
export async function write(
  context: Context,
  commands: Commands,
  environment: string,
  event: NewEvent,
  versions: readonly string[],
): Promise<Done> {
  const written = await context.patiently('writing to the ledger', commands.append(environment, event));
  const snapshot: Snapshot = await context.patiently(
    'looking at the repository',
    commands.snapshot({ environment, versions }),
  );
  return { written, standing: standingOf(pickEnvironment(snapshot, environment), snapshot.observed, snapshot.now) };
}

export function printDone(context: Context, said: string, event: NewEvent, { written, standing }: Done): void {
  const { condition, reason } = standing;
  context.print(
    [
      hanging(2, said),
      line('wrote ', strong(written.commit.slice(0, 7)), ' on ', strong(shortRef(written.ref))),
      hanging(2, styled(condition === 'Stalled' ? 'bad' : 'plain', `${standing.environment.name} now: ${reason}`)),
    ],
    {
      environment: standing.environment.name,
      event: event.type,
      written: { commit: written.commit, ref: written.ref },
      now: environmentJson(standing),
    },
  );
}

/** `tidegate/production`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/)?/, '');
}
