// What `follow: tags` offers: the highest version among the tags that are on the remote. A tag that is not there
// holds nothing back; what matches and is not offered is said with its reason.

import type { EnvironmentConfig, Follow } from '../../model/config.ts';
import type { Left } from '../../model/environment-state.ts';
import type { Offer, PassedOver } from '../../model/observed.ts';
import { needsOneOf } from '../../model/remedy.ts';
import type { Contents, Version } from '../../model/version.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isHigherTag, isVersionTag, rankTags } from '../../reconcile/offers.ts';
import { meantHigher, sayNotHigher } from '../../reconcile/tags-said.ts';
import { isHere } from '../ledger/missing-commits.ts';
import type { NamedRefs } from './facts-ground.ts';
import type { Lineage } from './lineage.ts';
import type { Describes, OfferContext, Offered } from './offered.ts';
import { isAnswer } from './watched-refs.ts';

type FollowTags = Extract<Follow, { type: 'tags' }>;
type With = { readonly git: GitRepository; readonly offers: Describes; readonly lineage: Lineage };

/** How many tags may be passed over for one that counts, and how many lower ones are looked at for newer commits. */
const TAGS_TRIED_MAX = 1_000;
const LOWER_TRIED_MAX = 100;
/** Of those that are not offered: as many as a person reads. */
const NAMED_MAX = 5;
const LOWER_NAMED_MAX = 3;

export async function offersOfTags(
  with_: With,
  environment: EnvironmentConfig,
  follow: FollowTags,
  context: OfferContext,
): Promise<Offered> {
  return new TagOffers(with_, environment, follow, context).offered();
}

class TagOffers {
  readonly #with: With;
  readonly #environment: EnvironmentConfig;
  readonly #follow: FollowTags;
  readonly #context: OfferContext;
  readonly #names: ReadonlySet<string>;

  constructor(with_: With, environment: EnvironmentConfig, follow: FollowTags, context: OfferContext) {
    this.#with = with_;
    this.#environment = environment;
    this.#follow = follow;
    this.#context = context;
    const refs = [...context.refs.refs.keys()].filter((ref) => ref.startsWith('refs/tags/') && !isAnswer(ref));
    this.#names = new Set(refs.map((ref) => ref.slice('refs/tags/'.length)));
  }

