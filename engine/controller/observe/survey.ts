// One repository as seen from here: its refs, its configuration at the head, its ledgers. What is observed of them is
// put together elsewhere (observer.ts). The controller keeps one for its life; a command opens one, looks once and
// closes it.

import type { parseFile } from '../../config/parse.ts';
import { leaseLastsMs } from '../../ledger/entry.ts';
import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { LedgerPlace } from '../../model/ledger-place.ts';
import type { Observed } from '../../model/observed.ts';
import type { Grant } from '../../model/owners.ts';
import type { Signed } from '../../model/policy-facts.ts';
import type { ForgeFacts } from '../../model/proposal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GitRepository, RemoteRefs } from '../../ports/git.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import type { Log } from '../../ports/log.ts';
import type { Signing } from '../../ports/signing.ts';
import { isClockOff } from '../../reconcile/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LedgerPlaces } from '../ledger/ledger-places.ts';
import type { Served } from './at-rest.ts';
import { ConfigReader, type HeadConfig } from './config-reader.ts';
import { dependentsOf } from './dependents.ts';
import { LEASE_EXPIRES_MS, Observer, type Progress, type Seen } from './observer.ts';
import { unknownNames } from './unknown-names.ts';
import { assertRoom, followedTips, ledgerRefs, prefixesNeeded, sameRefs } from './watched-refs.ts';
import { withoutHead } from './without-head.ts';

export type SurveyOptions = {
  readonly git: GitRepository;
  /** Where the ledger is: the same repository unless `ledger.repository` names another. */
  readonly openLedger: (url: string) => Promise<GitRepository>;
  /** Both are only opened where something asks for them. */
  readonly openSigning: () => Promise<Signing>;
  readonly openHolidays: () => Promise<HolidayTable>;
  readonly clock: Clock;
  readonly log: Log;
  readonly controller: { readonly id: string; readonly name: string; readonly zones?: string };
  readonly nonce: () => string;
  /** Empty means all. */
  readonly only: readonly string[];
  /** `--accept-gates`: digests by environment that the person who runs this controller accepts. */
  readonly acceptGates?: ReadonlyMap<string, string>;
  /** Whose secrets are, as the operator says. */
  readonly grants?: readonly Grant[];
  /** How files are parsed, where not again by each survey. */
  readonly parse?: typeof parseFile;
  /** `--ledger`: where the operator wants the ledger to be. */
  readonly moveLedger?: LedgerPlace | null;
  /** A controller writes down where the ledger is; a command follows. */
  readonly keepsPlace?: boolean;
};

/** How far back a broken head is followed to a configuration that can serve open runs. */
const FALLBACK_MAX = 50;

export class Survey {
  readonly reader: ConfigReader;
  refs: RemoteRefs | null = null;
  head: HeadConfig | null = null;
  fallback: HeadConfig | null = null;
  /** What the forge said last; null where Git alone is asked, or nobody has asked it. */
  forge: ForgeFacts | null = null;
  readonly #options: SurveyOptions;
  readonly #observer: Observer;
  readonly #places: LedgerPlaces;
  #prefixes: readonly string[] = ['refs/heads/'];
  #refsVersion = 0;
  #defaultBranch = 'main';

  constructor(options: SurveyOptions) {
    this.#options = options;
    this.reader = new ConfigReader(options.git, options.parse);
    this.#observer = new Observer({ ...options, reader: this.reader });
    this.#places = new LedgerPlaces({ ...options, lastsMs: () => leaseLastsMs(this.#leaseExpiresMs) });
  }

  get ledger(): Ledger {
    return this.#places.ledger;
  }

  get ledgerGit(): GitRepository {
    return this.#places.git;
  }

  /** How far the ledgers were seen to be, and where: the next life recalls it before its first look. */
  get seen(): ReadonlyMap<string, string> {
    return this.#places.seen;
  }

  recall(seen: ReadonlyMap<string, string>): void {
    this.#places.recall(seen);
  }

  /** Where tidegate.yaml has the ledger at another place than it is: one sentence. */
  get placeWarning(): string | null {
    return this.#places.warning(this.#placeAtHead);
  }

  /** What this controller was told of environments that are not there: one sentence. */
  get namesWarning(): string | null {
    if (this.head === null || this.head.config === null) return null;
    return unknownNames(this.#options, this.ledger.entries);
  }

  get #placeAtHead(): LedgerPlace | null {
    return this.serving?.config?.repository.ledger ?? null;
  }

