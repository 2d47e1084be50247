// A record in words, for commit messages and audit trails: `git log tidegate/production` is read by people.

import { visible } from '../base/visible.ts';
import type { Tone } from '../model/record.ts';
import { kindOf, type LedgerRecord } from './records/table.ts';

export function sayRecord(record: LedgerRecord): string {
  return kindOf(record.type).say(record);
}

/** How it is told to somebody who watches; null for what is not told. */
export function toneOf(record: LedgerRecord): Tone | null {
  return kindOf(record.type).tone?.(record) ?? null;
}

/** A batch is named for the record that a person scanning the log looks for. */
export function subjectOf(environment: string, records: readonly LedgerRecord[]): string {
  const chief = records.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
  if (chief === undefined) return `${environment}: lease renewed`;
  const said = visible(sayRecord(chief).replace(/\s+/g, ' '));
  return `${environment}: ${said.length > 160 ? `${said.slice(0, 159)}…` : said}`;
}

function weightOf({ type }: LedgerRecord): number {
  return kindOf(type).weight ?? 0;
}
