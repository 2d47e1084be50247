// Who answers for a change of gates, and what they have said. The gates in force ask: those whom `changes` names,
// else all of their rules about people at once. A yes is for one change after one serial; the one who made the change
// does not count where a rule excludes authors.

import { formatInstant, type Instant, sayUtc } from '../base/instant.ts';
import { believedFrom, isDatedAhead } from '../model/dated-ahead.ts';
import type { GatesWord, GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { includesPerson, personOf, speakerOf } from '../model/people.ts';
import { type Directory, isPassing, type Signed } from '../model/policy-facts.ts';
import { FORGE_FRESH_MS } from '../model/proposal.ts';
import { withoutDropped } from '../model/sides.ts';
import { answersOf } from '../policy/rules/table.ts';

/** So many people of these, who accept a change of gates together with all other groups. */
export type Group = {
  /** What asks: `changes`, or the name of a policy. */
  readonly asks: string;
  readonly from: readonly string[];
  readonly count: number;
  readonly author: 'excluded' | 'counts';
  readonly expiresMs: number | null;
  /** Only a signed word counts; `isVerified`: only with a security key that asked its owner for a PIN or finger. */
  readonly isSigned: boolean;
  readonly isVerified: boolean;
};

/** A word as it stands: whose it is, and why it does not count, if so. */
export type Word = GatesWord & {
  readonly person: string | null;
  readonly flaw: string | null;
  /** A no whose signature nobody could look at yet. */
  readonly isUnchecked: boolean;
};

export type Answer = {
  readonly groups: readonly (Group & {
    readonly approvedBy: readonly string[];
    readonly missing: number;
    /** Whose yes would count and is not there yet. */
    readonly open: readonly string[];
  })[];
  readonly isGiven: boolean;
  readonly rejectedBy: readonly Word[];
  /** A no that could not be looked at yet may be anybody's who is asked: until it is, nothing is accepted. */
  readonly hasUnchecked: boolean;
  /** Ids of the words that it rests on. */
  readonly words: readonly string[];
  /** Why words of people do not count. */
  readonly ignored: readonly string[];
  /** When the first word that is dated ahead begins to count. */
  readonly until: Instant | null;
  /** Nobody can tell who made the change, and a group excludes authors. */
  readonly isAuthorUnknown: boolean;
};

/** Empty where no rule is about people: then nobody in particular answers. */
export function groupsOf(terms: GateTerms): readonly Group[] {
  const { changes } = terms;
  if (changes !== null) {
    const { by, count, author } = changes;
    return [{ asks: 'changes', from: by, count, author, expiresMs: null, isSigned: false, isVerified: false }];
  }
  const policies = [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)];
  const groups = policies.flatMap(({ name, rules }) =>
    rules.flatMap(answersOf).map((voice): Group => ({ asks: name, ...voice })),
  );
  return [...new Map(groups.map((group) => [JSON.stringify({ ...group, asks: '' }), group])).values()];
}

type Change = { readonly serial: number; readonly digest: string };

/** What people said to this change, the last word of each person, by the people of these gates. */
export function wordsOn(
  environment: ObservedEnvironment,
  change: Change,
  directory: Directory,
  isSignedOnly: boolean,
  now: Instant,
): readonly Word[] {
  const last = new Map<string, Word>();
  for (const word of allWords(environment)) {
    if (word.serial !== change.serial || word.digest !== change.digest) continue;
    const { signed, broken } = standingOf(word, environment, now);
    const person = speakerOf(word.by, signed, directory);
    const flaw = broken ?? whyUnheard(word, signed, person, isSignedOnly, now);
    const isUnchecked = broken === null && word.answer === 'rejected' && isPassing(signed);
    // Whose it is is not known yet: it takes the place of nobody's word, and no other takes its place.
    const key = isUnchecked ? `unchecked ${word.id}` : (person ?? word.by);
    last.delete(key);
    last.set(key, { ...word, person, flaw, isUnchecked });
  }
  return [...last.values()];
}

