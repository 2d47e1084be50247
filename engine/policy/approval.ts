// `approval`: people who must have said yes to this very commit and plan. Each group counts on its own, a person once
// in each; all groups must be satisfied. A no from anybody who has a say stands until that person thinks otherwise;
// one that could not be checked yet lets nothing pass. The one who made the change cannot be known: then nobody can
// be told from its author, and nothing is approved. Some of those who made it have no place among the people: then so
// many more have to agree in each group.

import { formatDuration } from '../base/duration.ts';
import type { Instant } from '../base/instant.ts';
import { conditionReads, judgeCondition } from '../model/condition.ts';
import type { PolicyConfig } from '../model/config.ts';
import { includesPerson } from '../model/people.ts';
import type { GivenApproval, PolicyFacts } from '../model/policy-facts.ts';
import { type Remedy, versionName } from '../model/remedy.ts';
import type { RuleOf, Voices } from '../model/rule.ts';
import type { Notice, RuleVerdict } from '../model/verdict.ts';
import { sayVersion } from '../model/version.ts';
import { type Word, type Words, wordsOn } from './approval-words.ts';
import { factsOf, NO_CHANGE, sayFact, shorten } from './condition-facts.ts';
import { andList, leavesOf } from './leaf.ts';
import { type Makers, makersFor, sayStrangers } from './makers.ts';
import { pathMatcher } from './path-patterns.ts';

type ApprovalRule = RuleOf<'approval'>;

type Asked = Voices & { readonly because: string };
type Group = Asked & { readonly voices: readonly Word[] };

export function evaluateApproval(rule: ApprovalRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const unasked = whyUnasked(rule, facts);
  if (unasked !== null) return leavesOf(rule, policy).allowed(unasked);
  const makers = makersFor(rule, facts);
  const required = groupsFor(rule, facts);
  const names = [...new Set(required.map(({ from }) => from))];
  const words = wordsOn(rule, heardFor(rule, names, facts), facts, makers);
  const seen = seenOf(words, makers);
  const { allowed, waiting, denied } = leavesOf(rule, policy, words.aside.length > 0 ? { aside: words.aside } : {});
  // A no needs no author to be told from: it holds no matter who made what it is about.
  const [no] = words.rejected;
  if (no !== undefined) {
    return { ...denied(sayRejected(no), seen), needs: { who: [no.person], remedies: [approving(facts)] } };
  }
  const unknown = whatIsUnknown(rule, facts);
  if (unknown !== null) {
    return waiting(`${unknown}, so no approval can count`, [`approval by ${andList(names)}`], seen);
  }
  const groups = required.map((group): Group => {
    return { ...group, count: group.count + makers.strangers.length, voices: voicesOf(group, words, facts) };
  });
  const missing = groups.filter(({ count, voices }) => voices.length < count);
  const [unchecked] = words.unchecked;
  if (missing.length === 0 && unchecked !== undefined) {
    return waiting(sayUnchecked(unchecked), ['a signature that can be checked'], seen);
  }
  if (missing.length === 0) {
    const strangers = groups.length === 0 ? '' : sayStrangers(makers, facts.directory);
    const said = groups.length === 0 ? 'nothing that needs an approval was changed' : sayApproved(words, groups);
    const sentence = strangers === '' ? said : `${said}; ${strangers}`;
    const verdict = allowed(sentence, seen, endOfApproval(rule, policy, facts, words, lapsesAt(groups)));
    const evidence = words.approved.flatMap(({ approval }) => sayReview(approval) ?? []);
    return evidence.length === 0 ? verdict : { ...verdict, evidence };
  }
  const from = [...new Set(missing.map((group) => group.from))];
  const verdict = waiting(
    sayMissing(missing, words, makers, facts),
    from.map((name) => `approval by ${name}`),
    seen,
    words.countsAt,
  );
  const needs = { who: from, remedies: [approving(facts)] };
  return { ...verdict, needs, notices: noticesFor(rule, from, facts) };
}

/**
 * Null where people are asked: also where the condition has no answer, or asks about a change that nobody knows.
 */
