// The part of an observation that rests on the repository and the ledger's state: what is offered, what gates it, what the
// versions concerned say. Computed again only when something that it rests on has changed.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Config, EnvironmentConfig, PolicyConfig } from '../model/config.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import type { FormerGates, Gates, ObservedEnvironment, VersionConfig } from '../model/observed.ts';
import type { Contents } from '../model/version.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository, RemoteRefs } from '../ports/git.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { type OfferContext, type Offered, Offers } from './offers.ts';

export type Facts = Omit<ObservedEnvironment, 'ledger' | 'lease' | 'jobs' | 'writeBacks'>;

export type FactsContext = Omit<OfferContext, 'state' | 'head'> & {
  /** What the head says; null where the head's configuration cannot be used at all. */
  readonly head: HeadConfig;
  /** The newest ancestors of the head, newest first: where the head is broken for an environment, the first of them that is
   *  sound for it serves its open runs, rollbacks and status, and nothing else. */
  readonly ancestors: () => Promise<readonly string[]>;
};

/** Paths whose ids decide whether gates may differ between two commits. */
function gatePaths(environment: string, head: HeadConfig): readonly string[] {
  const pipeline = head.config?.environments[environment]?.pipeline;
  const pipelines = pipeline === undefined ? [] : [`pipelines/${pipeline}.yaml`];
  return ['tidegate.yaml', 'policies', `environments/${environment}/environment.yaml`, ...pipelines];
}

export class FactsReader {
  readonly offers: Offers;
  readonly #git: GitRepository;
  readonly #reader: ConfigReader;

  constructor(git: GitRepository, reader: ConfigReader) {
    this.#git = git;
    this.#reader = reader;
    this.offers = new Offers(git, reader);
  }

  async read(
    name: string,
    state: EnvironmentState,
    context: FactsContext,
    extra: readonly string[] = [],
  ): Promise<Facts> {
    const { head, refs, defaultBranch } = context;
    const settings = head.config?.environments[name];
    const serving = settings === undefined ? await this.#fallback(name, state, context) : head;
    const offered = await this.#offered(settings, state, context);
    const requests = state.requests.flatMap((request) =>
      request.type === 'deploy' ? [request.version.commit] : request.to === null ? [] : [request.to.commit],
    );
    const standing = [
      ...state.open.map((run) => run.version),
      ...(state.current === null ? [] : [state.current.version]),
    ];
    const asked = state.requests.flatMap((request) =>
      request.type === 'deploy' ? request.version : (request.to ?? []),
    );
    const tags = [...standing, ...asked].flatMap(({ tag }) => tag ?? []);
    await this.#bring([...requests, ...extra, ...standing.map(({ commit }) => commit)], tags, refs);
    const contents = await this.#contents(name, [...requests, ...extra], serving ?? head);
    const commits = new Set([
      ...offered.offers.map((offer) => offer.version.commit),
      ...contents.keys(),
      ...state.open.map((run) => run.version.commit),
      ...(state.current === null ? [] : [state.current.version.commit]),
      ...(state.requests.some((request) => request.type === 'rollback')
        ? state.contents.slice(0, 20).map((known) => known.version.commit)
        : []),
    ]);
    const branch = followedBranch(settings ?? serving?.config?.environments[name], defaultBranch);
    const problems = [...(head.environments[name]?.gate ?? (head.config === null ? head.problems : []))];
    return {
      name,
      gates: settings === undefined || head.config === null ? null : gatesOf(settings, head.config),
      problems,
      config: settings === undefined ? null : head.commit,
      offers: offered.offers,
      ignored: offered.ignored,
      former: await this.#former(name, state, offered, head),
      versions: await this.#versions(name, commits, serving),
      contents,
      writeBack: {
        branch,
        otherInputs: state.open.length === 0 ? [] : otherInputs(name, serving),
        tagNames: tagNames(settings ?? serving?.config?.environments[name], state, refs),
        digestAtHead: await this.#digestAt(name, branch, state, serving, refs),
      },
      evidence: new Map(),
      signers: new Map(),
      approvalTags: [],
      holders: [],
      holdLifted: await this.#holdLifted(name, branch, state, serving, refs),
    };
  }

