// Observations that read like a story: an environment is told what happened to it, record by record, and folded by
// the ledger's own functions, so that no test rests on a state which could not be.

import { fold } from '../../engine/ledger/fold.ts';
import type { EventRecord, LedgerRecord, RunRecord } from '../../engine/ledger/records/table.ts';
import type { PolicyConfig, PromoteConfig } from '../../engine/model/config.ts';
import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { GateTerms } from '../../engine/model/gate-terms.ts';
import {
  type Gates,
  NO_GATES_CHANGE,
  type Observed,
  type ObservedEnvironment,
  type Offer,
  type VersionConfig,
} from '../../engine/model/observed.ts';
import type { PromotionFacts } from '../../engine/model/promotion.ts';
import type { Outcome } from '../../engine/model/record.ts';
import type { ClosedSpan } from '../../engine/model/rule.ts';
import type { Run } from '../../engine/model/run.ts';
import type { Contents, Version } from '../../engine/model/version.ts';
import type { WindowRule } from '../../engine/policy/rules/window.ts';
import { environmentConfig, pipelineConfig, place, promoteConfig, STAGES } from './config-builders.ts';
import { accepting, gatesFrom, plainStages } from './gates-builders.ts';

export const ANA = 'Ana <ana@example.org>';
export const DAN = 'Dan <dan@example.org>';
export const EVE = 'Eve <eve@example.org>';
/** Known, and in no team: most changes are his. */
export const LEO = 'Leo <leo@example.org>';

/** `instant('2026-11-20 16:00')`, in UTC. */
export function instant(text: string): number {
  return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime('UTC').epochMilliseconds;
}

/** The same name is always the same commit: `v1.4.2`, or any word for a commit without a tag. */
export function version(name: string): Version {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const commit = hash.toString(16).padStart(8, '0').repeat(5);
  return { commit, tag: /\d+\.\d+\.\d+/.test(name) ? name : null };
}

/** Every version has contents of its own, unless another's are named. */
export function contents(name: string): Contents {
  return { digest: `digest-${name}`, inputs: { 'environments/production': version(name).commit } };
}

/** Closed from one local date (or date-time) to another, in the zone of the office hours. */
export function freeze(from: string, to: string, reason: string | null = null): ClosedSpan {
  return { span: { type: 'dated', timezone: 'Europe/Bucharest', from, to }, reason, except: [], calendar: null };
}

export function officeHours(change: Partial<WindowRule> = {}): PolicyConfig {
  const rule: WindowRule = {
    type: 'window',
    place: place('policies/business-hours.yaml'),
    timezone: 'Europe/Bucharest',
    allow: [
      {
        span: {
          type: 'weekly',
          timezone: 'Europe/Bucharest',
          days: [1, 2, 3, 4, 5],
          fromMinute: 9 * 60,
          toMinute: 18 * 60,
        },
        noticeMs: null,
        name: null,
        calendar: null,
      },
    ],
    deny: [],
    holidays: [],
    onWindowClose: 'finish',
    ...change,
  };
  const override = {
    by: ['leads'],
    people: 1,
    author: 'counts',
    reason: 'required',
    expiresMs: 4 * 3_600_000,
    rules: null,
    postmortem: false,
  } as const;
  return { name: 'business-hours', place: place('policies/business-hours.yaml'), rules: [rule], override };
}

type Told<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock'> : never;
type ToldOfRun<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock' | 'run'> : never;
type Opened = Extract<RunRecord, { type: 'run-opened' }>;

export class Story {
  readonly name: string;
  #now = instant('2026-11-20 12:00');
  #state: EnvironmentState;
  #policies: readonly PolicyConfig[] = [];
  #rollbackBy: readonly string[] | null = null;
  #accepted: readonly PolicyConfig[] | null = null;
  #terms: Partial<GateTerms> = {};
  #offers: readonly Offer[] = [];
  #change: Partial<ObservedEnvironment> = {};
  #confirm = false;
  #promote: PromoteConfig | null = null;
  #signatures: 'optional' | 'required' = 'optional';
  readonly #ended: Run[] = [];
  readonly #contents = new Map<string, Contents>();
  readonly #versions = new Map<string, VersionConfig>();

  constructor(name = 'production') {
    this.name = name;
    this.#state = emptyState(name);
  }

  at(text: string): this {
    this.#now = instant(text);
    return this;
  }

  gatedBy(...policies: readonly PolicyConfig[]): this {
    this.#policies = policies;
    return this;
  }

  /** Other policies are in force than those that the head says. */
  accepted(...policies: readonly PolicyConfig[]): this {
    this.#accepted = policies;
    return this;
  }

  /** What is in force differs from what the head says in these. */
  acceptedTerms(change: Partial<GateTerms>): this {
    this.#terms = change;
    return this;
  }

  /** Only these may roll back. */
  rolledBackBy(...names: readonly string[]): this {
    this.#rollbackBy = names;
    return this;
  }