  get git(): GitRepository {
    return this.#options.git;
  }

  get namespace(): string {
    return this.#places.place.namespace;
  }

  /** What we decide about, and since when somebody must have moved to hold a lease still. */
  get served(): Served {
    return { ours: this.environments, aliveSinceMs: this.#options.clock.monotonicMs() - this.#leaseExpiresMs };
  }

  get #leaseExpiresMs(): number {
    return this.serving?.config?.repository.lease.expiresMs ?? LEASE_EXPIRES_MS;
  }

  get defaultBranch(): string {
    return this.#defaultBranch;
  }

  get controller(): SurveyOptions['controller'] {
    return this.#options.controller;
  }

  /** Those that this controller decides about; others are only read, for what is decided of ours. */
  get environments(): readonly string[] {
    return [...this.ledger.entries.keys()].filter((name) => this.#isOurs(name));
  }

  /** Where the repository as a whole stands. */
  get repository(): EnvironmentState {
    return this.ledger.entries.get(REPOSITORY_LEDGER)?.state ?? emptyState(REPOSITORY_LEDGER);
  }

  #isOurs(name: string): boolean {
    const { only } = this.#options;
    return name !== REPOSITORY_LEDGER && (only.length === 0 || only.includes(name));
  }

  /** Whether this machine's clock is too far from the remote's for anything new to start. */
  #isOff(refs: RemoteRefs): boolean {
    return isClockOff({ clock: this.#options.clock.kind, clockSkewMs: refs.clockSkewMs });
  }

  ledgerRef(environment: string): string {
    return `${this.namespace}/${environment}`;
  }

  /** Asks the remote what it has now. Touches nothing that a decision looks at. */
  look(): Promise<RemoteRefs> {
    return this.#options.git.look(this.#prefixes);
  }

  /** Takes a look's answer in. Returns the environments that must be decided again. */
  async take(refs: RemoteRefs, lookedAtMs: number): Promise<readonly string[]> {
    const changed =
      this.refs === null ||
      !sameRefs(this.refs, refs, `${this.namespace}/`) ||
      this.#isOff(this.refs) !== this.#isOff(refs);
    const headRef = refs.head;
    const headOid = headRef === null ? undefined : refs.refs.get(headRef);
    if (headRef === null || headOid === undefined) {
      throw withoutHead(refs, {
        namespace: this.namespace,
        ledgers: this.ledger.known,
        head: this.head?.commit ?? null,
        branch: this.#defaultBranch,
      });
    }
    this.#defaultBranch = headRef.replace(/^refs\/heads\//, '');
    if (this.head?.commit !== headOid) {
      await this.#options.git.fetch(new Map([[headRef, headOid]]));
      await this.#readHead(headOid);
    }
    if (await this.#places.settle(refs, lookedAtMs, this.#placeAtHead)) return this.#takeAnew();
    const wider = this.#prefixesNeeded();
    if (this.#isWider(wider)) {
      // The first look at a repository cannot know yet which refs its configuration is about.
      this.#prefixes = wider;
      return this.take(await this.look(), lookedAtMs);
    }
    this.#prefixes = wider;
    await this.#fetchFollowed(refs);
    const ledgerChanged = await this.#takeLedger(refs, lookedAtMs);
    const reread = () => this.#takeLedger(refs, lookedAtMs);
    if (await this.#places.keep(refs, reread)) return this.take(refs, lookedAtMs);
    // Last: a fault before this leaves the change to be seen by the next look.
    this.refs = refs;
    if (changed) this.#refsVersion += 1;
    if (changed || ledgerChanged.includes(REPOSITORY_LEDGER)) return this.environments;
    const touched = new Set([...ledgerChanged, ...this.dependents(ledgerChanged)]);
    return [...touched].filter((name) => this.#isOurs(name));
  }

  /** The ledger has moved: what was looked at is older than that. */
  async #takeAnew(): Promise<readonly string[]> {
    const lookedAtMs = this.#options.clock.monotonicMs();
    return this.take(await this.look(), lookedAtMs);
  }

  /** Our environments whose decision may look at the ledger of one of these. */
  dependents(moved: readonly string[]): readonly string[] {
    if (moved.includes(REPOSITORY_LEDGER)) return this.environments;
    return dependentsOf(moved, this.head?.config ?? null, this.#observer.needs).filter((name) => this.#isOurs(name));
  }

  /** Commits whose results on a forge some rule asks for, as far as it was observed. */
  get checksAsked(): readonly string[] {
    return this.#observer.checksAsked;
  }

  /** `only` restricts the observation; `extra` are further commits to read. */
  async observe(only: readonly string[] | null, progress: Progress, extra: readonly string[] = []): Promise<Observed> {
    const { refs, head, serving, defaultBranch } = this;
    const seen: Seen = {
      refs,
      refsVersion: this.#refsVersion,
      head,
      serving,
      defaultBranch,
      entries: this.ledger.entries,
      forge: this.forge,
      ancestors: () => (head === null ? Promise.resolve([]) : this.#ancestors(head.commit)),
    };
    const observed = await this.#observer.observe(seen, only ?? this.environments, progress, extra);
    const { placeWarning, forge } = this;
    return {
      ...observed,
      ...(placeWarning === null ? {} : { placeWarning }),
      ...(forge === null ? {} : { forge }),
    };
  }

  /** Text of policies/allowed_signers at the head; empty where there is none that can be used. */
  allowedSigners(): Promise<string> {
    return this.#observer.allowedSigners(this.head);
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

  /** The newest first-parent ancestor whose tidegate.yaml can be read. */
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

  /** A look at less than what decisions are about now: gates of before a change may ask for answers by tag. */
  get isTooNarrow(): boolean {
    return this.#isWider(this.#prefixesNeeded());
  }

  #isWider(prefixes: readonly string[]): boolean {
    return prefixes.some((prefix) => !this.#prefixes.some((known) => prefix.startsWith(known)));
  }

  #prefixesNeeded(): readonly string[] {
    const asked = [...this.#observer.needs].flatMap(([name, { approvals }]) => (approvals ? [name] : []));
    return prefixesNeeded(this.serving?.config ?? null, this.namespace, asked);
  }

  async #fetchFollowed(refs: RemoteRefs): Promise<void> {
    const wants = new Map(followedTips(this.serving?.config ?? null, this.defaultBranch, refs));
    if (this.ledgerGit === this.#options.git) this.#ledgerWants(refs, wants);
    await this.#options.git.fetch(wants);
  }

  /** Whose signature a text carries, by the keys at the head. */
  async checkSignature(text: string, signature: string): Promise<Signed> {
    return this.#observer.signers.check(text, signature, await this.allowedSigners());
  }

  #ledgerWants(refs: RemoteRefs, wants: Map<string, string>): void {
    for (const [environment, ref] of this.#ledgerRefs(refs)) {
      const oid = refs.refs.get(ref);
      if (oid !== undefined && !this.#hasRead(environment, oid)) wants.set(ref, oid);
    }
  }

  /** What others say of a ledger is known without being here. */
  #hasRead(environment: string, oid: string): boolean {
    const remote = this.ledger.entries.get(environment)?.remote;
    return remote?.type === 'read' && remote.oid === oid;
  }

  async #takeLedger(refs: RemoteRefs, lookedAtMs: number): Promise<readonly string[]> {
    const { damages } = this.#places;
    if (this.ledgerGit === this.#options.git) {
      assertRoom(refs, this.namespace);
      return this.ledger.take(refs.refs, this.#ledgerRefs(refs), lookedAtMs, damages);
    }
    const own = await this.ledgerGit.look([`${this.namespace}/`]);
    const wants = new Map<string, string>();
    this.#ledgerWants(own, wants);
    await this.ledgerGit.fetch(wants);
    return this.ledger.take(own.refs, this.#ledgerRefs(own), lookedAtMs, damages);
  }

  #ledgerRefs(refs: RemoteRefs): ReadonlyMap<string, string> {
    return ledgerRefs(refs, {
      config: this.serving?.config ?? null,
      namespace: this.namespace,
      declared: Object.keys(this.head?.environments ?? {}),
      known: this.ledger.known.keys(),
      lockHolders: this.repository.locks.map(({ environment }) => environment),
      secrets: this.repository.secrets,
      isOurs: (name) => this.#isOurs(name),
      isGated: (name) => (this.ledger.entries.get(name)?.state.gates?.terms ?? null) !== null,
    });
  }
}
