// What stands at the tip of an environment's ledger ref, as values: the folded state, the lease, and the text of the
// files that the next commit may have to extend.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { isCount } from '../base/foreign-value.ts';
import { type EnvironmentState, emptyState } from '../model/environment-state.ts';
import type { GatesInForce } from '../model/gate-terms.ts';
import type { Run } from '../model/run.ts';
import { COUNT_MAX } from './bounds.ts';
import { foldRun, openRun } from './fold-run.ts';
import { type GatesNamed, isSame } from './gates-file.ts';
import { decodeIndex } from './index-file.ts';
import { LEDGER_FORMAT } from './layout.ts';
import { decodeLines } from './lines.ts';
import { isOpening, isRunRecord, type RunRecord } from './records/table.ts';
import { hasOnly } from './shapes.ts';

export type Lease = {
  readonly epoch: number;
  /** The controller's id; null while nobody holds it. */
  readonly holder: string | null;
  readonly name: string | null;
  /** Goes up with every renewal, so that each renewal moves the ref. */
  readonly renewal: number;
};

export type Tip = {
  readonly state: EnvironmentState;
  readonly lease: Lease;
  /** Text of active/<run>.jsonl, by run. */
  readonly active: ReadonlyMap<string, string>;
};

type ReadTip = { readonly type: 'tip'; readonly tip: Tip } | { readonly type: 'refused'; readonly sentence: string };

export function emptyTip(environment: string): Tip {
  return {
    state: emptyState(environment),
    lease: { epoch: 0, holder: null, name: null, renewal: 0 },
    active: new Map(),
  };
}

/**
 * `state.open` is not stored: the open runs' own files are folded, so that index and records cannot disagree on them.
 * Of the gates only the name is: they stand in a file of their own, which most commits leave alone.
 */
export function encodeIndex(state: EnvironmentState): string {
  const { open, gates, ...rest } = state;
  const named = gates === null ? null : { serial: gates.serial, digest: gates.digest };
  return `${JSON.stringify({ format: LEDGER_FORMAT, ...rest, gates: named, open: open.map((run) => run.id) }, null, 1)}\n`;
}

export function encodeLease(lease: Lease): string {
  return `${canonicalJson(lease as unknown as Json)}\n`;
}

/** A count that has no next one: what would come after it could be written, and be read by nobody. */
export function fullCount(state: Pick<EnvironmentState, 'seq' | 'epoch' | 'runs'>): string | null {
  const full = (['seq', 'epoch', 'runs'] as const).find((name) => state[name] >= COUNT_MAX);
  return full === undefined ? null : `index.json: ${full} ${state[full]} leaves no room for another`;
}

/** Only that it differs from the one before counts; so at the last number that is read it begins again. */
export function renewed(renewal: number): number {
  return renewal >= COUNT_MAX ? 0 : renewal + 1;
}

/** `gates`: what gates.json holds; a sentence where it cannot be read, null where there is none. */
export function readTip(
  environment: string,
  index: string,
  lease: string,
  active: ReadonlyMap<string, string>,
  gates: GatesInForce | string | null = null,
): ReadTip {
  const state = decodeIndex(environment, index);
  if (typeof state === 'string') return { type: 'refused', sentence: state };
  const inForce = gatesAt(state.gates, gates);
  if (typeof inForce === 'string') return { type: 'refused', sentence: inForce };
  const held = readLease(lease);
  if (held === null) return { type: 'refused', sentence: 'lease.json is not a lease' };
  const open: Run[] = [];
  for (const id of state.open) {
    const run = readRun(environment, active.get(id) ?? '');
    if (typeof run === 'string') return { type: 'refused', sentence: `active/${id}.jsonl: ${run}` };
    if (run.id !== id) return { type: 'refused', sentence: `active/${id}.jsonl holds ${run.id}` };
    if (run.cause !== (open.at(-1)?.id ?? null)) {
      return { type: 'refused', sentence: `active/${id}.jsonl does not answer the failure of the run open before it` };
    }
    open.push(run);
  }
  const sentence = whyBeyond(state.rest.epoch, held, open);
  if (sentence !== null) return { type: 'refused', sentence };
  return { type: 'tip', tip: { state: { ...state.rest, gates: inForce, open }, lease: held, active } };
}

/** What index.json names must be there, and nothing else. */
function gatesAt(named: GatesNamed | null, gates: GatesInForce | string | null): GatesInForce | string | null {
  if (typeof gates === 'string') return gates;
  if (named === null) return gates === null ? null : 'there is a gates.json that index.json does not name';
  if (gates === null) return `gates.json is missing, and index.json names gates ${named.serial}`;
  if (isSame(named, gates)) return gates;
  return `gates.json holds gates ${gates.serial} (${gates.digest.slice(0, 12)}), and index.json names gates ${named.serial} (${named.digest.slice(0, 12)})`;
}

/** Nobody speaks under an epoch that the index does not know: it would silence every honest controller after it. */
function whyBeyond(epoch: number, held: Lease, open: readonly Run[]): string | null {
  const known = `beyond epoch ${epoch} of index.json`;
  if (held.epoch > epoch) return `lease.json has epoch ${held.epoch}, ${known}`;
  const run = open.find(({ lease }) => lease !== null && lease.epoch > epoch);
  return run === undefined ? null : `active/${run.id}.jsonl has epoch ${run.lease?.epoch}, ${known}`;
}

/** One run's file to the run, or a sentence that says what is wrong with it. */
export function readRun(environment: string, text: string): Run | string {
  const { lines, refused } = decodeLines(text);
  if (refused !== null) return refused;
  const [first, ...rest] = lines
    .map((line) => line.record)
    .filter((record): record is RunRecord => isRunRecord(record));
  if (first === undefined || !isOpening(first)) return 'it does not begin with run-opened';
  let run: Run = openRun(environment, first);
  for (const record of rest) {
    if (isOpening(record)) return 'it opens twice';
    if (record.run !== first.run) return `it holds a record of ${record.run}`;
    const next = foldRun(run, record);
    if (typeof next === 'string') return next;
    run = next;
  }
  return run;
}

/** Null where the text is none. */
export function readLease(text: string): Lease | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isLease(value) ? value : null;
}

function isLease(value: unknown): value is Lease {
  if (!hasOnly(value, ['epoch', 'holder', 'name', 'renewal'])) return false;
  const { epoch, holder, name, renewal } = value;
  const isText = (given: unknown) => given === null || typeof given === 'string';
  return isCount(epoch) && isCount(renewal) && isText(holder) && isText(name);
}
