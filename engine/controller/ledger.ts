// The ledger as this process holds it: what the remote accepted, what is on local disk on its way there, and what both
// say together. Only what the remote accepted is durable; a claim is nothing before that.
// Every push is compare-and-swap. After any doubt the refs are read again and our own commit is looked for.

import { assert } from '../base/assert.ts';
import { draftCommit, eventsFiles, type LedgerCommit, readSeen, type Seen, type Writer } from '../ledger/commit.ts';
import { fold, foldAll } from '../ledger/fold.ts';
import { emptyTip } from '../ledger/tip.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import { isClaim, isRunRecord, type LedgerRecord, type RunRecord } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/fault.ts';
import type { CommitDraft, GitRepository, PushResult } from '../ports/git.ts';
import type { Log } from '../ports/log.ts';
import { contains, type RemoteTip, readRemoteTip } from './ledger-tips.ts';

export type LedgerEntry = {
  readonly environment: string;
  readonly ref: string;
  remote: RemoteTip;
  /** Accepted by nobody yet, in order; on local disk. */
  pending: LedgerRecord[];
  state: EnvironmentState;
  /** The epoch that this very process claimed, while it is in force. */
  claimedEpoch: number | null;
  /** When the tip was last seen to move, on the monotonic clock. */
  movedAtMs: number;
  /** When the last accepted push of ours began, and when it was acknowledged. */
  acceptedFromMs: number;
  acceptedAtMs: number;
  /** When the oldest pending record came. */
  pendingSinceMs: number | null;
  /** A push that nobody answered: how many of `pending` it carried, and the epoch it claimed. */
  doubt: {
    readonly oid: string;
    readonly records: number;
    readonly claim: number | null;
    readonly sinceMs: number;
  } | null;
  /** A push of ours is on its way: what a look says of this ref meanwhile may be older or newer than what we know. */
  isPushing: boolean;
};

export type LedgerOptions = {
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly log: Log;
  readonly writer: Writer;
  readonly nonce: () => string;
};

type Sending = {
  readonly entry: LedgerEntry;
  readonly draft: LedgerCommit;
  /** How many of the entry's pending records it carries. */
  readonly records: number;
  /** The epoch it claims. */
  readonly claim: number | null;
  readonly parent: string | null;
};

export const LEDGER_AUTHOR = { name: 'Tidegate', email: 'tidegate@localhost' };

