// The ledger as this process holds it: what the remote accepted, what is on local disk on its way there, and what
// both say together. Only what the remote accepted is durable; a claim is nothing before that. Every push is
// compare-and-swap. After any doubt the refs are read again and our own commit is looked for.

import { assert } from '../../base/assert.ts';
import type { LedgerCommit, Writer } from '../../ledger/commit.ts';
import { fold } from '../../ledger/fold.ts';
import { isRunRecord, type LedgerRecord } from '../../ledger/records/table.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { CommitDraft, GitRepository, PushResult } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import { draftPush, type Sending } from './ledger-draft.ts';
import { type Basis, type LedgerEntry, newEntry } from './ledger-entry.ts';
import { Peers } from './ledger-peers.ts';
import { recoverRecords } from './ledger-recover.ts';
import { saySetBack, whySetBack } from './ledger-set-back.ts';
import { damagedTip, environmentOf, type RemoteTip, readRemoteTip } from './ledger-tips.ts';
import { answerOf } from './push-fault.ts';

export type LedgerOptions = {
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly log: Log;
  readonly writer: Writer;
  readonly nonce: () => string;
};

/** Records of the whole repository that a claim stands or falls with. */
export type Bound = {
  readonly records: readonly LedgerRecord[];
  /**
   * How many records that ledger held when the claim was decided; null where the records themselves say whether they
   * still fit.
   */
  readonly seq: number | null;
};

export const LEDGER_AUTHOR = { name: 'Tidegate', email: 'tidegate@localhost' };

