// One repository as seen from here: its refs, its configuration at the head, its ledger, and the observation made of them.
// The controller keeps one for its life; a command opens one, looks once and closes it.

import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../model/environment-state.ts';
import type { JobEnding } from '../model/job.ts';
import type { Observed, ObservedEnvironment, ObservedLease } from '../model/observed.ts';
import type { WriteBackResult } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository, RemoteRefs } from '../ports/git.ts';
import type { Log } from '../ports/log.ts';
import { CLOCK_SKEW_MS_MAX } from '../reconcile/assess.ts';
import { ConfigReader, type HeadConfig } from './config-reader.ts';
import { type Facts, type FactsContext, FactsReader } from './facts.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';

export type SurveyOptions = {
  readonly git: GitRepository;
  /** Where the ledger is: the same repository unless `ledger.repository` names another. */
  readonly openLedger: (url: string) => Promise<GitRepository>;
  readonly clock: Clock;
  readonly log: Log;
  readonly controller: { readonly id: string; readonly name: string };
  readonly nonce: () => string;
  /** Empty means all. */
  readonly only: readonly string[];
};

export type Progress = {
  /** By environment, then by job id. */
  readonly jobs: ReadonlyMap<string, ReadonlyMap<string, JobEnding | 'running'>>;
  readonly writeBacks: ReadonlyMap<string, WriteBackResult>;
};

/** How long a job may take to end when its lease runs out; what is left of the lease is what a renewal must come within. */
export function killGraceMs(expiresMs: number): number {
  return Math.min(5_000, Math.floor(expiresMs / 4));
}

/** How far back a broken head is followed to a configuration that can serve open runs. */
const FALLBACK_MAX = 50;
export const DEFAULT_NAMESPACE = 'refs/heads/tidegate';

export class Survey {
  readonly reader: ConfigReader;
  readonly facts: FactsReader;
  ledger: Ledger;
  ledgerGit: GitRepository;
  refs: RemoteRefs | null = null;
  head: HeadConfig | null = null;
  fallback: HeadConfig | null = null;
  readonly #options: SurveyOptions;
  readonly #facts = new Map<string, { key: string; facts: Facts }>();
  #prefixes: readonly string[] = ['refs/heads/'];
  #refsVersion = 0;
  #defaultBranch = 'main';

  constructor(options: SurveyOptions) {
    this.#options = options;
    this.reader = new ConfigReader(options.git);
    this.facts = new FactsReader(options.git, this.reader);
    this.ledgerGit = options.git;
    this.ledger = this.#newLedger(options.git);
  }

  get git(): GitRepository {
    return this.#options.git;
  }

  get namespace(): string {
    return this.serving?.config?.repository.ledger.namespace ?? DEFAULT_NAMESPACE;
  }

  get defaultBranch(): string {
    return this.#defaultBranch;
  }

  get controller(): SurveyOptions['controller'] {
    return this.#options.controller;
  }

  /** Those that this controller decides about; others are only read, for promotions. */
  get environments(): readonly string[] {
    return [...this.ledger.entries.keys()].filter((name) => this.#isOurs(name));
  }

  #isOurs(name: string): boolean {
    const { only } = this.#options;
    return only.length === 0 || only.includes(name);
  }

