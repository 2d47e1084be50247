// What `follow` offers, asked of Git: as little as will answer. Contents are ids that Git has hashed already; history is
// walked only where the present contents are not the ones that run.

import type { EnvironmentConfig, Follow } from '../model/config.ts';
import type { Current, EnvironmentState } from '../model/environment-state.ts';
import type { Offer } from '../model/observed.ts';
import type { Contents, Version } from '../model/version.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository, RemoteRefs } from '../ports/git.ts';
import { isHigherTag, rankTags } from '../reconcile/offers.ts';
import type { ConfigReader, HeadConfig } from './config-reader.ts';
import { REMEMBERED, Recent } from './recent.ts';
import { isAnswer } from './watched-refs.ts';

export type Offered = { readonly offers: readonly Offer[]; readonly ignored: readonly string[] };

export type OfferContext = {
  readonly refs: RemoteRefs;
  readonly head: HeadConfig;
  readonly defaultBranch: string;
  readonly state: EnvironmentState;
  /** Where another environment stands, for promotions. */
  readonly stateOf: (environment: string) => EnvironmentState | null;
};

/** How many first-parent commits are walked in process before git itself is asked. */
const WALK_MAX = 32;
/** How many versions `supersede: every` looks back for, and how many tags may be passed over. */
const EVERY_MAX = 500;
const TAGS_TRIED_MAX = 1_000;
const REFUSED_NAMED_MAX = 5;

export class Offers {
  readonly #git: GitRepository;
  readonly #reader: ConfigReader;
  readonly #authors = new Recent<string, Promise<string>>(1_000);
  readonly #parents = new Recent<string, Promise<string | null>>(REMEMBERED);
  readonly #ancestors = new Recent<string, Promise<boolean>>(REMEMBERED);

  constructor(git: GitRepository, reader: ConfigReader) {
    this.#git = git;
    this.#reader = reader;
  }

