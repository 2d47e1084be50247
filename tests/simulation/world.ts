// One simulated life from one seed: a remote, machines with controllers, targets, people, and what goes wrong. It
// wires; what happens is decided in people.ts and faults.ts, what is right in the checkers.

import { readSeen } from '../../engine/ledger/commit.ts';
import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import { sayRecord } from '../../engine/ledger/say.ts';
import type { JobSpec } from '../../engine/model/job.ts';
import { type MemoryRemote, memoryRemote } from '../support/memory-remote.ts';
import { type MemoryStore, memoryStore, type StoredObject } from '../support/memory-store.ts';
import { LEDGER_PREFIX, LedgerTruth, ledgerFiles, reaches } from './ledger-truth.ts';
import type { Machine } from './machine.ts';
import type { Mutant } from './mutant.ts';
import { Random } from './random.ts';
import type { RepositoryModel } from './repository-model.ts';
import type { Script } from './script.ts';
import { SharedReading } from './shared-reading.ts';
import { Targets } from './targets.ts';
import { Timeline } from './timeline.ts';
import { Witness } from './witness.ts';

/** How likely each is, per occasion. */
export type Chances = {
  pushThrown: number;
  pushLost: number;
  pushUnanswered: number;
  vanish: number;
  down: number;
};

export type GatesAnswerTag = {
  readonly name: string;
  readonly environment: string;
  readonly by: string;
  readonly answer: 'approved' | 'rejected';
  readonly serial: number;
  readonly digest: string;
  readonly at: number;
};

export type Said = { readonly at: number; readonly sentence: string };

export type Watcher = {
  readonly onRecord?: (machine: Machine, environment: string, record: LedgerRecord) => void;
  readonly onLanded?: (environment: string, record: LedgerRecord) => void;
  readonly onJob?: (machine: Machine, life: string, spec: JobSpec) => void;
};

export class World {
  readonly timeline: Timeline;
  readonly luck: {
    readonly machines: Random;
    readonly net: Random;
    readonly jobs: Random;
    readonly people: Random;
    readonly faults: Random;
  };
  readonly witness: Witness;
  readonly remote: MemoryRemote = memoryRemote();
  /** Every object that the remote ever had. */
  readonly attic: MemoryStore = memoryStore();
  readonly ledger: LedgerTruth;
  readonly targets = new Targets();
  readonly reading = new SharedReading();
  readonly machines: Machine[] = [];
  readonly mutant: Mutant;
  readonly watchers: Watcher[] = [];
  /** What the default branch ever was at. */
  readonly heads = new Set<string>();
  /** Answers to changes of gates by tag. */
  readonly gateTags: GatesAnswerTag[] = [];
  /** What each commit of the default branch means, by commit. */
  readonly models = new Map<string, RepositoryModel>();
  readonly tellsTime: boolean;
  readonly pollMs = 30_000;
  chances: Chances = { pushThrown: 0, pushLost: 0, pushUnanswered: 0, vanish: 0, down: 0 };
  /** Spoilt ledgers that another ledger knew to have been further: nobody may begin them again, whatever was lost. */
  readonly noticeable = new Set<string>();
  /** What controllers said of each environment, why it holds still. */
  readonly said = new Map<string, Said[]>();
  readonly #contents = new Map<string, string | null>();
  /** When a ref last moved. */
  changedAt: number;
  /** A person moves a ledger ref right now. */
  isRewriting = false;

  constructor(seed: string, script: Pick<Script, 'startsAt' | 'tellsTime'>, mutant: Mutant) {
    const random = new Random(seed);
    this.luck = {
      machines: random.stream('machines'),
      net: random.stream('net'),
      jobs: random.stream('jobs'),
      people: random.stream('people'),
      faults: random.stream('faults'),
    };
    this.timeline = new Timeline(script.startsAt);
    this.changedAt = this.timeline.now;
    this.witness = new Witness(this.timeline);
    this.ledger = new LedgerTruth(this.attic);
    this.tellsTime = script.tellsTime;
    this.mutant = mutant;
    this.#watchRefs();
  }

  head(): string {
    return this.remote.refs.get('refs/heads/main') ?? '';
  }

  /** Of a commit that nobody but a controller made: what its first parent meant. */
  modelAt(commit: string): RepositoryModel {
    for (let at: string | undefined = commit; at !== undefined; ) {
      const known = this.models.get(at);
      if (known !== undefined) return known;
      const object: StoredObject | undefined = this.attic.kept(at)?.object;
      at = object?.type === 'commit' ? object.parents[0] : undefined;
    }
    throw new Error(`nobody knows what ${commit} means`);
  }

