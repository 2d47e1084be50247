// What gates are asked about: a version on its way here, as a candidate or as an open run; and all that policies may
// look at when they are. One place gathers it, so that granting, starting a stage, `why` and `when` never ask
// different questions.

import type { Instant } from '../base/instant.ts';
import type { Current, EnvironmentState, StoredApproval } from '../model/environment-state.ts';
import { mustSign } from '../model/must-sign.ts';
import type { ApprovalTag } from '../model/observed.ts';
import type { Directory, Evidence, GivenApproval, PolicyFacts, Signed } from '../model/policy-facts.ts';
import { NO_EVIDENCE } from '../model/policy-facts.ts';
import type { RunKind, Trigger } from '../model/record.ts';
import type { Run } from '../model/run.ts';
import type { Version } from '../model/version.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';
import { givenReview, reviewedAuthors, reviewsFor, withForgeAge } from './reviews.ts';

export type Subject = {
  readonly version: Version;
  readonly digest: string;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  /** Who asked for it by name, and the record that it was asked with. */
  readonly requestedBy: string | null;
  readonly request: string | null;
  /** The emergency that it was asked for in. */
  readonly emergency: {
    readonly by: string;
    readonly reason: string;
    readonly at: Instant;
  } | null;
  /** Null while no run is open for it. */
  readonly run: string | null;
};

export function subjectOf(candidate: Candidate): Subject {
  const { version, contents, kind, trigger, request } = candidate;
  const asked = request !== null && candidate.emergency;
  return {
    version,
    digest: contents.digest,
    kind,
    trigger,
    requestedBy: request === null ? null : candidate.requestedBy,
    request: request?.id ?? null,
    emergency: asked ? { by: request.by, reason: request.reason, at: request.at } : null,
    run: null,
  };
}

export function subjectOfRun(run: Run): Subject {
  const { version, contents, kind, trigger, requestedBy, emergency, reason, openedAt, request } = run;
  return {
    version,
    digest: contents.digest,
    kind,
    trigger,
    requestedBy: trigger === 'request' ? requestedBy : null,
    request,
    emergency: emergency && requestedBy !== null ? { by: requestedBy, reason: reason ?? '', at: openedAt } : null,
    run: run.id,
  };
}

export function factsFor(
  draft: Draft,
  subject: Subject,
  directory: Directory,
  lifting: Pick<PolicyFacts, 'lifted' | 'liftedUntil' | 'liftedFrom' | 'halfLifted' | 'ownLifted'>,
): PolicyFacts {
  const { state, environment, observed, now } = draft;
  const offered = state.offered.find(
    ({ digest, commit }) => digest === subject.digest && commit === subject.version.commit,
  );
  const { current } = state;
  const own = environment.evidence.get(subject.version.commit);
  const said = carriedOver(draft, subject.version, approvalsIn(draft));
  const approvals = reviewsFor(draft, subject.version, own, said);
  return {
    now,
    environment: environment.name,
    version: subject.version,
    kind: subject.kind,
    trigger: subject.trigger,
    requestedBy: subject.requestedBy,
    run: subject.run,
    ...lifting,
    directory,
    signaturesRequired: mustSign(environment),
    evidence: withAuthors(withForgeAge(draft, own ?? NO_EVIDENCE), reviewedAuthors(approvals, subject.version)),
    approvals,
    offeredAt: offered?.at ?? draft.seenAt,
    current: current === null ? null : { version: broughtBy(state, current), since: current.since },
    starts: state.starts,
    holders: environment.holders,
    holidays: observed.holidays,
  };
}

function withAuthors(evidence: Evidence, authors: readonly string[]): Evidence {
  const { change } = evidence;
  if (change === null || authors.every((who) => change.authors.includes(who))) return evidence;
  return { ...evidence, change: { ...change, authors: [...new Set([...change.authors, ...authors])] } };
}

/**
 * What was said of a proposal holds for what a merge, a squash or a rebase made of it, where that does the very same.
 */