function whyUnasked({ when }: ApprovalRule, facts: PolicyFacts): string | null {
  if (when === undefined) return null;
  const reads = conditionReads(when);
  const { change } = facts.evidence;
  if (change === null && reads.some((fact) => fact === 'change' || fact.startsWith('change.'))) return null;
  const known = factsOf(facts, change ?? NO_CHANGE);
  if (judgeCondition(when, known).type !== 'false') return null;
  const here = reads.map((fact) => `${fact} is ${sayFact(known, fact)}`).join('; ');
  const expression = shorten(when.replace(/\s+/g, ' ').trim(), 300);
  return `asks nobody here, since \`${expression}\` is false${here === '' ? '' : ` (${here})`}`;
}

function approving({ environment, version }: PolicyFacts): Remedy {
  return { act: 'approve', environment, version: versionName(version) };
}

/** Who is asked about this change. Each path rule once for all the paths that it matches. */
export function groupsFor(rule: ApprovalRule, { evidence }: PolicyFacts): readonly Asked[] {
  const paths = evidence.change?.paths ?? [];
  const byPath = rule.paths.flatMap(({ match, from, count }) => {
    const path = paths.find(pathMatcher(match));
    return path === undefined ? [] : [{ from, count, because: ` for ${path}` }];
  });
  return [...rule.require.map((voices) => ({ ...voices, because: '' })), ...byPath];
}

/** Whose words are heard. Where it is not known what changed, a no of anybody whom some path would name counts. */
function heardFor(rule: ApprovalRule, names: readonly string[], { evidence }: PolicyFacts): readonly string[] {
  return evidence.change === null ? [...new Set([...names, ...rule.paths.map(({ from }) => from)])] : names;
}

function whatIsUnknown(rule: ApprovalRule, { evidence }: PolicyFacts): string | null {
  // An approval is of a plan: where there is none, one that was given to none would fit.
  if (evidence.planDigest === '') return 'what would be done cannot be found out';
  if (evidence.change !== null || (rule.author === 'counts' && rule.paths.length === 0)) return null;
  const what = rule.paths.length === 0 ? 'who made this change' : 'what it changes and who made it';
  const why = evidence.changeUnknown;
  return `${what} cannot be found out${why === null || why === undefined ? '' : ` (${why})`}`;
}

function voicesOf({ from }: Voices, { approved }: Words, { directory }: PolicyFacts): readonly Word[] {
  return approved.filter(({ person }) => includesPerson([from], person, directory));
}

/**
 * Where more was said than counts now, it may count by the time that something expires: a word that is dated ahead,
 * or an earlier one of the same person.
 */
function endOfApproval(
  rule: ApprovalRule,
  policy: PolicyConfig,
  facts: PolicyFacts,
  words: Words,
  lapses: Instant | null,
): Instant | null {
  const said = facts.approvals.filter(
    ({ answer, version }) => answer === 'approved' && version.commit === facts.version.commit,
  );
  if (lapses === null || said.length === words.approved.length) return lapses;
  const then = evaluateApproval(rule, policy, { ...facts, now: lapses });
  return then.status === 'allowed' ? then.until : lapses;
}

/** When the first group falls short because approvals expire; null when none does. */
function lapsesAt(groups: readonly Group[]): Instant | null {
  const lapses = groups.flatMap(({ count, voices }) => {
    const expiries = voices.flatMap(({ expiresAt }) => expiresAt ?? []).sort((a, b) => b - a);
    return expiries[count - 1] ?? [];
  });
  return lapses.length > 0 ? Math.min(...lapses) : null;
}

function sayApproved({ approved }: Words, groups: readonly Group[]): string {
  const counted = approved.filter((word) => groups.some(({ voices }) => voices.includes(word)));
  return `approved by ${andList(counted.map(sayWord))}`;
}

/** For the record of what it lets in. */
function sayReview({ id, review }: GivenApproval): string | null {
  if (review === undefined) return null;
  const { number, account } = review;
  return `#${number} approved on GitHub by ${account.login} (account ${account.id}): ${id}`;
}

function sayWord({ person, approval }: Word): string {
  return approval.signed.type === 'signed' ? `${person} (signed)` : person;
}

