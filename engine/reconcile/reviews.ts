// Reviews on a forge, as words of people. They are written down when they are seen, with the digest of what would be
// done by what was reviewed: a merge, a squash or a rebase that does the very same keeps them, and nothing else does.
// A yes counts only while the forge still shows it, and has said so within five minutes. A no that was written down
// stands also while the forge is away.

import { sayUtc } from '../base/instant.ts';
import { REVIEW_AUTHORS_MAX } from '../ledger/bounds.ts';
import type { StoredApproval, StoredReview } from '../model/environment-state.ts';
import { areInForce } from '../model/gate-terms.ts';
import type { Observed, ReviewedCommit } from '../model/observed.ts';
import { identityOf, loginTakenFrom, personOf } from '../model/people.ts';
import type { Evidence, GivenApproval, GivenReview } from '../model/policy-facts.ts';
import {
  FORGE_FRESH_MS,
  type ForgeFacts,
  type ForgePerson,
  type ForgeProposal,
  isLogin,
  type Review,
  type ReviewEnd,
  type ReviewMark,
} from '../model/proposal.ts';
import type { Version } from '../model/version.ts';
import type { Draft } from './draft.ts';

/** Written down in one go; the rest follows. */
const AT_ONCE_MAX = 50;

/** `now`: when it was observed. Looked ahead, the forge is taken to go on answering. */
export function isForgeFresh({ asOf }: ForgeFacts, now: number): boolean {
  return asOf !== null && now - asOf <= FORGE_FRESH_MS;
}

/** While a forge does not answer nothing is written: neither that something is there, nor that it is gone. */
export function recordReviews(draft: Draft): void {
  const { forge } = draft.observed;
  if (forge === undefined || !forge.reachable || !isForgeFresh(forge, draft.now)) return;
  const standing = [...draft.state.approvals, ...draft.state.gateWords].flatMap(({ review }) =>
    review === undefined || review.ended !== undefined ? [] : [review],
  );
  for (const review of new Map(standing.map((each) => [each.id, each])).values()) {
    const how = endOf(review, forge);
    if (how !== null) draft.event({ type: 'review-gone', review: review.id, how }, review.id);
  }
  recordOfGates(draft, forge);
  const known = new Set(draft.state.approvals.flatMap(({ review }) => review?.id ?? []));
  const unseen = forge.proposals.flatMap((proposal) =>
    (proposal.reviews ?? []).flatMap((review) => seenFor(draft, proposal, review) ?? []),
  );
  const next = unseen.filter(({ review }) => !known.has(review.id)).sort(byTime);
  for (const seen of next.slice(0, AT_ONCE_MAX)) write(draft, seen);
}

/** Null while it stands, or nobody says. */
function endOf(review: ReviewMark, { proposals }: ForgeFacts): ReviewEnd | null {
  const reviews = proposals.find(({ number }) => number === review.number)?.reviews ?? null;
  if (reviews === null) return null;
  const there = reviews.find(({ id }) => id === review.id);
  if (there !== undefined) return there.answer === 'withdrawn' ? 'dismissed' : null;
  return reviews.some(({ by }) => by.id === review.account) ? 'changed' : 'gone';
}

/**
 * Of a change of gates that is next. One that was given before those in force came into force was about another: a
 * yes is not said twice by that.
 */
function recordOfGates(draft: Draft, { proposals }: ForgeFacts): void {
  const { environment, state } = draft;
  const { gates } = environment;
  if (gates === null || (state.gates !== null && areInForce(state.gates, gates))) return;
  const known = new Set(state.gateWords.flatMap(({ review }) => review?.id ?? []));
  for (const { number, reviews } of proposals) {
    for (const { id, by, answer, commit, binds, seenAt } of reviews ?? []) {
      const yields = commit === null ? undefined : environment.reviewed?.get(commit)?.gates;
      if (number === null || commit === null || answer === 'withdrawn' || binds !== 'commit') continue;
      if (yields?.digest !== gates.digest || known.has(id) || !isLogin(by.login)) continue;
      if (seenAt < (state.gates?.at ?? 0) || (answer === 'approved' && isOfAuthor(draft, by, yields.authors))) continue;
      if (draft.sides.every((side) => personOf(identityOf(by), side) === null)) continue;
      const serial = state.gates?.serial ?? 0;
      const said = {
        review: id,
        number,
        login: by.login,
        account: by.id,
        answer,
        serial,
        digest: gates.digest,
        commit,
      };
      draft.event({ type: 'gates-review-seen', ...said }, `${id}:${serial}`);
    }
  }
}

/** A squash may name only one of those who made it. Unknown is not nobody. */
function isOfAuthor({ sides }: Draft, by: ForgePerson, authors: readonly string[] | null): boolean {
  return sides.some((side) => {
    const person = personOf(identityOf(by), side);
    return person !== null && (authors === null || authors.some((author) => personOf(author, side) === person));
  });
}

type Seen = {
  readonly review: Review & { readonly answer: 'approved' | 'rejected' };
  readonly number: number;
  readonly commit: string;
  readonly of: ReviewedCommit;
};

function byTime({ review: a }: Seen, { review: b }: Seen): number {
  return a.seenAt - b.seenAt || Number(a.id) - Number(b.id);
}

