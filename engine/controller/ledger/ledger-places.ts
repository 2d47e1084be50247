// Which place of the ledger is in force, and the ledger there. A push to tidegate.yaml does not move it: the pointer
// says where it is, else what was seen here before, else what stands at the default place; only where nothing does,
// tidegate.yaml is taken at its word. Another place is taken where the operator says so, and where all that the
// ledger holds has been copied there.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import {
  DEFAULT_PLACE,
  isDefaultPlace,
  isSamePlace,
  type LedgerPlace,
  POINTER_REF,
  sayPlace,
} from '../../model/ledger-place.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository, PushResult, RemoteRefs } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import { Ledger } from './ledger.ts';
import { assertCopied, ledgersAt, restated } from './ledger-move.ts';
import { decodePlace, encodePlace, PLACE_NOTE, POINTER_NOTE } from './ledger-place-note.ts';
import { elsewhere, notKept, pointerGone } from './ledger-place-said.ts';
import { readRemoteTip } from './ledger-tips.ts';
import { doubtFault } from './push-fault.ts';

export type PlacesOptions = {
  readonly git: GitRepository;
  readonly openLedger: (url: string) => Promise<GitRepository>;
  readonly clock: Clock;
  readonly log: Log;
  readonly controller: { readonly id: string; readonly name: string };
  readonly nonce: () => string;
  /** How long a renewal of a lease serves. */
  readonly lastsMs: () => number;
  /** `--ledger`: where the operator wants the ledger to be. */
  readonly moveLedger?: LedgerPlace | null;
  /** A controller's: it writes down where the ledger is. A command only follows. */
  readonly keepsPlace?: boolean;
};

