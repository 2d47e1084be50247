// One environment's life in values: plans are applied to a folded state, the world moves by itself between them. No
// Git, no processes, no disk; what those would do wrong (a torn write, a lost disk, a lease taken by another) are
// moves. Every decision is shown to `watch`, so that laws are checked at each and not only at the end.

import type { Instant } from '../../engine/base/instant.ts';
import { fold } from '../../engine/ledger/fold.ts';
import {
  type EventRecord,
  isClaim,
  isRunRecord,
  type LedgerRecord,
  type NewEvent,
} from '../../engine/ledger/records/table.ts';
import type { PolicyConfig, StepConfig } from '../../engine/model/config.ts';
import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { JobEnding } from '../../engine/model/job.ts';
import {
  NO_GATES_CHANGE,
  type Observed,
  type ObservedEnvironment,
  type ObservedLease,
  type VersionConfig,
} from '../../engine/model/observed.ts';
import {
  type EndedEffect,
  type OutsideEffect,
  type WriteBackResult,
  writeBackId,
} from '../../engine/model/outside-effect.ts';
import type { Contents, Version } from '../../engine/model/version.ts';
import type { Effect, Plan } from '../../engine/reconcile/plan.ts';
import { environmentConfig, pipelineConfig } from './config-builders.ts';
import { accepting, gatesFrom, plainStages } from './gates-builders.ts';
import type { Move, Shape } from './model-moves.ts';
import { ANA, contents, freeze, instant, officeHours, version } from './observed-builders.ts';

export type Decide = (observed: Observed, now: Instant) => Plan;
export type Decision = {
  readonly observed: Observed;
  readonly now: Instant;
  readonly plan: Plan;
  /** Goes up when records that were never pushed are lost: what they named is named again. */
  readonly scope: number;
};

const LEASE_MS = 30_000;
const FREEZE = officeHours({ allow: [], deny: [freeze('2026-01-01', '2027-12-31', 'year-end')] });
/** Plans in a row without the world moving: a decision that needs more is running in a circle. */
const PLANS_MAX = 40;

export class Life {
  readonly shape: Shape;
  readonly complaints: string[] = [];
  readonly decisions: Decision[] = [];
  /** All that `state` is folded from. */
  readonly records: LedgerRecord[] = [];
  now = instant('2026-11-20 12:00');
  state: EnvironmentState;
  readonly #decide: Decide;
  #durable: EnvironmentState;
  #controller = { id: 'controller-1', name: 'one' };
  #claimedEpoch: number | null = null;
  #leaseSeenAt = this.now;
  #offered: { name: string; contents: Contents }[] = [];
  #problem: 'none' | 'broken-head' | 'damaged' | 'skew' | 'frozen' = 'none';
  #holdLifted: string | null = null;
  #events = 0;
  #scope = 0;
  readonly #versions = new Map<string, VersionConfig>();
  readonly #contents = new Map<string, Contents>();
  #jobs = new Map<string, JobEnding | 'running'>();
  #effects = new Map<string, EndedEffect>();
  readonly #removed = new Set<string>();
  #writing = new Map<string, OutsideEffect<'write-back'>>();

  constructor(shape: Shape, decide: Decide) {
    this.shape = shape;
    this.#decide = decide;
    this.state = this.#durable = emptyState(shape.environment);
  }

  /** Lets the world move, then decides until nothing more follows. `times`: each plan is applied so often. */
  live(moves: readonly Move[], times = 1): this {
    for (const move of moves) {
      this.move(move);
      if (move.type !== 'torn') this.settle(times);
    }
    return this;
  }

  settle(times = 1): Plan {
    for (let count = 0; ; count += 1) {
      const plan = this.decide();
      for (let time = 0; time < times; time += 1) this.#apply(plan, plan.append.length);
      if (plan.append.length === 0) {
        const silent = this.state.open.length > 0 && plan.because.length + plan.effects.length === 0;
        if (silent) this.complaints.push(`${this.state.open.at(-1)?.id} rests and nobody is told why`);
        return plan;
      }
      if (count === PLANS_MAX) {
        this.complaints.push(`never comes to rest: ${plan.append.map(({ record }) => record.id).join(', ')}`);
        return plan;
      }
    }
  }

