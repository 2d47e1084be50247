// What follows once records stand: they are told, nothing that came before counts as a fault, and what a run that is
// over leaves behind is let go.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import { sayRecord } from '../../ledger/say.ts';
import type { Claim } from './claim.ts';
import type { Collaborators } from './collaborators.ts';
import type { ControllerParts } from './controller-parts.ts';

export function recorded(
  { survey, onRecord }: ControllerParts,
  { patience, effects, jobs, flusher, marks }: Collaborators,
  name: string,
  records: readonly LedgerRecord[],
): void {
  patience.recorded();
  for (const record of records) {
    onRecord(name, record, sayRecord(record));
    const isOver = record.type === 'run-ended' || record.type === 'lease-released';
    // What follows this one, is promoted from it, soaks here or waits for its lock looks again.
    if (isOver || record.type === 'adopted') marks.add(survey.dependents([name]));
    if (!isOver) continue;
    effects.outside.forget(name, record.run);
    if (record.type === 'run-ended') jobs.forget(name, record.run);
    flusher.flushSoon();
  }
}

export function claimed(
  parts: ControllerParts,
  crew: Collaborators,
  claims: ReadonlyMap<string, Claim>,
  accepted: Iterable<string>,
): void {
  for (const name of accepted) {
    const { records = [], bound = null } = claims.get(name) ?? {};
    recorded(parts, crew, name, records);
    for (const record of bound?.records ?? []) parts.onRecord(name, record, sayRecord(record));
    // Others that wanted the same lock look again.
    if (bound !== null) crew.marks.add(parts.survey.dependents([name]));
  }
}
