// One line per thing that happens: when, where, what. Of a run: that it was opened, how each stage ended, how it ended; of
// an environment that waits: for what, and until when. What only bookkeeping needs stays in the ledger.

import { styleText } from 'node:util';
import type { Instant } from '../base/instant.ts';
import { visible } from '../base/visible.ts';
import type { LedgerRecord } from '../model/record.ts';
import type { PlayHooks } from './play.ts';

type Tone = 'plain' | 'good' | 'bad' | 'held';
type Format = Parameters<typeof styleText>[0];

type News = {
  onRecord(environment: string, record: LedgerRecord, sentence: string): void;
  onBecause(environment: string, sentence: string): void;
  warn(environment: string, sentence: string): void;
};

const FORMATS: Readonly<Record<Tone, Format | null>> = { plain: null, good: 'green', bad: 'red', held: 'yellow' };

/** `urls`: where each environment answers. */
export function tellNews({ print, isColored }: PlayHooks, urls: ReadonlyMap<string, string>, now: () => Instant): News {
  const width = Math.max(0, ...[...urls.keys()].map((name) => name.length));
  const busy = new Set<string>();

  function line(at: Instant, environment: string, tone: Tone, sentence: string): void {
    const place = colored('cyan', environment.padEnd(width));
    print(
      `${colored('dim', timeOf(at))}  ${place}  ${colored(FORMATS[tone], visible(sentence.replace(/[\t\n\v\f\r]+/g, ' ')))}\n`,
    );
  }
  function colored(format: Format | null, text: string): string {
    return isColored && format !== null ? styleText(format, text, { validateStream: false }) : text;
  }

  return {
    onRecord(environment, record, sentence) {
      if (record.type === 'run-opened') busy.add(record.run);
      if (record.type === 'run-ended') busy.delete(record.run);
      const tone = toneOf(record);
      const where = tone === 'good' ? (urls.get(environment) ?? '') : '';
      if (tone !== null) line(record.at, environment, tone, `${sentence}  ${where}`.trimEnd());
    },
    onBecause(environment, sentence) {
      // While a run is under way its stages are told as they end; what remains is that it waits at a gate.
      const isBusy = [...busy].some((run) => run.startsWith(`${environment}-`) && !sentence.startsWith(`${run} waits`));
      if (!isBusy) line(now(), environment, 'held', sentence);
    },
    warn: (environment, sentence) => line(now(), environment, 'held', sentence),
  };
}

/** Null for what is not told. */
function toneOf(record: LedgerRecord): Tone | null {
  switch (record.type) {
    case 'run-opened':
    case 'stage-skipped':
    case 'effect-ended':
    case 'adopted':
    case 'gates-accepted':
    case 'gates-approved':
    case 'gates-rejected':
    case 'gates-overridden':
    case 'gates-tag-seen':
    case 'suspended':
    case 'resumed':
    case 'deploy-requested':
    case 'rollback-requested':
    case 'request-closed':
    case 'hold-released':
    case 'approved':
    case 'rejected':
    case 'approval-tag-seen':
    case 'overridden':
    case 'incident-opened':
    case 'incident-closed':
    case 'check-recorded':
      return 'plain';
    case 'stage-ended':
      return record.outcome === 'Succeeded' ? 'plain' : null;
    case 'step-ended':
      return record.outcome === 'succeeded' ? null : 'bad';
    case 'run-failed':
      return 'bad';
    case 'run-ended':
      return record.outcome === 'Succeeded' ? 'good' : record.outcome === 'Superseded' ? 'plain' : 'bad';
    case 'stage-started':
    case 'step-retried':
    case 'lease-taken':
    case 'lease-released':
    case 'effect-intended':
    case 'tag-seen':
    case 'offered':
    case 'lock-taken':
    case 'secret-claimed':
    case 'ledger-placed':
    case 'leftover-removed':
      return null;
  }
}

function timeOf(at: Instant): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return there.toPlainTime().toString({ smallestUnit: 'second' });
}