export function answerOf(
  environment: ObservedEnvironment,
  terms: GateTerms,
  change: Change,
  now: Instant,
  answer: 'approved' | 'overridden' = 'approved',
): Answer {
  const directory = withoutDropped(terms, environment.gates);
  const words = wordsOn(environment, change, directory, wantsSigned(terms), now);
  const { authors } = environment.gatesChange;
  const made = new Set(madeBy(environment, terms));
  const strangers = strangersOf(environment, directory);
  const groups = groupsOf(terms);
  // Anyone who overrides a change over the others' heads says yes to it as well.
  const isYes = (word: Word) => word.answer === answer || word.answer === 'overridden';
  const yes = words.filter((word) => isYes(word) && word.flaw === null);
  const counted = groups.map((group) => {
    const isMade = (word: Word) => group.author === 'excluded' && word.person !== null && made.has(word.person);
    const voices = yes.filter(
      (word) =>
        word.person !== null &&
        includesPerson(group.from, word.person, directory) &&
        !isMade(word) &&
        isSignedFor(group, word, environment, now) &&
        (group.expiresMs === null || now < word.at + group.expiresMs),
    );
    // Somebody whom nobody can place may be any of those who answered: with one more than asked for, one of them did
    // not make it.
    const needed = group.author === 'excluded' ? group.count + strangers : group.count;
    const isBlind = group.author === 'excluded' && authors === null;
    const open = Object.keys(directory.people).filter(
      (person) =>
        includesPerson(group.from, person, directory) &&
        !(group.author === 'excluded' && made.has(person)) &&
        !voices.some((word) => word.person === person),
    );
    return {
      group,
      voices,
      open: open.toSorted(),
      missing: isBlind ? group.count : Math.max(0, needed - voices.length),
    };
  });
  // A no of somebody whom the head has dropped stands: who may push takes nobody's no away.
  const rejectedBy = wordsOn(environment, change, terms, wantsSigned(terms), now).filter(
    (word) => word.answer === 'rejected' && word.flaw === null && hasSay(word.person, groups, terms),
  );
  const isNo = new Set(rejectedBy.map(({ id }) => id));
  const hasUnchecked = words.some(({ isUnchecked }) => isUnchecked);
  const ignored = words.flatMap((word) => {
    const not = `the ${SAID[word.answer]} of ${word.person ?? word.by} does not count`;
    if (isNo.has(word.id)) return [];
    if (word.flaw !== null) return [`${not}: ${word.flaw}`];
    if (!isYes(word)) return [];
    if (!hasSay(word.person, groups, directory))
      return [
        `${not}: asked are ${[...new Set(counted.map(({ group, open }) => sayAsked({ ...group, open })))].join(' and ')}`,
      ];
    const isCounted = counted.some(({ voices }) => voices.includes(word));
    if (isCounted || word.person === null) return [];
    return [
      made.has(word.person)
        ? `${word.person} made this change, and nobody accepts their own`
        : `${not}: it has run out or is not signed`,
    ];
  });
  const ahead = words.flatMap(({ at }) => (isDatedAhead(at, now) ? [believedFrom(at)] : []));
  return {
    groups: counted.map(({ group, voices, missing, open }) => {
      return { ...group, approvedBy: voices.flatMap(({ person }) => person ?? []), missing, open };
    }),
    isGiven:
      groups.length > 0 && rejectedBy.length === 0 && !hasUnchecked && counted.every(({ missing }) => missing === 0),
    rejectedBy,
    hasUnchecked,
    words: [...new Set(counted.flatMap(({ voices }) => voices.map(({ id }) => id)))],
    ignored,
    until: ahead.length > 0 ? Math.min(...ahead) : null,
    isAuthorUnknown: authors === null && groups.some(({ author }) => author === 'excluded'),
  };
}

/** `leads (ana, mia)`; names of people need no more. */
export function sayAsked({
  from,
  open,
}: {
  readonly from: readonly string[];
  readonly open: readonly string[];
}): string {
  const who = open.length === 0 || open.every((person) => from.includes(person)) ? '' : ` (${open.join(', ')})`;
  return `${from.join(', ')}${who}`;
}

const SAID = { approved: 'yes', rejected: 'no', overridden: 'override' } as const;

/** Who made the change, as far as these gates know people; null where history cannot tell. */
export function madeBy({ gatesChange }: ObservedEnvironment, directory: Directory): readonly string[] | null {
  return gatesChange.authors?.flatMap((author) => personOf(author, directory) ?? []) ?? null;
}

