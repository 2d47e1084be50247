// Runs as the ledger keeps them: archived by day, newest first; found by id without knowing the day.

import { readRun } from '../../ledger/tip.ts';
import type { Run } from '../../model/run.ts';
import { runNumber } from '../../model/run-id.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';

const RUN_BYTES_MAX = 64 * 1024 * 1024;

/** Ended runs at a ledger tip, newest first. Files are read as they are asked for. */
export async function* archivedRuns(git: GitRepository, environment: string, tip: string): AsyncIterable<Run> {
  const files = await git.listFiles(tip, ['archive']);
  // Days sort as text; within a day the number of the run says the order.
  const sorted = files.toSorted(
    (a, b) => dayOf(b.path).localeCompare(dayOf(a.path)) || numberOf(b.path) - numberOf(a.path),
  );
  for (const file of sorted) {
    const [blob] = await git.readBlobs([file.oid], RUN_BYTES_MAX);
    yield readArchived(environment, file.path, blob);
  }
}

export async function archivedRun(
  git: GitRepository,
  environment: string,
  tip: string,
  id: string,
): Promise<Run | null> {
  const file = (await git.listFiles(tip, ['archive'])).find(({ path }) => path.endsWith(`/${id}.jsonl`));
  if (file === undefined) return null;
  const [blob] = await git.readBlobs([file.oid], RUN_BYTES_MAX);
  return readArchived(environment, file.path, blob);
}

function readArchived(environment: string, path: string, blob: Uint8Array | undefined): Run {
  const run = readRun(environment, new TextDecoder().decode(blob ?? new Uint8Array()));
  if (typeof run !== 'string') return run;
  throw new Fault('ledger-damaged', `${path} in the ledger of ${environment} cannot be read: ${run}`, {
    retry: 'never',
    hint: 'verify the whole ledger: that says what else is wrong; docs/operations.md how to restore it',
  });
}

function dayOf(path: string): string {
  return path.split('/').slice(1, 4).join('/');
}

function numberOf(path: string): number {
  const number = runNumber(path.replace(/\.jsonl$/, ''));
  return Number.isNaN(number) ? 0 : number;
}
