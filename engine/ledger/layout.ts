// Where things stand in an environment's ledger tree. Legible with plain git; folders stay small because a write
// costs what its folder weighs.

import type { Instant } from '../base/instant.ts';

/**
 * The number readable before anything else is decoded. A format change ships its reader one release before its
 * writer.
 */
export const LEDGER_FORMAT = 2;
/** Of ledgers without gates.json. Read, and written on as they are now. */
export const LEDGER_FORMAT_BEFORE = 1;

export const INDEX_PATH = 'index.json';
export const GATES_PATH = 'gates.json';
export const LEASE_PATH = 'lease.json';

export function activePath(run: string): string {
  return `active/${run}.jsonl`;
}

export function archivePath(run: string, endedAt: Instant): string {
  const day = Temporal.Instant.fromEpochMilliseconds(endedAt).toString().slice(0, 10).replaceAll('-', '/');
  return `archive/${day}/${run}.jsonl`;
}

/**
 * Records that belong to no run: a folder a month, and in it a file for each thousand of the ledger's records, named
 * for the first of them (`events/2026/11/4001.jsonl` holds what of records 4001 to 5000 belongs to no run). To add a
 * record its file is read and written again: so a file must end somewhere, and where must follow from the record
 * alone.
 */
export function eventsPath(at: Instant, seq: number): string {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toString().split('T')[0] ?? '';
  const month = day.slice(0, -3).replace(/-(?=\d\d$)/, '/');
  return `events/${month}/${seq - ((seq - 1) % EVENTS_FILE_RECORDS)}.jsonl`;
}

/** Fewer make more files than a folder should have; more make each of a thousand requests write megabytes. */
const EVENTS_FILE_RECORDS = 1_000;

export function isRecordsPath(path: string): boolean {
  return /^(active|archive|events)\/.*\.jsonl$/.test(path);
}
