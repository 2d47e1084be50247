// Where things stand in an environment's ledger tree. Legible with plain git; folders stay small because a write costs
// what its folder weighs.

import type { Instant } from '../base/instant.ts';

/** The number readable before anything else is decoded. A format change ships its reader one release before its writer. */
export const LEDGER_FORMAT = 1;

export const INDEX_PATH = 'index.json';
export const LEASE_PATH = 'lease.json';

export function activePath(run: string): string {
  return `active/${run}.jsonl`;
}

export function archivePath(run: string, endedAt: Instant): string {
  const day = Temporal.Instant.fromEpochMilliseconds(endedAt).toString().slice(0, 10).replaceAll('-', '/');
  return `archive/${day}/${run}.jsonl`;
}

/** Records that belong to no run, a file a month. */
export function eventsPath(at: Instant): string {
  return `events/${Temporal.Instant.fromEpochMilliseconds(at).toString().slice(0, 7).replace('-', '/')}.jsonl`;
}

export function isRecordsPath(path: string): boolean {
  return /^(active|archive|events)\/.*\.jsonl$/.test(path);
}
