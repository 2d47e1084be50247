// The part of an observation that rests on the repository and the ledger's state: what is offered, what gates it,
// what the versions concerned say. Computed again only when something that it rests on has changed.

import { everyPolicy } from '../../model/asked-policies.ts';
import type { EnvironmentConfig } from '../../model/config.ts';
import { areInForce, type GateTerms } from '../../model/gate-terms.ts';
import type { Gates, ObservedEnvironment, VersionConfig } from '../../model/observed.ts';
import { type Contents, sayVersion } from '../../model/version.ts';
import { asksForSignatures } from '../../policy/gates-of.ts';
import { type Needs, needsOf } from '../../policy/needs.ts';
import type { GitRepository } from '../../ports/git.ts';
import { gatesOf } from '../ledger/gates.ts';
import { bringMissing, isHere } from '../ledger/missing-commits.ts';
import { readApprovalTags } from './approval-tags.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { EvidenceReader, type GitEvidence, type Weighed } from './evidence.ts';
import type { FactsGround, GroundState } from './facts-ground.ts';
import { GatesFacts } from './gates-facts.ts';
import { readGatesTags } from './gates-tags.ts';
import { inPlay } from './in-play.ts';
import type { Keys } from './keys.ts';
import type { OfferContext, Offered } from './offered.ts';
import { Offers } from './offers.ts';
import { namedBy } from './owners.ts';
import { headsAsked, promotionFacts } from './promotion-facts.ts';
import { ReviewedReader } from './reviewed.ts';
import { writeBackFacts } from './write-back-facts.ts';

/** What else is observed is another thing at every look: jobs, leases, and what other ledgers say. */
export type Facts = Omit<
  ObservedEnvironment,
  | 'ledger'
  | 'lease'
  | 'jobs'
  | 'effects'
  | 'leftovers'
  | 'evidence'
  | 'signers'
  | 'holders'
  | 'isHeadSetAside'
  | 'sourceHealth'
> & {
  readonly needs: Needs;
  readonly evidence: ReadonlyMap<string, GitEvidence>;
  readonly keysInForce: Keys['inForce'];
};

type Asking = Pick<OfferContext, 'refs' | 'head'> & {
  readonly keys: Keys;
  readonly environment: string;
  readonly state: GroundState;
  readonly needs: Needs;
  readonly heads: readonly string[];
};

export class FactsReader {
  readonly offers: Offers;
  readonly evidence: EvidenceReader;
  readonly #git: GitRepository;
  readonly #reader: ConfigReader;
  readonly #gates: GatesFacts;
  readonly #reviewed: ReviewedReader;

  constructor(git: GitRepository, reader: ConfigReader) {
    this.#git = git;
    this.#reader = reader;
    this.#gates = new GatesFacts(git, reader);
    this.#reviewed = new ReviewedReader(git);
    this.offers = new Offers(git, reader);
    this.evidence = new EvidenceReader(git, this.offers);
  }