/** A review that is about something here. */
function seenFor(draft: Draft, { number }: ForgeProposal, review: Review): Seen | null {
  const { environment, state } = draft;
  const { answer, binds, commit, by } = review;
  if (number === null || answer === 'withdrawn' || binds !== 'commit' || commit === null || !isLogin(by.login)) {
    return null;
  }
  const of = environment.reviewed?.get(commit);
  if (of === undefined || of.contentDigest === '' || of.digest === state.current?.contents.digest) return null;
  // What leaves the environment alone would be a yes to whatever else waits here.
  const isOffered = environment.offers.some(({ version }) => version.commit === commit);
  if (!of.isChange && !isOffered) return null;
  // The ledger keeps so many answers: a crowd that nobody knows must not make it forget what people said.
  const isSomebodys = draft.sides.some(
    (side) => personOf(identityOf(by), side) !== null || loginTakenFrom(by, side) !== null,
  );
  return isSomebodys ? { review: { ...review, answer }, number, commit, of } : null;
}

function write(draft: Draft, { review, number, commit, of }: Seen): void {
  const { id, by, answer } = review;
  const authors = of.authors === null || of.authors.length > REVIEW_AUTHORS_MAX ? null : of.authors;
  draft.event(
    {
      type: 'review-seen',
      review: id,
      number,
      login: by.login,
      account: by.id,
      answer,
      commit,
      digest: of.contentDigest,
      ...(authors === null ? {} : { authors }),
    },
    id,
  );
}

/** What policies are told of a review that was written down. */
export function givenReview({ number, account, authors, ended }: StoredReview, by: string): GivenReview {
  const login = /^[^ ]*/.exec(by)?.[0] ?? '';
  return {
    number,
    account: { login, id: account },
    authors: authors ?? null,
    ended: ended === undefined ? null : ENDED[ended],
  };
}

const ENDED: Readonly<Record<ReviewEnd, string>> = {
  dismissed: 'that review was dismissed',
  changed: 'has said something else there since',
  gone: 'that review is not on GitHub any more',
};

/**
 * The answers, each review as one to this version where it is of the same contents, and void where the forge does not
 * bear it out now.
 */
export function reviewsFor(
  draft: Pick<Draft, 'state' | 'environment' | 'observed' | 'seenAt'>,
  version: Version,
  own: Evidence | undefined,
  approvals: readonly GivenApproval[],
): readonly GivenApproval[] {
  const stored = new Map(draft.state.approvals.flatMap((one) => (one.review === undefined ? [] : [[one.id, one]])));
  if (stored.size === 0) return approvals;
  return approvals.map((approval) => {
    const said = stored.get(approval.id);
    if (said?.review === undefined) return approval;
    const { digest } = said.review;
    if (own?.contentDigest === undefined || own.contentDigest !== digest) {
      return { ...approval, ...otherContents(draft, version, said) };
    }
    const isBelieved = approval.answer === 'rejected' || said.review.ended !== undefined;
    return { ...approval, version, void: isBelieved ? null : whyNotBorneOut(draft, said) };
  });
}

/** Of another commit its own version says it; where it is known by what, that is said too. */
function otherContents(
  { environment }: Pick<Draft, 'environment'>,
  version: Version,
  { version: of }: StoredApproval,
): Partial<GivenApproval> {
  if (of.commit === version.commit) return { void: 'what that commit does is not what was reviewed' };
  const difference = environment.reviewed?.get(of.commit)?.differs.get(version.commit);
  if (difference === undefined) return {};
  const by = difference.by === null ? '' : `, by ${difference.by.slice(0, 7)}`;
  return {
    void: `that was ${of.commit.slice(0, 7)}, and ${version.commit.slice(0, 7)} differs from it in ${difference.path}${by}`,
  };
}

/**
 * Why the forge does not bear out a yes, or null. Somebody who cannot ask the forge, as at a command line, goes by
 * what is written down; a controller never does.
 */
function whyNotBorneOut(
  { observed, seenAt }: { readonly observed: Pick<Observed, 'forge'>; readonly seenAt: number },
  { review, answer }: StoredApproval,
): string | null {
  const { forge } = observed;
  if (forge === undefined || review === undefined) return null;
  if (forge.asOf === null) return `GitHub has not said so here yet (${forge.trouble ?? 'it was not asked'})`;
  if (!isForgeFresh(forge, seenAt)) return `GitHub has not answered since ${sayUtc(forge.asOf)}`;
  const reviews = forge.proposals.find(({ number }) => number === review.number)?.reviews ?? null;
  const there = reviews?.find(({ id }) => id === review.id);
  if (there === undefined) return `GitHub does not show that review of #${review.number} now`;
  return there.answer === answer ? null : 'that review does not stand any more';
}

/** Results that a forge showed too long ago are no yes; a no stands. */
export function withForgeAge(
  { observed: { forge }, seenAt }: Pick<Draft, 'observed' | 'seenAt'>,
  evidence: Evidence,
): Evidence {
  if (forge === undefined || isForgeFresh(forge, seenAt)) return evidence;
  if (evidence.checks.every(({ shown }) => shown === undefined)) return evidence;
  const stale = `GitHub has not answered since ${forge.asOf === null ? 'this controller began' : sayUtc(forge.asOf)}`;
  const aged = evidence.checks.map((check) => {
    return check.shown === undefined ? check : { ...check, shown: { ...check.shown, stale } };
  });
  return { ...evidence, checks: aged };
}

/** Who made what was reviewed made what it became, whatever a squash says. */
export function reviewedAuthors(approvals: readonly GivenApproval[], version: Version): readonly string[] {
  return approvals.flatMap(({ review, version: of }) => (of.commit === version.commit ? (review?.authors ?? []) : []));
}
