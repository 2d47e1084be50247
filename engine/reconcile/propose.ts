// Proposals: what runs in other environments is offered here as a branch that somebody merges. First what became of
// those there are, then what is to be proposed next. A successor is open before its predecessor is closed; what a
// person has committed to is theirs; what a person declined, or took out again, is not offered again for the same
// contents.

import { formatSecond } from '../base/instant.ts';
import type { PromoteConfig } from '../model/config.ts';
import {
  behindUntil,
  isOpen,
  type PromotionFacts,
  type PromotionRequest,
  promoteBranchId,
  proposalBranch,
  type StoredProposal,
  type Wanted,
} from '../model/promotion.ts';
import type { ForgeProposal } from '../model/proposal.ts';
import { sayVersion } from '../model/version.ts';
import { isClockOff } from './clock.ts';
import type { Draft } from './draft.ts';
import { mergeWhenAllowed } from './merge.ts';

/** Opened in one go; the rest follows. */
const AT_ONCE_MAX = 20;

export function propose(draft: Draft): void {
  const facts = draft.environment.promotion;
  if (facts === undefined || isClockOff(draft.observed)) return;
  // Oldest first: what is superseded ends before what comes after it.
  for (const proposal of openIn(draft).toReversed()) follow(draft, proposal, facts);
  const promote = draft.environment.gates?.environment.promote;
  if (promote === undefined) return;
  for (const proposal of openIn(draft)) mergeWhenAllowed(draft, promote, proposal, facts);
  intendNext(draft, promote, facts);
}

function openIn({ state }: Pick<Draft, 'state'>): readonly StoredProposal[] {
  return (state.proposals ?? []).filter(isOpen);
}

function follow(draft: Draft, proposal: StoredProposal, facts: PromotionFacts): void {
  const { proposal: name, head, base } = proposal;
  if (head === null) {
    open(draft, proposal);
    return;
  }
  const seen = facts.seen.get(name);
  if (seen === undefined) return;
  if (seen.mergedBy !== null) {
    const by = seen.mergedBy;
    end(draft, proposal, 'merged', `${name} is merged: ${by.slice(0, 7)} brought it to ${base}`, by);
    return;
  }
  if (seen.tip === null) {
    end(draft, proposal, 'declined', `${name} was declined: somebody has removed ${proposalBranch(name)}`);
    return;
  }
  if (seen.tip !== head) {
    if (!proposal.touched.includes(seen.tip)) {
      draft.event({ type: 'proposal-touched', proposal: name, commit: seen.tip }, `${name}:${seen.tip}`);
    }
    return;
  }
  if (seen.merges === 'nothing-left') {
    end(draft, proposal, 'declined', `${name} was declined: it is on ${base}, and its changes are not`);
    return;
  }
  if (wasClosed(draft, proposal)) {
    end(draft, proposal, 'declined', `${name} was declined: somebody has closed its pull request`);
    return;
  }
  const successor = openIn(draft).find((other) => other.supersedes === name && other.head !== null);
  if (successor !== undefined && isAwaited(draft, proposal, successor)) {
    draft.say(`${name} is closed once the pull request of ${successor.proposal} is open`);
    return;
  }
  if (successor !== undefined) {
    end(draft, proposal, 'superseded', `${name} is closed in favour of ${successor.proposal}`);
    return;
  }
  if (behindUntil([proposal], facts.ahead, draft.now) !== null) return;
  const isWanted = facts.wanted === null || facts.wanted.some(({ service }) => service === proposal.service);
  if (!isWanted && !openIn(draft).some((other) => other.supersedes === name)) {
    end(draft, proposal, 'obsolete', `${name} is closed: ${proposal.source} has what stands on ${base} already`);
  }
}

/** Longer ago than a look takes: until then it may have been merged, and Git has not told yet. */
const CLOSED_FOR_MS = 60_000;

/** What people look at is there before what they looked at until now is gone. */
function isAwaited(draft: Draft, before: StoredProposal, successor: StoredProposal): boolean {
  const isShown = pullRequestsOf(draft, before).some(({ state }) => state === 'open');
  return isShown && pullRequestsOf(draft, successor).length === 0;
}

function pullRequestsOf({ observed }: Draft, { proposal, base }: StoredProposal): readonly ForgeProposal[] {
  const branch = proposalBranch(proposal);
  return (observed.forge?.proposals ?? []).filter(
    (one) => one.number !== null && !one.isFork && one.branch === branch && one.base === base,
  );
}

