// What is seen, put together into one observation: the facts that rest on Git, gathered again only when something
// they rest on has changed, and what ledgers, keys and clocks say now. It looks at nothing by itself: what the survey
// has seen is all there is.

import { createHash } from 'node:crypto';
import { remembered } from '../../base/remembered.ts';
import { killGraceMs, type LedgerEntry } from '../../ledger/entry.ts';
import type { Config } from '../../model/config.ts';
import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { GatesInForce, GateTerms } from '../../model/gate-terms.ts';
import type { JobEnding } from '../../model/job.ts';
import type { LeftoverSeen, Observed, ObservedEnvironment, ObservedLedger } from '../../model/observed.ts';
import type { EndedEffect } from '../../model/outside-effect.ts';
import type { Grant } from '../../model/owners.ts';
import { type Evidence, type Holidays, isPassing } from '../../model/policy-facts.ts';
import { isOpen, proposalBranch } from '../../model/promotion.ts';
import type { ForgeFacts } from '../../model/proposal.ts';
import { type Needs, needsOf } from '../../policy/needs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GitRepository, RemoteRefs } from '../../ports/git.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import type { Signing } from '../../ports/signing.ts';
import { isHeadSetAside } from '../../reconcile/gates-set-aside.ts';
import { Recent } from '../ledger/recent.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { locksByEnvironment } from './dependents.ts';
import { evidenceNow, type GitEvidence } from './evidence.ts';
import { type Facts, FactsReader } from './facts.ts';
import {
  type FactsGround,
  type FormerGround,
  formerGround,
  isSameGround,
  OthersAsked,
  type ReviewAsked,
} from './facts-ground.ts';
import { holdersFor } from './holders.ts';
import { readKeys } from './keys.ts';
import { observedLease } from './observed-lease.ts';
import { asksOthers, type OwnersAsked, observedOwners } from './owners.ts';
import { reviewsShown } from './reviewed.ts';
import { Signers } from './signers.ts';

type ObserverOptions = {
  readonly git: GitRepository;
  readonly reader: ConfigReader;
  readonly openSigning: () => Promise<Signing>;
  readonly openHolidays: () => Promise<HolidayTable>;
  readonly clock: Clock;
  readonly controller: { readonly id: string; readonly name: string; readonly zones?: string };
  /** `--accept-gates`: digests by environment. */
  readonly acceptGates?: ReadonlyMap<string, string>;
  /** What `--grants` says. */
  readonly grants?: readonly Grant[];
};

/** What a look has brought. */
export type Seen = {
  readonly refs: RemoteRefs | null;
  /** Goes up when the refs have changed, other than the ledger's. */
  readonly refsVersion: number;
  readonly head: HeadConfig | null;
  /** The head, or its newest ancestor without errors. */
  readonly serving: HeadConfig | null;
  readonly defaultBranch: string;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** What the forge said last; null where nobody has asked it. */
  readonly forge: ForgeFacts | null;
  /** Of the head, newest first. */
  readonly ancestors: () => Promise<readonly string[]>;
};

export type Progress = {
  /** By environment, then by job id. */
  readonly jobs: ReadonlyMap<string, ReadonlyMap<string, JobEnding | 'running'>>;
  /** What became of outside effects that this process performed: by environment, then by id. */
  readonly effects: ReadonlyMap<string, ReadonlyMap<string, EndedEffect>>;
};

/** What one observation of some environments has in common. */
type Around = {
  /** Further commits to read. */
  readonly extra: readonly string[];
  readonly repository: EnvironmentState;
  readonly reviews: readonly ReviewAsked[];
  readonly heads: readonly string[];
  /** The gates in force everywhere, as one text. */
  readonly guards: () => string;
};

type Gathered = { on: FormerGround; readonly facts: Facts };

export const LEASE_EXPIRES_MS = 30_000;
/** Last year, for what began then, this one, and six ahead: answers say when something changes next. */
const HOLIDAY_YEARS = 8;
const NO_HOLIDAYS: Holidays = {};
const NO_LEFTOVERS: ObservedEnvironment['leftovers'] = new Map();
const NO_EFFECTS: ReadonlyMap<string, EndedEffect> = new Map();
const NO_JOBS: ReadonlyMap<string, JobEnding | 'running'> = new Map();