  async offered(): Promise<Offered> {
    const { ranked, ignored } = rankTags(this.#follow, this.#names, this.#running?.tag ?? null);
    const ordered = await this.#inOrder(ranked);
    const good: Offer[] = [];
    const refused: Offer[] = [];
    for (const tag of ordered.slice(0, TAGS_TRIED_MAX)) {
      const offer = await this.#offer(tag);
      if (offer === null) continue;
      const moved = this.#context.state.tags.some((entry) => entry.tag === tag && entry.oid !== offer.tag?.oid);
      if (offer.tag?.reachable === false || moved) refused.push(offer);
      else good.push(offer);
      if (this.#environment.queue === 'latest' && good.length > 0) break;
    }
    const notes = [
      ...ignored.slice(0, NAMED_MAX),
      ...this.#sayDeleted(),
      ...(await this.#sayLower(ranked)),
      ...this.#sayNoMatch(ranked, ignored),
      ...refused.slice(0, NAMED_MAX).map(sayRefused),
    ];
    // One that does not count never stands in the way of one that does; alone, it is shown with the reason.
    return { offers: good.length > 0 ? good : refused.slice(0, 1), ignored: notes };
  }

  /** The version whose tag new ones are held to; null where what runs has none that this pattern could mean. */
  get #running(): (Version & { readonly tag: string }) | null {
    const version = this.#context.state.current?.version;
    if (version === undefined || version.tag === null || !isVersionTag(this.#follow, version.tag)) return null;
    return { commit: version.commit, tag: version.tag };
  }

  /** Highest first, or with `every` lowest first. */
  async #inOrder(ranked: readonly string[]): Promise<readonly string[]> {
    const running = this.#running;
    if (running === null) return this.#turned(ranked);
    const higher = ranked.filter((tag) => isHigherTag(tag, running.tag));
    if (!this.#names.has(running.tag)) {
      const others = ranked.filter((tag) => !higher.includes(tag)).slice(0, LOWER_TRIED_MAX);
      return this.#turned([...higher, ...(await this.#onFrom(running.commit, others))]);
    }
    const seen = this.#context.state.tags.find((entry) => entry.tag === running.tag);
    const isMoved = seen !== undefined && this.#context.refs.refs.get(`refs/tags/${running.tag}`) !== seen.oid;
    return this.#turned(isMoved ? [...higher, running.tag] : higher);
  }

  #turned(ordered: readonly string[]): readonly string[] {
    return this.#environment.queue === 'all' ? ordered.toReversed() : ordered;
  }

  /** Those on this commit or on one that goes on from it. */
  async #onFrom(commit: string, tags: readonly string[]): Promise<readonly string[]> {
    const { git } = this.#with;
    const { refs, peeled } = this.#context.refs;
    const found: string[] = [];
    for (const tag of tags) {
      const ref = `refs/tags/${tag}`;
      const oid = peeled.get(ref) ?? refs.get(ref);
      // What is on a followed branch is here already; nothing is fetched for the sake of those that are passed over.
      const pointed = oid !== undefined && (await isHere(git, oid)) ? await git.peel(oid) : null;
      if (pointed !== null && (await this.#with.lineage.holds(pointed, commit)) === true) found.push(tag);
    }
    return found;
  }

  async #commitOf(tag: string): Promise<string | null> {
    const { git } = this.#with;
    const { refs } = this.#context;
    const ref = `refs/tags/${tag}`;
    const oid = refs.refs.get(ref);
    if (oid === undefined) return null;
    await git.fetch(new Map([[ref, oid]]));
    return refs.peeled.get(ref) ?? git.peel(oid);
  }

  async #offer(tag: string): Promise<Offer | null> {
    const { offers } = this.#with;
    const { refs, state, head, defaultBranch } = this.#context;
    const oid = refs.refs.get(`refs/tags/${tag}`);
    const commit = await this.#commitOf(tag);
    if (oid === undefined || commit === null) return null;
    const on = this.#follow.on.length > 0 ? this.#follow.on : [defaultBranch];
    const written = state.writtenTags.includes(tag);
    const reachable = written || (await this.#reachable(commit, on, refs));
    const contents = await offers.contents(this.#environment.name, commit, head);
    return {
      version: { commit, tag },
      contents,
      trigger: 'tag',
      author: await offers.author(commit),
      tag: { name: tag, oid, reachable, on },
      descends: true,
      passedOver: await this.#passedOver(tag, commit, contents),
    };
  }

  async #reachable(commit: string, branches: readonly string[], refs: NamedRefs): Promise<boolean> {
    for (const branch of branches) {
      const tip = refs.refs.get(`refs/heads/${branch}`);
      if (tip !== undefined && (await this.#with.lineage.isAncestor(commit, tip))) return true;
    }
    return false;
  }

  /** By its name where both have one that counts, else by history. */
  async #passedOver(tag: string, commit: string, contents: Contents): Promise<Version | null> {
    const nameless: Left[] = [];
    for (const each of this.#context.state.current?.left ?? []) {
      const { version } = each;
      if (version.tag === null || !isVersionTag(this.#follow, version.tag)) nameless.push(each);
      else if (!isHigherTag(tag, version.tag) && !(await this.#goesOnFrom(version, version.tag, commit)))
        return version;
    }
    return this.#with.lineage.passedOver(commit, contents, nameless);
  }

  async #goesOnFrom(version: Version, tag: string, commit: string): Promise<boolean> {
    if (this.#names.has(tag) || commit === version.commit) return false;
    return (await this.#with.lineage.holds(commit, version.commit)) === true;
  }

  #sayDeleted(): readonly PassedOver[] {
    const running = this.#running;
    if (running === null || this.#names.has(running.tag)) return [];
    const sentence = `tag ${running.tag}, which runs here, was deleted on the remote; no older tag takes its place, only one on a commit that goes on from it`;
    return [{ tag: running.tag, sentence }];
  }

  /** Lower than what runs, and yet newer, or meant to be higher: somebody waits for it. */
  async #sayLower(ranked: readonly string[]): Promise<readonly PassedOver[]> {
    const running = this.#running;
    if (running === null || !this.#names.has(running.tag)) return [];
    const lower = ranked.filter((tag) => isHigherTag(running.tag, tag));
    const meant = lower.filter((tag) => meantHigher(tag, running.tag));
    const newer = await this.#onFrom(
      running.commit,
      lower.filter((tag) => !meant.includes(tag)).slice(0, LOWER_NAMED_MAX),
    );
    const said = [...meant, ...newer].slice(0, NAMED_MAX);
    const environment = this.#environment.name;
    return said.map((tag) => ({
      tag,
      sentence: sayNotHigher(tag, running.tag, this.#names),
      needs: needsOneOf({ act: 'deploy', environment, version: tag, emergency: false }),
    }));
  }

  #sayNoMatch(ranked: readonly string[], ignored: readonly PassedOver[]): readonly PassedOver[] {
    if (ranked.length > 0 || ignored.length > 0) return [];
    const [first] = [...this.#names].sort();
    const others = first === undefined ? '' : `, though there are others, like ${first}`;
    return [{ tag: null, sentence: `no tag on the remote matches ${this.#follow.pattern}${others}` }];
  }
}

function sayRefused({ tag }: Offer): PassedOver {
  const why = tag?.reachable ? 'was moved' : `is not on ${tag?.on.join(' or ')}`;
  return { tag: tag?.name ?? null, sentence: `tag ${tag?.name} does not count: it ${why}` };
}
