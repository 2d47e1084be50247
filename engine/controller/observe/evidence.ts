// What policies may ask about a version, found out of Git: what it changes and who made that, who signed it, which
// contents it has where it has to soak, whether it lies behind what runs. Only what some policy asks for, once for
// each pair of commits. What cannot be known is said to be so; nothing is guessed here.

import { createHash } from 'node:crypto';
import type { Instant } from '../../base/instant.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import type { VersionConfig } from '../../model/observed.ts';
import type { Change, Evidence, GivenCheck, Signed, Soaked } from '../../model/policy-facts.ts';
import type { ForgeCheck, ForgeFacts } from '../../model/proposal.ts';
import { type Contents, sayVersion, type Version } from '../../model/version.ts';
import type { Needs } from '../../policy/needs.ts';
import { Fault } from '../../ports/fault.ts';
import type { CommitFacts, GitRepository, TagObject } from '../../ports/git.ts';
import { isHigherTag } from '../../reconcile/offers.ts';
import { planText } from '../../reconcile/plan-text.ts';
import { isHere } from '../ledger/missing-commits.ts';
import { REMEMBERED, Recent } from '../ledger/recent.ts';
import { authorsIn, CHANGE_BOUNDS } from './authorship.ts';
import { areProposed, callThemselvesOurs, carriedIn, withoutUs } from './carried.ts';
import { kindOf } from './commit-said.ts';
import type { HeadConfig } from './config-reader.ts';
import type { GroundState, NamedRefs } from './facts-ground.ts';
import { type Keys, signedBy } from './keys.ts';
import type { Offers } from './offers.ts';

/** A version that gates may be asked about here, and what it is here. */
export type Weighed = {
  readonly version: Version;
  readonly contents: Contents;
  readonly config: VersionConfig | undefined;
};

type EvidenceContext = {
  readonly environment: string;
  readonly head: HeadConfig;
  readonly refs: NamedRefs;
  readonly state: GroundState;
  readonly needs: Needs;
  readonly keys: Keys;
  /** Of pull requests, newest first: what was found on one holds for a commit with the same files. */
  readonly heads: readonly string[];
};

/** What Git says; the rest is in other ledgers, and may be another thing at every look. */
export type GitEvidence = Omit<Evidence, 'soaks' | 'checks'> & {
  /** The digest of the contents that this commit has in other environments. */
  readonly soakDigests: Readonly<Record<string, string>>;
  /** Heads of pull requests that have the same files; empty where nobody asks for results. */
  readonly sameFiles: readonly string[];
  /** False where a passing fault left something out: then it is not remembered, and asked again. */
  readonly isWhole: boolean;
};

/** `byUs`: commits that say so; whether they are is told by what was proposed. */
type Made = { readonly change: Change; readonly byUs: readonly CommitFacts[] };

type KnownChange = Pick<Evidence, 'change' | 'changeUnknown'>;

const NOT_ASKED: KnownChange = { change: null, changeUnknown: null };
const TOO_LARGE = `more than ${CHANGE_BOUNDS.commitsMax} commits or ${CHANGE_BOUNDS.pathsMax} files would have to be looked through`;

const UNSIGNED: Signed = { type: 'unsigned' };

export class EvidenceReader {
  readonly #git: GitRepository;
  readonly #offers: Offers;
  readonly #changes = new Recent<string, Promise<Made | null>>(2_000);
  readonly #signatures = new Recent<string, Promise<Signed>>(5_000);
  readonly #tags = new Recent<string, Promise<TagObject | null>>(5_000);
  readonly #trees = new Recent<string, Promise<string>>(5_000);
  readonly #asked = new Recent<string, Promise<boolean>>(5_000);
  readonly #plans = new Recent<string, string>(REMEMBERED);

  constructor(git: GitRepository, offers: Offers) {
    this.#git = git;
    this.#offers = offers;
  }

