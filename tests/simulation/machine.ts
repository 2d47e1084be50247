// A machine that a controller lives on: its disk, its clock, its line to the remote, and one life after the other.
// All that a life does to the outside passes `pass`, where it may be slow, stand still, or end: what was not done
// then never will be.

import { Controller } from '../../engine/controller/loop/controller.ts';
import { readSeen } from '../../engine/controller/loop/flusher.ts';
import { Survey } from '../../engine/controller/observe/survey.ts';
import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { GitRepository, PushResult, PushUpdate, RemoteRefs } from '../../engine/ports/git.ts';
import type { StateFolder } from '../../engine/ports/state-folder.ts';
import type { MemoryExports } from '../support/memory-export.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { type MemoryCache, memoryCache, openMemoryGit } from '../support/memory-git.ts';
import { nameSigning } from '../support/survey-world.ts';
import { MachineRunner } from './machine-runner.ts';
import { PushAnswers } from './push-answers.ts';
import { parseOnce } from './shared-reading.ts';
import type { World } from './world.ts';

export type Life = {
  readonly name: string;
  readonly controller: Controller;
  readonly survey: Survey;
  readonly runner: MachineRunner;
  readonly bornAt: number;
};

/** What a controller last saw of the remote, newest last. */
export type Sight = { readonly at: number; readonly refs: ReadonlyMap<string, string> };

const UNANSWERED = new Fault('remote-unreachable', 'the connection ended', { retry: 'later', hint: 'look again' });

export class Machine {
  readonly world: World;
  readonly name: string;
  readonly only: readonly string[];
  readonly exports: MemoryExports = new Map();
  journal: string[] = [];
  notes = new Map<string, string>();
  cache: MemoryCache = memoryCache();
  id: string;
  life: Life | null = null;
  lives = 0;
  /** What its clock says more than there is. */
  clockOffsetMs = 0;
  /** When its clock was last set, right or wrong. */
  clockSetAt = Number.NEGATIVE_INFINITY;
  cutOffUntil = Number.NEGATIVE_INFINITY;
  frozenUntil = Number.NEGATIVE_INFINITY;
  diskFullUntil = Number.NEGATIVE_INFINITY;
  slowness = 1;
  /** Passages until the life ends; null for none. */
  passesLeft: number | null = null;
  sights: Sight[] = [];
  /** Versions that the last few observations found something out about, by environment. */
  readonly facts = new Map<string, readonly ReadonlySet<string>[]>();
  /** What a death now would do to what is written and not yet synced. */
  readonly #unsynced = new Set<() => void>();
  #orphans: MachineRunner[] = [];
  #afterOrphans: (() => void)[] = [];

  constructor(world: World, name: string, only: readonly string[]) {
    this.world = world;
    this.name = name;
    this.only = only;
    this.id = `${name}-id`;
  }

  get isFrozen(): boolean {
    return this.frozenUntil > this.world.timeline.now;
  }

  get now(): number {
    return this.world.timeline.now + this.clockOffsetMs;
  }