/** The forge says closed, and Git does not say merged. */
function wasClosed(draft: Draft, proposal: StoredProposal): boolean {
  const { now } = draft;
  const ours = pullRequestsOf(draft, proposal);
  return (
    ours.length > 0 && ours.every(({ state, updatedAt }) => state === 'closed' && updatedAt + CLOSED_FOR_MS <= now)
  );
}

/** The second half of a proposal's opening: its intent stands on the remote. */
function open(draft: Draft, proposal: StoredProposal): void {
  const { proposal: name } = proposal;
  // Intended in this very plan: nothing rests on it yet.
  if (!(draft.environment.ledger.state.proposals ?? []).includes(proposal)) return;
  const id = promoteBranchId(name);
  const ended = draft.environment.effects.get(id);
  if (ended?.kind !== 'promote-branch') {
    const { head: _head, touched: _touched, merging: _merging, ended: _ended, ...payload } = proposal;
    const environment = draft.environment.name;
    draft.effect({ type: 'outside', id, kind: 'promote-branch', environment, run: null, payload });
    draft.say(`proposing ${name}`);
    return;
  }
  const { result, commit, sentence } = ended.result;
  if (commit !== null) draft.event({ type: 'proposal-opened', proposal: name, commit, sentence }, name);
  else end(draft, proposal, result === 'refused' ? 'refused' : 'obsolete', sentence);
}

function end(
  draft: Draft,
  { proposal }: StoredProposal,
  how: NonNullable<StoredProposal['ended']>['how'],
  sentence: string,
  commit: string | null = null,
): void {
  draft.event({ type: 'proposal-ended', proposal, how, commit, sentence }, proposal);
  draft.say(sentence);
}

function intendNext(draft: Draft, promote: PromoteConfig, facts: PromotionFacts): void {
  const request = draft.state.promotion ?? null;
  if (facts.base === null) return;
  if (facts.wanted === null) {
    if (facts.waits !== null) draft.say(`nothing is proposed: ${facts.waits}`);
    if (request !== null)
      answer(draft, request, `nothing was proposed: ${facts.waits ?? 'it is not known what runs there'}`);
    return;
  }
  const until = behindUntil(openIn(draft), facts.ahead, draft.now);
  if (until !== null) {
    draft.say('nothing is proposed: what another controller has proposed is newer than what is known here');
    draft.wake(until);
    return;
  }
  // An intent is pushed before anything else is decided here: never while a run could be held up by that.
  const isFree = draft.isRecorded && (draft.state.open.length === 0 || draft.environment.lease.type === 'none');
  if (!isFree) return;
  if (request !== null) {
    answerRequest(draft, request, promote, facts);
    return;
  }
  if (draft.state.suspended !== null || draft.observed.repository.state.suspended !== null) return;
  const next = facts.wanted.filter((wanted) => isDue(draft, wanted, promote, facts));
  for (const wanted of next.slice(0, AT_ONCE_MAX)) intend(draft, wanted, facts, null);
}

/** Without anybody asking for it. */
function isDue(draft: Draft, wanted: Wanted, promote: PromoteConfig, facts: PromotionFacts): boolean {
  const present = presentOf(draft, wanted);
  if (present !== undefined && isCurrent(present, wanted, facts)) return sayOpen(draft, present, facts);
  if (present !== undefined && present.touched.length > 0) {
    draft.say(
      `${sayVersion(wanted.version)} of ${wanted.source} waits: people have committed to ${present.proposal}, which is theirs`,
    );
    return false;
  }
  if (present !== undefined && present.head === null) return false;
  if (promote.when === 'asked') return false;
  const before = lastWith(draft, wanted);
  const how = before?.ended?.how;
  const isRemembered = how === 'refused' || how === 'merged' || (how === 'declined' && promote.closed === 'remember');
  if (isRemembered) {
    const what =
      how === 'merged' ? `${before?.proposal} brought it, and it was taken out again` : before?.ended?.sentence;
    draft.say(`${sayVersion(wanted.version)} of ${wanted.source} is not proposed again by itself: ${what}`);
    return false;
  }
  return promote.when === 'proven' || hasSoaked(draft, wanted, promote);
}

/** The open one of the same scope that nothing has taken the place of. */
function presentOf(draft: Draft, { service }: Wanted): StoredProposal | undefined {
  return openIn(draft).find((proposal) => proposal.service === service);
}

/** It offers the same, and can still be merged; one that people work on is theirs to put right. */
function isCurrent(present: StoredProposal, wanted: Wanted, { seen }: PromotionFacts): boolean {
  if (present.key !== wanted.key) return false;
  return present.touched.length > 0 || seen.get(present.proposal)?.merges !== 'conflict';
}

