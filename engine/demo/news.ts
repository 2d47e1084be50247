// One line per thing that happens: when, where, what. Of a run: that it was opened, how each stage ended, how it
// ended; of an environment that waits: for what, and until when. What only bookkeeping needs stays in the ledger.

import { styleText } from 'node:util';
import type { Instant } from '../base/instant.ts';
import { visible } from '../base/visible.ts';
import type { Tone } from '../model/record.ts';
import type { PlayHooks, ToldRecord } from './play.ts';

type Color = Tone | 'held';
type Format = Parameters<typeof styleText>[0];

type News = {
  onRecord(environment: string, record: ToldRecord, sentence: string, tone: Tone | null): void;
  onBecause(environment: string, sentence: string): void;
  warn(environment: string, sentence: string): void;
};

const FORMATS: Readonly<Record<Color, Format | null>> = { plain: null, good: 'green', bad: 'red', held: 'yellow' };

/** `urls`: where each environment answers. */
export function tellNews({ print, isColored }: PlayHooks, urls: ReadonlyMap<string, string>, now: () => Instant): News {
  const width = Math.max(0, ...[...urls.keys()].map((name) => name.length));
  const busy = new Set<string>();

  function line(at: Instant, environment: string, tone: Color, sentence: string): void {
    const place = colored('cyan', environment.padEnd(width));
    print(
      `${colored('dim', timeOf(at))}  ${place}  ${colored(FORMATS[tone], visible(sentence.replace(/[\t\n\v\f\r]+/g, ' ')))}\n`,
    );
  }
  function colored(format: Format | null, text: string): string {
    return isColored && format !== null ? styleText(format, text, { validateStream: false }) : text;
  }

  return {
    onRecord(environment, { type, run, at }, sentence, tone) {
      if (run !== undefined && type === 'run-opened') busy.add(run);
      if (run !== undefined && type === 'run-ended') busy.delete(run);
      const where = tone === 'good' ? (urls.get(environment) ?? '') : '';
      if (tone !== null) line(at, environment, tone, `${sentence}  ${where}`.trimEnd());
    },
    onBecause(environment, sentence) {
      // While a run is under way its stages are told as they end; what remains is that it waits at a gate.
      const isBusy = [...busy].some((run) => run.startsWith(`${environment}-`) && !sentence.startsWith(`${run} waits`));
      if (!isBusy) line(now(), environment, 'held', sentence);
    },
    warn: (environment, sentence) => line(now(), environment, 'held', sentence),
  };
}

function timeOf(at: Instant): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return there.toPlainTime().toString({ smallestUnit: 'second' });
}