  /** Unsigned words of people do not count here. */
  signedWords(): this {
    this.#signatures = 'required';
    return this;
  }

  /** What runs in staging is proposed here; `wanted` and `seen` are what the repository says of that now. */
  promotes(change: Partial<PromoteConfig> = {}, facts: Partial<PromotionFacts> = {}): this {
    this.#promote = promoteConfig(change);
    const base = { branch: 'main', head: version('head').commit };
    return this.observes({
      promotion: { base, wanted: [], waits: null, seen: new Map(), branches: new Set(), ahead: [], ...facts },
    });
  }

  wantsConfirmation(): this {
    this.#confirm = true;
    return this;
  }

  /** What `follow` offers now, and nothing else. */
  offers(name: string, change: Partial<Offer> = {}): this {
    const offered = this.knows(name);
    const tag = offered.tag === null ? null : { name, oid: offered.commit, reachable: true, on: ['main'] };
    const trigger = tag === null ? 'commit' : 'tag';
    this.#offers = [
      {
        version: offered,
        contents: contents(name),
        trigger,
        author: ANA,
        tag,
        descends: true,
        passedOver: null,
        ...change,
      },
    ];
    return this;
  }

  /** A version that the repository has and that can be asked for. */
  knows(name: string): Version {
    const known = version(name);
    this.#contents.set(known.commit, contents(name));
    this.#versions.set(known.commit, {
      type: 'read',
      environment: environmentConfig(this.name),
      pipeline: pipelineConfig(),
    });
    return known;
  }

  /** Whatever else is observed. */
  observes(change: Partial<ObservedEnvironment>): this {
    this.#change = { ...this.#change, ...change };
    return this;
  }

  event(record: Told<EventRecord>, by = ANA): this {
    return this.#add({ ...record, id: `${record.type}:${this.#state.seq}`, at: this.#now, by } as EventRecord);
  }

  /** A run that went well, a second a stage. */
  deployed(name: string, change: Partial<Opened> = {}): this {
    this.opens(name, change);
    for (const stage of STAGES) this.passes(stage.name);
    return this.ends('Succeeded', 'deployed');
  }

  /** A run that failed its health check, and the rollback that put the version before back. */
  failedAndRolledBack(name: string, sentence: string, tail = ''): this {
    this.opens(name).passes('test').passes('deploy').fails('verify', sentence, 'roll-back', tail);
    const good = this.#state.current;
    const failed = this.run();
    if (good === null) throw new Error('nothing to roll back to');
    this.opens(good.version.tag ?? good.version.commit, {
      kind: 'rollback',
      trigger: 'failure',
      version: good.version,
      contents: good.contents,
      previous: { version: failed.version, contents: failed.contents },
      reason: failed.failure?.sentence ?? null,
      requestedBy: null,
      skip: 'skippable',
      cause: failed.id,
      because: `${failed.id} failed after the target was touched`,
    });
    this.record({ type: 'stage-skipped', stage: 'test', because: 'a return to a known-good version' });
    this.passes('deploy').passes('verify');
    this.ends('Succeeded', 'rolled back');
    return this.ends(
      'RolledBack',
      `${failed.failure?.sentence}; ${failed.id.replace(/\d+$/, String(this.#state.runs))} put the earlier version back`,
    );
  }

  opens(name: string, change: Partial<Opened> = {}): this {
    const opened = this.knows(name);
    const { current } = this.#state;
    return this.record(
      {
        type: 'run-opened',
        kind: 'deploy',
        trigger: opened.tag === null ? 'commit' : 'tag',
        version: opened,
        contents: contents(name),
        previous: current === null ? null : { version: current.version, contents: current.contents },
        reason: null,
        requestedBy: ANA,
        request: null,
        emergency: false,
        skip: 'none',
        config: version('head').commit,
        cause: null,
        stages: STAGES,
        // The answer to a failure stands under the lease of the run that failed.
        epoch: this.#state.epoch + ((change.cause ?? null) === null ? 1 : 0),
        controller: 'controller-1',
        because: this.#policies.length === 0 ? 'no gate is set (`policies: []`)' : 'business-hours: open until 18:00',
        ...change,
      },
      `${this.name}-${this.#state.runs + 1}`,
    );
  }

  starts(stage: string): this {
    const { attempts } = this.#stage(stage);
    return this.record({
      type: 'stage-started',
      stage,
      attempt: attempts + 1,
      step: 0,
      because: 'first',
      epoch: this.#state.epoch,
    });
  }

  passes(stage: string): this {
    this.starts(stage);
    this.#now += 1_000;
    this.#endStep(stage, 'succeeded', `${stage} is done`, '');
    return this.record({ type: 'stage-ended', stage, outcome: 'Succeeded', sentence: `${stage} succeeded` });
  }

  fails(stage: string, sentence: string, next: 'roll-back' | 'stop' | 'stall', tail = ''): this {
    this.starts(stage);
    this.#now += 5_000;
    this.#endStep(stage, 'failed', sentence, tail);
    this.record({ type: 'stage-ended', stage, outcome: 'Failed', sentence });
    return this.record({ type: 'run-failed', stage, outcome: 'Failed', sentence: `${stage}: ${sentence}`, next });
  }

  ends(outcome: Outcome, sentence: string): this {
    const ending = this.run();
    this.record({ type: 'run-ended', outcome, sentence });
    this.#ended.unshift({ ...ending, outcome, sentence, endedAt: this.#now, lease: null });
    return this;
  }

  record(record: ToldOfRun<RunRecord>, run = this.run().id): this {
    const number = (this.#state.open.find((open) => open.id === run)?.records ?? 0) + 1;
    return this.#add({ ...record, run, id: `${run}.${number}`, at: this.#now, by: 'controller one' } as RunRecord);
  }

  /** The run that moves now. */
  run(): Run {
    const run = this.#state.open.at(-1);
    if (run === undefined) throw new Error(`${this.name} has no open run`);
    return run;
  }

  get now(): number {
    return this.#now;
  }

  get state(): EnvironmentState {
    return this.#state;
  }

  /** Runs that ended, newest first, as the archive has them. */
  get ended(): readonly Run[] {
    return this.#ended;
  }

  observed(): ObservedEnvironment {
    const gates = this.#gates(this.#policies);
    const accepted = this.#accepted === null ? gates : this.#gates(this.#accepted);
    return {
      name: this.name,
      ledger: {
        type: 'read',
        state: accepting(this.#state, { ...accepted, terms: { ...accepted.terms, ...this.#terms } }),
      },
      lease: { type: 'none' },
      gates,
      problems: [],
      config: version('head').commit,
      offers: this.#offers,
      ignored: [],
      gatesChange: NO_GATES_CHANGE,
      isHeadSetAside: false,
      gatesTags: [],
      versions: this.#versions,
      contents: this.#contents,
      jobs: new Map(),
      effects: new Map(),
      leftovers: new Map(this.#state.leftovers.map(({ branch, commit }) => [branch, { type: 'there', oid: commit }])),
      writeBack: { branch: 'main', otherInputs: [], tagNames: [], digestAtHead: null },
      evidence: new Map(),
      weighed: this.#weighed(),
      signers: new Map(),
      approvalTags: [],
      holders: [],
      holdLifted: null,
      ...this.#change,
    };
  }

  /** As the shell does it: of every version that something could be asked about. */
  #weighed(): readonly Version[] {
    const { requests, current, open } = this.#state;
    const asked = requests.flatMap((request) => (request.type === 'deploy' ? [request.version] : []));
    const offers = this.#change.offers ?? this.#offers;
    const standing = [...(current === null ? [] : [current]), ...open];
    return [...offers, ...standing].map((each) => each.version).concat(asked);
  }

  #gates(asked: readonly PolicyConfig[]): Gates {
    const policies = asked.map((policy) => policy.name);
    return gatesFrom({
      environment: {
        ...environmentConfig(this.name),
        policies,
        confirm: this.#confirm,
        rollbackBy: this.#rollbackBy,
        ...(this.#promote === null ? {} : { promote: this.#promote }),
      },
      policies: asked,
      stages: plainStages(),
      named: Object.fromEntries(asked.map((policy) => [policy.name, policy])),
      people: {
        ana: { emails: ['ana@example.org'], github: null, gitlab: null },
        dan: { emails: ['dan@example.org'], github: null, gitlab: null },
        leo: { emails: ['leo@example.org'], github: null, gitlab: null },
      },
      teams: { leads: ['ana'], qa: ['dan'] },
      signatures: this.#signatures,
    });
  }

  #stage(name: string) {
    const stage = this.run().stages.find((each) => each.name === name);
    if (stage === undefined) throw new Error(`no stage ${name}`);
    return stage;
  }

  #endStep(stage: string, outcome: 'succeeded' | 'failed', sentence: string, tail: string): void {
    const { attempts, step } = this.#stage(stage);
    const ending = { outcome, sentence, exitCode: outcome === 'succeeded' ? 0 : 1, logDigest: null, tail };
    const name = stage === 'verify' ? 'health' : stage === 'test' ? 'unit tests' : 'deploy';
    this.record({
      type: 'step-ended',
      stage,
      attempt: attempts,
      step,
      name,
      durationMs: 1_000,
      outputBytes: tail.length,
      ...ending,
    });
  }

  #add(record: LedgerRecord): this {
    const folded = fold(this.#state, record);
    if (folded.type === 'refused') throw new Error(folded.sentence);
    this.#state = folded.state;
    return this;
  }
}

export function observedBy(...stories: readonly Story[]): Observed {
  return {
    controller: { id: 'reader', name: 'reader' },
    clock: 'real',
    hasRoom: true,
    recordsOutput: true,
    killGraceMs: 5_000,
    clockSkewMs: null,
    defaultBranch: 'main',
    repository: { type: 'read', state: emptyState(REPOSITORY_LEDGER) },
    holidays: {},
    environments: stories.map((story) => story.observed()),
  };
}
