// What must hold at every instant of a life, asked of what really happened. Each has a name by which its mutant is
// known.

import { readJournal } from '../../engine/controller/ledger/journal.ts';
import { readSeen as readTips } from '../../engine/controller/loop/flusher.ts';
import type { LedgerRecord, RunRecord } from '../../engine/ledger/records/table.ts';
import type { JobSpec } from '../../engine/model/job.ts';
import { GatesChecker } from './gates-checker.ts';
import { LEDGER_PREFIX, reaches } from './ledger-truth.ts';
import type { Machine } from './machine.ts';
import type { Touch } from './targets.ts';
import type { Checker } from './witness.ts';
import type { World } from './world.ts';

type Opened = Extract<RunRecord, { type: 'run-opened' }>;

/** How a step is said to have ended that nobody let come to its own end. */
const LEASE_ENDED = /lease was not renewed in time|another controller speaks for/;

/** As repository-model.ts writes `lease.expires`. */
const LEASE_MS = 30_000;
/** Between a look and the end of a step that does not listen at once. */
const ENDS_MS = 8_000;

export class Checkers {
  readonly #world: World;
  readonly #opened = new Map<string, Opened>();
  readonly #touched = new Set<string>();
  readonly #gates: GatesChecker;

  constructor(world: World) {
    this.#world = world;
    this.#gates = new GatesChecker(world);
    world.watchers.push({
      onRecord: (machine, environment, record) => this.#recorded(machine, environment, record),
      onLanded: (environment, record) => this.#landed(environment, record),
      onJob: (machine, _life, spec) => this.#jobStarts(machine, spec),
    });
    world.targets.onTouch = (touch, others) => {
      const other = others.find((each) => !this.#isErased(each));
      if (other !== undefined)
        this.#breach(
          'one-at-a-time',
          `${touch.job} of ${touch.life} begins while ${other.job} of ${other.life} is there`,
        );
      this.#lock(touch.environment, touch.run);
    };
  }

  #breach(checker: Checker, sentence: string): void {
    this.#world.witness.breach(checker, sentence);
  }

  /**
   * A claim that a person has erased is seen by nobody: until its holder has looked and has ended its step, or its
   * lease has.
   */
  #isErased({ environment, life, beganAt }: Touch): boolean {
    const { ledger, machines, timeline } = this.#world;
    const at = ledger.spoiltAt(environment);
    if (at === null || beganAt > at || timeline.now >= at + LEASE_MS) return false;
    const holder = machines.find(({ name }) => life.startsWith(`${name}#`));
    const looked = holder?.sights.find((sight) => sight.at >= at)?.at;
    return looked === undefined || timeline.now < looked + ENDS_MS;
  }

  #landed(environment: string, record: LedgerRecord): void {
    if (record.type === 'run-opened') this.#opened.set(record.run, record);
    if (record.type === 'stage-started' && record.stage === 'deploy') this.#touched.add(record.run);
    this.#beganAnew(environment, record);
    const unjust = record.type === 'gates-accepted' ? this.#gates.inForce.landed(environment, record) : null;
    // What a person has rewritten is folded from what is left of it.
    if (record.type === 'gates-accepted' && unjust !== null && this.#world.ledger.spoilt.size === 0)
      this.#breach('in-force', `gates ${record.serial} of ${environment} (${record.on}) are accepted: ${unjust}`);
  }

  /** What a person did to a ledger is noticed by anyone who has seen it before. */
  #beganAnew(environment: string, record: LedgerRecord): void {
    const { ledger, machines, remote, attic, noticeable } = this.#world;
    if (!ledger.spoilt.has(environment) || !record.by.startsWith('controller ')) return;
    const machine = machines.find(({ name }) => `controller ${name}` === record.by);
    const ref = `${LEDGER_PREFIX}${environment}`;
    const tip = remote.refs.get(ref) ?? '';
    const seen = readTips(machine?.notes.get('ledger-tips.json') ?? null).get(ref);
    // Where two were deleted and all disks lost, nobody is left who could know.
    const isNoticeable = noticeable.has(environment) && ledger.spoilt.size === 1;
    if (isNoticeable || (seen !== undefined && !reaches(attic, tip, seen)))
      this.#breach(
        'begun-again',
        `${record.by} goes on with the ledger of ${environment}, which a person has rewritten`,
      );
  }

  #jobStarts(machine: Machine, { id, environment, env }: JobSpec): void {
    const { ledger } = this.#world;
    const [run = '', stage = '', attempt = ''] = id.split('/');
    if (ledger.spoilt.has(environment)) return;
    const landed = ledger.of(environment).map(({ record }) => record);
    const epoch = Number(env['TIDEGATE_EPOCH']);
    const isClaimed = landed.some(
      (record) =>
        (record.type === 'run-opened' || record.type === 'lease-taken') &&
        record.epoch === epoch &&
        record.controller === machine.id,
    );
    if (!isClaimed) this.#breach('claimed', `${id} starts under epoch ${epoch}, which the remote never granted`);
    const isDone = landed.some(
      (record) =>
        record.type === 'stage-ended' && record.run === run && record.stage === stage && record.outcome === 'Succeeded',
    );
    if (isDone) this.#breach('repeated', `${id} starts, and the remote knows that ${stage} has succeeded`);
    const local = readJournal(machine.journal).get(environment) ?? [];
    const isIntended = [...landed, ...local].some(
      (record) =>
        (record.type === 'stage-started' || record.type === 'step-retried') &&
        record.run === run &&
        record.stage === stage &&
        record.attempt === Number(attempt),
    );
    if (!isIntended) this.#breach('intent', `${id} starts, and nothing durable says that it was meant to`);
  }

  #recorded(machine: Machine, environment: string, record: LedgerRecord): void {
    if (record.type === 'gates-accepted') this.#gates.inForce.decided(machine, environment, record);
    if (record.type === 'run-opened') {
      this.#opened.set(record.run, record);
      if (record.kind === 'deploy') this.#gates.granted(machine, environment, record);
    }
    if (record.type === 'step-ended' && LEASE_ENDED.test(record.sentence))
      this.#breach('unwarranted', `${record.run} is judged by a step that ended with its lease: ${record.sentence}`);
    if (record.type !== 'stage-started' || record.stage !== 'deploy' || this.#touched.has(record.run)) return;
    this.#touched.add(record.run);
    const run = this.#opened.get(record.run);
    if (run !== undefined && run.kind !== 'rollback') this.#gates.touches(machine, environment, run);
  }

  /** Environments that share a lock are never touched at once, but for rollbacks. */
  #lock(environment: string, run: string): void {
    const model = this.#world.modelAt(this.#world.head());
    const hasLock = (name: string) => model.environments[name]?.gates.includes('shared-lock') === true;
    if (!hasLock(environment) || this.#opened.get(run)?.kind !== 'deploy' || this.#opened.get(run)?.emergency) return;
    const other = this.#world.targets
      .elsewhere(environment)
      .find((touch) => hasLock(touch.environment) && this.#opened.get(touch.run)?.kind === 'deploy');
    if (other !== undefined && !this.#world.ledger.spoilt.has('_all'))
      this.#breach('lock', `${run} touches ${environment} while ${other.run} touches ${other.environment}`);
  }
}
