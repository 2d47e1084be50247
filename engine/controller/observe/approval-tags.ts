// Answers by annotated tag, for people who have nothing but git: `approve/production/v1.4.2`, or `reject/…`, with
// `@<anything>` behind it where several answer. Names, words and dates in a tag are hostile: nothing is read as an
// option, no date is believed, and a tag counts for the commit that it points at, never for what it calls itself.

import type { ApprovalTag } from '../../model/observed.ts';
import { type Answer, REASON_LENGTH_MAX } from '../../model/record.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository, TagObject } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';
import type { EvidenceReader } from './evidence.ts';
import type { GroundState, NamedRefs } from './facts-ground.ts';
import type { Keys } from './keys.ts';
import { answerPrefixes } from './watched-refs.ts';

type AnswersAsked = {
  readonly environment: string;
  readonly refs: NamedRefs;
  readonly state: GroundState;
  /** Commits that gates may be asked about. */
  readonly commits: ReadonlySet<string>;
  readonly keys: Keys;
};

type Found = { readonly ref: string; readonly oid: string; readonly answer: Answer; readonly names: readonly string[] };

/**
 * A version waits for a handful of people. What is beyond is left alone: fewer than an index keeps of answers, or
 * recording some would make it forget others, which would then be recorded again, for ever.
 */
const TAGS_IN_PLAY_MAX = 100;
/** Ends of a name that may be its version: people put one suffix behind it, or two. */
const NAMES_MAX = 8;

export async function readApprovalTags(
  git: GitRepository,
  evidence: EvidenceReader,
  asked: AnswersAsked,
): Promise<readonly ApprovalTag[]> {
  const { chosen, left } = chosenAmong(answersIn(asked.environment, asked.refs), asked);
  await bring(git, chosen);
  const others = await lookForNames(git, chosen, asked);
  const answers: ApprovalTag[] = [];
  for (const found of chosen) {
    const named = await namedCommit(git, found, others, asked);
    const answer = await readAnswer(git, evidence, found, named, asked).catch(unreadable);
    if (answer !== null) answers.push(answer);
  }
  return [...answers, ...leftAlone(left, asked)];
}

/**
 * A no among those that nobody looked at may be anybody's who is asked: it stands in the way, and a yes is none,
 * aloud.
 */
function leftAlone(left: readonly Found[], { refs, commits }: AnswersAsked): readonly ApprovalTag[] {
  const said = new Map<string, ApprovalTag>();
  for (const found of left) {
    const { ref, oid, answer } = found;
    const commit = pointedAt(found, refs);
    if (!commits.has(commit)) continue;
    const sentence = `more than ${TAGS_IN_PLAY_MAX} tags answer, and it is not looked at before others are deleted`;
    const signed = { type: 'invalid', sentence, passing: true } as const;
    const name = shortName(ref);
    const tag = { name, called: null, answer, oid, commit, named: commit, person: `tag ${name}`, reason: '', signed };
    said.set(`${answer} ${commit}`, tag);
  }
  return [...said.values()];
}

/**
 * Those that the ledger knows already, and of those about a version in play as many as are kept. Nothing is asked of
 * git for the rest: anybody may push ten thousand.
 */
function chosenAmong(
  answers: readonly Found[],
  asked: AnswersAsked,
): { readonly chosen: readonly Found[]; readonly left: readonly Found[] } {
  const known = new Set(asked.state.approvals.flatMap(({ tag }) => tag?.name ?? []));
  const inPlay = answers.filter((found) => isInPlay(found, asked));
  const fresh = inPlay.filter(({ ref }) => !known.has(shortName(ref)));
  const room = Math.max(0, TAGS_IN_PLAY_MAX - (inPlay.length - fresh.length));
  const kept = new Set(fresh.slice(Math.max(0, fresh.length - room)));
  return {
    chosen: answers.filter((found) => known.has(shortName(found.ref)) || kept.has(found)),
    left: fresh.filter((found) => !kept.has(found)),
  };
}

function isInPlay(found: Found, asked: AnswersAsked): boolean {
  const named = found.names.map((name) => taggedAs(name, asked.refs) ?? begunIn(name, asked.commits)).find(isKnown);
  return asked.commits.has(pointedAt(found, asked.refs)) || (isKnown(named) && asked.commits.has(named));
}

function isKnown(commit: string | null | undefined): commit is string {
  return commit !== null && commit !== undefined;
}

function pointedAt({ ref, oid }: Found, { peeled }: NamedRefs): string {
  return peeled.get(ref) ?? oid;
}

