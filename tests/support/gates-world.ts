// A repository in memory in which people change gates, seen by the real survey and decided by the real reconcile. A
// story says who pushes what; `looks` plays the controller until nothing more happens, and every job ends well. It
// keeps what really began, so that a test can say that nothing touched a target.

import { planDigestOf } from '../../engine/acts/answers.ts';
import { gatesRefusal, gatesShownOf, sayPending } from '../../engine/explain/gates.ts';
import { whyOf } from '../../engine/explain/why.ts';
import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { GatesWord } from '../../engine/model/gate-terms.ts';
import type { JobEnding, JobSpec } from '../../engine/model/job.ts';
import type { Observed, ObservedEnvironment } from '../../engine/model/observed.ts';
import type { Version } from '../../engine/model/version.ts';
import { type GatesPending, gatesPending } from '../../engine/reconcile/gates-pending.ts';
import type { Plan } from '../../engine/reconcile/plan.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { identity, POLICIES, TIDEGATE, WHO, type Who } from './gates-cast.ts';
import { STORY_TIME, type StoryFile } from './git-repositories.ts';
import { WELL } from './job-endings.ts';
import { spoilEntry } from './ledger-world.ts';
import { type EnvironmentText, environmentYaml } from './scenario-files.ts';
import { type SurveyWorld, type SurveyWorldOptions, surveyWorld } from './survey-world.ts';