/** After a fault that may have passed: often enough for people who wait, seldom enough for a machine in trouble. */
const ASK_AGAIN_MS = 30_000;
/** Two requests each; what is beyond has no result on a forge. */
const CHECKED_MAX = 100;
/** Heads of pull requests that may have the files of a version. */
const HEADS_MAX = 30;

export class Observer {
  /** What the gates of each environment were last seen to ask for. */
  readonly needs = new Map<string, Needs>();
  readonly signers: Signers;
  readonly #checksAsked = new Map<string, readonly string[]>();
  readonly #options: ObserverOptions;
  readonly #reader: FactsReader;
  readonly #facts = new Map<string, Gathered>();
  readonly #keys = new Recent<string, Promise<string>>(8);

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reader = new FactsReader(options.git, options.reader);
    this.signers = new Signers(options.openSigning);
  }

  /** Commits whose results on a forge some rule asks for, as it was last observed. */
  get checksAsked(): readonly string[] {
    return [...new Set([...this.#checksAsked.values()].flat())].slice(0, CHECKED_MAX);
  }

  /** `extra` are further commits to read. */
  async observe(seen: Seen, names: readonly string[], progress: Progress, extra: readonly string[]): Promise<Observed> {
    const { controller, clock } = this.#options;
    const settings = seen.serving?.config?.repository;
    // First of all: a lock is taken only if this is still how the repository stands, so it must not be newer than the
    // rest.
    const repository = observedRepository(seen);
    const around = {
      extra,
      repository: repository.state,
      reviews: reviewsShown(seen.forge),
      heads: headsShown(seen.forge),
      guards: once(() => digestsOf(seen.entries)),
    };
    const observed = await all(names.map((name) => this.#observeOne(seen, name, progress, around)));
    const environments = observed.filter((environment) => environment !== null);
    return {
      controller,
      clock: clock.kind,
      hasRoom: true,
      recordsOutput: settings?.ledger.output !== 'none',
      killGraceMs: killGraceMs(settings?.lease.expiresMs ?? LEASE_EXPIRES_MS),
      clockSkewMs: seen.refs?.clockSkewMs ?? null,
      defaultBranch: seen.defaultBranch,
      repository,
      holidays: await this.#holidays(seen, environments),
      owners: observedOwners(this.#ownersAsked(seen, repository.state), environments),
      environments,
    };
  }

  /** Text of policies/allowed_signers at the head; empty where there is none that can be used. */
  async allowedSigners(head: HeadConfig | null): Promise<string> {
    return head === null ? '' : this.#keys.remember(head.commit, () => readKeys(this.#options.git, head.commit));
  }

  #ownersAsked(seen: Seen, repository: EnvironmentState): OwnersAsked {
    const { grants = [] } = this.#options;
    return { grants, repository, head: seen.head, entries: seen.entries };
  }

  async #observeOne(seen: Seen, name: string, progress: Progress, around: Around): Promise<ObservedEnvironment | null> {
    const entry = seen.entries.get(name);
    if (entry === undefined || seen.refs === null || seen.head === null) return null;
    const { state } = entry;
    const { needs, evidence, keysInForce, ...facts } = await this.#factsOf(seen, name, state, around);
    const keys = { head: await this.allowedSigners(seen.head), inForce: keysInForce };
    const signers = await this.signers.of(state, keys);
    const isAnswered =
      isWhole({ evidence, approvalTags: facts.approvalTags }) && ![...signers.values()].some(isPassing);
    this.#checksAsked.set(name, needs.checks ? checkedIn({ evidence, offers: facts.offers, state }) : []);
    const { clock, controller } = this.#options;
    const expiresMs = seen.serving?.config?.repository.lease.expiresMs ?? LEASE_EXPIRES_MS;
    const now = [...evidence].map(
      ([commit, found]) => [commit, evidenceIn(seen, commit, found, around.repository)] as const,
    );
    // What was read took a while: who speaks, and what is wrong, is as it is now.
    const latest = seen.entries.get(name) ?? entry;
    const observed = {
      ...facts,
      ...(isAnswered ? {} : { askAgainAt: clock.now() + ASK_AGAIN_MS }),
      ledger: observedLedger(latest, state),
      isHeadSetAside: false,
      lease: observedLease(latest, clock, controller.id, expiresMs),
      evidence: new Map(now),
      signers,
      holders: needs.locks.length === 0 ? [] : holdersIn(seen, name, around.repository),
      jobs: progress.jobs.get(name) ?? NO_JOBS,
      effects: progress.effects.get(name) ?? NO_EFFECTS,
      leftovers: leftoversIn(seen.refs, state),
      ...sourceHealthIn(seen, name),
      ...gatesReviewsIn(seen, state),
    };
    return { ...observed, isHeadSetAside: isHeadSetAside(observed, clock.now()) };
  }

  async #factsOf(seen: Seen, name: string, state: EnvironmentState, around: Around): Promise<Facts> {
    const ground = this.#groundOf(seen, name, state, around);
    const known = this.#facts.get(name);
    if (known !== undefined && isSameGround(known.on, ground)) {
      known.on = formerGround(ground);
      return known.facts;
    }
    const facts = await this.#reader.read(ground);
    if (isWhole(facts)) this.#facts.set(name, { on: formerGround(ground), facts });
    else this.#facts.delete(name);
    this.needs.set(name, facts.needs);
    return facts;
  }

  #groundOf(
    seen: Seen,
    name: string,
    state: EnvironmentState,
    { extra, repository, reviews, heads, guards }: Around,
  ): FactsGround {
    const { refs, refsVersion, head, defaultBranch, entries, ancestors } = seen;
    if (refs === null || head === null) throw new Error('observed before the first look');
    const follow = head.config?.environments[name]?.follow;
    const source = follow?.type === 'promoted' ? (entries.get(follow.from)?.state.current ?? null) : null;
    const sources = (head.config?.environments[name]?.promote?.from ?? []).map((from) => {
      const { current = null, proposals = [], contents = [] } = entries.get(from)?.state ?? {};
      return [from, { current, proposals, ran: contents.map(({ version }) => version.commit) }] as const;
    });
    const isNew = (state.gates?.terms ?? null) === null;
    return {
      name,
      looked: { version: refsVersion, refs, defaultBranch },
      head: { config: head, ancestors, allowedSigners: () => this.allowedSigners(head) },
      state,
      source,
      sources: new Map(sources),
      extra,
      reviews,
      heads: this.needs.get(name)?.checks === true ? heads : [],
      guards: isNew ? { digest: guards(), all: () => gatesIn(entries) } : null,
      others: new OthersAsked((secrets) => asksOthers(name, secrets, this.#ownersAsked(seen, repository))),
      operatorAccepts: this.#options.acceptGates?.get(name) ?? null,
    };
  }

  /** Of the places that policies name, at the head and in force; for the years that can matter now. */
  async #holidays({ serving }: Seen, environments: readonly ObservedEnvironment[]): Promise<Holidays> {
    const places = new Set(serving?.config ? placesAtHead(serving.config) : []);
    for (const { ledger } of environments) {
      const terms = ledger.state.gates?.terms ?? null;
      if (terms !== null) for (const place of placesInForce(terms)) places.add(place);
    }
    if (places.size === 0) return NO_HOLIDAYS;
    const first = new Date(this.#options.clock.now()).getUTCFullYear() - 1;
    const years = Array.from({ length: HOLIDAY_YEARS }, (_, index) => first + index);
    return (await this.#options.openHolidays()).holidays([...places].sort(), years);
  }
}

const placesAtHead = remembered(({ policies }: Config) => needsOf(Object.values(policies)).holidays);

const placesInForce = remembered(
  ({ policies, stages }: GateTerms) => needsOf([...policies, ...stages.flatMap((stage) => stage.policies)]).holidays,
);

function* gatesIn(entries: Seen['entries']): Iterable<readonly [string, GatesInForce]> {
  for (const [name, { state }] of entries) if (state.gates !== null) yield [name, state.gates];
}

function digestsOf(entries: Seen['entries']): string {
  const hash = createHash('sha256');
  for (const [, { digest }] of gatesIn(entries)) hash.update(digest);
  return hash.digest('hex');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** False where a passing fault left something out: then it is not remembered, and asked again. */
function isWhole({ evidence, approvalTags }: Pick<Facts, 'evidence' | 'approvalTags'>): boolean {
  return (
    [...evidence.values()].every((found) => found.isWhole) && !approvalTags.some(({ signed }) => isPassing(signed))
  );
}

function gatesReviewsIn({ forge }: Seen, { gateWords }: EnvironmentState): Pick<ObservedEnvironment, 'gatesReviews'> {
  const ids = new Set(gateWords.flatMap(({ review }) => review?.id ?? []));
  if (forge === null || ids.size === 0) return {};
  const shown = forge.proposals.flatMap(({ reviews }) => reviews ?? []).filter(({ id }) => ids.has(id));
  return { gatesReviews: { asOf: forge.asOf, answers: new Map(shown.map(({ id, answer }) => [id, answer])) } };
}

function headsShown(forge: ForgeFacts | null): readonly string[] {
  const newest = [...(forge?.proposals ?? [])].sort((a, b) => b.updatedAt - a.updatedAt);
  return [...new Set(newest.map(({ head }) => head))].slice(0, HEADS_MAX);
}

/** What is on its way here, and what has the same files; what runs has been asked about. */
function checkedIn({ evidence, offers, state }: Pick<Facts, 'evidence' | 'offers'> & { state: EnvironmentState }) {
  const proposed = (state.proposals ?? []).flatMap(({ head, ended }) =>
    head === null || ended !== null ? [] : [head],
  );
  const open = state.open.map(({ version }) => version.commit);
  const commits = [...offers.map(({ version }) => version.commit), ...open, ...proposed];
  return commits.flatMap((commit) => {
    const found = evidence.get(commit);
    return found === undefined ? [] : [commit, ...found.sameFiles];
  });
}

function leftoversIn(
  { refs }: RemoteRefs,
  { leftovers, proposals = [] }: EnvironmentState,
): ObservedEnvironment['leftovers'] {
  const over = proposals.filter((one) => !isOpen(one)).map(({ proposal }) => proposalBranch(proposal));
  const back = over.filter((branch) => refs.has(`refs/heads/${branch}`));
  if (leftovers.length === 0 && back.length === 0) return NO_LEFTOVERS;
  return new Map(
    [...back, ...leftovers.map(({ branch }) => branch)].map((branch): [string, LeftoverSeen] => {
      const oid = refs.get(`refs/heads/${branch}`);
      return [branch, oid === undefined ? { type: 'gone' } : { type: 'there', oid }];
    }),
  );
}

function sourceHealthIn({ head, entries }: Seen, name: string): Pick<ObservedEnvironment, 'sourceHealth'> {
  const promote = head?.config?.environments[name]?.promote;
  if (promote?.when !== 'soaked') return {};
  const found = promote.from.flatMap((source) => {
    const state = entries.get(source)?.state;
    const known = state?.contents.find(({ digest }) => digest === state.current?.contents.digest);
    return known === undefined ? [] : [[source, { since: known.healthySince, soakedMs: known.healthyMs }] as const];
  });
  return { sourceHealth: Object.fromEntries(found) };
}

function evidenceIn(seen: Seen, commit: string, found: GitEvidence, repository: EnvironmentState): Evidence {
  const stateOf = (name: string) => {
    const entry = seen.entries.get(name);
    return entry === undefined || entry.remote.type === 'damaged' ? null : entry.state;
  };
  const showsChecks = seen.serving?.config?.repository.forge?.place.kind === 'github';
  return evidenceNow(found, commit, repository, stateOf, { facts: seen.forge, showsChecks });
}

function holdersIn(seen: Seen, name: string, repository: EnvironmentState): ObservedEnvironment['holders'] {
  const config = seen.serving?.config ?? null;
  const locks = config === null ? new Map<string, readonly string[]>() : locksByEnvironment(config);
  return holdersFor(name, locks, repository.locks, (other) => {
    const entry = seen.entries.get(other);
    return entry === undefined ? undefined : { state: entry.state, isKnown: entry.remote.type === 'read' };
  });
}

function observedRepository({ entries }: Seen): ObservedLedger {
  const entry = entries.get(REPOSITORY_LEDGER);
  if (entry === undefined) return { type: 'read', state: emptyState(REPOSITORY_LEDGER) };
  return observedLedger(entry, entry.state);
}

function observedLedger({ remote }: LedgerEntry, state: EnvironmentState): ObservedLedger {
  return remote.type === 'read' ? { type: 'read', state } : { type: 'damaged', sentence: remote.sentence, state };
}

/** As Promise.all, but with nothing still under way when it throws. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