  /** Everything goes well from now on, and people look after what waits for them. */
  heal(): this {
    this.#problem = 'none';
    for (let round = 0; round < 60; round += 1) {
      this.now += LEASE_MS + 3 * 3_600_000;
      if (this.state.suspended !== null || this.state.stalled !== null)
        this.#event({ type: 'resumed', reason: 'seen' });
      this.#holdLifted = this.state.held === null ? null : 'merged by hand';
      const plan = this.settle();
      for (const id of this.#running()) this.#end(id, 'succeeded');
      for (const run of this.#writing.keys()) this.#writtenBack(run, 'merged');
      const { open, requests, held, stalled } = this.state;
      const isQuiet = open.length + requests.length === 0 && held === null && stalled === null;
      if (isQuiet && plan.effects.length === 0 && plan.wakeAt === null) break;
    }
    return this;
  }

  decide(): Plan {
    const observed = this.observe();
    const plan = this.#decide(observed, this.now);
    this.decisions.push({ observed, now: this.now, plan, scope: this.#scope });
    return plan;
  }

  move(move: Move): void {
    switch (move.type) {
      case 'pass':
        this.now += move.ms;
        return;
      case 'offer': {
        const has = contents(this.#named(move.contents));
        const name = this.#named(move.version, move.contents === move.version ? 0 : move.contents);
        this.#offered = [{ name, contents: has }];
        this.#knows(name, has);
        return;
      }
      case 'end-job':
        for (const id of this.#running().slice(0, 1)) this.#end(id, move.outcome);
        return;
      case 'lapse':
        for (const id of this.#running().slice(0, 1)) this.#end(id, 'cancelled', { lapsed: true });
        return;
      case 'written-back':
        for (const run of this.#writing.keys()) this.#writtenBack(run, move.result);
        return;
      case 'flush':
        this.#durable = this.state;
        return;
      case 'torn':
        this.#tear(move.keep);
        return;
      case 'crash':
        this.#restart();
        return;
      case 'lose-disk':
        this.#forgetUnpushed();
        this.#controller = { id: `controller-${this.decisions.length + 2}`, name: 'two' };
        this.#scope += 1;
        this.#restart();
        return;
      case 'take-over':
        this.#takeOver();
        return;
      case 'ask-deploy':
        this.#knows(this.#named(move.version));
        this.#event({
          type: 'deploy-requested',
          version: version(this.#named(move.version)),
          reason: 'asked',
          emergency: move.emergency,
          skipTests: move.skipTests,
        });
        return;
      case 'ask-rollback':
        this.#event({
          type: 'rollback-requested',
          to: move.version === null ? null : version(this.#named(move.version)),
          reason: 'asked',
        });
        return;
      case 'suspend':
        this.#event({
          type: 'suspended',
          reason: 'hands off',
          until: move.ms === null ? null : this.now + move.ms,
        });
        return;
      case 'resume':
        this.#event({ type: 'resumed', reason: 'go on' });
        return;
      case 'world':
        this.#problem = move.problem;
    }
  }

  observe(): Observed {
    return {
      controller: this.#controller,
      clock: 'real',
      hasRoom: true,
      recordsOutput: true,
      killGraceMs: 5_000,
      clockSkewMs: this.#problem === 'skew' ? 600_000 : 0,
      defaultBranch: 'main',
      repository: { type: 'read', state: emptyState(REPOSITORY_LEDGER) },
      holidays: {},
      environments: [this.#environment()],
    };
  }

  /** What could be deployed now, or null. */
  get offered(): { readonly version: Version; readonly contents: Contents } | null {
    const [first] = this.#offered;
    return first === undefined ? null : { version: version(first.name), contents: first.contents };
  }

  #environment(): ObservedEnvironment {
    const { state } = this;
    const name = this.shape.environment;
    return {
      name,
      ledger:
        this.#problem === 'damaged'
          ? { type: 'damaged', sentence: 'the ledger was rewritten', state: emptyState(name) }
          : { type: 'read', state: accepting(state, this.#gates()) },
      lease: this.#lease(),
      gates: this.#problem === 'broken-head' ? null : this.#gates(),
      problems: [],
      config: version('head').commit,
      offers: this.#offered.map(({ name: offered, contents: has }) => {
        const { commit, tag } = version(offered);
        const tagged = tag === null ? null : { name: tag, oid: commit, reachable: true, on: ['main'] };
        const trigger = tag === null ? 'commit' : 'tag';
        // In this world nothing is older or newer: what people went away from is told by its commit.
        const passedOver = state.current?.left.find((left) => left.version.commit === commit)?.version ?? null;
        return {
          version: { commit, tag },
          contents: has,
          trigger,
          author: ANA,
          tag: tagged,
          descends: true,
          passedOver,
        };
      }),
      ignored: [],
      gatesChange: NO_GATES_CHANGE,
      isHeadSetAside: false,
      gatesTags: [],
      versions: new Map(this.#versions),
      contents: new Map(this.#contents),
      jobs: new Map(this.#jobs),
      effects: new Map(this.#effects),
      leftovers: new Map(
        state.leftovers.map(({ branch, commit }) => [
          branch,
          this.#removed.has(branch) ? { type: 'gone' } : { type: 'there', oid: commit },
        ]),
      ),
      writeBack: { branch: 'main', otherInputs: [], tagNames: [], digestAtHead: null },
      evidence: new Map(),
      weighed: [
        ...this.#offered.map(({ name: offered }) => version(offered)),
        ...[...state.open, ...(state.current === null ? [] : [state.current])].map((each) => each.version),
        ...state.requests.flatMap((request) => (request.type === 'deploy' ? [request.version] : [])),
      ],
      signers: new Map(),
      approvalTags: [],
      holders: [],
      holdLifted: this.#holdLifted,
    };
  }

  #policies(): readonly PolicyConfig[] {
    return [
      ...(this.shape.gated ? [officeHours({ onWindowClose: this.shape.onWindowClose })] : []),
      ...(this.#problem === 'frozen' ? [FREEZE] : []),
    ];
  }

  #gates(): NonNullable<ObservedEnvironment['gates']> {
    const { environment: name, queue } = this.shape;
    const policies = this.#policies();
    return gatesFrom({
      environment: { ...environmentConfig(name), policies: policies.map((policy) => policy.name), queue },
      policies,
      stages: plainStages(),
      named: {},
      people: { ana: { emails: ['ana@example.org'], github: null, gitlab: null } },
      teams: { leads: ['ana'] },
      signatures: 'optional',
    });
  }

  #lease(): ObservedLease {
    const lease = this.state.open.at(-1)?.lease ?? null;
    if (lease === null) return { type: 'none' };
    const { epoch, controller } = lease;
    if (controller === this.#controller.id) return { type: epoch === this.#claimedEpoch ? 'mine' : 'former', epoch };
    return { type: 'foreign', epoch, controller, expiresAt: this.#leaseSeenAt + LEASE_MS };
  }

  /** As the controller does: records first, effects after they are on disk. What no longer fits was decided twice. */
  #apply(plan: Plan, keep: number): void {
    const seen = this.state;
    for (const { record } of plan.append.slice(0, keep)) this.#add(record, seen);
    if (keep < plan.append.length) return;
    for (const effect of plan.effects) this.#perform(effect);
  }

  #add(record: LedgerRecord, seen: EnvironmentState): void {
    const folded = fold(this.state, record);
    if (folded.type === 'refused') {
      if (!this.#isKnown(record, seen)) this.complaints.push(`fold refuses what was decided: ${folded.sentence}`);
      return;
    }
    this.state = folded.state;
    this.records.push(record);
    if (!isClaim(record)) return;
    this.#durable = this.state;
    if (record.type === 'run-opened' || record.type === 'lease-taken') this.#claimedEpoch = record.epoch;
  }

  /** The same plan, applied before. */
  #isKnown(record: LedgerRecord, seen: EnvironmentState): boolean {
    if (!isRunRecord(record)) return seen.events.includes(record.id);
    const number = Number(record.id.slice(record.run.length + 1));
    const open = seen.open.find((run) => run.id === record.run);
    return open === undefined ? Number(/\d+$/.exec(record.run)?.[0]) <= seen.runs : number <= open.records;
  }

  #perform(effect: Effect): void {
    if (effect.type === 'start-job') {
      if (!this.#jobs.has(effect.job.id)) this.#jobs.set(effect.job.id, 'running');
    } else if (effect.type === 'outside') {
      if (effect.kind === 'write-back') this.#writing.set(effect.run ?? '', effect);
      else if (effect.kind === 'remove-branch') this.#removed.add(effect.payload.branch);
    }
    // What is stopped takes its time: it goes on until a move ends it.
  }

  #running(): readonly string[] {
    return [...this.#jobs].filter(([, job]) => job === 'running').map(([id]) => id);
  }

  #end(id: string, outcome: JobEnding['outcome'], lease: Pick<JobEnding, 'lapsed'> = {}): void {
    const said = { sentence: outcome, exitCode: null, signal: null, tail: '', logDigest: null, outputBytes: 0 };
    this.#jobs.set(id, { ...said, ...lease, outcome, durationMs: 1 });
  }

  #writtenBack(run: string, result: WriteBackResult['result']): void {
    const intended = this.#writing.get(run)?.payload ?? null;
    this.#writing.delete(run);
    const branch = result === 'held' ? `tidegate/_restore/${run}` : null;
    const commit = result === 'unneeded' ? null : version(`restore-${run}`).commit;
    const tag = result === 'unneeded' ? null : (intended?.tag ?? null);
    const said = { result, commit, tag, branch, sentence: `written back: ${result}` };
    this.#effects.set(writeBackId(run), { kind: 'write-back', run, result: said });
  }

  #tear(keep: number): void {
    const plan = this.decide();
    const isTornClaim = plan.append.some(({ record }) => isClaim(record));
    // A claim is one commit on the remote: all of it or nothing.
    this.#apply(
      plan,
      isTornClaim ? (keep % 2) * plan.append.length : Math.min(keep, Math.max(0, plan.append.length - 1)),
    );
    this.#restart();
  }

  #forgetUnpushed(): void {
    this.state = this.#durable;
    this.records.length = this.state.seq;
  }

  #restart(): void {
    this.#claimedEpoch = null;
    this.#leaseSeenAt = this.now;
    this.#jobs = new Map();
    this.#effects = new Map();
    this.#writing = new Map();
  }