  async of(weighed: Weighed, context: EvidenceContext): Promise<GitEvidence> {
    const faults: Fault[] = [];
    const { needs, environment, head } = context;
    const { version } = weighed;
    const tag = (needs.change || needs.signed) && version.tag !== null ? await this.#tagOf(version, context) : null;
    const soakDigests: Record<string, string> = {};
    for (const other of needs.soaks) {
      soakDigests[other] = (await this.#offers.contents(other, version.commit, head)).digest;
    }
    return {
      planDigest: this.#planDigest(environment, weighed, version.commit),
      ...(needs.approvals ? { contentDigest: this.contentDigest(environment, weighed) } : {}),
      ...(needs.change ? await this.#change(weighed, tag, context, faults) : NOT_ASKED),
      signed: needs.signed ? await this.#signed(version, tag, context, faults) : { commit: UNSIGNED, tag: UNSIGNED },
      isOlder: needs.older && (await this.#isOlder(version, context.state)),
      soakDigests,
      sameFiles: needs.checks ? await this.#sameFiles(version.commit, context.heads) : [],
      isWhole: faults.every(({ retry }) => retry === 'never'),
    };
  }

  async #sameFiles(commit: string, heads: readonly string[]): Promise<readonly string[]> {
    const same: string[] = [];
    for (const head of heads) {
      if (head === commit || !(await this.#obtained(head))) continue;
      if ((await this.#treeOf(head)) === (await this.#treeOf(commit))) same.push(head);
    }
    return same;
  }

  #treeOf(commit: string): Promise<string> {
    return this.#trees.remember(commit, async () => (await this.#git.commit(commit)).tree);
  }

  /** What the remote does not have it is asked for once. */
  async #obtained(commit: string): Promise<boolean> {
    return (await isHere(this.#git, commit)) || this.#asked.remember(commit, () => this.#git.obtain(commit));
  }

  /** An annotated tag by its own id, which is brought first; null where that is something else. */
  async tag(ref: string, oid: string): Promise<TagObject | null> {
    return this.#tags.remember(oid, async () => {
      await this.#git.fetch(new Map([[ref, oid]]));
      return this.#git.tag(oid);
    });
  }

  /** Whose signature an object carries by these keys. What could not be checked is no yes, and is checked again. */
  signature(oid: string, keys: Keys, faults: Fault[] = [], answer: 'yes' | 'no' = 'yes'): Promise<Signed> {
    return signedBy(keys, (list) => this.#signature(oid, list, faults), answer);
  }

  async #signature(oid: string, allowedSigners: string, faults: Fault[]): Promise<Signed> {
    try {
      return await this.#signatures.remember(`${oid} ${digestOf(allowedSigners)}`, () =>
        this.#git.signature(oid, allowedSigners),
      );
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      faults.push(cause);
      const { message: sentence, retry } = cause;
      return retry === 'never' ? { type: 'invalid', sentence } : { type: 'invalid', sentence, passing: true };
    }
  }

  /** Of what would be done, by whichever commit; empty where nothing would be. */
  contentDigest(environment: string, weighed: Weighed): string {
    return this.#planDigest(environment, weighed, null);
  }

  #planDigest(environment: string, { version, contents, config }: Weighed, commit: string | null): string {
    if (config === undefined) return '';
    const key = `${environment} ${version.commit} ${contents.digest}${commit === null ? ' contents' : ''}`;
    return this.#plans.remember(key, () => {
      const text = planText(environment, commit, contents, config);
      return text === null ? '' : digestOf(text);
    });
  }

