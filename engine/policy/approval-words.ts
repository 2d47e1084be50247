// What people said about a version, sorted into what counts and what does not. Nothing is passed over in silence: whoever
// answered and is not counted is told why, in a sentence of its own.

import { formatInstant, type Instant } from '../base/instant.ts';
import { includesPerson, personOf, speakerOf } from '../model/people.ts';
import type { GivenApproval, PolicyFacts } from '../model/policy-facts.ts';
import type { ApprovalRule } from '../model/rule.ts';
import { sayVersion } from '../model/version.ts';

export type Word = { readonly person: string; readonly approval: GivenApproval; readonly expiresAt: Instant | null };

export type Words = {
  /** One for each person: the last that they said about this version. */
  readonly approved: readonly Word[];
  readonly rejected: readonly Word[];
  /** Why other words do not count, newest first, bounded. */
  readonly ignored: readonly string[];
};

/** A little ahead is a clock that is a little off; far ahead is one that would make an approval last for ever. */
const AHEAD_MS_MAX = 5 * 60_000;
const IGNORED_SAID_MAX = 5;

/** `groups`: all that have a say about this change. */
export function wordsOn(rule: ApprovalRule, groups: readonly string[], facts: PolicyFacts): Words {
  const last = new Map<string, Word>();
  const ignored: string[] = [];
  for (const approval of facts.approvals) {
    const person = speakerOf(approval.by, approval.signed, facts.directory);
    const why = whyNot(approval, person, groups, rule, facts);
    if (why !== null || person === null) {
      ignored.push(why ?? '');
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
    ignored: [...new Set(ignored.toReversed())].slice(0, IGNORED_SAID_MAX),
  };
}

/** Those who made the change, as keys of `people`; what they wrote is not theirs to approve. */
export function authorsOf({ evidence, directory }: PolicyFacts): ReadonlySet<string> {
  return new Set((evidence.change?.authors ?? []).flatMap((author) => personOf(author, directory) ?? []));
}

/** Why a word cannot count, or null. The most telling reason first: what it was about, then who said it, then when. */
function whyNot(
  { by, answer, version, planDigest, at, signed, void: broken }: GivenApproval,
  person: string | null,
  groups: readonly string[],
  rule: ApprovalRule,
  facts: PolicyFacts,
): string | null {
  const who = person ?? by;
  const did = `${who} ${answer}`;
  if (broken !== null) return `${did}, but ${broken}`;
  if (version.commit !== facts.version.commit) {
    return `${did} ${sayVersion(version)}, and this is ${sayVersion(facts.version)}: a new version needs a new approval`;
  }
  if (planDigest !== null && planDigest !== facts.evidence.planDigest) {
    return `${did} another plan of this commit: its inputs, steps or target are not what they were`;
  }
  if (signed.type === 'invalid') return `${did}, but the signature does not hold: ${signed.sentence}`;
  if (facts.signaturesRequired && signed.type === 'unsigned') {
    return `${did} without a signature, and \`ledger.signatures\` is required`;
  }
  if (person === null) return `${did}, and is none of the people of tidegate.yaml`;
  if (!includesAny(groups, person, facts)) return `${did}, and is in none of ${groups.join(', ')}`;
  if (answer === 'rejected') return null;
  if (rule.author === 'excluded' && authorsOf(facts).has(person)) {
    return `${who} made this change, and nobody approves their own`;
  }
  if (at > facts.now + AHEAD_MS_MAX) return `${did} at ${formatInstant(at)}, which has not come yet`;
  if (rule.expiresMs !== null && facts.now >= at + rule.expiresMs) {
    return `${did}, and that expired at ${formatInstant(at + rule.expiresMs)}`;
  }
  return null;
}

function includesAny(groups: readonly string[], person: string, { directory }: PolicyFacts): boolean {
  return includesPerson(groups, person, directory);
}