  #takeOver(): void {
    const run = this.#durable.open.at(-1);
    if (run === undefined || run.lease?.controller === 'other') return;
    const record = { run: run.id, id: `${run.id}.${run.records + 1}`, at: this.now, by: 'controller other' };
    const because = 'the lease had expired';
    const epoch = this.#durable.epoch + 1;
    this.#forgetUnpushed();
    this.#add({ ...record, type: 'lease-taken', epoch, controller: 'other', because }, this.state);
    this.#scope += 1;
    this.#restart();
  }

  #event(event: NewEvent): void {
    this.#events += 1;
    const record = { ...event, id: `${event.type}:${this.#events}`, at: this.now, by: ANA } as EventRecord;
    this.#add(record, this.state);
  }

  #knows(name: string, has = contents(name)): void {
    const { environment, onFailure, idempotent, tries, cleans } = this.shape;
    const pipeline = pipelineConfig();
    const stages = pipeline.stages.map((stage) => ({
      ...stage,
      steps: [...stage.steps, ...(cleans ? [cleanup(stage.place)] : [])].map((step) => ({
        ...step,
        idempotent: stage.name === 'test' ? idempotent : step.idempotent,
        retry: { attemptsMax: tries, delayMs: 333, factor: 1.5, delayMsMax: 60_000 },
      })),
    }));
    const { commit } = version(name);
    this.#versions.set(commit, {
      type: 'read',
      environment: environmentConfig(environment),
      pipeline: { ...pipeline, stages, onFailure },
    });
    this.#contents.set(commit, has);
  }

  #named(number: number, patch = 0): string {
    return this.shape.environment === 'production' ? `v1.${number}.${patch}` : `change-${number}-${patch}`;
  }
}

function cleanup(place: StepConfig['place']): StepConfig {
  return {
    name: 'clean up',
    type: 'wait',
    settings: { waitMs: 1 },
    place,
    timeoutMs: 60_000,
    retry: { attemptsMax: 1, delayMs: 0, factor: 1, delayMsMax: 0 },
    idempotent: true,
    touches: false,
    scripts: [],
    if: { expression: 'always()', afterFailure: true },
  };
}