  /** Whether this machine's clock is too far from the remote's for anything new to start. */
  #isOff(refs: RemoteRefs): boolean {
    return Math.abs(refs.clockSkewMs ?? 0) > CLOCK_SKEW_MS_MAX;
  }

  ledgerRef(environment: string): string {
    return `${this.namespace}/${environment}`;
  }

  /** Asks the remote what it has now. Touches nothing that a decision looks at. */
  look(): Promise<RemoteRefs> {
    return this.#options.git.look(this.#prefixes);
  }

  /** Takes a look's answer in. Returns the environments that must be decided anew. */
  async take(refs: RemoteRefs, lookedAtMs: number): Promise<readonly string[]> {
    const changed =
      this.refs === null ||
      !sameRefs(this.refs, refs, `${this.namespace}/`) ||
      this.#isOff(this.refs) !== this.#isOff(refs);
    const headRef = refs.head;
    const headOid = headRef === null ? undefined : refs.refs.get(headRef);
    if (headRef === null || headOid === undefined) {
      throw new Fault('remote-empty', 'the repository has no commit on its default branch yet', {
        retry: 'later',
        hint: 'push a configuration to it; `tidegate init` makes one to start from',
      });
    }
    this.#defaultBranch = headRef.replace(/^refs\/heads\//, '');
    if (this.head?.commit !== headOid) {
      await this.#options.git.fetch(new Map([[headRef, headOid]]));
      await this.#readHead(headOid);
    }
    const wider = this.#prefixesNeeded();
    if (wider.some((prefix) => !this.#prefixes.some((known) => prefix.startsWith(known)))) {
      // The first look at a repository cannot know yet which refs its configuration is about.
      this.#prefixes = wider;
      return this.take(await this.look(), lookedAtMs);
    }
    this.#prefixes = wider;
    await this.#fetchFollowed(refs);
    const ledgerChanged = await this.#takeLedger(refs, lookedAtMs);
    // Last: a fault before this leaves the change to be seen by the next look.
    this.refs = refs;
    if (changed) this.#refsVersion += 1;
    return changed ? this.environments : this.#withFollowers(ledgerChanged).filter((name) => this.#isOurs(name));
  }

  /** An environment that follows another's successes looks again when that one's ledger has moved. */
  #withFollowers(names: readonly string[]): readonly string[] {
    const followers = Object.values(this.head?.config?.environments ?? {})
      .filter(({ follow }) => follow.type === 'promoted' && names.includes(follow.from))
      .map(({ name }) => name);
    return [...new Set([...names, ...followers])];
  }

  /** `only` restricts the observation; `extra` are further commits to read. */
  async observe(only: readonly string[] | null, progress: Progress, extra: readonly string[] = []): Promise<Observed> {
    const { controller, clock } = this.#options;
    const names = only ?? this.environments;
    const environments = await all(names.map((name) => this.#observeOne(name, progress, extra)));
    return {
      controller,
      clock: clock.kind,
      hasRoom: true,
      recordsOutput: this.serving?.config?.repository.ledger.output !== 'none',
      killGraceMs: killGraceMs(this.serving?.config?.repository.lease.expiresMs ?? 30_000),
      clockSkewMs: this.refs?.clockSkewMs ?? null,
      defaultBranch: this.defaultBranch,
      repository: { type: 'read', state: emptyState(REPOSITORY_LEDGER) },
      holidays: {},
      environments: environments.filter((environment) => environment !== null),
    };
  }

  async #observeOne(name: string, progress: Progress, extra: readonly string[]): Promise<ObservedEnvironment | null> {
    const entry = this.ledger.entries.get(name);
    if (entry === undefined || this.refs === null || this.head === null) return null;
    const facts = await this.#factsOf(name, entry.state, extra);
    const { remote } = entry;
    return {
      ...facts,
      ledger:
        remote.type === 'read'
          ? { type: 'read', state: entry.state }
          : { type: 'damaged', sentence: remote.sentence, state: entry.state },
      lease: this.#lease(entry),
      jobs: progress.jobs.get(name) ?? NO_JOBS,
      writeBacks: progress.writeBacks,
    };
  }

  async #factsOf(name: string, state: EnvironmentState, extra: readonly string[]): Promise<Facts> {
    const key = this.#factsKey(name, state, extra);
    const known = this.#facts.get(name);
    if (known?.key === key) return known.facts;
    const { refs, head } = this;
    if (refs === null || head === null) throw new Error('observed before the first look');
    const context: FactsContext = {
      refs,
      head,
      ancestors: () => this.#ancestors(head.commit),
      defaultBranch: this.defaultBranch,
      stateOf: (other) => this.ledger.entries.get(other)?.state ?? null,
    };
    const facts = await this.facts.read(name, state, context, extra);
    this.#facts.set(name, { key, facts });
    return facts;
  }

  /** All that `facts.read` depends on, as text. */
  #factsKey(name: string, state: EnvironmentState, extra: readonly string[]): string {
    const follow = this.head?.config?.environments[name]?.follow;
    const source = follow?.type === 'promoted' ? this.ledger.entries.get(follow.from)?.state.current : null;
    return JSON.stringify([
      this.#refsVersion,
      this.head?.commit,
      state.current?.contents.digest,
      state.current?.version,
      state.requests.map((request) => request.id),
      state.open.map((run) => `${run.version.commit} ${run.kind}`),
      state.held?.run,
      state.tags.length,
      state.writtenTags.length,
      source?.version,
      extra,
    ]);
  }

  #lease(entry: LedgerEntry): ObservedLease {
    const lease = entry.state.open.at(-1)?.lease ?? null;
    if (lease === null) return { type: 'none' };
    const { clock, controller } = this.#options;
    const expiresMs = this.serving?.config?.repository.lease.expiresMs ?? 30_000;
    if (lease.controller === controller.id) {
      // Without a renewal in time somebody else may hold it by now: it is claimed again before anything else is done.
      const lapsedMs = entry.acceptedFromMs + expiresMs - killGraceMs(expiresMs);
      // Once lapsed, lapsed for good: its jobs were ended then, and a renewal that comes through at last must not make
      // that look like an ending of their own.
      if (clock.monotonicMs() >= lapsedMs) entry.claimedEpoch = null;
      return { type: lease.epoch === entry.claimedEpoch ? 'mine' : 'former', epoch: lease.epoch };
    }
    const leftMs = Math.max(0, entry.movedAtMs + expiresMs - clock.monotonicMs());
    return {
      type: 'foreign',
      epoch: lease.epoch,
      controller: lease.controller,
      expiresAt: clock.now() + Math.ceil(leftMs),
    };
  }

  async #readHead(commit: string): Promise<void> {
    const head = await this.reader.head(commit);
    this.head = head;
    if (head.config !== null) {
      this.fallback = head;
      return;
    }
    this.fallback = await this.#findFallback(commit);
  }

  /** The newest first-parent ancestor whose tidegate.yaml can be read: it says where the ledger is. */
  async #findFallback(commit: string): Promise<HeadConfig | null> {
    for (const oid of await this.#ancestors(commit)) {
      const head = await this.reader.head(oid);
      if (head.config !== null) return head;
    }
    return null;
  }

  async #ancestors(commit: string): Promise<readonly string[]> {
    const chain = await this.#options.git.firstParents(commit, FALLBACK_MAX);
    return chain.slice(1).map(({ oid }) => oid);
  }

  /** What open runs, status and settings rest on: the head, or its newest ancestor without errors. */
  get serving(): HeadConfig | null {
    return this.head?.config ? this.head : this.fallback;
  }

  /** Refs that decisions are about: followed branches, tags where somebody follows tags, the ledger. */
  #prefixesNeeded(): readonly string[] {
    const prefixes = new Set(['refs/heads/', `${this.namespace}/`]);
    for (const { follow } of Object.values(this.serving?.config?.environments ?? {})) {
      if (follow.type === 'tags') prefixes.add(`refs/tags/${follow.pattern.split(/[*?[]/)[0] ?? ''}`);
    }
    return [...prefixes].filter((prefix) => prefix === 'refs/heads/' || !prefix.startsWith('refs/heads/')).sort();
  }

  async #fetchFollowed(refs: RemoteRefs): Promise<void> {
    const wants = new Map<string, string>();
    const branches = new Set<string>([this.defaultBranch]);
    for (const { follow } of Object.values(this.serving?.config?.environments ?? {})) {
      if (follow.type === 'branch' && follow.branch !== null) branches.add(follow.branch);
      if (follow.type === 'tags') for (const branch of follow.on) branches.add(branch);
    }
    for (const branch of branches) {
      const oid = refs.refs.get(`refs/heads/${branch}`);
      if (oid !== undefined) wants.set(`refs/heads/${branch}`, oid);
    }
    if (this.ledgerGit === this.#options.git) this.#ledgerWants(refs, wants);
    await this.#options.git.fetch(wants);
  }

  #ledgerWants(refs: RemoteRefs, wants: Map<string, string>): void {
    for (const [, ref] of this.#ledgerRefs(refs)) {
      const oid = refs.refs.get(ref);
      if (oid !== undefined && !this.#isKnownTip(ref, oid)) wants.set(ref, oid);
    }
  }

  #isKnownTip(ref: string, oid: string): boolean {
    return this.ledger.known.get(ref) === oid;
  }

  async #takeLedger(refs: RemoteRefs, lookedAtMs: number): Promise<readonly string[]> {
    const url = this.serving?.config?.repository.ledger.repository ?? null;
    if (url === null) {
      assertRoom(refs, this.namespace);
      return this.ledger.take(refs.refs, this.#ledgerRefs(refs), lookedAtMs);
    }
    if (this.ledgerGit === this.#options.git) {
      this.ledgerGit = await this.#options.openLedger(url);
      this.ledger = this.#newLedger(this.ledgerGit, this.ledger.known);
    }
    const own = await this.ledgerGit.look([`${this.namespace}/`]);
    const wants = new Map<string, string>();
    this.#ledgerWants(own, wants);
    await this.ledgerGit.fetch(wants);
    return this.ledger.take(own.refs, this.#ledgerRefs(own), lookedAtMs);
  }

  /** Environments of the head's configuration, and those that only the ledger still knows. */
  #ledgerRefs(refs: RemoteRefs): ReadonlyMap<string, string> {
    const names = new Set(Object.keys(this.head?.environments ?? {}));
    for (const name of Object.keys(this.serving?.config?.environments ?? {})) names.add(name);
    const prefix = `${this.namespace}/`;
    for (const ref of refs.refs.keys()) {
      const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
      if (/^[a-z0-9][a-z0-9-]*$/.test(name)) names.add(name);
    }
    for (const ref of this.ledger.known.keys()) {
      if (ref.startsWith(prefix)) names.add(ref.slice(prefix.length));
    }
    const sources = Object.values(this.serving?.config?.environments ?? {}).flatMap(({ name, follow }) =>
      follow.type === 'promoted' && this.#isOurs(name) ? [follow.from] : [],
    );
    const wanted = [...names].filter((name) => this.#isOurs(name) || sources.includes(name)).sort();
    return new Map(wanted.map((name) => [name, `${prefix}${name}`]));
  }

  #newLedger(git: GitRepository, known: ReadonlyMap<string, string> = new Map()): Ledger {
    const { clock, log, controller, nonce } = this.#options;
    const ledger = new Ledger({ git, clock, log, writer: controller, nonce });
    for (const [ref, oid] of known) ledger.known.set(ref, oid);
    return ledger;
  }
}

/** Git keeps branches as paths: where there is a branch `tidegate`, there can be no `tidegate/production`. */
function assertRoom(refs: RemoteRefs, namespace: string): void {
  if (!refs.refs.has(namespace)) return;
  const name = namespace.replace(/^refs\/heads\//, '');
  throw new Fault('ledger-blocked', `a branch named ${name} stands where the ledger ${name}/<environment> has to be`, {
    retry: 'later',
    hint: 'rename or delete that branch, or name another place in tidegate.yaml: `ledger: { namespace: refs/heads/… }`',
  });
}

/** Whether two looks saw the same, but for the ledger: its refs are read and compared on their own. */
function sameRefs(a: RemoteRefs, b: RemoteRefs, ledger: string): boolean {
  if (a.head !== b.head) return false;
  const sources = (refs: RemoteRefs) => [...refs.refs].filter(([ref]) => !ref.startsWith(ledger));
  const before = sources(a);
  const after = sources(b);
  return before.length === after.length && after.every(([ref, oid]) => a.refs.get(ref) === oid);
}

const NO_JOBS: ReadonlyMap<string, JobEnding | 'running'> = new Map();

/** As Promise.all, but with nothing still under way when it throws. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