export class LedgerPlaces {
  place: LedgerPlace = DEFAULT_PLACE;
  git: GitRepository;
  ledger: Ledger;
  readonly #options: PlacesOptions;
  /** The ledger of the pointer, while the ledger in force is at another place, or nobody knows yet where. */
  #pointer: Ledger;
  #said: LedgerPlace | null = null;
  /** By the note of an earlier life. */
  #remembered: LedgerPlace | null = null;
  #isSettled = false;
  #refusal: string | null = null;
  /** What says that the ledger had moved away from the default place, where no pointer is any more. */
  #moved: string | null = null;
  #damages: ReadonlyMap<string, string> = new Map();

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.git = options.git;
    this.ledger = this.#newLedger(options.git);
    this.#pointer = this.#newLedger(options.git);
  }

  /** What is wrong with ledgers by what the pointer is like, by ref. */
  get damages(): ReadonlyMap<string, string> {
    return this.#damages;
  }

  /** How far the ledgers were seen to be, and where: for the next life. */
  get seen(): ReadonlyMap<string, string> {
    if (this.ledger.known.size === 0) return this.ledger.known;
    const pointer = this.#pointer.known.get(POINTER_REF);
    const isApart = !isDefaultPlace(this.place) && pointer !== undefined;
    const more: [string, string][] = isApart ? [[POINTER_NOTE, pointer]] : [];
    return new Map([...this.ledger.known, ...more, [PLACE_NOTE, encodePlace(this.place)]]);
  }

  recall(seen: ReadonlyMap<string, string>): void {
    for (const [key, value] of seen) {
      if (key === PLACE_NOTE) this.#remembered = decodePlace(value);
      else if (key === POINTER_NOTE) this.#pointer.known.set(POINTER_REF, value);
      else this.ledger.known.set(key, value);
    }
    if (this.#remembered === null) return;
    this.place = this.#remembered;
    const own = isDefaultPlace(this.place) ? this.ledger.known.get(POINTER_REF) : undefined;
    if (own !== undefined) this.#pointer.known.set(POINTER_REF, own);
  }

  /** One sentence where tidegate.yaml and what is in force do not say the same, or nobody could write it down. */
  warning(head: LedgerPlace | null): string | null {
    if (head !== null && !isSamePlace(head, this.place)) return elsewhere(head, this.place);
    return this.#refusal === null ? null : notKept(this.place, this.#refusal);
  }

  /** True when the ledger has just moved: then what was looked at is not what is there. */
  async settle(refs: RemoteRefs, lookedAtMs: number, head: LedgerPlace | null): Promise<boolean> {
    const { said, damage } = await this.#readPointer(refs, lookedAtMs);
    this.#said = said;
    const stands = ledgersAt(refs.refs, DEFAULT_PLACE).size > 0 || refs.refs.has(POINTER_REF);
    const place = said ?? this.#lasting() ?? (stands ? DEFAULT_PLACE : (head ?? DEFAULT_PLACE));
    if (damage !== null && said === null && this.#lasting() === null && !isDefaultPlace(place))
      throw new Fault('ledger-damaged', damage, {
        retry: 'later',
        hint: 'it says where the ledger is: put it back first',
      });
    const { moveLedger = null } = this.#options;
    if (!this.#isSettled && moveLedger !== null && !isSamePlace(moveLedger, place)) {
      await this.#move(place, moveLedger);
      return true;
    }
    const isGuess = !this.#isSettled && said === null && this.#lasting() === null && isDefaultPlace(place);
    if (isGuess && head !== null && !refs.refs.has(POINTER_REF)) this.#moved = await this.#movedTo(head);
    await this.#use(place);
    const wrong = isDefaultPlace(place) ? (refs.refs.has(POINTER_REF) ? null : this.#moved) : damage;
    this.#damages = wrong === null ? new Map() : new Map([[this.#allRef, wrong]]);
    return false;
  }

  /** After the ledger in force was read. True when it has to be read again. */
  async keep(refs: RemoteRefs, reread: () => Promise<unknown>): Promise<boolean> {
    const { keepsPlace = false, moveLedger = null } = this.#options;
    const all = this.ledger.entries.get(REPOSITORY_LEDGER);
    const named = all?.state.place ?? null;
    if (isDefaultPlace(this.place)) return named !== null && !isSamePlace(named, this.place);
    if (all === undefined || all.remote.type === 'damaged') return false;
    const isSaidAnew = moveLedger !== null && isSamePlace(moveLedger, this.place);
    if (this.#said === null && named !== null && !refs.refs.has(POINTER_REF) && !isSaidAnew) {
      this.#damages = new Map([[this.#allRef, pointerGone(this.place)]]);
      await reread();
      return false;
    }
    if (!keepsPlace) return false;
    if (this.#said === null && this.#refusal === null) await this.#point();
    // The ledger itself says so too: anyone who comes when the pointer is gone has to notice.
    if (this.#said !== null && (named === null || !isSamePlace(named, this.place)))
      await this.#record(this.ledger, [this.#placed(this.place, all.state, 'its pointer is kept')]);
    return false;
  }

  /** What was seen of it here: a ledger that is known goes on where it is, whatever tidegate.yaml says. */
  #lasting(): LedgerPlace | null {
    return this.#remembered ?? (this.#isSettled && this.ledger.known.size > 0 ? this.place : null);
  }

  /**
   * A ledger at the default place may be what a move has left behind. Whatever address a push names is not asked for
   * that.
   */
  async #movedTo(head: LedgerPlace): Promise<string | null> {
    if (isDefaultPlace(head) || head.repository !== null) return null;
    const state = await this.#allAt(head, this.#options.git);
    return state?.place !== undefined && isSamePlace(state.place, head) ? pointerGone(head) : null;
  }

  get #allRef(): string {
    return `${this.place.namespace}/${REPOSITORY_LEDGER}`;
  }

  async #readPointer(
    refs: RemoteRefs,
    lookedAtMs: number,
  ): Promise<{ readonly said: LedgerPlace | null; readonly damage: string | null }> {
    // There it is the ledger of the whole repository itself, and read with all others.
    if (this.#isSettled && isDefaultPlace(this.place))
      return { said: this.ledger.entries.get(REPOSITORY_LEDGER)?.state.place ?? null, damage: null };
    const oid = refs.refs.get(POINTER_REF);
    if (oid !== undefined) await this.#options.git.fetch(new Map([[POINTER_REF, oid]]));
    await this.#pointer.take(refs.refs, new Map([[REPOSITORY_LEDGER, POINTER_REF]]), lookedAtMs);
    const { state, remote } = this.#pointer.entry(REPOSITORY_LEDGER);
    return { said: state.place ?? null, damage: remote.type === 'damaged' ? remote.sentence : null };
  }

  /** From here on the ledger is there. Tips that were seen at the place before have to be in what stands there. */
  async #use(place: LedgerPlace): Promise<void> {
    const before = this.place;
    const isOpen = this.#isSettled || place.repository === null;
    if (isOpen && isSamePlace(place, before)) {
      this.#settled();
      return;
    }
    if (this.git !== this.#options.git) await this.git.close();
    this.git = await this.#gitOf(place);
    const isApart = isDefaultPlace(place) !== isDefaultPlace(before);
    const former = this.ledger;
    this.ledger = this.#newLedger(this.git);
    // The default place has the pointer in it: what the ledger of the whole repository says goes on in another
    // commit.
    const isCarried = (environment: string) => !isApart || environment !== REPOSITORY_LEDGER;
    this.ledger.carryFrom(former, (environment) => `${place.namespace}/${environment}`, isCarried);
    const hasMoved = this.#isSettled && !isSamePlace(place, before);
    if (hasMoved) this.#options.log.warn(`the ledger has moved from ${sayPlace(before)} to ${sayPlace(place)}`);
    if (hasMoved && isDefaultPlace(before)) this.#pointer = this.#newPointer(former);
    this.place = place;
    this.#settled();
  }

  #settled(): void {
    this.#remembered = null;
    this.#isSettled = true;
  }

  /** First sight of a ledger that is not where it is by default: from here on, only the operator moves it. */
  async #point(): Promise<void> {
    const { state } = this.#pointer.entry(REPOSITORY_LEDGER);
    const placed = this.#placed(this.place, state, 'tidegate.yaml said so at first sight');
    const answer = await this.#record(this.#pointer, [placed]);
    if (answer.type === 'refused') {
      this.#refusal = answer.message;
      this.#options.log.warn(notKept(this.place, answer.message));
      return;
    }
    assertTaken(answer);
    this.#said = this.place;
  }

  async #move(from: LedgerPlace, to: LedgerPlace): Promise<void> {
    const { git, log } = this.#options;
    const [source, target] = [await this.#gitOf(from), await this.#gitOf(to)];
    try {
      await assertCopied({ from, source, to, target });
      const more = isDefaultPlace(to) ? await this.#restated(from, source) : [];
      const { state } = this.#pointer.entry(REPOSITORY_LEDGER);
      const placed = this.#placed(to, state, `the operator moved it from ${sayPlace(from)}`);
      const answer = await this.#record(this.#pointer, [...more, placed]);
      if (answer.type === 'refused') {
        const hint = `the person who runs this needs the right to push to ${POINTER_REF}`;
        const message = `the remote refuses that the ledger moves: ${answer.message}`;
        throw new Fault('remote-refused', message, { retry: 'later', hint });
      }
      assertTaken(answer);
      log.info(`the ledger has moved from ${sayPlace(from)} to ${sayPlace(to)}`);
    } finally {
      for (const opened of new Set([source, target])) if (opened !== git) await opened.close();
    }
  }

  /** What the ledger of the whole repository at a place says; null where there is none that can be read. */
  async #allAt({ namespace }: LedgerPlace, git: GitRepository): Promise<EnvironmentState | null> {
    const ref = `${namespace}/${REPOSITORY_LEDGER}`;
    const { refs } = await git.look([ref]);
    const oid = refs.get(ref);
    if (oid === undefined) return null;
    await git.fetch(new Map([[ref, oid]]));
    const remote = await readRemoteTip(git, REPOSITORY_LEDGER, ref, oid, null);
    return remote.type === 'damaged' ? null : remote.tip.state;
  }

  async #restated(from: LedgerPlace, source: GitRepository): Promise<readonly LedgerRecord[]> {
    const state = await this.#allAt(from, source);
    return state === null ? [] : restated(state, this.#pointer.entry(REPOSITORY_LEDGER).state, this.#common());
  }

  async #gitOf({ repository }: LedgerPlace): Promise<GitRepository> {
    return repository === null ? this.#options.git : this.#options.openLedger(repository);
  }

  async #record(ledger: Ledger, records: readonly LedgerRecord[]): Promise<PushResult> {
    const answers = await ledger.push([REPOSITORY_LEDGER], new Map([[REPOSITORY_LEDGER, records]]));
    return answers.get(REPOSITORY_LEDGER) ?? { type: 'moved' };
  }

  /** Field by field: what the head says of the ledger has more of them than a record may. */
  #placed({ namespace, repository }: LedgerPlace, state: EnvironmentState, because: string): LedgerRecord {
    const id = `ledger-placed:${state.seq + 1}`;
    return { type: 'ledger-placed', namespace, repository, because, id, ...this.#common() };
  }

  #common(): { readonly at: number; readonly by: string; readonly clock?: 'given' } {
    const { clock, controller } = this.#options;
    return {
      at: clock.now(),
      by: `controller ${controller.name}`,
      ...(clock.kind === 'given' ? { clock: 'given' } : {}),
    };
  }

  #newPointer(former: Ledger): Ledger {
    const pointer = this.#newLedger(this.#options.git);
    const known = former.known.get(POINTER_REF);
    if (known !== undefined) pointer.known.set(POINTER_REF, known);
    return pointer;
  }

  #newLedger(git: GitRepository): Ledger {
    const { clock, log, controller, nonce, lastsMs } = this.#options;
    return new Ledger({ git, clock, log, writer: controller, nonce, lastsMs });
  }
}

function assertTaken(answer: PushResult): void {
  if (answer.type === 'accepted') return;
  if (answer.type === 'in-doubt') throw doubtFault(POINTER_REF, answer.fault);
  throw new Fault('ref-moved', `${POINTER_REF} changed meanwhile`, { retry: 'now', hint: 'look again' });
}
