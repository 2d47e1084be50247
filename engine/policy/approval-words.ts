// What people said about a version, sorted into what counts and what does not. Nothing is passed over in silence:
// anyone who answered and is not counted is told why, in a sentence of its own.

import { type Instant, sayUtc } from '../base/instant.ts';
import { believedFrom, isDatedAhead } from '../model/dated-ahead.ts';
import { includesPerson, loginTakenFrom, speakerOf } from '../model/people.ts';
import { type GivenApproval, isPassing, type PolicyFacts } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import { sayVersion } from '../model/version.ts';
import { andList } from './leaf.ts';
import { type Makers, makersFor, whyOwn } from './makers.ts';

type ApprovalRule = RuleOf<'approval'>;

export type Word = { readonly person: string; readonly approval: GivenApproval; readonly expiresAt: Instant | null };

export type Words = {
  /** One for each person: the last that they said about this version. */
  readonly approved: readonly Word[];
  readonly rejected: readonly Word[];
  /**
   * A no to this very version and plan whose signature nobody could look at yet: whose it is may be anybody's who is
   * asked.
   */
  readonly unchecked: readonly GivenApproval[];
  /** Why other words do not count, newest first, bounded. */
  readonly ignored: readonly string[];
  /** What was said of other versions, newest first, bounded: it has nothing to do with this one. */
  readonly aside: readonly string[];
  /** When the first of them that is dated ahead begins to count; null where none is. */
  readonly countsAt: Instant | null;
};

const IGNORED_SAID_MAX = 5;
const ASIDE_MAX = 50;

/** `groups`: all that have a say about this change. `makers`: whose yes is none here. */
export function wordsOn(
  rule: ApprovalRule,
  groups: readonly string[],
  facts: PolicyFacts,
  makers = makersFor(rule, facts),
): Words {
  const last = new Map<string, Word>();
  const ignored: string[] = [];
  const aside: string[] = [];
  const overtaken: Overtaken[] = [];
  const ahead: Instant[] = [];
  const unchecked: GivenApproval[] = [];
  for (const approval of facts.approvals) {
    const person = speakerOf(approval.by, approval.signed, facts.directory);
    const isOfAnother = approval.version.commit !== facts.version.commit;
    if (isOfAnother && !(isSinceThen(approval, facts) && approval.void !== null)) {
      aside.push(sayOfAnother(approval, person));
      if (isSinceThen(approval, facts)) overtaken.push({ name: person ?? approval.by, approval });
      continue;
    }
    const beside = whyBeside(approval, person, facts);
    if (beside === null && isUncheckedNo(approval) && groups.length > 0) unchecked.push(approval);
    const unheard = beside ?? whyUnheard(approval, person, groups, facts);
    if (unheard !== null || person === null) {
      ignored.push(unheard ?? '');
      continue;
    }
    // Without an opinion, also of what they said before: what was dismissed brings nothing back.
    if (approval.review !== undefined && approval.review.ended !== null) {
      last.delete(person);
      ignored.push(`${said(approval, person)}, and ${approval.review.ended}`);
      continue;
    }
    // A yes takes back that person's no, also where it does not count itself (an author's), or no longer.
    if (last.get(person)?.approval.answer === 'rejected') last.delete(person);
    const uncounted = approval.answer === 'approved' ? whyUncounted(approval, person, rule, facts, makers) : null;
    if (uncounted !== null) {
      ignored.push(uncounted);
      if (isDatedAhead(approval.at, facts.now)) ahead.push(believedFrom(approval.at));
      continue;
    }
    const expiresAt = rule.expiresMs === null ? null : approval.at + rule.expiresMs;
    last.delete(person);
    last.set(person, { person, approval, expiresAt });
  }
  const words = [...last.values()];
  return {
    approved: words.filter(({ approval }) => approval.answer === 'approved'),
    rejected: words.filter(({ approval }) => approval.answer === 'rejected'),
    unchecked,
    ignored: [...sayOvertaken(overtaken, facts), ...new Set(ignored.toReversed())].slice(0, IGNORED_SAID_MAX),
    aside: aside.slice(-ASIDE_MAX).toReversed(),
    countsAt: ahead.length > 0 ? Math.min(...ahead) : null,
  };
}

