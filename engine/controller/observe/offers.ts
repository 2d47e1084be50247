// What `follow` offers, asked of Git: as little as will answer. Contents are ids that Git has hashed already; history
// is walked only where the present contents are not the ones that run.

import type { EnvironmentConfig } from '../../model/config.ts';
import type { Current } from '../../model/environment-state.ts';
import type { Offer } from '../../model/observed.ts';
import type { Contents, Version } from '../../model/version.ts';
import type { GitRepository } from '../../ports/git.ts';
import { Recent } from '../ledger/recent.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { Lineage } from './lineage.ts';
import type { OfferContext, Offered } from './offered.ts';
import { offersOfTags } from './tag-offers.ts';

/** How many versions `queue: all` looks back for. */
const EVERY_MAX = 500;

export class Offers {
  readonly #git: GitRepository;
  readonly #reader: ConfigReader;
  readonly #authors = new Recent<string, Promise<string>>(1_000);
  readonly #lineage: Lineage;

  constructor(git: GitRepository, reader: ConfigReader) {
    this.#git = git;
    this.#reader = reader;
    this.#lineage = new Lineage(git);
  }

  of(environment: EnvironmentConfig, context: OfferContext): Promise<Offered> {
    const { follow } = environment;
    switch (follow.type) {
      case 'branch':
        return this.#ofBranch(environment, follow.branch ?? context.defaultBranch, context);
      case 'tags':
        return offersOfTags({ git: this.#git, offers: this, lineage: this.#lineage }, environment, follow, context);
      case 'promoted':
        return this.#ofPromotion(environment, follow.from, context);
    }
  }

  async contents(environment: string, commit: string, head: HeadConfig): Promise<Contents> {
    const inputs = await this.#reader.inputs(commit, environment, head);
    const [contents] = await this.#git.contentsAt(commit, [inputs]);
    return contents ?? { digest: '', inputs: {} };
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return this.#lineage.isAncestor(ancestor, descendant);
  }

  parent(commit: string): Promise<string | null> {
    return this.#lineage.parent(commit);
  }

  author(commit: string): Promise<string> {
    return this.#authors.remember(commit, async () => {
      const { author } = await this.#git.commit(commit);
      return `${author.name} <${author.email}>`;
    });
  }

  async #ofBranch(environment: EnvironmentConfig, branch: string, context: OfferContext): Promise<Offered> {
    const tip = context.refs.refs.get(`refs/heads/${branch}`);
    if (tip === undefined)
      return {
        offers: [],
        ignored: [{ tag: null, sentence: `the followed branch ${branch} does not exist on the remote` }],
      };
    const { current } = context.state;
    const contents = await this.contents(environment.name, tip, context.head);
    if (contents.digest === current?.contents.digest) return { offers: [], ignored: [] };
    const descends =
      current === null ||
      current.trigger === 'request' ||
      // What ran is gone from the repository: then it is in nobody's history.
      (await this.#lineage.holds(tip, current.version.commit)) === true;
    if (environment.queue === 'all' && current !== null && descends) {
      return { offers: await this.#every(environment.name, tip, current.version.commit, context), ignored: [] };
    }
    const commit = await this.#lineage.introducing(tip, contents);
    const passedOver = await this.#lineage.passedOver(commit, contents, current?.left ?? []);
    return { offers: [await this.#pushed(commit, contents, { descends, passedOver }, context)], ignored: [] };
  }

  async #pushed(
    commit: string,
    contents: Contents,
    how: Pick<Offer, 'descends' | 'passedOver'>,
    { state: { held } }: OfferContext,
  ): Promise<Offer> {
    const beforeHold = held?.tip !== undefined && (await this.#lineage.holds(held.tip, commit)) === true;
    return this.#offer({ commit, tag: null }, contents, { trigger: 'commit', ...how, beforeHold });
  }

  async #offer(
    version: Version,
    contents: Contents,
    how: Pick<Offer, 'trigger' | 'descends' | 'passedOver' | 'beforeHold'>,
  ): Promise<Offer> {
    return { version, contents, author: await this.author(version.commit), tag: null, ...how };
  }

  /** Each distinct contents between what runs and the tip, oldest first. */
  async #every(environment: string, tip: string, current: string, context: OfferContext): Promise<readonly Offer[]> {
    const chain = (await this.#git.firstParents(tip, EVERY_MAX, current)).map(({ oid }) => oid).reverse();
    const left = context.state.current?.left ?? [];
    const goneFrom = new Set(left.map(({ version }) => version.commit));
    const leftAt = chain.findLastIndex((commit) => goneFrom.has(commit));
    const lastLeft = left.find(({ version }) => version.commit === chain[leftAt])?.version ?? null;
    const offers: Offer[] = [];
    let before = context.state.current?.contents.digest;
    for (const [index, commit] of chain.entries()) {
      const contents = await this.contents(environment, commit, context.head);
      if (contents.digest !== before) {
        const passedOver = index <= leftAt ? lastLeft : await this.#lineage.passedOver(commit, contents, left);
        offers.push(await this.#pushed(commit, contents, { descends: true, passedOver }, context));
      }
      before = contents.digest;
    }
    return offers;
  }

  async #ofPromotion(environment: EnvironmentConfig, from: string, context: OfferContext): Promise<Offered> {
    const { source } = context;
    if (source === null)
      return { offers: [], ignored: [{ tag: null, sentence: `nothing has succeeded in ${from} yet` }] };
    const line = await this.#sameThere(from, source, context);
    const contents = await this.contents(environment.name, line.at(-1) ?? source.version.commit, context.head);
    const commit = await this.#firstOf(line, contents);
    const version = commit === source.version.commit ? source.version : { commit, tag: null };
    // What succeeded there last is the newest, wherever it lies in history.
    const passedOver = await this.#lineage.isLeft(commit, contents, context.state.current?.left ?? []);
    return {
      offers: [await this.#offer(version, contents, { trigger: 'promotion', descends: true, passedOver })],
      ignored: [],
    };
  }

  /**
   * The commit that succeeded in `from`, and those right behind it, oldest first, that leave its contents there
   * alone: they have succeeded there too. Never what lies behind a change that did not, even where the contents came
   * back after it.
   */
  async #sameThere(from: string, source: Current, context: OfferContext): Promise<readonly string[]> {
    const { commit } = source.version;
    const follow = context.head.config?.environments[from]?.follow;
    if (follow?.type !== 'branch') return [commit];
    const tip = context.refs.refs.get(`refs/heads/${follow.branch ?? context.defaultBranch}`);
    if (tip === undefined || tip === commit) return [commit];
    const behind = (await this.#git.firstParents(tip, EVERY_MAX, commit)).map(({ oid }) => oid).reverse();
    const [next] = behind;
    if (next === undefined || (await this.parent(next)) !== commit) return [commit];
    const differs = await this.#findChange(behind, source.contents);
    return [commit, ...behind.slice(0, differs)];
  }

  /** Index of the first commit that has other contents at the same paths; the length where none has. */
  async #findChange(commits: readonly string[], contents: Contents): Promise<number> {
    for (const [index, commit] of commits.entries()) {
      const [there] = await this.#git.contentsAt(commit, [Object.keys(contents.inputs)]);
      if (there?.digest !== contents.digest) return index;
    }
    return commits.length;
  }

  /** The oldest commit of a line from which on these contents stand: later ones are no new version. */
  async #firstOf(line: readonly string[], contents: Contents): Promise<string> {
    const newestFirst = line.toReversed();
    const since = await this.#findChange(newestFirst, contents);
    return newestFirst[Math.max(0, since - 1)] ?? '';
  }
}