  /** The files of one environment at a commit, as one text. */
  contents(environment: string, commit: string): string | null {
    const key = `${environment} ${commit}`;
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const own = [...ledgerFiles(this.attic, commit)].filter(([path]) =>
      path.startsWith(`environments/${environment}/`),
    );
    const text = own.length === 0 ? null : own.map(([path, oid]) => `${path} ${oid}`).join('\n');
    this.#contents.set(key, text);
    return text;
  }

  hears(environment: string, sentence: string): void {
    this.said.set(environment, [...(this.said.get(environment) ?? []), { at: this.timeline.now, sentence }]);
  }

  onRecord(machine: Machine, environment: string, record: LedgerRecord, sentence: string): void {
    // That it stalled, and why, stands in the log of what is recorded.
    if (record.type === 'run-failed' && record.next === 'stall') this.hears(environment, sentence);
    this.witness.tell(machine.life?.name ?? machine.name, `${environment}: ${record.type}`, sentence);
    for (const watcher of this.watchers) watcher.onRecord?.(machine, environment, record);
  }

  onJob(machine: Machine, life: string, spec: JobSpec): void {
    this.witness.tell(life, `job ${spec.id}`, `epoch ${spec.env['TIDEGATE_EPOCH']}`);
    for (const watcher of this.watchers) watcher.onJob?.(machine, life, spec);
  }

  /** An invariant of the engine failed, or its cache is damaged: this life is over. */
  onFailure(machine: Machine, cause: unknown): void {
    const said = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.witness.breach('invariants', `${machine.life?.name} failed: ${said}`);
  }

  /** Comes back after a while: nobody leaves a controller lying. */
  onDeath(machine: Machine, why: string): void {
    const { faults } = this.luck;
    machine.crash(why, faults.chance(0.3));
    if (faults.chance(0.15)) machine.wipe();
    const comesBackMs = faults.chance(0.5) ? faults.between(100, 3_000) : faults.wait(60_000);
    this.timeline.at(this.timeline.now + comesBackMs, () => {
      if (machine.life === null) void machine.boot();
    });
  }

  #watchRefs(): void {
    const { refs } = this.remote;
    const [set, remove] = [refs.set.bind(refs), refs.delete.bind(refs)];
    refs.set = (name, oid) => {
      const before = refs.get(name);
      set(name, oid);
      // Done when it returns: both stores are Maps.
      void this.attic.copy(this.remote.store, oid);
      this.changedAt = this.timeline.now;
      if (name === 'refs/heads/main') this.heads.add(oid);
      if (name.startsWith(LEDGER_PREFIX)) this.#ledgerMoved(name.slice(LEDGER_PREFIX.length), oid);
      else if (before !== oid) this.witness.tell('remote', `${name.replace(/^refs\//, '')} is ${oid.slice(0, 7)}`);
      return refs;
    };
    refs.delete = (name) => {
      this.changedAt = this.timeline.now;
      if (name.startsWith(LEDGER_PREFIX)) this.#spoil(name.slice(LEDGER_PREFIX.length), null);
      return remove(name);
    };
  }

  #spoil(environment: string, oid: string | null): void {
    this.ledger.rewritten(environment, oid, this.timeline.now);
    for (const [name, tip] of this.remote.refs) {
      if (!name.startsWith(LEDGER_PREFIX) || name === `${LEDGER_PREFIX}${environment}`) continue;
      const commit = this.attic.kept(tip)?.object;
      const seen = commit?.type === 'commit' ? readSeen(commit.message) : [];
      const isGone = seen.some(
        (one) => one.environment === environment && (oid === null || !reaches(this.attic, oid, one.oid)),
      );
      if (isGone) this.noticeable.add(environment);
    }
  }

  #ledgerMoved(environment: string, oid: string): void {
    if (this.isRewriting) {
      this.#spoil(environment, oid);
      return;
    }
    const moved = this.ledger.moved(environment, oid, this.timeline.now);
    if ('broken' in moved) {
      this.witness.breach('append-only', `the ledger of ${environment} was broken by a push: ${moved.broken}`);
      return;
    }
    for (const { record } of moved) {
      this.witness.tell('remote', `${environment} + ${record.id}`, `${record.by}: ${sayRecord(record)}`);
      for (const watcher of this.watchers) watcher.onLanded?.(environment, record);
    }
  }
}