function sayMissing(missing: readonly Group[], words: Words, makers: Makers, facts: PolicyFacts): string {
  const needs = missing.map(({ from, count, because, voices }) => {
    const more = voices.length > 0 ? ' more' : '';
    return `${count - voices.length}${more} of ${sayMembers(from, voices, makers, facts)}${because}`;
  });
  const version = facts.version.tag ?? facts.version.commit.slice(0, 12);
  const soFar = words.approved.length > 0 ? `; approved by ${andList(words.approved.map(sayWord))}` : '';
  const ignored = words.ignored.map((sentence) => `; ${sentence}`).join('');
  const how = `an annotated tag approve/${facts.environment}/${version} gives one as well`;
  const strangers = sayStrangers(makers, facts.directory);
  return `needs approval by ${andList(needs)}${soFar}${ignored}${strangers === '' ? '' : `; ${strangers}`}; ${how}`;
}

const MEMBERS_SAID_MAX = 8;

/** `leads (ana, mia)`: those who may still speak. */
function sayMembers(from: string, voices: readonly Word[], { made, asked }: Makers, facts: PolicyFacts): string {
  const isOwn = (person: string) => made.has(person) || person === asked;
  const { teams } = facts.directory;
  const members = Object.hasOwn(teams, from) ? teams[from] : undefined;
  if (members === undefined)
    return isOwn(from) ? `${from}, who ${made.has(from) ? 'made' : 'asked for'} this change` : from;
  const left = members.filter((person) => !isOwn(person) && !voices.some((word) => word.person === person));
  if (left.length === 0 && voices.length > 0) return `${from} (nobody else is left)`;
  if (left.length === 0) {
    const what = asked !== null && members.includes(asked) ? 'make or ask for' : 'make';
    return `${from} (nobody is left who did not ${what} this change)`;
  }
  const more = left.length > MEMBERS_SAID_MAX ? ' and others' : '';
  return `${from} (${left.slice(0, MEMBERS_SAID_MAX).join(', ')}${more})`;
}

function sayRejected({ person, approval }: Word): string {
  const reason = approval.reason === '' ? '' : `: ${approval.reason}`;
  return `rejected by ${person}${reason}; ${person} takes that back by approving it, or a new version takes its place`;
}

function sayUnchecked({ by, signed }: GivenApproval): string {
  const why = signed.type === 'invalid' ? `: ${signed.sentence}` : '';
  return `a rejection by ${by} could not be checked yet${why}; it is looked at again`;
}

function seenOf({ approved, rejected, ignored }: Words, { strangers }: Makers): RuleVerdict['seen'] {
  const people = (words: readonly Word[]) => words.map(sayWord).join(', ');
  return {
    ...(approved.length > 0 ? { approved: people(approved) } : {}),
    ...(rejected.length > 0 ? { rejected: people(rejected) } : {}),
    ...(ignored.length > 0 ? { ignored: String(ignored.length) } : {}),
    ...(strangers.length > 0 ? { 'not among people': strangers.join(', ') } : {}),
  };
}

/** The newest reminder that is due and the next that is not, and the escalation. */
function noticesFor(rule: ApprovalRule, missing: readonly string[], facts: PolicyFacts): readonly Notice[] {
  const since = facts.offeredAt ?? facts.now;
  const waited = (at: Instant) => (at === since ? '' : ` for ${formatDuration(at - since)}`);
  const sentence = (at: Instant) =>
    `${sayVersion(facts.version)} has waited${waited(at)} in ${facts.environment} for approval by ${andList(missing)}`;
  const notice = (kind: Notice['kind'], at: Instant, to: readonly string[]): Notice => {
    return { kind, at, to, sentence: sentence(at) };
  };
  const notices: Notice[] = [];
  if (rule.remindMs !== null) {
    const due = Math.floor((facts.now - since) / rule.remindMs);
    for (const count of due > 0 ? [due, due + 1] : [1]) {
      notices.push(notice('remind', since + count * rule.remindMs, missing));
    }
  }
  if (rule.escalate !== null) notices.push(notice('escalate', since + rule.escalate.afterMs, [rule.escalate.to]));
  return notices;
}
