// The part of an observation that rests on the repository and the ledger's state: what is offered, what gates it, what the
// versions concerned say. Computed again only when something that it rests on has changed.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Config, EnvironmentConfig, PolicyConfig } from '../model/config.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import type { Gates, ObservedEnvironment, VersionConfig } from '../model/observed.ts';
import type { Contents } from '../model/version.ts';
import type { GitRepository, RemoteRefs } from '../ports/git.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { type OfferContext, type Offered, Offers } from './offers.ts';

export type Facts = Omit<ObservedEnvironment, 'ledger' | 'lease' | 'jobs' | 'writeBacks'>;

export type FactsContext = Omit<OfferContext, 'state' | 'head'> & {
  /** What the head says; null where the head's configuration cannot be used at all. */
  readonly head: HeadConfig;
  /** The newest ancestor without errors: it serves only open runs, rollback and status. */
  readonly fallback: HeadConfig | null;
};

/** Paths whose ids decide whether gates may differ between two commits. */
function gatePaths(environment: string): readonly string[] {
  return ['tidegate.yaml', 'policies', `environments/${environment}/environment.yaml`];
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
    const serving = settings === undefined ? context.fallback : head;
    const offered = await this.#offered(settings, state, context);
    const requests = state.requests.flatMap((request) =>
      request.type === 'deploy' ? [request.version.commit] : request.to === null ? [] : [request.to.commit],
    );
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
      formerPolicies: await this.#formerPolicies(name, state, offered, head),
      versions: await this.#versions(name, commits, serving),
      contents,
      writeBack: {
        branch,
        otherInputs: state.open.length === 0 ? [] : otherInputs(name, serving),
        tagNames: tagNames(settings ?? serving?.config?.environments[name], state, refs),
        digestAtHead: await this.#digestAt(name, branch, state, serving, refs),
      },
      holdLifted: await this.#holdLifted(name, branch, state, serving, refs),
    };
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
      if ((await this.#git.peel(commit).catch(() => null)) === null) continue;
      contents.set(commit, await this.offers.contents(name, commit, head));
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
      const version = await this.#reader.version(commit, name, repository).catch(() => null);
      if (version !== null) versions.set(commit, version);
    }
    return versions;
  }

  /**
   * A change cannot loosen its own gate: where it also touches the gates, those in force before are asked too. Before is
   * the running version, and the commit just under the candidate: a freeze that came in between is no version here.
   */
  async #formerPolicies(
    name: string,
    state: EnvironmentState,
    offered: Offered,
    head: HeadConfig,
  ): Promise<readonly PolicyConfig[] | null> {
    const running = state.current?.version.commit;
    const candidate = candidateCommit(state, offered);
    if (running === undefined || candidate === undefined || running === candidate) return null;
    const paths = [gatePaths(name)];
    const [after] = await this.#git.contentsAt(candidate, paths);
    const known = new Set([said(policiesAt(name, head) ?? [])]);
    const former: PolicyConfig[] = [];
    for (const commit of [running, await this.offers.parent(candidate)]) {
      const [before] = commit === null ? [] : await this.#git.contentsAt(commit, paths);
      if (commit === null || before?.digest === after?.digest) continue;
      const latter = said(policiesAt(name, await this.#reader.head(candidate)) ?? []);
      const policies = policiesAt(name, await this.#reader.head(commit)) ?? [];
      if (said(policies) === latter || known.has(said(policies))) continue;
      known.add(said(policies));
      former.push(...policies);
    }
    return former.length > 0 ? former : null;
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
    people: config.repository.people,
    teams: config.repository.teams,
  };
}

function policiesNamed(names: readonly string[], config: Config): readonly PolicyConfig[] {
  return names.flatMap((name) => config.policies[name] ?? []);
}

function policiesAt(environment: string, head: HeadConfig): readonly PolicyConfig[] | null {
  const settings = head.config?.environments[environment];
  return settings === undefined || head.config === null ? null : policiesNamed(settings.policies, head.config);
}

/** Policies as text without the places they stand at: a comment moved is no change of a gate. */
function said(policies: readonly PolicyConfig[]): string {
  return canonicalJson(
    JSON.parse(JSON.stringify(policies, (key, value: unknown) => (key === 'place' ? undefined : value))) as Json,
  );
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
