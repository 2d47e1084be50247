// Several writers of one ledger on a remote in memory: each with its own cache and clock in hand, and pushes that the
// test lets fail in every way in which they can.

import { Ledger } from '../../engine/controller/ledger/ledger.ts';
import { verifyRef } from '../../engine/controller/ledger/verify.ts';
import type { LedgerEntry } from '../../engine/ledger/entry.ts';
import { decodeLines } from '../../engine/ledger/lines.ts';
import type { EventRecord, LedgerRecord, RunRecord } from '../../engine/ledger/records/table.ts';
import type { GitRepository, PushResult } from '../../engine/ports/git.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { type MemoryCache, memoryCache, openMemoryGit } from './memory-git.ts';
import { type MemoryRemote, memoryRemote } from './memory-remote.ts';
import { ANA, contents, version } from './observed-builders.ts';

export const ENVIRONMENT = 'production';
export const REF = `refs/heads/tidegate/${ENVIRONMENT}`;

/** A lease that expires after half a minute serves for so long. */
export const LEASE_LASTS_MS = 25_000;

/** What becomes of a push: it goes through; its answer is lost, or it is; it never leaves. */
export type Fate = 'through' | 'unanswered' | 'lost' | 'thrown';

export type Writer = {
  readonly id: string;
  readonly ledger: Ledger;
  readonly git: GitRepository;
  readonly entry: LedgerEntry;
  readonly warnings: string[];
  fate: Fate;
  /** Called when a push has left and has not arrived. */
  during: () => Promise<void>;
  /** Reads the remote's refs as they are now. Returns whether the environment must be decided again. */
  look(): Promise<boolean>;
  /** Takes in an answer that was true when `seen` was called. */
  seen(): { readonly take: () => Promise<boolean> };
  push(claim?: readonly LedgerRecord[]): Promise<PushResult['type']>;
};

export type LedgerWorld = {
  readonly remote: MemoryRemote;
  readonly clock: HandClock;
  writer(id: string, cache?: MemoryCache): Promise<Writer>;
  /** All records on the remote in their order. */
  written(): Promise<readonly LedgerRecord[]>;
  problems(): Promise<readonly string[]>;
};

export function ledgerWorld(): LedgerWorld {
  const remote = memoryRemote();
  const clock = handClock();
  const judge = openMemoryGit({ remote });
  let nonces = 0;

  async function writer(id: string, cache = memoryCache()): Promise<Writer> {
    const warnings: string[] = [];
    const log = { info: () => {}, error: () => {}, warn: (sentence: string) => void warnings.push(sentence) };
    const git = openMemoryGit({
      remote,
      cache,
      around: async (operation, work) => {
        if (operation !== 'push') return work();
        await writing.during();
        if (writing.fate === 'thrown') throw new Error('the push never left');
        const answer = writing.fate === 'lost' ? new Map() : await work();
        return (writing.fate === 'through' ? answer : new Map()) as Awaited<ReturnType<typeof work>>;
      },
    });
    const nonce = () => `${id}-${++nonces}`;
    const ledger = new Ledger({ git, clock, log, writer: { id, name: id }, nonce, lastsMs: () => LEASE_LASTS_MS });
    const take = async (refs: ReadonlyMap<string, string>, atMs: number) => {
      const oid = refs.get(REF);
      if (oid !== undefined) await git.fetch(new Map([[REF, oid]]));
      return (await ledger.take(refs, new Map([[ENVIRONMENT, REF]]), atMs)).length > 0;
    };
    const writing: Writer = {
      id,
      ledger,
      git,
      warnings,
      fate: 'through',
      during: async () => {},
      get entry() {
        return ledger.entry(ENVIRONMENT);
      },
      look: () => {
        clock.advance(1);
        return take(new Map(remote.refs), clock.monotonicMs());
      },
      seen: () => {
        const [refs, atMs] = [new Map(remote.refs), clock.monotonicMs()];
        clock.advance(1);
        return { take: () => take(refs, atMs) };
      },
      push: async (claim) => {
        clock.advance(1);
        const claims = claim === undefined ? new Map() : new Map([[ENVIRONMENT, claim]]);
        return (await ledger.push([ENVIRONMENT], claims)).get(ENVIRONMENT)?.type ?? 'moved';
      },
    };
    await writing.look();
    return writing;
  }

  async function fetched(): Promise<string | null> {
    const tip = remote.refs.get(REF) ?? null;
    if (tip !== null) await judge.fetch(new Map([[REF, tip]]));
    return tip;
  }

  return {
    remote,
    clock,
    writer,
    async written() {
      const tip = await fetched();
      if (tip === null) return [];
      const files = (await judge.listFiles(tip, [''])).filter(({ path }) => path.endsWith('.jsonl'));
      const blobs = await judge.readBlobs(
        files.map(({ oid }) => oid),
        64 * 1024 * 1024,
      );
      const lines = blobs.flatMap((blob) => decodeLines(new TextDecoder().decode(blob)).lines);
      return lines.toSorted((a, b) => a.seq - b.seq).map(({ record }) => record);
    },
    async problems() {
      const tip = await fetched();
      return tip === null ? [] : (await verifyRef(judge, ENVIRONMENT, REF, tip)).problems.map(({ message }) => message);
    },
  };
}

/** Past what a ledger lets happen to it. */
export function spoilEntry(ledger: Ledger, environment: string, change: Partial<LedgerEntry>): void {
  const entries = ledger.entries as Map<string, LedgerEntry>;
  entries.set(environment, { ...ledger.entry(environment), ...change });
}

export function event(name: string, by = ANA): EventRecord {
  const at = Date.UTC(2026, 10, 20, 12);
  return { type: 'suspended', id: `suspended:${name}`, at, by, reason: name, until: null };
}

export function opened(number: number, epoch: number, controller: string): RunRecord {
  const name = `v1.${number}.0`;
  return runRecord(number, 1, {
    type: 'run-opened',
    kind: 'deploy',
    trigger: 'tag',
    version: version(name),
    contents: contents(name),
    previous: null,
    reason: null,
    requestedBy: ANA,
    request: null,
    emergency: false,
    skip: 'none',
    config: version('head').commit,
    cause: null,
    stages: ['a', 'b', 'c'].map((stage) => ({ name: stage, skippable: true, touches: false })),
    epoch,
    controller,
    because: 'no gate is set',
  });
}

export function skipped(number: number, stage: string, place: number): RunRecord {
  return runRecord(number, place, { type: 'stage-skipped', stage, because: 'asked for' });
}

export function ended(number: number, place: number): RunRecord {
  return runRecord(number, place, { type: 'run-ended', outcome: 'Superseded', sentence: 'a newer one came' });
}

export function taken(number: number, place: number, epoch: number, controller: string): RunRecord {
  return runRecord(number, place, { type: 'lease-taken', epoch, controller, because: 'it was late' });
}

type Told<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock' | 'run'> : never;

function runRecord(number: number, place: number, record: Told<RunRecord>): RunRecord {
  const run = `${ENVIRONMENT}-${number}`;
  return { ...record, run, id: `${run}.${place}`, at: Date.UTC(2026, 10, 20, 12), by: 'controller' } as RunRecord;
}