  /** Begins a life on what is on the disk. */
  async boot(): Promise<void> {
    this.lives += 1;
    const life = `${this.name}#${this.lives}`;
    const { world } = this;
    const isAlive = () => this.life?.name === life;
    const luck = world.luck.machines.stream(life);
    const clock = this.#clock(isAlive);
    const pushes = new PushAnswers(this, isAlive);
    const warn = (sentence: string) => {
      if (!isAlive()) return;
      pushes.said(sentence);
      world.witness.tell(life, 'says', sentence);
    };
    const log = { info: () => {}, warn, error: warn };
    let nonces = 0;
    const options = {
      git: this.#git(isAlive, pushes),
      openLedger: async () => openMemoryGit({ remote: world.remote }),
      openSigning: async () => nameSigning,
      openHolidays: async () => ({ holidays: async () => ({}), knows: async () => false }),
      clock,
      log,
      controller: { id: this.id, name: this.name },
      nonce: () => `${life}-${++nonces}`,
      only: this.only,
      parse: parseOnce,
    };
    const survey = new Survey({ ...options, ...world.mutant.survey?.(options, this) });
    world.reading.give(survey);
    this.#witnessFacts(survey);
    for (const [ref, oid] of readSeen(this.notes.get('ledger-tips.json') ?? null)) survey.ledger.known.set(ref, oid);
    const runner = new MachineRunner(this, life);
    const parts = {
      survey,
      runner,
      folder: this.#folder(isAlive),
      clock,
      log,
      flushMs: 1_000,
      random: () => luck.next(),
      onRecord: (environment: string, record: LedgerRecord, sentence: string) => {
        if (!isAlive()) return;
        // What it writes down it says as well.
        pushes.said(sentence);
        world.onRecord(this, environment, record, sentence);
      },
      onBecause: (environment: string, sentence: string) => {
        if (!isAlive()) return;
        world.hears(environment, sentence);
        world.witness.tell(life, `${environment}: holds`, sentence);
      },
    };
    const controller = new Controller({ ...parts, ...world.mutant.parts?.(parts, this) });
    this.life = { name: life, controller, survey, runner, bornAt: world.timeline.now };
    world.witness.tell(life, 'starts');
    controller.ended().catch((cause: unknown) => {
      if (isAlive()) world.onFailure(this, cause);
    });
    controller.lookSoon();
    this.#beat(isAlive, luck.between(0, 5_000));
  }

  /** The process is gone from one moment to the next. `lingers`: its jobs are only ended by their lease. */
  crash(why: string, lingers = false): void {
    const { life } = this;
    if (life === null) return;
    this.world.witness.tell(life.name, 'is killed', why);
    this.life = null;
    this.passesLeft = null;
    this.frozenUntil = Number.NEGATIVE_INFINITY;
    for (const cut of this.#unsynced) cut();
    this.#unsynced.clear();
    this.#orphans.push(life.runner);
    life.runner.orphan(lingers);
    this.orphansMayBeOver();
  }

  /** Everything on its disk is gone, and with it who it was. */
  wipe(): void {
    this.journal = [];
    this.notes = new Map();
    this.cache = memoryCache();
    this.exports.clear();
    this.id = `${this.name}-id-${this.lives}`;
    // Nobody knows any more of jobs that an earlier life left behind.
    this.#orphans = [];
    this.world.witness.tell(this.name, 'loses its state folder');
  }

  thaw(): void {
    this.frozenUntil = Number.NEGATIVE_INFINITY;
    this.life?.runner.wake();
  }

  /** A new supervisor begins nothing before the jobs of earlier ones in this folder are over: it ends them first. */
  awaitsOrphans(runner: MachineRunner, then: () => void): boolean {
    const left = this.#orphans.filter((orphan) => orphan !== runner && orphan.running > 0);
    for (const orphan of left) orphan.orphan(false);
    if (left.length > 0) this.#afterOrphans.push(then);
    return left.length > 0;
  }

  orphansMayBeOver(): void {
    if (this.#orphans.some((orphan) => orphan.running > 0)) return;
    this.#orphans = [];
    for (const then of this.#afterOrphans.splice(0)) then();
  }

  /** Later, where the controller stands still and it is the controller that does it. */
  whenAwake(then: () => void, isInside: boolean): void {
    if (!isInside || !this.isFrozen) {
      then();
      return;
    }
    // After `thaw`, which comes at the same instant and was planned before.
    this.world.timeline.at(this.frozenUntil, () => this.whenAwake(then, isInside));
  }

  /** One passage of a life to the outside, which may be its last. */
  pass(isAlive: () => boolean, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const arrive = () => {
        if (!isAlive()) return;
        if (this.isFrozen) {
          this.world.timeline.at(this.frozenUntil, arrive);
          return;
        }
        if (this.passesLeft !== null) {
          this.passesLeft -= 1;
          if (this.passesLeft <= 0) {
            this.world.onDeath(this, 'between two deeds');
            return;
          }
        }
        resolve();
      };
      this.world.timeline.at(this.world.timeline.now + ms, arrive);
    });
  }

  #clock(isAlive: () => boolean): Clock {
    const { timeline } = this.world;
    const bornAt = timeline.now;
    return {
      kind: 'real',
      now: () => this.now,
      monotonicMs: () => timeline.now - bornAt,
      after: (delayMs, then) => {
        let isCancelled = false;
        const due = () => {
          if (!isAlive() || isCancelled) return;
          if (this.isFrozen) timeline.at(this.frozenUntil, due);
          else then();
        };
        const cancel = timeline.at(timeline.now + Math.max(0, delayMs), due);
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }

  /** Polls; where nothing has changed and nothing is under way, less and less often, which a law says is harmless. */
  #beat(isAlive: () => boolean, inMs: number): void {
    const { timeline } = this.world;
    let skipped = 0;
    const beat = () => {
      if (!isAlive()) return;
      timeline.at(timeline.now + this.world.pollMs, beat);
      if (this.isFrozen) return;
      const last = this.sights.at(-1);
      const isNews = last === undefined || last.at <= this.world.changedAt;
      skipped += 1;
      if (!isNews && this.life?.controller.isIdle && skipped < IDLE_BEATS) return;
      skipped = 0;
      this.life?.controller.beat();
    };
    timeline.at(timeline.now + inMs, beat);
  }

  /** What a controller is about to decide on, before anything of it can be changed. */
  #witnessFacts(survey: Survey): void {
    const observe = survey.observe.bind(survey);
    survey.observe = async (only, progress, extra) => {
      const observed = await observe(only, progress, extra);
      for (const { name, weighed, evidence } of observed.environments) {
        const known = weighed.flatMap(({ commit, tag }) => (evidence.has(commit) ? [`${commit} ${tag ?? ''}`] : []));
        this.facts.set(name, [...(this.facts.get(name) ?? []).slice(1 - FACTS_MAX), new Set(known)]);
      }
      return observed;
    };
  }

