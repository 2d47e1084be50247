// All that the facts of an environment are read from. They are gathered again when it changes, and only then: the
// reader is given nothing else, and each part of it has to say here when it still counts as the same, or this file
// does not compile. What counts as the same and is not is believed for longer than it is true.

import type { EnvironmentState } from '../../model/environment-state.ts';
import type { GatesInForce } from '../../model/gate-terms.ts';
import type { StoredProposal } from '../../model/promotion.ts';
import type { ForgePerson } from '../../model/proposal.ts';
import type { RemoteRefs } from '../../ports/git.ts';
import type { HeadConfig } from './config-reader.ts';

export type FactsGround = {
  readonly name: string;
  /** `version` goes up when the remote's refs have changed, other than the ledger's. */
  readonly looked: { readonly version: number; readonly refs: NamedRefs; readonly defaultBranch: string };
  /** The head also says which keys count, and what the environment follows. */
  readonly head: HeadGround;
  readonly state: GroundState;
  /** Where the environment that it follows stands. */
  readonly source: EnvironmentState['current'];
  /** Where the environments stand that it is promoted from. */
  readonly sources: ReadonlyMap<string, SourceStanding>;
  /** Further commits to read. */
  readonly extra: readonly string[];
  /** Reviews that a forge shows, newest first. */
  readonly reviews: readonly ReviewAsked[];
  /** Heads of pull requests, newest first, where a rule asks for results. */
  readonly heads: readonly string[];
  /** Of a new environment: the gates in force everywhere, and one text that stands for them. */
  readonly guards: { readonly digest: string; readonly all: () => Iterable<readonly [string, GatesInForce]> } | null;
  readonly others: OthersAsked;
  /** The digest that the operator of this controller accepts for this environment. */
  readonly operatorAccepts: string | null;
};

/** A review that the forge shows. */
export type ReviewAsked = {
  readonly review: string;
  readonly by: ForgePerson;
  readonly commit: string;
  /** The branch that its pull request is for. */
  readonly base: string;
  readonly number: number;
};

/** Where an environment stands that is promoted from, and what was proposed there: that is carried on. */
export type SourceStanding = {
  readonly current: EnvironmentState['current'];
  /** Commits whose contents have run there, newest first, bounded. */
  readonly ran: readonly string[];
  readonly proposals: readonly StoredProposal[];
};

export type HeadGround = {
  /** What the head says; `config` is null where it cannot be used at all. */
  readonly config: HeadConfig;
  /**
   * The newest ancestors of the head, newest first: where the head is broken for an environment, the first of them
   * that is sound for it serves its open runs, rollbacks and status, and nothing else.
   */
  readonly ancestors: () => Promise<readonly string[]>;
  /** Text of policies/allowed_signers at the head; empty where there is none. */
  readonly allowedSigners: () => Promise<string>;
};

/** What facts are read from of where the environment stands. */
export type GroundState = Pick<
  EnvironmentState,
  | 'environment'
  | 'current'
  | 'contents'
  | 'tags'
  | 'writtenTags'
  | 'quarantine'
  | 'requests'
  | 'approvals'
  | 'open'
  | 'held'
  | 'gates'
  | 'gateWords'
  | 'proposals'
>;

/** What a look says that stays the same while the refs do. */
export type NamedRefs = Pick<RemoteRefs, 'refs' | 'peeled'>;

type Answered = { readonly secrets: readonly string[]; readonly answer: boolean };

/**
 * Whether people of another environment may have to say yes to a version that names certain secrets: what was asked,
 * and what the answer was.
 */
export class OthersAsked {
  readonly answered: Answered[] = [];
  readonly #answer: (secrets: readonly string[]) => boolean;

  constructor(answer: (secrets: readonly string[]) => boolean) {
    this.#answer = answer;
  }

  ask(secrets: readonly string[]): boolean {
    const answer = this.#answer(secrets);
    this.answered.push({ secrets, answer });
    return answer;
  }

