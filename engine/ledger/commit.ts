// Records to one ledger commit: which files it changes and what its message says. All of a tick's records for an
// environment go in one commit, so that a reader never sees half of a decision.

import { assert } from '../base/assert.ts';
import { visible } from '../base/visible.ts';
import { fold } from './fold.ts';
import { encodeGates } from './gates-file.ts';
import { activePath, archivePath, eventsPath, GATES_PATH, INDEX_PATH, LEASE_PATH } from './layout.ts';
import { encodeLine } from './lines.ts';
import { isRunRecord, type LedgerRecord } from './records/table.ts';
import { sayRecord, subjectOf } from './say.ts';
import { encodeIndex, encodeLease, type Lease, renewed, type Tip } from './tip.ts';

export type Writer = { readonly id: string; readonly name: string };

/**
 * Another environment's ledger as its writer saw it: what a deleted or rewritten one is noticed by without any cache.
 */
export type Seen = { readonly environment: string; readonly oid: string };

export type LedgerCommit = {
  /** Path to new text; null deletes. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly message: string;
  readonly tip: Tip;
};

/** The events files that a commit of these records on top of `tip` adds to. */
export function eventsFiles(tip: Tip, records: readonly LedgerRecord[]): ReadonlySet<string> {
  const first = tip.state.seq + 1;
  return new Set(
    records.flatMap((record, index) => (isRunRecord(record) ? [] : [eventsPath(record.at, first + index)])),
  );
}

/**
 * `events` is the present text of the files that `eventsFiles` names, by path.
 * `nonce` makes every commit its writer's own: a byte-identical one would be reported as "up to date".
 */
export function draftCommit(
  tip: Tip,
  records: readonly LedgerRecord[],
  events: ReadonlyMap<string, string>,
  writer: Writer,
  nonce: string,
  seen: readonly Seen[] = [],
): LedgerCommit {
  const environment = tip.state.environment;
  const files = new Map<string, string | null>();
  const active = new Map(tip.active);
  let state = tip.state;
  for (const record of records) {
    const folded = fold(state, record);
    assert(folded.type === 'state', folded.type === 'refused' ? folded.sentence : '');
    state = folded.state;
    const line = encodeLine(state.seq, record);
    if (!isRunRecord(record)) {
      const path = eventsPath(record.at, state.seq);
      files.set(path, (files.get(path) ?? events.get(path) ?? '') + line);
      continue;
    }
    const text = (active.get(record.run) ?? '') + line;
    if (record.type === 'run-ended') {
      active.delete(record.run);
      if (tip.active.has(record.run)) files.set(activePath(record.run), null);
      else files.delete(activePath(record.run));
      files.set(archivePath(record.run, record.at), text);
    } else {
      active.set(record.run, text);
      files.set(activePath(record.run), text);
    }
  }
  const lease = nextLease(tip.lease, state, writer);
  // A renewal leaves the index alone; but a ref without one could never be read again.
  if (records.length > 0 || tip.state.seq === 0) files.set(INDEX_PATH, encodeIndex(state));
  if (state.gates !== tip.state.gates && state.gates !== null) {
    files.set(GATES_PATH, encodeGates(environment, state.gates));
  }
  files.set(LEASE_PATH, encodeLease(lease));
  const first = tip.state.seq + 1;
  const body = records.length > 1 ? `\n${records.map((record) => `- ${oneLine(sayRecord(record))}`).join('\n')}\n` : '';
  const trailers = [
    `Tidegate-Controller: ${writer.name} ${writer.id}`,
    `Tidegate-Epoch: ${lease.epoch}`,
    `Tidegate-Records: ${records.length === 0 ? 'none' : `${first}-${state.seq}`}`,
    `Tidegate-Nonce: ${nonce}`,
    ...seen.map(({ environment: other, oid }) => `Tidegate-Seen: ${other} ${oid}`),
  ].join('\n');
  return {
    files,
    message: `${subjectOf(environment, records)}\n${body}\n${trailers}\n`,
    tip: { state, lease, active },
  };
}

/** What a ledger commit's message says of other ledgers. */
export function readSeen(message: string): readonly Seen[] {
  return [...message.matchAll(/^Tidegate-Seen: (_all|[a-z0-9][a-z0-9-]*) ([0-9a-f]{40}|[0-9a-f]{64})$/gm)].flatMap(
    ([, environment, oid]) => (environment === undefined || oid === undefined ? [] : [{ environment, oid }]),
  );
}

function nextLease(lease: Lease, state: Tip['state'], writer: Writer): Lease {
  const run = state.open.at(-1);
  const held = run?.lease ?? null;
  if (held === null) return { epoch: state.epoch, holder: null, name: null, renewal: lease.renewal };
  const name = held.controller === writer.id ? writer.name : lease.name;
  // Only its holder renews: a person's record must not look like a sign of life of the controller.
  const renewal = held.controller === writer.id ? renewed(lease.renewal) : lease.renewal;
  return { epoch: held.epoch, holder: held.controller, name, renewal };
}

function oneLine(text: string): string {
  const flat = visible(text.replace(/\s+/g, ' '));
  return flat.length > 200 ? `${flat.slice(0, 199)}…` : flat;
}