  /** The newest ancestor that is sound here; else what the ledger says let the present state in. */
  async #fallback(name: string, state: EnvironmentState, context: FactsContext): Promise<HeadConfig | null> {
    const recorded = [
      ...state.open.map(({ config }) => config),
      ...(state.current === null ? [] : [state.current.config]),
    ];
    for (const commit of [...(await context.ancestors()), ...recorded]) {
      if (!(await this.#isHere(commit))) continue;
      const head = await this.#reader.head(commit);
      if (head.config?.environments[name] !== undefined) return head;
    }
    return null;
  }

  async #offered(
    settings: EnvironmentConfig | undefined,
    state: EnvironmentState,
    context: FactsContext,
  ): Promise<Offered> {
    if (settings === undefined) return { offers: [], ignored: [] };
    return this.offers.of(settings, { ...context, state });
  }

  async #contents(name: string, commits: readonly string[], head: HeadConfig): Promise<ReadonlyMap<string, Contents>> {
    const contents = new Map<string, Contents>();
    for (const commit of commits) {
      if (await this.#isHere(commit)) contents.set(commit, await this.offers.contents(name, commit, head));
    }
    return contents;
  }

  async #versions(
    name: string,
    commits: ReadonlySet<string>,
    serving: HeadConfig | null,
  ): Promise<ReadonlyMap<string, VersionConfig>> {
    const versions = new Map<string, VersionConfig>();
    const repository = serving?.config?.repository;
    if (repository === undefined) return versions;
    for (const commit of commits) {
      if (await this.#isHere(commit)) versions.set(commit, await this.#reader.version(commit, name, repository));
    }
    return versions;
  }

  /**
   * A change cannot loosen its own gate: where it also touches the gates, those in force before are asked too. Before is
   * the running version, and the commit just under the candidate: a freeze that came in between is no version here.
   */
  async #former(
    name: string,
    state: EnvironmentState,
    offered: Offered,
    head: HeadConfig,
  ): Promise<readonly FormerGates[]> {
    const running = state.current?.version.commit;
    const candidate = candidateCommit(state, offered);
    if (running === undefined || candidate === undefined || running === candidate) return [];
    if (!(await this.#isHere(candidate)) || !(await this.#isHere(running))) return [];
    const paths = [gatePaths(name, head)];
    const [after] = await this.#git.contentsAt(candidate, paths);
    const known = new Set([said(gatesAt(name, head)), said(gatesAt(name, await this.#reader.head(candidate)))]);
    const former: FormerGates[] = [];
    for (const commit of [running, await this.offers.parent(candidate)]) {
      const [before] = commit === null ? [] : await this.#git.contentsAt(commit, paths);
      if (commit === null || before?.digest === after?.digest) continue;
      const gates = gatesAt(name, await this.#reader.head(commit));
      if (gates === null || known.has(said(gates))) continue;
      known.add(said(gates));
      former.push(gates);
    }
    return former;
  }

  /** A commit that this clone does not have is no fault; everything else that can go wrong is. */
  async #isHere(commit: string): Promise<boolean> {
    try {
      return (await this.#git.peel(commit)) !== null;
    } catch (cause) {
      if (cause instanceof Fault && cause.code === 'object-missing') return false;
      throw cause;
    }
  }

  /** Commits of branches that nobody follows, of tags, of a cache that was deleted: brought when they are first needed. */
  async #bring(commits: Iterable<string>, tags: readonly string[], refs: RemoteRefs): Promise<void> {
    const missing: string[] = [];
    for (const commit of commits) if (!(await this.#isHere(commit))) missing.push(commit);
    if (missing.length === 0) return;
    const wants = new Map(
      [...refs.refs].filter(([ref]) => ref.startsWith('refs/heads/') && !ref.startsWith('refs/heads/tidegate/')),
    );
    if (tags.length > 0) {
      const prefixes = tags.map((tag) => `refs/tags/${tag}`);
      const found = await this.#git.look(prefixes);
      for (const prefix of prefixes) {
        const oid = found.refs.get(prefix);
        if (oid !== undefined) wants.set(prefix, oid);
      }
    }
    await this.#git.fetch(wants);
  }

  async #digestAt(
    name: string,
    branch: string,
    state: EnvironmentState,
    serving: HeadConfig | null,
    refs: RemoteRefs,
  ): Promise<string | null> {
    const tip = refs.refs.get(`refs/heads/${branch}`);
    if (state.open.length === 0 || tip === undefined || serving === null) return null;
    return (await this.offers.contents(name, tip, serving)).digest;
  }

  async #holdLifted(
    name: string,
    branch: string,
    state: EnvironmentState,
    serving: HeadConfig | null,
    refs: RemoteRefs,
  ): Promise<string | null> {
    const { held } = state;
    const tip = refs.refs.get(`refs/heads/${branch}`);
    if (held === null || tip === undefined || serving === null) return null;
    if (await this.offers.isAncestor(held.commit, tip).catch(() => false))
      return `${held.branch ?? held.commit.slice(0, 7)} is merged into ${branch}`;
    const contents = await this.offers.contents(name, tip, serving);
    return contents.digest === held.goodDigest ? `${branch} has the good contents again` : null;
  }
}

/** What the gates are asked about: what is being brought, else what a person asked for, else what is offered and may run. */
function candidateCommit(state: EnvironmentState, { offers }: Offered): string | undefined {
  const run = state.open.find(({ failure }) => failure === null);
  if (run !== undefined) return run.version.commit;
  const request = state.requests.find((pending) => pending.type === 'deploy');
  if (request?.type === 'deploy') return request.version.commit;
  const bad = new Set([state.current?.contents.digest, ...state.quarantine.map(({ digest }) => digest)]);
  return (offers.find((offer) => !bad.has(offer.contents.digest)) ?? offers[0])?.version.commit;
}

function gatesOf(environment: EnvironmentConfig, config: Config): Gates {
  const stages = config.pipelines[environment.pipeline]?.stages ?? [];
  return {
    environment,
    policies: policiesNamed(environment.policies, config),
    stages: stages.map(({ name, skippable, policies }) => ({
      name,
      skippable,
      policies: policiesNamed(policies, config),
    })),
    named: config.policies,
    signatures: config.repository.ledger.signatures,
    people: config.repository.people,
    teams: config.repository.teams,
  };
}

function policiesNamed(names: readonly string[], config: Config): readonly PolicyConfig[] {
  return names.flatMap((name) => config.policies[name] ?? []);
}

function gatesAt(environment: string, head: HeadConfig): FormerGates | null {
  const settings = head.config?.environments[environment];
  if (settings === undefined || head.config === null) return null;
  const { policies, stages, people, teams } = gatesOf(settings, head.config);
  return { policies, stages, people, teams, follow: settings.follow };
}

/** Gates as text without the places they stand at: a comment moved is no change of a gate. */
function said(gates: FormerGates | null): string {
  const placeless = JSON.stringify(gates, (key, value: unknown) => (key === 'place' ? undefined : value));
  return canonicalJson(JSON.parse(placeless) as Json);
}

function followedBranch(environment: EnvironmentConfig | undefined, defaultBranch: string): string {
  const follow = environment?.follow;
  if (follow?.type === 'branch') return follow.branch ?? defaultBranch;
  if (follow?.type === 'tags') return follow.on[0] ?? defaultBranch;
  return defaultBranch;
}

function tagNames(
  environment: EnvironmentConfig | undefined,
  state: EnvironmentState,
  refs: RemoteRefs,
): readonly string[] {
  if (state.open.length === 0 || environment?.follow.type !== 'tags') return [];
  return [...refs.refs.keys()]
    .filter((ref) => ref.startsWith('refs/tags/'))
    .map((ref) => ref.slice('refs/tags/'.length));
}

function otherInputs(name: string, head: HeadConfig | null): readonly string[] {
  return [...(head?.inputs ?? [])].flatMap(([other, inputs]) => (other === name ? [] : inputs));
}