/** How many of those who made it these gates cannot place. */
export function strangersOf({ gatesChange }: ObservedEnvironment, directory: Directory): number {
  return (gatesChange.authors ?? []).filter((author) => personOf(author, directory) === null).length;
}

/** Whether a person is among those who answer. */
export function hasSay(person: string | null, groups: readonly Group[], directory: Directory): boolean {
  return person !== null && groups.some(({ from }) => includesPerson(from, person, directory));
}

/** Recorded ones, and tags that no controller has recorded yet, which count from now. */
function allWords({ ledger, gatesTags }: ObservedEnvironment): readonly GatesWord[] {
  const { gateWords, gates } = ledger.state;
  const unseen = gatesTags.flatMap((tag): readonly GatesWord[] => {
    if (tag.person === null || gateWords.some((word) => word.tag?.name === tag.name)) return [];
    const { name, oid, answer, person, reason, digest } = tag;
    if (tag.serial !== (gates?.serial ?? 0)) return [];
    return [{ id: name, by: person, answer, serial: tag.serial, digest, reason, at: 0, tag: { name, oid } }];
  });
  return [...gateWords, ...unseen];
}

function standingOf(
  word: GatesWord,
  { signers, gatesTags, gatesReviews }: ObservedEnvironment,
  now: Instant,
): { readonly signed: Signed; readonly broken: string | null } {
  const { tag } = word;
  if (word.review !== undefined)
    return { signed: UNSIGNED, broken: whyNotBorneOut(word, word.review, gatesReviews, now) };
  if (tag === null) return { signed: signers.get(word.id) ?? UNSIGNED, broken: null };
  // A no that was recorded stands: anyone who may move tags must not be able to take it back for another.
  if (word.answer === 'rejected' && word.id !== tag.name) {
    return { signed: tag.signedBy === undefined ? UNSIGNED : { type: 'signed', by: tag.signedBy }, broken: null };
  }
  const there = gatesTags.find(({ name }) => name === tag.name);
  if (there === undefined) return { signed: UNSIGNED, broken: `tag ${tag.name} is no longer on the remote` };
  if (there.oid !== tag.oid) return { signed: UNSIGNED, broken: `tag ${tag.name} was moved` };
  if (there.called !== null && there.called !== there.name) {
    return { signed: UNSIGNED, broken: `tag ${there.name} was made as ${there.called}` };
  }
  return { signed: there.signed, broken: null };
}

function whyUnheard(
  word: GatesWord,
  signed: Signed,
  person: string | null,
  isSignedOnly: boolean,
  now: Instant,
): string | null {
  if (signed.type === 'invalid') {
    return `the signature ${isPassing(signed) ? 'could not be checked yet' : 'does not hold'}: ${signed.sentence}`;
  }
  if (isSignedOnly && signed.type === 'unsigned') return 'it is not signed, and `ledger.signatures` is required';
  if (person === null) return 'that is none of the people of the gates in force';
  return isDatedAhead(word.at, now) ? `it is dated ${formatInstant(word.at)}, which has not come yet` : null;
}

/** As of a review of a version: a yes is one while the forge shows it, and has answered within five minutes. */
function whyNotBorneOut(
  { answer }: GatesWord,
  { id, number, ended }: NonNullable<GatesWord['review']>,
  shown: ObservedEnvironment['gatesReviews'],
  now: Instant,
): string | null {
  if (ended !== undefined) return `the review of #${number} on GitHub does not stand any more`;
  if (answer === 'rejected' || shown === undefined) return null;
  if (shown.asOf === null || now - shown.asOf > FORGE_FRESH_MS) {
    return `GitHub has not answered since ${shown.asOf === null ? 'this controller began' : sayUtc(shown.asOf)}`;
  }
  return shown.answers.get(id) === answer ? null : `GitHub does not show the review of #${number} now`;
}

function isSignedFor(
  { isSigned, isVerified }: Group,
  word: Word,
  environment: ObservedEnvironment,
  now: Instant,
): boolean {
  if (!isSigned) return true;
  const { signed } = standingOf(word, environment, now);
  return signed.type === 'signed' && (!isVerified || signed.isVerified === true);
}

const UNSIGNED: Signed = { type: 'unsigned' };
