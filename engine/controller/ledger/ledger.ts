// The ledger as this process holds it: what the remote accepted, what is on local disk on its way there, and what
// both say together. Only what the remote accepted is durable; a claim is nothing before that. Every push is
// compare-and-swap. After any doubt the refs are read again and our own commit is looked for.

import { assert } from '../../base/assert.ts';
import type { Writer } from '../../ledger/commit.ts';
import { type Basis, damagedTip, isNewer, type LedgerEntry, newEntry, type RemoteTip } from '../../ledger/entry.ts';
import type { LedgerRecord } from '../../ledger/records/table.ts';
import { type LedgerEvent, step } from '../../ledger/step.ts';
import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { CommitDraft, GitRepository, PushResult } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import { draftPush, type Sending } from './ledger-draft.ts';
import { Peers } from './ledger-peers.ts';
import { saySetBack, whySetBack } from './ledger-set-back.ts';
import { environmentOf, readRemoteTip } from './ledger-tips.ts';
import { answerOf } from './push-fault.ts';
import { RefsPerPush } from './refs-per-push.ts';

export type LedgerOptions = {
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly log: Log;
  readonly writer: Writer;
  readonly nonce: () => string;
  /** How long a renewal of a lease serves. */
  readonly lastsMs: () => number;
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
  readonly #entries = new Map<string, LedgerEntry>();
  /** Tips that were seen to be accepted, by ref: what a deleted or rewritten ref is noticed by. */
  readonly known = new Map<string, string>();
  readonly #options: LedgerOptions;
  readonly #peers: Peers;
  /** What was wrong with each, by the word of others, when it was last taken in. */
  readonly #accused = new Map<string, string>();
  readonly #refsPerPush = new RefsPerPush();
  #pushing: Promise<unknown> = Promise.resolve();

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#peers = new Peers(options.git);
  }

  /** Each as it is now; what is held of one across an await is older. */
  get entries(): ReadonlyMap<string, LedgerEntry> {
    return this.#entries;
  }

  entry(environment: string): LedgerEntry {
    const entry = this.#entries.get(environment);
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
        const before = this.#entries.get(environment);
        if (before !== undefined && isNewer(before, lookedAtMs)) return null;
        const damage = damages.get(ref) ?? this.#peers.damageOf(ref);
        const isSame = before !== undefined && before.remote.oid === oid && before.ref === ref;
        if (isSame && damage === (this.#accused.get(environment) ?? null))
          return this.#happened(environment, { type: 'unmoved' }) ? environment : null;
        const remote = damage === null ? await this.#read(environment, ref, oid) : damagedTip(environment, oid, damage);
        const isOurs = await this.#containsDoubted(before, oid);
        // A push of ours may have begun, or even ended, while this was read: then this is old.
        if (!this.#adopt(environment, ref, remote, isOurs, lookedAtMs)) return null;
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
    const before = this.#entries.get(environment)?.remote;
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
      if (isCarried(name)) this.#entries.set(name, step(entry, { type: 'placed', ref: refOf(name) }).entry);
    }
  }

  async #containsDoubted(entry: LedgerEntry | undefined, oid: string | null): Promise<boolean> {
    const doubt = entry?.doubt ?? null;
    if (doubt === null || oid === null) return false;
    return oid === doubt.oid || this.#options.git.isAncestor(doubt.oid, oid);
  }

  /** Puts records on top of what is known. They are the caller's to have made durable on local disk first. */
  append(environment: string, records: readonly LedgerRecord[]): void {
    this.#happened(environment, { type: 'appended', records, atMs: this.#options.clock.monotonicMs() });
  }

  /** Records of an earlier life that the remote does not have: kept where they still fit. Returns how many were. */
  recover(environment: string, records: readonly LedgerRecord[]): number {
    const before = this.entry(environment).pending.length;
    const { clock, writer } = this.#options;
    this.#happened(environment, { type: 'recovered', records, writer: writer.id, atMs: clock.monotonicMs() });
    return this.entry(environment).pending.length - before;
  }

  /** Before these are observed: a lease that was not renewed in time is given up. */
  timePassed(environments: readonly string[]): void {
    const [lastsMs, atMs] = [this.#options.lastsMs(), this.#options.clock.monotonicMs()];
    for (const environment of environments) {
      if (this.#entries.has(environment)) this.#happened(environment, { type: 'time-passed', lastsMs, atMs });
    }
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
        results.set(sending.environment, result.answer);
        this.#settle(sending, result);
      }
    } finally {
      for (const { environment } of batch) this.#happened(environment, { type: 'push-over' });
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
      for (const sending of batch) this.#happened(sending.environment, { type: 'push-over' });
    }
  }

  /** From here to the remote's answer the ledger takes in nothing else. */
  #draft(environment: string, claim: readonly LedgerRecord[], decidedOn: Basis | null): Promise<Sending | null> {
    const happened = (event: LedgerEvent) => void this.#happened(environment, event);
    const options = { ...this.#options, entries: this.#entries, known: this.known, happened };
    return draftPush(environment, claim, decidedOn, options);
  }

  async #send(batch: readonly Sending[], atomic: boolean): Promise<readonly Sent[]> {
    const { clock, git } = this.#options;
    if (batch.length === 0) return [];
    const drafts = batch.map(({ draft, parent }): CommitDraft => {
      return { parent, files: draft.files, message: draft.message, author: LEDGER_AUTHOR, at: clock.now() };
    });
    const oids = await git.writeCommits(drafts);
    const startedMs = clock.monotonicMs();
    const updates = batch.map(({ ref, parent }, index) => ({
      ref,
      expected: parent,
      oid: oids[index] ?? '',
    }));
    const pushed = atomic ? await git.push(updates, { atomic }) : await this.#refsPerPush.push(git, updates);
    return batch.map((sending, index) => {
      const answer = answerOf(pushed, sending.ref);
      return { sending, result: { answer, oid: oids[index] ?? '', startedMs } };
    });
  }

  #settle({ environment, ref, draft, records, claim }: Sending, { answer, oid, startedMs }: Sent['result']): void {
    const { clock, lastsMs } = this.#options;
    const push = { oid, records, claim, startedMs };
    const atMs = clock.monotonicMs();
    if (answer.type === 'accepted') {
      this.#know(ref, oid);
      this.#happened(environment, { type: 'accepted', ...push, tip: draft.tip, lastsMs: lastsMs(), atMs });
    } else if (answer.type === 'in-doubt') {
      this.#happened(environment, { type: 'unanswered', ...push, sinceMs: atMs });
    }
  }

  /**
   * What it says of others is heard with it, but for what accuses one of them: the next life has to hear that as
   * well.
   */
  #know(ref: string, oid: string): void {
    if (!this.#peers.isAccusing(ref)) this.known.set(ref, oid);
  }

  /** False where what we know is newer than that look. */
  #adopt(environment: string, ref: string, remote: RemoteTip, isOurs: boolean, lookedAtMs: number): boolean {
    const atMs = this.#options.clock.monotonicMs();
    if (!this.#entries.has(environment)) this.#entries.set(environment, newEntry(environment, ref, atMs));
    if (!this.#happened(environment, { type: 'seen', remote, isOurs, lookedAtMs, atMs })) return false;
    if (remote.type === 'read' && remote.oid !== null) this.#know(ref, remote.oid);
    return true;
  }

  /** The one door by which a ledger changes. Returns whether it did. */
  #happened(environment: string, event: LedgerEvent): boolean {
    const before = this.entry(environment);
    const { entry, said } = step(before, event);
    this.#entries.set(environment, entry);
    for (const { tone, sentence } of said) this.#options.log[tone](sentence, { environment });
    return entry !== before;
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