function taggedAs(name: string, { refs, peeled }: NamedRefs): string | null {
  const tag = `refs/tags/${name}`;
  return peeled.get(tag) ?? refs.get(tag) ?? null;
}

/** The one of these commits whose id begins so. */
function begunIn(name: string, commits: ReadonlySet<string>): string | null {
  if (!isBeginning(name)) return null;
  const begun = [...commits].filter((candidate) => candidate.startsWith(name));
  return begun.length === 1 ? (begun[0] ?? null) : null;
}

function isBeginning(name: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(name);
}

/** All at once: one by one each costs a connection. One that can never be brought must not keep the others away. */
async function bring(git: GitRepository, chosen: readonly Found[]): Promise<void> {
  try {
    await git.fetch(new Map(chosen.map(({ ref, oid }) => [ref, oid])));
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.retry !== 'never') throw cause;
  }
}

/**
 * What can never be read (a name that git itself would not take) is no answer; what cannot be read now is tried
 * again.
 */
function unreadable(cause: unknown): null {
  if (cause instanceof Fault && cause.retry === 'never') return null;
  throw cause;
}

/** Versions that the name of a tag may mean: the rest of it, and what is left of it without a suffix. */
function answersIn(environment: string, { refs }: NamedRefs): readonly Found[] {
  const [approve = '', reject = ''] = answerPrefixes(environment);
  return [...refs]
    .flatMap(([ref, oid]): readonly Found[] => {
      const prefix = [approve, reject].find((candidate) => ref.startsWith(candidate));
      if (prefix === undefined) return [];
      const rest = ref.slice(prefix.length);
      const ends = [...rest.matchAll(/@/g)].map(({ index }) => rest.slice(0, index)).reverse();
      const names = [rest, ...ends].filter((name) => name !== '').slice(0, NAMES_MAX);
      return [{ ref, oid, answer: prefix === approve ? 'approved' : 'rejected', names }];
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** Nobody follows tags of that name; whether there is one matters only where the answer may count. */
async function lookForNames(
  git: GitRepository,
  chosen: readonly Found[],
  { refs, commits }: AnswersAsked,
): Promise<NamedRefs> {
  const names = chosen
    .filter((found) => commits.has(pointedAt(found, refs)))
    .flatMap((found) => found.names.filter((name) => taggedAs(name, refs) === null && !isBeginning(name)));
  return names.length === 0 ? refs : git.look([...new Set(names)].map((name) => `refs/tags/${name}`));
}

/** A tag of that name first, as everywhere; else the beginning of a commit's id. */
async function namedCommit(
  git: GitRepository,
  { names }: Found,
  others: NamedRefs,
  { refs, commits }: AnswersAsked,
): Promise<string | null> {
  for (const name of names) {
    const known = taggedAs(name, refs) ?? begunIn(name, commits);
    if (known !== null) return known;
    // A branch of that name is no commit's beginning.
    const found = isBeginning(name) ? await git.resolve(name) : null;
    if (found?.startsWith(name) === true) return found;
  }
  return names.map((name) => taggedAs(name, others)).find(isKnown) ?? null;
}

async function readAnswer(
  git: GitRepository,
  evidence: EvidenceReader,
  { ref, oid, answer }: Found,
  named: string | null,
  { keys }: AnswersAsked,
): Promise<ApprovalTag> {
  const tag = await evidence.tag(ref, oid);
  const common = { name: shortName(ref), called: tag?.name ?? null, answer, oid, named };
  if (tag === null) {
    const commit = await commitOf(git, oid);
    return { ...common, commit, person: null, reason: '', signed: { type: 'unsigned' } };
  }
  const signed = await evidence.signature(oid, keys, [], answer === 'rejected' ? 'no' : 'yes');
  return { ...common, commit: tag.commit, person: personOf(tag), reason: reasonOf(tag), signed };
}

/** A lightweight tag is the commit itself: it says nothing about who made it. */
function commitOf(git: GitRepository, oid: string): Promise<string | null> {
  return git.peel(oid).catch(ifMissing(null));
}

export function personOf({ tagger }: TagObject): string | null {
  return tagger === null ? null : `${tagger.name} <${tagger.email}>`;
}

/** It goes into the ledger: a sentence in one line, not a book. */
export function reasonOf({ message }: TagObject): string {
  return message
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, REASON_LENGTH_MAX);
}

export function shortName(ref: string): string {
  return ref.slice('refs/tags/'.length);
}