function carriedOver(
  { state, environment }: Pick<Draft, 'state' | 'environment'>,
  version: Version,
  approvals: readonly GivenApproval[],
): readonly GivenApproval[] {
  const own = environment.evidence.get(version.commit);
  if (own?.contentDigest === undefined || own.contentDigest === '') return approvals;
  const proposed = new Set((state.proposals ?? []).flatMap(({ head, touched }) => [head, ...touched]));
  return approvals.map((approval) => {
    const { version: of, planDigest } = approval;
    // A review has a digest of its own.
    if (approval.review !== undefined || of.commit === version.commit || !proposed.has(of.commit)) return approval;
    const other = environment.evidence.get(of.commit);
    if (other === undefined || other.contentDigest !== own.contentDigest) return approval;
    if (planDigest !== null && planDigest !== other.planDigest) return approval;
    return { ...approval, version, planDigest: planDigest === null ? null : own.planDigest };
  });
}

/**
 * The version that a run brought, under the gates: a tag that was adopted since gave it a name that no gate was asked
 * about.
 */
function broughtBy({ contents }: EnvironmentState, current: Current): Version {
  const known = contents.find(({ digest, run }) => digest === current.contents.digest && run === current.run);
  return known?.version ?? current.version;
}

/** What people said about versions, as it stands now. */
export function approvalsIn({
  state,
  environment,
  seenAt,
}: Pick<Draft, 'state' | 'environment' | 'seenAt'>): readonly GivenApproval[] {
  // What no controller has recorded yet counts from when it was seen, as it will when one does.
  const unseen = environment.approvalTags.flatMap((tag): readonly StoredApproval[] => {
    const { name, oid, commit, answer, person, reason } = tag;
    if (commit === null || person === null || state.approvals.some((known) => known.tag?.name === name)) return [];
    const version = { commit, tag: null };
    return [{ id: name, by: person, answer, version, planDigest: null, reason, at: seenAt, tag: { name, oid } }];
  });
  return [...state.approvals, ...unseen].map((approval) => {
    const { id, by, answer, version, planDigest, reason, at, tag } = approval;
    const onRemote = environment.approvalTags.find(({ name }) => name === tag?.name) ?? null;
    // A no that was recorded stands: anyone who may move tags must not be able to take it back for another.
    const stands = answer === 'rejected' && state.approvals.includes(approval);
    const signed = tag === null ? environment.signers.get(id) : stands ? signedThen(approval) : onRemote?.signed;
    return {
      id,
      by,
      answer,
      version,
      planDigest,
      reason,
      at,
      tag: tag?.name ?? null,
      signed: signed ?? { type: 'unsigned' },
      void: tag === null || stands ? null : voidTag(tag, onRemote, version.commit),
      ...(approval.review === undefined ? {} : { review: givenReview(approval.review, by) }),
    };
  });
}

function signedThen({ signedBy }: StoredApproval): Signed {
  return signedBy === undefined ? { type: 'unsigned' } : { type: 'signed', by: signedBy };
}

/**
 * Why a tag speaks for no version, wherever it stands: it was made under another name, or points elsewhere than its
 * name.
 */
export function misnamed({ name, called, commit, named }: ApprovalTag): string | null {
  // The ref is anybody's to choose: what was said and signed was said under the name inside.
  if (called !== null && called !== name) {
    return `tag ${name} was made as ${called}: an answer counts under its own name only`;
  }
  if (named !== null && named === commit) return null;
  const points = commit === null ? 'no commit' : commit.slice(0, 7);
  const said = named === null ? 'no version of this repository' : named.slice(0, 7);
  return `tag ${name} points at ${points}, but the version in its name is ${said}`;
}

function voidTag(
  seen: { readonly name: string; readonly oid: string },
  there: ApprovalTag | null,
  commit: string,
): string | null {
  if (there === null) return `tag ${seen.name} is no longer on the remote`;
  if (there.oid !== seen.oid) {
    return `tag ${seen.name} was moved: it was first seen at ${commit.slice(0, 7)}${there.commit === null ? '' : ` and now names ${there.commit.slice(0, 7)}`}`;
  }
  return misnamed(there);
}
