// What Git says of a change of gates: who made it, which versions hold it themselves, what was in force where the
// ledger is older than gates.json, who guards a new environment. Nothing of it is asked where the head says what is
// in force.

import type { EnvironmentConfig } from '../../model/config.ts';
import { areInForce, type GatesInForce, type GateTerms } from '../../model/gate-terms.ts';
import { type Gates, type GatesChange, NO_GATES_CHANGE } from '../../model/observed.ts';
import type { GitRepository } from '../../ports/git.ts';
import { groupsOf } from '../../reconcile/gates-answer.ts';
import { digestedTerms, gatesDigest, gatesFiles } from '../ledger/gates.ts';
import { isHere } from '../ledger/missing-commits.ts';
import { authorsBetween } from './authorship.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import type { GroundState } from './facts-ground.ts';
import { readKeys } from './keys.ts';

type Asked = {
  readonly name: string;
  readonly state: GroundState;
  readonly head: HeadConfig;
  readonly settings: EnvironmentConfig | undefined;
  readonly gates: Gates | null;
  readonly defaultBranch: string;
  /** Versions that may be granted. */
  readonly commits: readonly string[];
  /** Gates in force elsewhere. */
  readonly others: () => Iterable<readonly [string, GatesInForce]>;
  readonly operatorAccepts: string | null;
};

export class GatesFacts {
  readonly #git: GitRepository;
  readonly #reader: ConfigReader;
  readonly #removed = gatesDigest(null);

  constructor(git: GitRepository, reader: ConfigReader) {
    this.#git = git;
    this.#reader = reader;
  }

  async of(asked: Asked): Promise<GatesChange> {
    const { name, state, head, gates, operatorAccepts } = asked;
    const inForce = state.gates;
    const facts: GatesChange = { ...NO_GATES_CHANGE, operatorAccepts };
    if (inForce === null && isOlder(state)) return { ...facts, upgrade: await this.#upgrade(asked) };
    if (gates === null) {
      const isRemoved = head.config !== null && !Object.hasOwn(head.environments, name);
      if (!isRemoved || inForce === null) return facts;
      if (inForce.terms === null) return { ...facts, isRemoved };
      const change = await this.#made(asked, inForce, [inForce.terms]);
      return { ...facts, ...change, isRemoved, removedDigest: this.#removed, removedIn: head.commit };
    }
    if (inForce === null || inForce.terms === null) {
      const guards = await this.#guards(asked, gates.digest);
      if (guards.length === 0) return facts;
      return {
        ...facts,
        guards,
        ...(await this.#madeNew(
          asked,
          guards.map(({ from }) => from),
        )),
      };
    }
    if (areInForce(inForce, gates)) return facts;
    const change = await this.#made(asked, inForce, [inForce.terms, gates.terms]);
    // Asked only where no rule in force is about people.
    const ofVersions = groupsOf(inForce.terms).length > 0 ? facts.ofVersions : await this.#ofVersions(asked);
    return { ...facts, ...change, ofVersions };
  }

  async #made(
    { name, head, settings }: Asked,
    { from }: GatesInForce,
    sides: readonly GateTerms[],
  ): Promise<Pick<GatesChange, 'made' | 'authors'>> {
    const files = gatesFiles(name, settings?.pipeline ?? null, ...sides);
    const isKnown = await isHere(this.#git, from);
    return {
      made: await this.#introduced(head.commit, files),
      authors: isKnown ? await authorsBetween(this.#git, from, head.commit, files) : null,
    };
  }

  /** Of an environment that was not there: the one who wrote its folder, not only who touched it last. */
  async #madeNew({ name, head }: Asked, since: readonly string[]): Promise<Pick<GatesChange, 'made' | 'authors'>> {
    const folder = [`environments/${name}`];
    const made = await this.#introduced(head.commit, folder);
    const settings = await this.#introduced(head.commit, [`environments/${name}/environment.yaml`]);
    const authors = new Set([made, settings].flatMap((found) => (found === null ? [] : [found.by])));
    for (const from of new Set(since)) {
      if (!(await isHere(this.#git, from))) continue;
      const found = await authorsBetween(this.#git, from, head.commit, folder);
      if (found === null) return { made, authors: null };
      for (const author of found) authors.add(author);
    }
    return { made, authors: made === null ? null : [...authors].sort() };
  }

  async #introduced(from: string, files: readonly string[]): Promise<GatesChange['made']> {
    const commit = await this.#git.introducedBy(from, files);
    const { author, committedAt } = await this.#git.commit(commit);
    return { commit, by: `${author.name} <${author.email}>`, at: committedAt };
  }

  async #ofVersions({ name, commits, defaultBranch }: Asked): Promise<GatesChange['ofVersions']> {
    const digests = new Map<string, string>();
    for (const commit of commits) {
      if (!(await isHere(this.#git, commit))) continue;
      const terms = await this.#termsAt(commit, name, defaultBranch);
      if (terms !== null) digests.set(commit, terms.digest);
    }
    return digests;
  }

  /** The gates that let in what runs, or what is being brought. */
  async #upgrade({ name, state, defaultBranch }: Asked): Promise<GatesChange['upgrade']> {
    const from = state.open.at(0)?.config ?? state.current?.config;
    if (from === undefined || !(await isHere(this.#git, from))) return null;
    const found = await this.#termsAt(from, name, defaultBranch);
    return found === null ? null : { ...found, from };
  }

  /** Of the gates that a commit itself says; null where it has none that can be read. */
  async digestAt(commit: string, name: string, defaultBranch: string): Promise<string | null> {
    return (await this.#termsAt(commit, name, defaultBranch))?.digest ?? null;
  }

  async #termsAt(commit: string, name: string, defaultBranch: string) {
    const { config } = await this.#reader.head(commit);
    const settings = config?.environments[name];
    if (config === null || settings === undefined) return null;
    return digestedTerms(settings, config, defaultBranch, await readKeys(this.#git, commit));
  }

  /**
   * Environments with rules about people: all but those that were first seen together with this one, as it is now.
   */
  async #guards({ name, defaultBranch, others }: Asked, digest: string) {
    const guards: { readonly environment: string; readonly terms: GateTerms; readonly from: string }[] = [];
    for (const [environment, { terms, on, from }] of others()) {
      if (environment === name || terms === null || groupsOf(terms).length === 0) continue;
      const isTogether =
        (on === 'first-sight' || on === 'upgrade') &&
        (await isHere(this.#git, from)) &&
        (await this.#termsAt(from, name, defaultBranch))?.digest === digest;
      if (!isTogether) guards.push({ environment, terms, from });
    }
    return guards;
  }
}

/** Something runs here, or is on its way, and no record says by which gates. */
export function isOlder({ current, open }: Pick<GroundState, 'current' | 'open'>): boolean {
  return current !== null || open.length > 0;
}
