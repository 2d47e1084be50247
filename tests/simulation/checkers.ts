// What must hold at every instant of a life, asked of what really happened. Each has a name by which its mutant is known.

import { readSeen as readTips } from '../../engine/controller/flusher.ts';
import { readJournal } from '../../engine/controller/journal.ts';
import type { JobSpec } from '../../engine/model/job.ts';
import type { LedgerRecord, RunRecord } from '../../engine/model/record.ts';
import { type Asked, closedBecause, nameOf, SLACK_MS } from './gate-truth.ts';
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
/** Docs: beyond five minutes nothing new starts. */
const CLOCK_OFF_MS = 5 * 60_000;

export class Checkers {
  readonly #world: World;
  readonly #opened = new Map<string, Opened>();
  readonly #touched = new Set<string>();

  constructor(world: World) {
    this.#world = world;
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

  /** A claim that a person has erased is seen by nobody: until its holder has looked and has ended its step, or its lease has. */
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
  }

  /** What a person did to a ledger is noticed by whoever has seen it before. */
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
        'begun-anew',
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
    if (record.type === 'run-opened') this.#opened.set(record.run, record);
    if (record.type === 'step-ended' && LEASE_ENDED.test(record.sentence))
      this.#breach('unwarranted', `${record.run} is judged by a step that ended with its lease: ${record.sentence}`);
    if (record.type !== 'stage-started' || record.stage !== 'deploy' || this.#touched.has(record.run)) return;
    this.#touched.add(record.run);
    const run = this.#opened.get(record.run);
    // What a person has rewritten is not known here any more than there.
    if (run === undefined || run.kind === 'rollback' || this.#isSpoilt(environment)) return;
    if (this.#isOff(machine)) this.#breach('gates', `${record.run} touches ${environment} by a clock that is off`);
    const because = this.#closed(machine, environment, run);
    if (because !== null) this.#breach('gates', `${record.run} touches ${environment}: ${because}`);
    const stopped = this.#suspended(machine, environment, run);
    if (stopped !== null) this.#breach('gates', `${record.run} touches ${environment}: ${stopped}`);
  }

  /** Its own ledger, the one of all, or one that a gate of its asks. */
  #isSpoilt(environment: string): boolean {
    const { ledger } = this.#world;
    const { environments, gates } = this.#world.modelAt(this.#world.head());
    const asked = (environments[environment]?.gates ?? []).flatMap((name) => {
      const gate = gates[name];
      return gate?.type === 'soak' ? [gate.in] : [];
    });
    return [environment, '_all', ...asked].some((name) => ledger.spoilt.has(name));
  }

  /** The remote has told it so, some time ago. */
  #isOff({ clockOffsetMs, clockSetAt, sights }: Machine): boolean {
    const { tellsTime, timeline } = this.#world;
    const hasLooked = sights.some(({ at }) => at >= clockSetAt && at < timeline.now - SLACK_MS);
    return tellsTime && hasLooked && Math.abs(clockOffsetMs) > CLOCK_OFF_MS;
  }

  /** Closed by each of the heads that this controller has seen in the last minutes, and by its last one before. */
  #closed(machine: Machine, environment: string, run: Opened): string | null {
    const { timeline, attic, ledger } = this.#world;
    const recent = machine.sights.filter(({ at }) => at >= timeline.now - SLACK_MS);
    const before = machine.sights.findLast(({ at }) => at < timeline.now - SLACK_MS);
    let because: string | null = 'it has never looked';
    for (const { refs } of before === undefined ? recent : [before, ...recent]) {
      const asked: Asked = {
        environment,
        run: run.run,
        commit: run.version.commit,
        now: machine.now,
        trueNow: timeline.now,
        refs,
        ledger,
        store: attic,
        contents: (name, commit) => this.#world.contents(name, commit),
      };
      because = this.#closedAt(refs.get('refs/heads/main') ?? '', asked);
      if (because === null) return null;
    }
    return because;
  }

  #closedAt(head: string, asked: Asked): string | null {
    const model = this.#world.modelAt(head);
    const { broken } = model;
    if (broken === 'repository' || (broken !== 'nothing' && broken.environment === asked.environment))
      return 'its configuration cannot be read';
    for (const name of model.environments[asked.environment]?.gates ?? []) {
      const gate = model.gates[name];
      const because = gate === undefined ? null : closedBecause(name, gate, asked);
      if (because !== null) return because;
    }
    return null;
  }

  #suspended(machine: Machine, environment: string, run: Opened): string | null {
    const { ledger, timeline } = this.#world;
    for (const name of [environment, '_all']) {
      const words = ledger.of(name).filter(({ record }) => record.type === 'suspended' || record.type === 'resumed');
      const known = words.filter(({ at }) => at < timeline.now - SLACK_MS).at(-1)?.record;
      const isNews = words.some(({ at }) => at >= timeline.now - SLACK_MS);
      if (known?.type !== 'suspended' || isNews) continue;
      if (known.until !== null && known.until < machine.now + SLACK_MS) continue;
      if (name === '_all' && run.requestedBy !== null && nameOf(run.requestedBy) === nameOf(known.by)) continue;
      return `suspended by ${known.by}`;
    }
    return null;
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