export class Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  /** Tips that were seen to be accepted, by ref: what a deleted or rewritten ref is noticed by. */
  readonly known = new Map<string, string>();
  readonly #options: LedgerOptions;
  #pushing: Promise<unknown> = Promise.resolve();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  entry(environment: string): LedgerEntry {
    const entry = this.entries.get(environment);
    assert(entry !== undefined, `the ledger of ${environment} was read`);
    return entry;
  }

  /** Takes in what the remote's refs are now. `lookedAtMs`: when that look began; what we pushed later is newer than it.
   *  Returns the environments whose state changed. */
  async take(
    refs: ReadonlyMap<string, string>,
    wanted: ReadonlyMap<string, string>,
    lookedAtMs: number,
  ): Promise<string[]> {
    if (this.entries.size === 0 && this.known.size === 0) await this.#learnFromPeers(refs, wanted);
    const changed = await Promise.all(
      [...wanted].map(async ([environment, ref]) => {
        const oid = refs.get(ref) ?? null;
        const before = this.entries.get(environment);
        if (before !== undefined && this.#isNewer(before, lookedAtMs)) return null;
        if (before !== undefined && before.remote.oid === oid && before.ref === ref) return this.#settleDoubt(before);
        const remote = await readRemoteTip(this.#options.git, environment, ref, oid, this.known.get(ref) ?? null);
        const isOurs = await this.#containsDoubted(before, oid);
        // A push of ours may have begun, or even ended, while this was read.
        if (before !== undefined && this.#isNewer(before, lookedAtMs)) return null;
        this.#adopt(environment, ref, remote, isOurs);
        return environment;
      }),
    );
    return changed.filter((environment): environment is string => environment !== null);
  }

  /** What we know comes from a push of ours that the look may not have seen, or may have seen half-way. */
  #isNewer(entry: LedgerEntry, lookedAtMs: number): boolean {
    return (
      entry.isPushing || entry.acceptedAtMs > lookedAtMs || (entry.doubt !== null && entry.doubt.sinceMs > lookedAtMs)
    );
  }

  /** The ref is where it was: the push that nobody answered never arrived. */
  #settleDoubt(entry: LedgerEntry): string | null {
    if (entry.doubt === null) return null;
    entry.doubt = null;
    return entry.environment;
  }

  async #containsDoubted(entry: LedgerEntry | undefined, oid: string | null): Promise<boolean> {
    const doubt = entry?.doubt ?? null;
    if (doubt === null || oid === null) return false;
    return oid === doubt.oid || this.#options.git.isAncestor(doubt.oid, oid);
  }

  /** Puts records on top of what is known. They are the caller's to have made durable on local disk first. */
  append(environment: string, records: readonly LedgerRecord[]): void {
    const entry = this.entry(environment);
    for (const record of records) {
      const folded = fold(entry.state, record);
      assert(folded.type === 'state', folded.type === 'refused' ? folded.sentence : '');
      entry.state = folded.state;
      entry.pending.push(record);
    }
    entry.pendingSinceMs ??= this.#options.clock.monotonicMs();
  }

  /** Records of an earlier life that the remote does not have: kept where they still fit. Returns how many were. */
  recover(environment: string, records: readonly LedgerRecord[]): number {
    const entry = this.entry(environment);
    let kept = 0;
    // What follows a run's record that does not fit any more belongs to a life that somebody else has taken over; events
    // belong to no life.
    let isLost = false;
    for (const record of records) {
      if (isClaim(record) || (isLost && isRunRecord(record))) continue;
      if (!this.#isOurs(entry, record)) {
        isLost ||= isRunRecord(record) && !this.#isThere(entry, record);
        continue;
      }
      const folded = fold(entry.state, record);
      if (folded.type === 'refused') {
        isLost ||= isRunRecord(record);
        continue;
      }
      entry.state = folded.state;
      entry.pending.push(record);
      kept += 1;
    }
    if (kept > 0) entry.pendingSinceMs = this.#options.clock.monotonicMs();
    return kept;
  }

  /** Pushes what is pending for these environments, with `claims` on top, in one connection. One push at a time. */
  push(
    environments: readonly string[],
    claims: ReadonlyMap<string, readonly LedgerRecord[]> = new Map(),
  ): Promise<ReadonlyMap<string, PushResult>> {
    const turn = this.#pushing.then(() => this.#push(environments, claims));
    this.#pushing = turn.catch(() => {});
    return turn;
  }

  async #push(
    environments: readonly string[],
    claims: ReadonlyMap<string, readonly LedgerRecord[]>,
  ): Promise<ReadonlyMap<string, PushResult>> {
    const results = new Map<string, PushResult>();
    const batch: Sending[] = [];
    for (const environment of environments) {
      try {
        const sending = await this.#draft(this.entry(environment), claims.get(environment) ?? []);
        // What cannot be sent now is observed and decided anew.
        if (sending === null) results.set(environment, { type: 'moved' });
        else batch.push(sending);
      } catch (cause) {
        // One ledger that cannot be extended must not keep the others waiting.
        if (!(cause instanceof Fault)) throw cause;
        results.set(environment, { type: 'refused', message: cause.message });
      }
    }
    try {
      await this.#send(batch, results);
    } finally {
      for (const { entry } of batch) entry.isPushing = false;
    }
    return results;
  }

  /** From here to the remote's answer the entry takes in nothing else. */
  async #draft(entry: LedgerEntry, claim: readonly LedgerRecord[]): Promise<Sending | null> {
    for (;;) {
      if (entry.remote.type === 'damaged' || entry.doubt !== null) return null;
      const { remote } = entry;
      const events = await this.#eventTexts(remote, [...entry.pending, ...claim]);
      if (remote !== entry.remote) continue;
      if (claim.length > 0 && foldAll(entry.state, claim).type === 'refused') return null;
      const carried = [...entry.pending];
      const records = [...carried, ...claim];
      if ([...eventsFiles(remote.tip, records)].some((path) => !events.has(path))) continue;
      entry.isPushing = true;
      const { writer, nonce } = this.#options;
      const draft = draftCommit(remote.tip, records, events, writer, nonce(), this.#neighbours(entry.environment));
      const epoch = claim.some(isClaim) ? draft.tip.state.epoch : null;
      return { entry, draft, records: carried.length, claim: epoch, parent: remote.oid };
    }
  }

  /** The tips of the next two ledgers by name: each is vouched for by two others. */
  #neighbours(environment: string): readonly Seen[] {
    const names = [...this.entries.keys()].sort();
    const at = names.indexOf(environment);
    const next = [1, 2].map((distance) => names[(at + distance) % names.length] ?? environment);
    return [...new Set(next)].flatMap((name) => {
      const oid = name === environment ? null : (this.entries.get(name)?.remote.oid ?? null);
      return oid === null ? [] : [{ environment: name, oid }];
    });
  }

  /** A cache that knows nothing asks the ledgers what they last saw of each other. */
  async #learnFromPeers(refs: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): Promise<void> {
    const { git } = this.#options;
    for (const ref of wanted.values()) {
      const oid = refs.get(ref);
      if (oid === undefined) continue;
      for (const seen of readSeen((await git.commit(oid)).message)) {
        const other = wanted.get(seen.environment);
        const now = other === undefined ? undefined : refs.get(other);
        if (other === undefined || now === seen.oid) continue;
        if (now === undefined || !(await contains(git, now, seen.oid))) this.known.set(other, seen.oid);
      }
    }
  }

  async #send(batch: readonly Sending[], results: Map<string, PushResult>): Promise<void> {
    const { clock, git } = this.#options;
    if (batch.length === 0) return;
    const drafts = batch.map(({ draft, parent }): CommitDraft => {
      return { parent, files: draft.files, message: draft.message, author: LEDGER_AUTHOR, at: clock.now() };
    });
    const oids = await git.writeCommits(drafts);
    const startedMs = clock.monotonicMs();
    const updates = batch.map(({ entry, parent }, index) => ({
      ref: entry.ref,
      expected: parent,
      oid: oids[index] ?? '',
    }));
    const pushed = await git.push(updates);
    batch.forEach(({ entry, draft, records, claim }, index) => {
      const oid = oids[index] ?? '';
      const result = pushed.get(entry.ref) ?? { type: 'in-doubt', message: 'the remote did not say' };
      results.set(entry.environment, result);
      if (result.type === 'accepted') this.#accepted(entry, oid, draft, records, claim, startedMs);
      else if (result.type === 'in-doubt') entry.doubt = { oid, records, claim, sinceMs: clock.monotonicMs() };
    });
  }

  #accepted(
    entry: LedgerEntry,
    oid: string,
    draft: LedgerCommit,
    records: number,
    claim: number | null,
    startedMs: number,
  ): void {
    entry.remote = { type: 'read', oid, tip: draft.tip };
    entry.pending = entry.pending.slice(records);
    entry.state = this.#refold(entry, draft.tip.state);
    entry.pendingSinceMs = entry.pending.length > 0 ? this.#options.clock.monotonicMs() : null;
    entry.acceptedFromMs = startedMs;
    entry.acceptedAtMs = this.#options.clock.monotonicMs();
    entry.movedAtMs = entry.acceptedAtMs;
    if (claim !== null) entry.claimedEpoch = claim;
    this.known.set(entry.ref, oid);
  }

  #adopt(environment: string, ref: string, remote: RemoteTip, isOurs: boolean): void {
    const { clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    const entry: LedgerEntry = this.entries.get(environment) ?? {
      environment,
      ref,
      remote: { type: 'read', oid: null, tip: emptyTip(environment) },
      pending: [],
      state: remote.tip.state,
      claimedEpoch: null,
      movedAtMs: nowMs,
      acceptedFromMs: Number.NEGATIVE_INFINITY,
      acceptedAtMs: Number.NEGATIVE_INFINITY,
      pendingSinceMs: null,
      doubt: null,
      isPushing: false,
    };
    this.entries.set(environment, entry);
    // A renewal is a sign of life only where the lease itself moved: a person's record is not one.
    if (leaseMoved(entry.remote, remote)) entry.movedAtMs = nowMs;
    entry.remote = remote;
    if (remote.type === 'damaged') {
      log.error(remote.sentence, { environment });
      return;
    }
    if (remote.oid !== null) this.known.set(ref, remote.oid);
    const { doubt } = entry;
    if (doubt !== null && isOurs) {
      entry.pending = entry.pending.slice(doubt.records);
      if (doubt.claim !== null && remote.tip.state.epoch === doubt.claim) {
        entry.claimedEpoch = doubt.claim;
        entry.acceptedFromMs = doubt.sinceMs;
      }
    }
    entry.doubt = null;
    if (entry.claimedEpoch !== null && remote.tip.state.epoch > entry.claimedEpoch) {
      log.warn(`another controller has taken over ${environment} (epoch ${remote.tip.state.epoch})`, { environment });
      entry.claimedEpoch = null;
      entry.pending = entry.pending.filter((record) => !isRunRecord(record));
    }
    entry.state = this.#refold(entry, remote.tip.state);
    if (entry.pending.length === 0) entry.pendingSinceMs = null;
  }

  /** Pending records on top of another tip: what no longer fits is dropped aloud. */
  #refold(entry: LedgerEntry, base: EnvironmentState): EnvironmentState {
    let state = base;
    entry.pending = entry.pending.filter((record) => {
      const folded = fold(state, record);
      if (folded.type === 'state') {
        state = folded.state;
        return true;
      }
      this.#options.log.warn(`dropped: ${folded.sentence}`, { environment: entry.environment });
      return false;
    });
    return state;
  }

  /** The remote has this record already: of an open run, or of one that has ended since. */
  #isThere(entry: LedgerEntry, record: RunRecord): boolean {
    const run = entry.state.open.find((open) => open.id === record.run);
    const number = Number(record.id.slice(record.id.lastIndexOf('.') + 1));
    return run === undefined
      ? Number(record.run.slice(record.run.lastIndexOf('-') + 1)) <= entry.state.runs
      : number <= run.records;
  }

  /** A run's records fit only behind those that its file has; an event only once. */
  #isOurs(entry: LedgerEntry, record: LedgerRecord): boolean {
    if (!isRunRecord(record)) return !entry.state.events.includes(record.id);
    if (record.type === 'run-opened') {
      const cause = entry.state.open.at(-1);
      return record.cause !== null && cause?.id === record.cause && cause.lease?.controller === this.#options.writer.id;
    }
    const run = entry.state.open.find((open) => open.id === record.run);
    return run?.lease?.controller === this.#options.writer.id && record.id === `${run.id}.${run.records + 1}`;
  }

  async #eventTexts(remote: RemoteTip, records: readonly LedgerRecord[]): Promise<ReadonlyMap<string, string>> {
    const { oid, tip } = remote;
    const paths = [...eventsFiles(tip, records)];
    const files = oid === null || paths.length === 0 ? [] : await this.#options.git.listFiles(oid, paths);
    const blobs = await this.#options.git.readBlobs(
      files.map((file) => file.oid),
      EVENTS_FILE_BYTES_MAX,
    );
    const decoder = new TextDecoder();
    const texts = new Map(paths.map((path) => [path, '']));
    files.forEach(({ path }, index) => {
      texts.set(path, decoder.decode(blobs[index] ?? new Uint8Array()));
    });
    return texts;
  }
}

/** As of every file of the ledger. A thousand records, as people may give them, are a fraction of it. */
const EVENTS_FILE_BYTES_MAX = 64 * 1024 * 1024;

function leaseMoved(before: RemoteTip, after: RemoteTip): boolean {
  const [a, b] = [before.tip.lease, after.tip.lease];
  return a.epoch !== b.epoch || a.renewal !== b.renewal || a.holder !== b.holder;
}