  async #change(
    { version, contents }: Weighed,
    tag: TagObject | null,
    context: EvidenceContext,
    faults: Fault[],
  ): Promise<KnownChange> {
    const { current } = context.state;
    const from = current?.version.commit ?? null;
    const inputs = [...Object.keys(contents.inputs), ...Object.keys(current?.contents.inputs ?? {})];
    const paths = [...new Set(inputs)].sort();
    try {
      const key = [from, version.commit, ...paths].join('\0');
      const made = await this.#changes.remember(key, () => this.#between(from, version.commit, paths));
      if (made === null) return { change: null, changeUnknown: TOO_LARGE };
      const { change, byUs } = made;
      const { proposals = [] } = context.state;
      const isOurs = byUs.length > 0 && (await areProposed(this.#git, byUs, proposals));
      const carried = await carriedIn(this.#git, version.commit, change.paths, proposals);
      if (typeof carried === 'string') return { change: null, changeUnknown: carried };
      const tagger = tag?.tagger ? [`${tag.tagger.name} <${tag.tagger.email}>`] : [];
      if (!isOurs && tagger.length === 0 && carried.length === 0) return { change, changeUnknown: null };
      const people = isOurs ? withoutUs(change.authors) : change.authors;
      const authors = [...new Set([...people, ...tagger, ...carried])];
      return { change: { ...change, authors }, changeUnknown: null };
    } catch (cause) {
      // What runs here may be gone from the repository; what is too slow to be told now is asked again.
      if (!(cause instanceof Fault)) throw cause;
      faults.push(cause);
      const isGone = current !== null && !(await isHere(this.#git, current.version.commit));
      return { change: null, changeUnknown: isGone ? sayGone(current.version) : cause.message };
    }
  }

  async #between(from: string | null, to: string, paths: readonly string[]): Promise<Made | null> {
    const found = await this.#git.changesBetween(from, to, paths, CHANGE_BOUNDS);
    if (found === null) return null;
    const { commits } = found;
    return {
      change: {
        authors: authorsIn(found),
        paths: found.paths,
        kinds: [...new Set(commits.map(({ message }) => kindOf(message)))].sort(),
        commits: commits.length,
      },
      byUs: callThemselvesOurs(commits),
    };
  }

  async #signed(
    version: Version,
    tag: TagObject | null,
    { keys }: EvidenceContext,
    faults: Fault[],
  ): Promise<Evidence['signed']> {
    const commit = await this.signature(version.commit, keys, faults);
    if (tag === null) return { commit, tag: UNSIGNED };
    if (tag.commit !== version.commit) {
      const now = tag.commit === null ? 'no commit' : tag.commit.slice(0, 7);
      return { commit, tag: { type: 'invalid', sentence: `the tag names ${now}, not ${sayVersion(version)}` } };
    }
    // A signature is over the name inside: another tag of theirs must not pass for this one.
    if (tag.name !== version.tag) {
      return { commit, tag: { type: 'invalid', sentence: `the tag was made as ${tag.name}, not ${version.tag}` } };
    }
    return { commit, tag: await this.signature(tag.oid, keys, faults) };
  }

  /** The annotated tag that a version is called by, as the remote has it now. */
  async #tagOf({ tag }: Version, { refs }: EvidenceContext): Promise<TagObject | null> {
    const ref = `refs/tags/${tag}`;
    // Tags are only looked at where somebody follows them; a person may name any.
    const known = refs.refs.get(ref) ?? (await this.#git.look([ref])).refs.get(ref);
    return known === undefined ? null : this.tag(ref, known);
  }

  /** Where it cannot be known it counts as older: replaying what is old must not be easier for lack of history. */
  async #isOlder({ commit, tag }: Version, { current }: GroundState): Promise<boolean> {
    if (current === null || current.version.commit === commit) return false;
    const running = current.version;
    if (tag !== null && running.tag !== null) {
      if (isHigherTag(running.tag, tag)) return true;
      if (isHigherTag(tag, running.tag) && !(await isHere(this.#git, running.commit))) return false;
    }
    return (await isHere(this.#git, running.commit)) ? this.#offers.isAncestor(commit, running.commit) : true;
  }
}

/** With what the ledgers say now. `stateOf`: null where an environment's ledger is not there or cannot be read. */
export function evidenceNow(
  { soakDigests, sameFiles, isWhole: _isWhole, ...found }: GitEvidence,
  commit: string,
  repository: EnvironmentState,
  stateOf: (environment: string) => EnvironmentState | null,
  forge: { readonly facts: ForgeFacts | null; readonly showsChecks: boolean },
): Evidence {
  const soaks: Record<string, Soaked> = {};
  for (const [environment, digest] of Object.entries(soakDigests)) {
    const state = stateOf(environment);
    if (state !== null) soaks[environment] = soakedAs(digest, state);
  }
  const recorded = repository.checks.flatMap(({ commit: of, ...check }) => (of === commit ? [check] : []));
  const checks = [...recorded, ...shownOn([commit, ...sameFiles], forge.facts)];
  const isUnheard = forge.showsChecks && (forge.facts?.asOf ?? null) === null;
  return { ...found, soaks, checks, ...(isUnheard ? { isForgeUnheard: true } : {}) };
}

/** Of each name those on the first of the commits that has any: its own go before those of the same files. */
function shownOn(commits: readonly string[], forge: ForgeFacts | null): readonly GivenCheck[] {
  const shown = new Map<string, readonly GivenCheck[]>();
  for (const commit of commits) {
    const here = (forge?.checks ?? []).filter((check) => check.commit === commit);
    for (const [name, checks] of Map.groupBy(here, (check) => check.name)) {
      if (!shown.has(name))
        shown.set(
          name,
          checks.map((check) => shownAs(check, forge?.asOf ?? 0)),
        );
    }
  }
  return [...shown.values()].flat();
}

function shownAs({ name, state: status, commit, app, by, url }: ForgeCheck, at: Instant): GivenCheck {
  return { name, status, value: null, at, by: 'GitHub', shown: { app, by, commit, url, stale: null } };
}

/** Contents that people took out of service there have failed as much as those that failed by themselves. */
function soakedAs(digest: string, { contents, quarantine, newest }: EnvironmentState): Soaked {
  const known = contents.find((entry) => entry.digest === digest);
  const bad = quarantine.find((entry) => entry.digest === digest);
  if (bad !== undefined) return { type: 'failed', sentence: bad.sentence };
  if (known === undefined) return { type: 'never' };
  if (known.outcome !== 'Succeeded') {
    const run = newest.find(({ id }) => id === known.run);
    return { type: 'failed', sentence: run?.sentence ?? `${known.run} ended ${known.outcome}` };
  }
  return { type: 'healthy', since: known.healthySince, soakedMs: known.healthyMs };
}

function sayGone(version: Version): string {
  return `${sayVersion(version)}, which runs here, is no longer in the repository; a branch or tag that has it fixes that`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