function isUncheckedNo({ answer, signed }: GivenApproval): boolean {
  return answer === 'rejected' && isPassing(signed);
}

type Overtaken = { readonly name: string; readonly approval: GivenApproval };

/** Said while this version could have been meant, had it been there: not of one that has had its turn here. */
function isSinceThen({ at }: GivenApproval, { current }: PolicyFacts): boolean {
  return current === null || at >= current.since;
}

function sayOfAnother({ by, answer, version, void: broken }: GivenApproval, person: string | null): string {
  return `${person ?? by} ${answer} ${sayVersion(version)}${broken === null ? '' : `, but ${broken}`}`;
}

/** Who has approved a version that this one has overtaken: in one sentence, however many there were. */
function sayOvertaken(overtaken: readonly Overtaken[], { version }: PolicyFacts): readonly string[] {
  const [newest, ...older] = overtaken.filter(({ approval }) => approval.answer === 'approved').toReversed();
  if (newest === undefined) return [];
  const names = [...new Set([newest, ...older].map(({ name }) => name))].slice(0, IGNORED_SAID_MAX);
  const what =
    names.length === 1
      ? `${newest.name} approved ${sayVersion(newest.approval.version)}, and this is ${sayVersion(version)}`
      : `${andList(names.toSorted())} approved what was offered before ${sayVersion(version)}`;
  return [`${what}: a new version needs a new approval`];
}

/** `ana approved`, with the pull request where it was a review. */
function said({ by, answer, review }: GivenApproval, person: string | null): string {
  const name = person ?? review?.account.login ?? by;
  return review === undefined ? `${name} ${answer}` : `${name} ${answer} #${review.number} on GitHub`;
}

/** Why it is about something else, or null. */
function whyBeside(approval: GivenApproval, person: string | null, facts: PolicyFacts): string | null {
  const { planDigest, void: broken } = approval;
  const did = said(approval, person);
  if (broken !== null) return `${did}, but ${broken}`;
  if (planDigest !== null && planDigest !== facts.evidence.planDigest) {
    return `${did} another plan of this commit: its inputs, steps or target are not what they were`;
  }
  return null;
}

/** Why nobody has to listen to what is about this version, or null. */
function whyUnheard(
  approval: GivenApproval,
  person: string | null,
  groups: readonly string[],
  facts: PolicyFacts,
): string | null {
  const { signed, review } = approval;
  const did = said(approval, person);
  if (signed.type === 'invalid') {
    const how = isPassing(signed) ? 'could not be checked yet' : 'does not hold';
    return `${did}, but the signature ${how}: ${signed.sentence}`;
  }
  if (facts.signaturesRequired && signed.type === 'unsigned') {
    return `${did} without a signature, and \`ledger.signatures\` is required`;
  }
  const taken = person === null && review !== undefined ? loginTakenFrom(review.account, facts.directory) : null;
  if (taken !== null && review !== undefined) {
    return `${did}, and is not ${taken}: that login belongs to account ${review.account.id} now`;
  }
  if (person === null) return `${did}, and is none of the people of tidegate.yaml`;
  return includesPerson(groups, person, facts.directory) ? null : `${did}, and is in none of ${groups.join(', ')}`;
}

/** Why the yes of somebody who has a say is none, or null. */
function whyUncounted(
  approval: GivenApproval,
  person: string,
  rule: ApprovalRule,
  facts: PolicyFacts,
  makers: Makers,
): string | null {
  const own = whyOwn(person, makers);
  if (own !== null) return own;
  if (approval.review?.authors === null && rule.author === 'excluded') {
    return `${said(approval, person)}, and who made what was reviewed there cannot be told`;
  }
  const { signed } = approval;
  if (rule.userVerification === 'required' && !(signed.type === 'signed' && signed.isVerified === true)) {
    return `${person} approved without a security key that asked for a PIN or finger, and \`user_verification\` is required`;
  }
  if (isDatedAhead(approval.at, facts.now)) {
    return `${person} approved at ${sayUtc(approval.at)}, which has not come yet`;
  }
  if (rule.expiresMs !== null && facts.now >= approval.at + rule.expiresMs) {
    return `${person} approved, and that expired at ${sayUtc(approval.at + rule.expiresMs)}`;
  }
  return null;
}