  of(environment: EnvironmentConfig, context: OfferContext): Promise<Offered> {
    const { follow } = environment;
    switch (follow.type) {
      case 'branch':
        return this.#ofBranch(environment, follow.branch ?? context.defaultBranch, context);
      case 'tags':
        return this.#ofTags(environment, follow, context);
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
    return this.#ancestors.remember(`${ancestor} ${descendant}`, () => this.#git.isAncestor(ancestor, descendant));
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
      return { offers: [], ignored: [`the followed branch ${branch} does not exist on the remote`] };
    const { current } = context.state;
    const contents = await this.contents(environment.name, tip, context.head);
    if (contents.digest === current?.contents.digest) return { offers: [], ignored: [] };
    const descends =
      current === null || current.trigger === 'request' || (await this.#descends(current.version.commit, tip));
    if (environment.supersede === 'every' && current !== null && descends) {
      return { offers: await this.#every(environment.name, tip, current.version.commit, context), ignored: [] };
    }
    const commit = await this.#introducing(environment.name, tip, contents, context.head);
    return { offers: [await this.#offer({ commit, tag: null }, contents, 'commit', descends)], ignored: [] };
  }

  async #offer(version: Version, contents: Contents, trigger: Offer['trigger'], descends: boolean): Promise<Offer> {
    return { version, contents, trigger, author: await this.author(version.commit), tag: null, descends };
  }

  /** The first commit, going back from `tip` by first parents, whose parent has other contents. */
  async #introducing(environment: string, tip: string, contents: Contents, head: HeadConfig): Promise<string> {
    const paths = Object.keys(contents.inputs);
    let commit = tip;
    for (let walked = 0; walked < WALK_MAX; walked += 1) {
      const parent = await this.parent(commit);
      if (parent === null) return commit;
      const [before] = await this.#git.contentsAt(parent, [paths]);
      if (before?.digest !== contents.digest) return commit;
      commit = parent;
    }
    return this.#git.introducedBy(tip, await this.#reader.inputs(tip, environment, head));
  }

  /** The first parent; null for a commit that has none. */
  parent(commit: string): Promise<string | null> {
    return this.#parents.remember(commit, async () => (await this.#git.commit(commit)).parents[0] ?? null);
  }

  async #descends(ancestor: string, tip: string): Promise<boolean> {
    let commit: string | null = tip;
    for (let walked = 0; walked < WALK_MAX && commit !== null; walked += 1) {
      if (commit === ancestor) return true;
      commit = await this.parent(commit);
    }
    try {
      return await this.isAncestor(ancestor, tip);
    } catch (cause) {
      // What ran is gone from the repository: then it is in nobody's history.
      if (cause instanceof Fault && cause.code === 'object-missing') return false;
      throw cause;
    }
  }

  /** Each distinct contents between what runs and the tip, oldest first. */
  async #every(environment: string, tip: string, current: string, context: OfferContext): Promise<readonly Offer[]> {
    const chain = (await this.#git.firstParents(tip, EVERY_MAX, current)).map(({ oid }) => oid).reverse();
    const offers: Offer[] = [];
    let before = context.state.current?.contents.digest;
    for (const commit of chain) {
      const contents = await this.contents(environment, commit, context.head);
      if (contents.digest !== before) offers.push(await this.#offer({ commit, tag: null }, contents, 'commit', true));
      before = contents.digest;
    }
    return offers;
  }

  async #ofTags(
    environment: EnvironmentConfig,
    follow: Extract<Follow, { type: 'tags' }>,
    context: OfferContext,
  ): Promise<Offered> {
    const names = [...context.refs.refs.keys()]
      .filter((ref) => ref.startsWith('refs/tags/') && !isAnswer(ref))
      .map((ref) => ref.slice(10));
    const { ranked, ignored } = rankTags(follow, names);
    const { current } = context.state;
    const running = current?.version.tag ?? null;
    const higher = running === null ? ranked : ranked.filter((tag) => isHigherTag(tag, running));
    const notes = [...ignored.slice(0, 5)];
    if (running !== null && !names.includes(running)) {
      notes.push(`tag ${running}, which runs here, was deleted on the remote; no older tag takes its place`);
    }
    const seen = running === null ? undefined : context.state.tags.find((entry) => entry.tag === running);
    const candidates =
      seen !== undefined &&
      context.refs.refs.get(`refs/tags/${running}`) !== seen.oid &&
      running !== null &&
      names.includes(running)
        ? [...higher, running]
        : higher;
    const ordered = environment.supersede === 'every' ? candidates.toReversed() : candidates;
    const good: Offer[] = [];
    const refused: Offer[] = [];
    for (const tag of ordered.slice(0, TAGS_TRIED_MAX)) {
      const offer = await this.#tagOffer(environment, follow, tag, context);
      if (offer === null) continue;
      const moved = context.state.tags.some((entry) => entry.tag === tag && entry.oid !== offer.tag?.oid);
      if (offer.tag?.reachable === false || moved) refused.push(offer);
      else good.push(offer);
      if (environment.supersede === 'newest' && good.length > 0) break;
    }
    for (const offer of refused.slice(0, REFUSED_NAMED_MAX)) {
      notes.push(
        `tag ${offer.tag?.name} does not count: it ${offer.tag?.reachable ? 'was moved' : `is not on ${offer.tag?.on.join(' or ')}`}`,
      );
    }
    // One that does not count never stands in the way of one that does; alone, it is shown with the reason.
    return { offers: good.length > 0 ? good : refused.slice(0, 1), ignored: notes };
  }

  async #tagOffer(
    environment: EnvironmentConfig,
    follow: Extract<Follow, { type: 'tags' }>,
    tag: string,
    context: OfferContext,
  ): Promise<Offer | null> {
    const ref = `refs/tags/${tag}`;
    const oid = context.refs.refs.get(ref);
    if (oid === undefined) return null;
    let commit = context.refs.peeled.get(ref);
    if (commit === undefined) {
      await this.#git.fetch(new Map([[ref, oid]]));
      commit = (await this.#git.peel(oid)) ?? undefined;
    }
    if (commit === undefined) return null;
    await this.#git.fetch(new Map([[ref, oid]]));
    const on = follow.on.length > 0 ? follow.on : [context.defaultBranch];
    const written = context.state.writtenTags.includes(tag);
    const reachable = written || (await this.#reachable(commit, on, context.refs));
    const contents = await this.contents(environment.name, commit, context.head);
    const author = await this.author(commit);
    return {
      version: { commit, tag },
      contents,
      trigger: 'tag',
      author,
      tag: { name: tag, oid, reachable, on },
      descends: true,
    };
  }

  async #reachable(commit: string, branches: readonly string[], refs: RemoteRefs): Promise<boolean> {
    for (const branch of branches) {
      const tip = refs.refs.get(`refs/heads/${branch}`);
      if (tip !== undefined && (await this.isAncestor(commit, tip))) return true;
    }
    return false;
  }

  async #ofPromotion(environment: EnvironmentConfig, from: string, context: OfferContext): Promise<Offered> {
    const source = context.stateOf(from)?.current ?? null;
    if (source === null) return { offers: [], ignored: [`nothing has succeeded in ${from} yet`] };
    const line = await this.#sameThere(from, source, context);
    const contents = await this.contents(environment.name, line.at(-1) ?? source.version.commit, context.head);
    const commit = await this.#firstOf(line, contents);
    const version = commit === source.version.commit ? source.version : { commit, tag: null };
    return { offers: [await this.#offer(version, contents, 'promotion', true)], ignored: [] };
  }

  /**
   * The commit that succeeded in `from`, and those right behind it, oldest first, that leave its contents there alone: they
   * have succeeded there too. Never what lies behind a change that did not, even where the contents came back after it.
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