function sayOpen(draft: Draft, { proposal, head, base }: StoredProposal, { seen }: PromotionFacts): false {
  if (head === null) return false;
  const theirs = seen.get(proposal)?.tip === head ? '' : ', and people have committed to it';
  draft.say(`${proposal} is proposed for ${base}${theirs}`);
  return false;
}

function lastWith(draft: Draft, { service, key }: Wanted): StoredProposal | undefined {
  return draft.state.proposals?.find(
    (proposal) => proposal.service === service && proposal.key === key && !isOpen(proposal),
  );
}

/** As each `soak` rule in force asks that names a source. */
function hasSoaked(draft: Draft, wanted: Wanted, promote: PromoteConfig): boolean {
  for (const source of promote.from) {
    const wantedMs = draft.sides.flatMap(({ policies }) =>
      policies.flatMap(({ rules }) =>
        rules.flatMap((rule) => (rule.type === 'soak' && rule.environment === source ? [rule.forMs] : [])),
      ),
    );
    const health = draft.environment.sourceHealth?.[source];
    const due =
      (health?.since ?? null) === null
        ? null
        : (health?.since ?? 0) - (health?.soakedMs ?? 0) + Math.max(0, ...wantedMs);
    if (due !== null && due <= draft.now) continue;
    draft.wake(due);
    const until = due === null ? '' : ` until ${formatSecond(due)}`;
    draft.say(`${sayVersion(wanted.version)} soaks in ${source}${until}, and is proposed then`);
    return false;
  }
  return true;
}

function answerRequest(draft: Draft, request: PromotionRequest, promote: PromoteConfig, facts: PromotionFacts): void {
  const { from, services } = request;
  const elsewhere = from.find((source) => !promote.from.includes(source));
  if (elsewhere !== undefined) {
    answer(draft, request, `nothing was proposed: ${draft.environment.name} is not promoted from ${elsewhere}`);
    return;
  }
  const asked = (facts.wanted ?? []).filter(
    ({ service }) => services.length === 0 || (service !== null && services.includes(service)),
  );
  const said: string[] = [];
  for (const wanted of asked) {
    const present = presentOf(draft, wanted);
    if (present === undefined) said.push(`${intend(draft, wanted, facts, request)} is proposed`);
    else if (isCurrent(present, wanted, facts)) said.push(`${present.proposal} proposes it already`);
    else if (present.touched.length > 0) said.push(`people have committed to ${present.proposal}, which is theirs`);
    else said.push(`${intend(draft, wanted, facts, request)} is proposed in the place of ${present.proposal}`);
  }
  const nothing =
    services.length > 0 && promote.each === 'environment'
      ? 'this environment is promoted as a whole'
      : 'it is all here already';
  answer(draft, request, said.length > 0 ? said.join('; ') : `nothing was proposed: ${nothing}`);
}

function answer(draft: Draft, { id, by }: PromotionRequest, sentence: string): void {
  draft.event({ type: 'request-closed', request: id, sentence: `${sentence} (asked for by ${by})` }, id);
}

/** The name that it is proposed under. */
function intend(
  draft: Draft,
  wanted: Wanted,
  { base, branches }: PromotionFacts,
  request: PromotionRequest | null,
): string {
  const proposal = freeName(draft, wanted, branches);
  const present = presentOf(draft, wanted);
  draft.event(
    {
      type: 'proposal-intended',
      proposal,
      ...wanted,
      base: base?.branch ?? '',
      baseHead: base?.head ?? '',
      supersedes: present?.proposal ?? null,
      requestedBy: request?.by ?? null,
      reason: request?.reason ?? '',
    },
    proposal,
  );
  return proposal;
}

/** `production/v1.4.2`, with `+web` of a service; another one where that was used before. */
function freeName(draft: Draft, { version, service }: Wanted, branches: ReadonlySet<string>): string {
  const label = (version.tag ?? version.commit.slice(0, 7)).replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100);
  const plain = /^[A-Za-z0-9]/.test(label) && !/\.\.|\.lock$|\.$/.test(label) ? label : version.commit.slice(0, 7);
  const name = `${draft.environment.name}/${plain}${service === null ? '' : `+${service}`}`;
  const taken = new Set([...branches, ...(draft.state.proposals ?? []).map(({ proposal }) => proposal)]);
  for (let number = 2; taken.has(name); number += 1) {
    const next = `${name}-${number}`;
    if (!taken.has(next)) return next;
  }
  return name;
}