  #git(isAlive: () => boolean, pushes: PushAnswers): GitRepository {
    const { world } = this;
    const git = openMemoryGit({ remote: world.remote, cache: this.cache, exports: this.exports, merges: 'files' });
    const latency = () => world.luck.net.between(5, 60) * this.slowness;
    /** There and back: the line may be down either way. */
    const remotely = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.pass(isAlive, latency());
      this.#assertReached();
      const answer = await work();
      await this.pass(isAlive, latency());
      this.#assertReached();
      return answer;
    };
    const locally = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.pass(isAlive, world.luck.net.between(0, 4));
      const answer = await work();
      await this.pass(isAlive, world.luck.net.between(0, 4));
      return answer;
    };
    return {
      ...git,
      look: (prefixes) =>
        remotely(async () => {
          const seen = await git.look(prefixes);
          this.#sees(seen.refs, prefixes);
          return this.#dated(seen);
        }),
      fetch: (wants) => remotely(() => git.fetch(wants)),
      writeCommits: (drafts) => locally(() => git.writeCommits(drafts)),
      writeRestore: (input) => locally(() => git.writeRestore(input)),
      writeCopies: (input) => locally(() => git.writeCopies(input)),
      writeMerge: (input) => locally(() => git.writeMerge(input)),
      exportTree: (commit, folder, options) => locally(() => git.exportTree(commit, folder, options)),
      push: (updates, options) => pushes.heard(() => this.#push(git, isAlive, latency, updates, options)),
      removeRestore: (ref, expected) => remotely(() => git.removeRestore(ref, expected)),
    };
  }

  /** A look at a few refs says nothing of the others. */
  #sees(refs: ReadonlyMap<string, string>, prefixes: readonly string[]): void {
    const others = [...(this.sights.at(-1)?.refs ?? [])].filter(
      ([ref]) => !prefixes.some((prefix) => ref.startsWith(prefix)),
    );
    this.sights.push({ at: this.world.timeline.now, refs: new Map([...others, ...refs]) });
    if (this.sights.length > SIGHTS_MAX) this.sights.shift();
  }

  /** With a `Date` header, as HTTP has one: the difference between the clocks. */
  #dated(seen: RemoteRefs): RemoteRefs {
    return { ...seen, clockSkewMs: this.world.tellsTime ? -this.clockOffsetMs : null };
  }

  #assertReached(): void {
    if (this.cutOffUntil <= this.world.timeline.now) return;
    throw new Fault('remote-unreachable', 'the remote does not answer', { retry: 'later', hint: 'the line is down' });
  }

  async #push(
    git: GitRepository,
    isAlive: () => boolean,
    latency: () => number,
    updates: readonly PushUpdate[],
    options: { readonly atomic?: boolean } | undefined,
  ): Promise<ReadonlyMap<string, PushResult>> {
    const { luck, chances } = this.world;
    const doubt = new Map<string, PushResult>(updates.map(({ ref }) => [ref, { type: 'in-doubt', fault: UNANSWERED }]));
    await this.pass(isAlive, latency());
    if (luck.net.chance(chances.pushThrown)) this.#cut();
    if (this.cutOffUntil > this.world.timeline.now || luck.net.chance(chances.pushLost)) {
      await this.pass(isAlive, latency());
      return doubt;
    }
    const answer = await git.push(updates, options);
    const isUnanswered = luck.net.chance(chances.pushUnanswered);
    await this.pass(isAlive, latency());
    return isUnanswered || this.cutOffUntil > this.world.timeline.now ? doubt : answer;
  }

  #cut(): void {
    throw new Fault('remote-timeout', 'the push took too long', { retry: 'later', hint: 'is the remote busy?' });
  }

  #folder(isAlive: () => boolean): StateFolder {
    const { world } = this;
    const folder = memoryFolder(this.exports);
    const disk = () => this.pass(isAlive, world.luck.net.between(0, 3));
    let last: Promise<void> = Promise.resolve();
    // One act on the file at a time, in the order in which they were asked for, as the real journal promises.
    const inTurn = (act: () => Promise<void>): Promise<void> => {
      last = last.catch(() => {}).then(act);
      return last;
    };
    return {
      ...folder,
      controllerId: this.id,
      readJournal: async () => [...this.journal],
      appendJournal: (lines) =>
        inTurn(async () => {
          await disk();
          if (this.diskFullUntil > world.timeline.now) {
            // Some of it may have found room.
            this.journal.push(...lines.slice(0, world.luck.net.between(0, lines.length - 1)));
            throw new Fault('disk-full', 'the disk is full', { retry: 'later', hint: 'make room' });
          }
          // A crash from here on leaves what is written and not yet acknowledged, up to some line.
          const before = this.journal.length;
          this.journal.push(...lines);
          const kept = before + world.luck.net.between(0, lines.length);
          const journal = this.journal;
          const cut = () => {
            if (this.journal === journal) journal.length = Math.min(journal.length, kept);
          };
          this.#unsynced.add(cut);
          await disk();
          this.#unsynced.delete(cut);
        }),
      clearJournal: () =>
        inTurn(async () => {
          await disk();
          this.journal = [];
        }),
      readNote: async (name) => this.notes.get(name) ?? null,
      writeNote: async (name, text) => {
        await disk();
        if (this.diskFullUntil > world.timeline.now)
          throw new Fault('disk-full', 'the disk is full', { retry: 'later', hint: 'make room' });
        this.notes.set(name, text);
      },
    };
  }
}

/** Twenty polls of half a minute. */
const IDLE_BEATS = 20;
const SIGHTS_MAX = 64;
const FACTS_MAX = 4;