  /** Everything that facts are read from is in `ground`, so that facts hold as long as it is the same. */
  async read(ground: FactsGround): Promise<Facts> {
    const { name, state } = ground;
    const extra = [...new Set([...ground.extra, ...(await headsAsked(this.#git, state.proposals ?? []))])];
    const { refs, defaultBranch } = ground.looked;
    const allowedSigners = await ground.head.allowedSigners();
    const inForce = state.gates?.terms ?? null;
    const head = withPaths(ground.head.config, name, inForce?.paths ?? []);
    const settings = head.config?.environments[name];
    const serving = settings === undefined ? await this.#fallback(ground) : head;
    const queue = inForce?.queue ?? settings?.queue ?? 'latest';
    const offered = await this.#offered(settings, queue, ground, head);
    const requests = state.requests.flatMap((request) =>
      request.type === 'deploy' ? [request.version.commit] : request.to === null ? [] : [request.to.commit],
    );
    const standing = [
      ...state.open.map((run) => run.version),
      ...(state.current === null ? [] : [state.current.version]),
    ];
    const named = state.requests.flatMap((request) =>
      request.type === 'deploy' ? request.version : (request.to ?? []),
    );
    // Anyone who decides must know what lies behind them: another controller would pass over something else.
    const left = (state.current?.left ?? []).map(({ version }) => version);
    const tags = [...standing, ...left, ...named].flatMap(({ tag }) => tag ?? []);
    const needed = [...standing, ...left].map(({ commit }) => commit);
    await bringMissing(this.#git, [...requests, ...extra, ...needed], tags, refs);
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
    // As the head says them: what is still an input beside that was dropped there.
    const atHead = ground.head.config.config;
    const said = atHead?.environments[name];
    const gates = said === undefined || atHead === null ? null : gatesOf(said, atHead, defaultBranch, allowedSigners);
    const versions = await this.#versions(name, commits, serving);
    const asks = { gates, ledger: { state }, isHeadSetAside: false };
    const own = needsOf(everyPolicy(asks, versions.values()));
    const needs = ground.others.ask(namedBy(versions).secrets) ? { ...own, change: true, approvals: true } : own;
    const weighed = inPlay(state, offered.offers, queue, contents, versions);
    const keys = { head: allowedSigners, inForce: inForce === null ? null : keysOf(inForce) };
    const asked: Asking = {
      refs,
      head: ground.head.config,
      environment: name,
      state,
      needs,
      keys,
      heads: ground.heads,
    };
    const evidence = await this.#evidence(weighed, asked);
    const gatesChange = await this.#gates.of({
      ...{ name, state, head, settings, gates, defaultBranch },
      commits: weighed.map(({ version }) => version.commit),
      others: () => ground.guards?.all() ?? [],
      operatorAccepts: ground.operatorAccepts,
    });
    const promotion = await promotionFacts(this.#git, {
      ...{ name, settings, defaultBranch, refs, sources: ground.sources },
      proposals: state.proposals ?? [],
    });
    const problems = [...(head.environments[name]?.gate ?? (head.config === null ? head.problems : []))];
    return {
      name,
      gates,
      problems,
      config: settings === undefined ? null : head.commit,
      offers: offered.offers,
      ignored: offered.ignored,
      gatesChange,
      gatesTags: await this.#gatesTags(gates, gatesChange.removedDigest, asked),
      versions,
      contents,
      ...(promotion === undefined ? {} : { promotion }),
      ...(await writeBackFacts(this.offers, {
        name,
        settings: settings ?? serving?.config?.environments[name],
        state,
        serving,
        refs,
        defaultBranch,
      })),
      needs,
      keysInForce: keys.inForce,
      evidence,
      weighed: weighed.flatMap(({ version }) => (evidence.has(version.commit) ? [version] : [])),
      approvalTags: needs.approvals ? await this.#answers(weighed, asked) : [],
      ...(needs.approvals || isChange(state, gates) ? await this.#reviews(ground, offered, serving) : {}),
    };
  }

  async #reviews(
    { name, state, head, looked, reviews }: FactsGround,
    { offers }: Offered,
    serving: HeadConfig | null,
  ): Promise<Pick<Facts, 'reviewed'>> {
    const repository = serving?.config?.repository;
    if (reviews.length === 0 || serving === null || repository === undefined) return {};
    const directories = [head.config.config?.repository, state.gates?.terms ?? undefined];
    const reviewed = await this.#reviewed.read(reviews, {
      name,
      refs: looked.refs,
      proposals: state.proposals ?? [],
      offers,
      directories: directories.filter((each) => each !== undefined),
      contentsOf: (commit) => this.offers.contents(name, commit, serving),
      versionOf: (commit) => this.#reader.version(commit, name, repository),
      gatesOf: (commit) => this.#gates.digestAt(commit, name, looked.defaultBranch),
      digestOf: (commit, contents, config) =>
        this.evidence.contentDigest(name, { version: { commit, tag: null }, contents, config }),
    });
    return { reviewed };
  }

  async #evidence(weighed: readonly Weighed[], asked: Asking): Promise<ReadonlyMap<string, GitEvidence>> {
    const evidence = new Map<string, GitEvidence>();
    for (const version of weighed) {
      const { commit } = version.version;
      if (await isHere(this.#git, commit)) evidence.set(commit, await this.evidence.of(version, asked));
    }
    return evidence;
  }

  #answers(weighed: readonly Weighed[], asked: Asking): Promise<ObservedEnvironment['approvalTags']> {
    const commits = new Set(weighed.map(({ version }) => version.commit));
    return readApprovalTags(this.#git, this.evidence, { ...asked, commits });
  }

  /** The newest ancestor that is sound here; else what the ledger says let the present state in. */
  async #fallback({ name, state, head: { ancestors } }: FactsGround): Promise<HeadConfig | null> {
    const recorded = [
      ...state.open.map(({ config }) => config),
      ...(state.current === null ? [] : [state.current.config]),
    ];
    for (const commit of [...(await ancestors()), ...recorded]) {
      if (!(await isHere(this.#git, commit))) continue;
      const head = await this.#reader.head(commit);
      if (head.config?.environments[name] !== undefined) return head;
    }
    return null;
  }

  async #offered(
    settings: EnvironmentConfig | undefined,
    queue: EnvironmentConfig['queue'],
    { looked, state, source }: FactsGround,
    head: HeadConfig,
  ): Promise<Offered> {
    if (settings === undefined) return { offers: [], ignored: [] };
    const { follow } = settings;
    if (follow.type === 'promoted' && source !== null) {
      // It may be on no branch that is followed: what a tag names, or a rollback that could not enter its branch.
      const { commit, tag } = source.version;
      await bringMissing(this.#git, [commit], tag === null ? [] : [tag], looked.refs);
      if (!(await isHere(this.#git, commit))) {
        const sentence = `${sayVersion(source.version)}, which runs in ${follow.from}, is no longer in the repository`;
        return { offers: [], ignored: [{ tag: null, sentence }] };
      }
    }
    return this.offers.of({ ...settings, queue }, { ...looked, head, state, source });
  }

  async #contents(name: string, commits: readonly string[], head: HeadConfig): Promise<ReadonlyMap<string, Contents>> {
    const contents = new Map<string, Contents>();
    for (const commit of commits) {
      if (await isHere(this.#git, commit)) contents.set(commit, await this.offers.contents(name, commit, head));
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
      if (await isHere(this.#git, commit)) versions.set(commit, await this.#reader.version(commit, name, repository));
    }
    return versions;
  }

  #gatesTags(
    gates: Gates | null,
    removed: string,
    { environment, refs, keys, state }: Asking,
  ): Promise<ObservedEnvironment['gatesTags']> {
    const inForce = state.gates;
    const digest = gates?.digest ?? removed;
    if (digest === '' || inForce?.digest === digest || (gates !== null && areInForce(inForce, gates))) {
      return Promise.resolve([]);
    }
    return readGatesTags(this.evidence, { environment, refs, keys, serial: inForce?.serial ?? 0, digest });
  }
}

/** The head says other gates than those in force. */
function isChange({ gates: inForce }: GroundState, gates: Gates | null): boolean {
  return gates !== null && inForce !== null && !areInForce(inForce, gates);
}

/** What was an input stays one until it is accepted that it is none. */
function withPaths(head: HeadConfig, name: string, inForce: readonly string[]): HeadConfig {
  const settings = head.config?.environments[name];
  if (head.config === null || settings === undefined || inForce.every((path) => settings.paths.includes(path))) {
    return head;
  }
  const paths = [...new Set([...settings.paths, ...inForce])];
  const environments = { ...head.config.environments, [name]: { ...settings, paths } };
  const inputs = new Map([...head.inputs].filter(([other]) => other !== name));
  return { ...head, config: { ...head.config, environments }, inputs };
}

/** Null where the gates in force ask for no signature. Where they do and hold no key, no key stands for anybody. */
function keysOf(terms: GateTerms): string | null {
  return asksForSignatures(terms) ? terms.keys.map((line) => `${line}\n`).join('') : null;
}