export class Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  /** Tips that were seen to be accepted, by ref: what a deleted or rewritten ref is noticed by. */
  readonly known = new Map<string, string>();
  readonly #options: LedgerOptions;
  readonly #peers: Peers;
  /** What was wrong with each, by the word of others, when it was last taken in. */
  readonly #accused = new Map<string, string>();
  #pushing: Promise<unknown> = Promise.resolve();

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#peers = new Peers(options.git);
  }

  entry(environment: string): LedgerEntry {
    const entry = this.entries.get(environment);
    assert(entry !== undefined, `the ledger of ${environment} was read`);
    return entry;
  }

  /**
   * Takes in what the remote's refs are now. `lookedAtMs`: when that look began; what we pushed later is newer than
   * it. Returns the environments whose state changed.
   */
  async take(
    refs: ReadonlyMap<string, string>,
    wanted: ReadonlyMap<string, string>,
    lookedAtMs: number,
    /** What is wrong with some, by ref, as others have found out. */
    damages: ReadonlyMap<string, string> = new Map(),
  ): Promise<string[]> {
    await this.#peers.hear({ refs, wanted, known: this.known, read: this.entries });
    const changed = await Promise.all(
      [...wanted].map(async ([environment, ref]) => {
        const oid = refs.get(ref) ?? null;
        const before = this.entries.get(environment);
        if (before !== undefined && this.#isNewer(before, lookedAtMs)) return null;
        const damage = damages.get(ref) ?? this.#peers.damageOf(ref);
        const isSame = before !== undefined && before.remote.oid === oid && before.ref === ref;
        if (isSame && damage === (this.#accused.get(environment) ?? null)) return this.#settleDoubt(before);
        const remote = damage === null ? await this.#read(environment, ref, oid) : damagedTip(environment, oid, damage);
        const isOurs = await this.#containsDoubted(before, oid);
        // A push of ours may have begun, or even ended, while this was read.
        if (before !== undefined && this.#isNewer(before, lookedAtMs)) return null;
        this.#adopt(environment, ref, remote, isOurs);
        if (damage === null) this.#accused.delete(environment);
        else this.#accused.set(environment, damage);
        return environment;
      }),
    );
    return changed.filter((environment): environment is string => environment !== null);
  }

  /** What stood there when it was last seen must be gone on from, and not only be contained. */
  async #read(environment: string, ref: string, oid: string | null): Promise<RemoteTip> {
    const { git } = this.#options;
    const known = this.known.get(ref) ?? null;
    const remote = await readRemoteTip(git, environment, ref, oid, known);
    if (remote.type === 'damaged' || known === null || known === oid) return remote;
    const before = this.entries.get(environment)?.remote;
    const former = before?.oid === known ? before : await readRemoteTip(git, environment, ref, known, null);
    if (former.type === 'damaged') return remote;
    const why = whySetBack(former.tip.state, remote.tip.state);
    return why === null ? remote : damagedTip(environment, oid, saySetBack(ref, known, oid, why));
  }

  /** Goes on elsewhere with what is known: tips, and what is on its way there. */
  carryFrom(former: Ledger, refOf: (environment: string) => string, isCarried: (environment: string) => boolean): void {
    for (const [ref, oid] of former.known) {
      const environment = environmentOf(ref);
      if (isCarried(environment)) this.known.set(refOf(environment), oid);
    }
    for (const [name, entry] of former.entries) {
      if (isCarried(name)) this.entries.set(name, { ...entry, ref: refOf(name), doubt: null, isPushing: false });
    }
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
    const kept = recoverRecords(entry, records, this.#options.writer.id);
    if (kept > 0) entry.pendingSinceMs = this.#options.clock.monotonicMs();
    return kept;
  }

  /**
   * Pushes what is pending for these environments, with `claims` on top, in one connection. One push at a time: a
   * claim whose ledger is not any more what it was decided on when its turn comes (`bases`) is not sent.
   */
  push(
    environments: readonly string[],
    claims: ReadonlyMap<string, readonly LedgerRecord[]> = new Map(),
    bases: ReadonlyMap<string, Basis> = new Map(),
  ): Promise<ReadonlyMap<string, PushResult>> {
    const turn = this.#pushing.then(() => this.#push(environments, claims, bases));
    this.#pushing = turn.catch(() => {});
    return turn;
  }

  /**
   * A claim, and what the ledger of the whole repository says of it, in one atomic push: both stand or neither does.
   * Not even tried where one of the two is not any more what the claim was decided on.
   */
  pushTogether(
    environment: string,
    records: readonly LedgerRecord[],
    bound: Bound,
    decidedOn: Basis | null = null,
  ): Promise<PushResult> {
    const turn = this.#pushing.then(() => this.#pushTogether(environment, records, bound, decidedOn));
    this.#pushing = turn.catch(() => {});
    return turn;
  }

  async #push(
    environments: readonly string[],
    claims: ReadonlyMap<string, readonly LedgerRecord[]>,
    bases: ReadonlyMap<string, Basis>,
  ): Promise<ReadonlyMap<string, PushResult>> {
    const results = new Map<string, PushResult>();
    const batch: Sending[] = [];
    try {
      for (const environment of environments) {
        try {
          const sending = await this.#draft(environment, claims.get(environment) ?? [], bases.get(environment) ?? null);
          // What cannot be sent now is observed and decided again.
          if (sending === null) results.set(environment, { type: 'moved' });
          else batch.push(sending);
        } catch (cause) {
          // One ledger that cannot be extended must not keep the others waiting.
          if (!(cause instanceof Fault)) throw cause;
          results.set(environment, { type: 'in-doubt', fault: cause });
        }
      }
      const sent = await this.#send(batch, false);
      for (const { sending, result } of sent) {
        results.set(sending.entry.environment, result.answer);
        this.#settle(sending, result);
      }
    } finally {
      for (const { entry } of batch) entry.isPushing = false;
    }
    return results;
  }

  async #pushTogether(
    environment: string,
    records: readonly LedgerRecord[],
    bound: Bound,
    decidedOn: Basis | null,
  ): Promise<PushResult> {
    const batch: Sending[] = [];
    try {
      const repository = await this.#draft(REPOSITORY_LEDGER, bound.records, null);
      if (repository === null) return { type: 'moved' };
      batch.push(repository);
      const isMoved = bound.seq !== null && repository.draft.tip.state.seq !== bound.seq + bound.records.length;
      if (isMoved) return { type: 'moved' };
      const own = await this.#draft(environment, records, decidedOn);
      if (own === null) return { type: 'moved' };
      batch.push(own);
      const sent = await this.#send(batch, true);
      const answer = joined(sent.map(({ result }) => result.answer));
      for (const { sending, result } of sent) {
        // One that is known to be there stands, whatever could be found out about the other; a doubt is about both.
        this.#settle(sending, result.answer.type === 'accepted' ? result : { ...result, answer });
      }
      return answer;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      return { type: 'in-doubt', fault: cause };
    } finally {
      for (const { entry } of batch) entry.isPushing = false;
    }
  }

  /** From here to the remote's answer the entry takes in nothing else. */
  #draft(environment: string, claim: readonly LedgerRecord[], decidedOn: Basis | null): Promise<Sending | null> {
    const options = { ...this.#options, entries: this.entries, known: this.known };
    return draftPush(this.entry(environment), claim, decidedOn, options);
  }

  async #send(batch: readonly Sending[], atomic: boolean): Promise<readonly Sent[]> {
    const { clock, git } = this.#options;
    if (batch.length === 0) return [];
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
    const pushed = await git.push(updates, { atomic });
    return batch.map((sending, index) => {
      const answer = answerOf(pushed, sending.entry.ref);
      return { sending, result: { answer, oid: oids[index] ?? '', startedMs } };
    });
  }

  #settle({ entry, draft, records, claim }: Sending, { answer, oid, startedMs }: Sent['result']): void {
    if (answer.type === 'accepted') this.#accepted(entry, oid, draft, records, claim, startedMs);
    else if (answer.type === 'in-doubt') {
      entry.doubt = { oid, records, claim, startedMs, sinceMs: this.#options.clock.monotonicMs() };
    }
  }

  #accepted(
    entry: LedgerEntry,
    oid: string,
    draft: LedgerCommit,
    records: number,
    claim: number | null,
    startedMs: number,
  ): void {
    this.#know(entry.ref, oid);
    entry.remote = { type: 'read', oid, tip: draft.tip };
    entry.pending = entry.pending.slice(records);
    entry.state = this.#refold(entry, draft.tip.state);
    entry.pendingSinceMs = entry.pending.length > 0 ? this.#options.clock.monotonicMs() : null;
    entry.acceptedFromMs = startedMs;
    entry.acceptedAtMs = this.#options.clock.monotonicMs();
    entry.movedAtMs = entry.acceptedAtMs;
    if (claim !== null) entry.claimedEpoch = claim;
  }

  /**
   * What it says of others is heard with it, but for what accuses one of them: the next life has to hear that as
   * well.
   */
  #know(ref: string, oid: string): void {
    if (!this.#peers.isAccusing(ref)) this.known.set(ref, oid);
  }

  #adopt(environment: string, ref: string, remote: RemoteTip, isOurs: boolean): void {
    const { clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    const entry = this.entries.get(environment) ?? newEntry(environment, ref, remote.tip.state, nowMs);
    this.entries.set(environment, entry);
    // A renewal is a sign of life only where the lease itself moved: a person's record is not one.
    if (leaseMoved(entry.remote, remote)) entry.movedAtMs = nowMs;
    entry.remote = remote;
    if (remote.type === 'damaged') {
      // What we hold may have been erased, and others cannot see it: our jobs end, and should it come back, it is
      // claimed again.
      entry.claimedEpoch = null;
      log.error(remote.sentence, { environment });
      return;
    }
    if (remote.oid !== null) this.#know(ref, remote.oid);
    const { doubt } = entry;
    if (doubt !== null && isOurs) {
      entry.pending = entry.pending.slice(doubt.records);
      if (doubt.claim !== null && remote.tip.state.epoch === doubt.claim) {
        entry.claimedEpoch = doubt.claim;
        entry.acceptedFromMs = doubt.startedMs;
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
}

type Sent = {
  readonly sending: Sending;
  readonly result: { readonly answer: PushResult; readonly oid: string; readonly startedMs: number };
};

/**
 * Of refs that stand or fall together: one that is there says that all are, and one that moved or was refused that
 * none is. The remote's reason is told by the ref that it is about.
 */
function joined(answers: readonly PushResult[]): PushResult {
  const find = (type: PushResult['type']) => answers.find((answer) => answer.type === type);
  const refused = answers.filter((answer) => answer.type === 'refused');
  const reason = refused.find(({ message }) => !/atomic/i.test(message)) ?? refused[0];
  return find('accepted') ?? find('moved') ?? reason ?? find('in-doubt') ?? { type: 'moved' };
}

function leaseMoved(before: RemoteTip, after: RemoteTip): boolean {
  const [a, b] = [before.tip.lease, after.tip.lease];
  return a.epoch !== b.epoch || a.renewal !== b.renewal || a.holder !== b.holder;
}