  /** Asked the same, it gives the same answers, and is known to have given them from here on. */
  answersAs(former: readonly Answered[]): boolean {
    if (former.some(({ secrets, answer }) => this.#answer(secrets) !== answer)) return false;
    this.answered.push(...former);
    return true;
  }
}

/**
 * A ground to compare others with. It holds on to nothing large: facts are kept for long, and each look has refs of
 * its own.
 */
export type FormerGround = Pick<FactsGround, 'name' | 'state' | 'source' | 'sources' | 'extra' | 'operatorAccepts'> & {
  readonly looked: number;
  readonly reviews: string;
  readonly heads: string;
  readonly head: string;
  readonly guards: string | null;
  readonly others: readonly Answered[];
};

export function formerGround(ground: FactsGround): FormerGround {
  const { name, state, source, sources, extra, reviews, heads, operatorAccepts, looked, head, guards, others } = ground;
  return {
    ...{ name, state, source, sources, extra, operatorAccepts },
    looked: looked.version,
    reviews: reviewsPart(reviews),
    heads: heads.join(),
    head: head.config.commit,
    guards: guards?.digest ?? null,
    others: others.answered,
  };
}

/**
 * Whether facts that were gathered on `former` hold on `now`: each part says when it is the same. The cheap ones
 * first.
 */
export function isSameGround(former: FormerGround, now: FactsGround): boolean {
  const same: Record<keyof FactsGround, () => boolean> = {
    name: () => former.name === now.name,
    looked: () => former.looked === now.looked.version,
    head: () => former.head === now.head.config.commit,
    operatorAccepts: () => former.operatorAccepts === now.operatorAccepts,
    guards: () => former.guards === (now.guards?.digest ?? null),
    source: () => former.source === now.source || sourcePart(former.source) === sourcePart(now.source),
    sources: () => sourcesPart(former.sources) === sourcesPart(now.sources),
    extra: () =>
      former.extra.length === now.extra.length && former.extra.every((commit, index) => commit === now.extra[index]),
    reviews: () => former.reviews === reviewsPart(now.reviews),
    heads: () => former.heads === now.heads.join(),
    state: () => former.state === now.state || statePart(former.state) === statePart(now.state),
    others: () => now.others.answersAs(former.others),
  };
  return Object.values(same).every((isSame) => isSame());
}

function reviewsPart(reviews: FactsGround['reviews']): string {
  return reviews.map(({ review, commit, base, by }) => `${review} ${commit} ${by.login} ${by.id} ${base}`).join('\n');
}

function sourcePart(source: FactsGround['source']): string {
  return JSON.stringify([source?.version, source?.contents.digest]);
}

function sourcesPart(sources: FactsGround['sources']): string {
  return JSON.stringify(
    [...sources].map(([name, { current, proposals, ran }]) => [
      name,
      sourcePart(current),
      ran[0],
      proposals.map(({ proposal, head, ended }) => [proposal, head, ended?.how]),
    ]),
  );
}

function statePart(state: GroundState): string {
  const { current, open } = state;
  const parts: Record<keyof GroundState, unknown> = {
    environment: state.environment,
    current: [current?.contents.digest, current?.version, current?.left, current?.config],
    // Of lists that are bounded the newest stands for all: they have it first, and whatever is added is the newest.
    contents: state.contents[0]?.run,
    tags: state.tags[0],
    writtenTags: state.writtenTags[0],
    quarantine: state.quarantine.map(({ digest }) => digest),
    requests: state.requests.map(({ id }) => id),
    approvals: state.approvals.flatMap(({ tag }) => tag?.name ?? []),
    open: open.map((run) => [run.version.commit, run.contents.digest, run.kind, run.failure !== null, run.config]),
    held: state.held?.run,
    gates: [state.gates?.serial, state.gates?.digest],
    gateWords: state.gateWords.flatMap(({ tag }) => tag?.name ?? []),
    proposals: state.proposals?.map(({ proposal, head, touched, ended }) => [proposal, head, touched, ended?.how]),
  };
  return JSON.stringify(parts);
}