export type GatesWorldOptions = Omit<SurveyWorldOptions, 'files'> & {
  readonly tidegate?: string;
  /** By name: the text of `policies/<name>.yaml`. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, StoryFile>>;
};

const LOOKS_MAX = 120;
const PROD = 'production';

export class GatesWorld {
  readonly base: SurveyWorld;
  /** What began, in order: `production deploy v1.0.1`, by stage and version. */
  readonly deeds: { readonly job: JobSpec; readonly commit: string }[] = [];
  readonly #jobs = new Map<string, Map<string, JobEnding>>();
  readonly #texts: Readonly<Record<string, EnvironmentText>>;
  #words = 0;
  #minutes = 0;

  constructor(base: SurveyWorld, texts: Readonly<Record<string, EnvironmentText>>) {
    this.base = base;
    this.#texts = texts;
  }

  /** One commit on main by that person, a minute after the one before. */
  pushes(who: Who, files: Readonly<Record<string, StoryFile>>, more: { branch?: string; parent?: string } = {}) {
    this.#minutes += 1;
    const author = WHO[who];
    return this.base.remote.commit(files, { author, at: STORY_TIME + this.#minutes * 60_000, ...more });
  }

  /** The default branch begins again with these files on top of what it said. */
  async rewrites(who: Who, files: Readonly<Record<string, StoryFile>>): Promise<string> {
    const { remote } = this.base;
    const tip = await remote.store.read(remote.refs.get('refs/heads/main') ?? '');
    if (tip?.type !== 'commit') throw new Error('there is a main');
    const at = STORY_TIME + 600 * 60_000;
    const root = await remote.store.commit({ tree: tip.tree, parents: [], message: 'begin', author: WHO[who], at });
    return this.pushes(who, files, { parent: root });
  }

  /** What a controller sees and does that begins with nothing but the remote. */
  async begunAnew(id: string, only: readonly string[] = []): Promise<GatesWorld> {
    const base = { ...this.base, survey: this.base.another(id, { only }) };
    const look = async () => {
      this.base.clock.advance(1);
      await base.survey.take(await base.survey.look(), this.base.clock.monotonicMs());
    };
    return new GatesWorld({ ...base, look }, this.#texts);
  }

  /** Policies by name; null deletes one. */
  rules(who: Who, policies: Readonly<Record<string, string | null>>): Promise<string> {
    const files = Object.entries(policies).map(([name, text]) => [`policies/${name}.yaml`, text] as const);
    return this.pushes(who, Object.fromEntries(files));
  }

  configures(who: Who, text: EnvironmentText, name = PROD): Promise<string> {
    const whole = environmentYaml(name, 'world', { ...this.#texts[name], ...text });
    return this.pushes(who, { [`environments/${name}/environment.yaml`]: whole });
  }

  releases(who: Who, app: string, name = PROD): Promise<string> {
    return this.pushes(who, { [`environments/${name}/app.txt`]: `${app}\n` });
  }

  async tags(who: Who, name: string, commit: string, message = name): Promise<void> {
    await this.base.remote.annotatedTag(name, commit, { tagger: WHO[who], message });
  }

  /** Says yes or no to the change that waits, as `tidegate approve | reject | override --gates` writes it. */
  async says(who: Who, answer: GatesWord['answer'], name = PROD, more: object = {}): Promise<void> {
    const { serial, digest } = await this.pending(name);
    this.writes(name, who, { type: `gates-${answer}`, serial, digest, reason: 'because', ...more });
  }

  /** What the command would say to that before it writes anything; null where it would write. */
  async refusal(who: Who, answer: GatesWord['answer'], name = PROD, signs = false): Promise<string | null> {
    const environment = await this.observe(name);
    return gatesRefusal(environment, this.now, { by: identity(who), answer, reason: 'because', signs });
  }

  async approves(who: Who, commit: string, name = PROD, tag: string | null = null): Promise<void> {
    const version: Version = { commit, tag };
    const planDigest = planDigestOf(await this.observe(name), version) ?? '';
    this.writes(name, who, { type: 'approved', version, planDigest, reason: '' });
  }

  /** What a build found out: green. */
  async checked(commit: string, name = 'ci/test'): Promise<void> {
    this.writes(REPOSITORY_LEDGER, 'dan', { type: 'check-recorded', commit, name, status: 'passed', value: null });
    await this.base.look();
  }

  /** Any record, as somebody writes it who may push the ledger. */
  writes(name: string, who: Who, record: object): void {
    const id = `word:${this.now}:${++this.#words}`;
    this.base.survey.ledger.append(name, [{ id, by: identity(who), at: this.now, ...record } as LedgerRecord]);
  }

  async observe(name = PROD): Promise<ObservedEnvironment> {
    const found = (await this.#observed()).environments.find((environment) => environment.name === name);
    if (found === undefined) throw new Error(`${name} is not observed`);
    return found;
  }

  async pending(name = PROD): Promise<GatesPending> {
    const pending = gatesPending(await this.observe(name), this.now);
    if (pending === null) throw new Error(`no change of gates waits in ${name}`);
    return pending;
  }

  /** The line of `status` on a change of gates; null where what the head says is in force. */
  async said(name = PROD): Promise<string | null> {
    return sayPending(gatesShownOf(await this.observe(name), this.now));
  }

  async why(name = PROD): Promise<string> {
    const observed = await this.#observed();
    const found = observed.environments.find((environment) => environment.name === name);
    if (found === undefined) throw new Error(`${name} is not observed`);
    const { verdict } = whyOf(found, observed, this.now);
    return `${verdict.status}: ${verdict.sentence}`;
  }

  state(name = PROD): EnvironmentState {
    return this.base.survey.ledger.entry(name).state;
  }

  /** The commit that runs. */
  live(name = PROD): string | null {
    return this.state(name).current?.version.commit ?? null;
  }

  get now(): number {
    return this.base.clock.now();
  }

  /** As a controller does, until nothing more is to be done; answers what it said last. */
  async looks(): Promise<readonly string[]> {
    let last = '';
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const observed = await this.#observed();
      const plan = reconcile(observed, this.now);
      for (const { name } of observed.environments) this.#append(name, plan.append);
      last = JSON.stringify([plan.append, plan.because]);
      let isMoved = plan.append.length > 0;
      for (const effect of plan.effects) {
        if (effect.type !== 'start-job') continue;
        const { environment, job, commit } = effect;
        const jobs = this.#jobs.get(environment) ?? new Map<string, JobEnding>();
        if (jobs.has(job.id)) continue;
        this.#jobs.set(environment, jobs.set(job.id, WELL));
        this.deeds.push({ job, commit });
        isMoved = true;
      }
      if (!isMoved) return plan.because.map(({ environment, sentence }) => `${environment}: ${sentence}`);
    }
    throw new Error(`not at rest after ${LOOKS_MAX} looks: ${last}`);
  }

  /** All that is only here goes to the remote: what another controller may read. */
  async flushes(): Promise<void> {
    const { ledger } = this.base.survey;
    await ledger.push([...ledger.entries.keys()]);
  }

  async #observed(): Promise<Observed> {
    await this.base.look();
    return this.base.survey.observe(null, { jobs: this.#jobs, effects: new Map() });
  }

  /** A claim is accepted at once. */
  #append(name: string, append: Plan['append']): void {
    const records = append.flatMap(({ environment, record }) => (environment === name ? [record] : []));
    const { ledger } = this.base.survey;
    ledger.append(name, records);
    if (!records.some(({ type }) => type === 'run-opened' || type === 'lease-taken')) return;
    const { epoch } = ledger.entry(name).state;
    spoilEntry(ledger, name, { claimedEpoch: epoch, acceptedFromMs: this.base.clock.monotonicMs() });
  }
}

/** With `approved` in production unless said otherwise, after the first look. */
export async function gatesWorld(
  environments: Readonly<Record<string, EnvironmentText>> = { production: { policies: '[approved]' } },
  options: GatesWorldOptions = {},
): Promise<GatesWorld> {
  const { policies, tidegate = TIDEGATE, files, ...others } = options;
  const rules = Object.entries({ ...POLICIES, ...policies }).map(([name, text]) => [`policies/${name}.yaml`, text]);
  const all = { 'tidegate.yaml': tidegate, ...Object.fromEntries(rules), ...files };
  const world = new GatesWorld(await surveyWorld(environments, { ...others, files: all }), environments);
  await world.looks();
  return world;
}

/** One in which `good` by dan runs in production, approved by ana. */
export async function runningWorld(options: GatesWorldOptions = {}): Promise<GatesWorld> {
  const world = await gatesWorld({ production: { policies: '[approved]' } }, options);
  const good = await world.releases('dan', 'good');
  await world.looks();
  await world.approves('ana', good);
  await world.looks();
  if (world.live() !== good) throw new Error(`it does not run: ${await world.why()}`);
  return world;
}
