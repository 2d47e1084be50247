// Answers by annotated tag, for people who have nothing but git: `approve/production/v1.4.2`, or `reject/…`, with `@<anything>`
// behind it where several answer. Names, words and dates in a tag are hostile: nothing is read as an option, no date is believed,
// and a tag counts for the commit that it points at, never for what it calls itself.

import type { EnvironmentState } from '../model/environment-state.ts';
import type { ApprovalTag } from '../model/observed.ts';
import { type Answer, REASON_LENGTH_MAX } from '../model/record.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository, RemoteRefs, TagObject } from '../ports/git.ts';
import type { EvidenceReader } from './evidence.ts';
import { answerPrefixes } from './watched-refs.ts';

export type AnswersAsked = {
  readonly environment: string;
  readonly refs: RemoteRefs;
  readonly state: EnvironmentState;
  /** Commits that gates may be asked about. */
  readonly commits: ReadonlySet<string>;
  readonly allowedSigners: string;
};

type Found = { readonly ref: string; readonly oid: string; readonly answer: Answer; readonly names: readonly string[] };

/** A version waits for a handful of people. What is beyond is left alone, the oldest names first. */
const TAGS_MAX = 500;

export async function readApprovalTags(
  git: GitRepository,
  evidence: EvidenceReader,
  asked: AnswersAsked,
): Promise<readonly ApprovalTag[]> {
  const concerned: { found: Found; named: string | null }[] = [];
  for (const found of answersIn(asked.environment, asked.refs)) {
    const named = await namedCommit(git, found, asked);
    const points = asked.refs.peeled.get(found.ref) ?? found.oid;
    const isKnown = asked.state.approvals.some(({ tag }) => tag?.name === shortName(found.ref));
    if (isKnown || asked.commits.has(points) || (named !== null && asked.commits.has(named))) {
      concerned.push({ found, named });
    }
  }
  const answers: ApprovalTag[] = [];
  for (const { found, named } of concerned.slice(-TAGS_MAX)) {
    const answer = await readAnswer(git, evidence, found, named, asked).catch(unreadable);
    if (answer !== null) answers.push(answer);
  }
  return answers;
}

/** What can never be read (a name that git itself would not take) is no answer; what cannot be read now is tried again. */
function unreadable(cause: unknown): null {
  if (cause instanceof Fault && cause.retry === 'never') return null;
  throw cause;
}

/** Versions that the name of a tag may mean: the rest of it, and what is left of it without a suffix. */
function answersIn(environment: string, { refs }: RemoteRefs): readonly Found[] {
  const [approve = '', reject = ''] = answerPrefixes(environment);
  return [...refs]
    .flatMap(([ref, oid]): readonly Found[] => {
      const prefix = [approve, reject].find((candidate) => ref.startsWith(candidate));
      if (prefix === undefined) return [];
      const rest = ref.slice(prefix.length);
      const ends = [...rest.matchAll(/@/g)].map(({ index }) => rest.slice(0, index)).reverse();
      const names = [rest, ...ends].filter((name) => name !== '');
      return [{ ref, oid, answer: prefix === approve ? 'approved' : 'rejected', names }];
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** A tag of that name first, as everywhere; else the beginning of a commit's id. */
async function namedCommit(
  git: GitRepository,
  { names, ref, oid }: Found,
  { refs, commits }: AnswersAsked,
): Promise<string | null> {
  for (const name of names) {
    const tag = `refs/tags/${name}`;
    const commit = refs.peeled.get(tag) ?? refs.refs.get(tag);
    if (commit !== undefined) return commit;
    if (!/^[0-9a-f]{7,64}$/.test(name)) continue;
    const begun = [...commits].filter((candidate) => candidate.startsWith(name));
    if (begun.length === 1) return begun[0] ?? null;
    // A branch of that name is no commit's beginning.
    const found = await git.resolve(name);
    if (found?.startsWith(name) === true) return found;
  }
  // Nobody follows tags of that name; whether there is one matters only where the answer may count.
  if (!commits.has(refs.peeled.get(ref) ?? oid)) return null;
  const looked = await git.look(names.map((name) => `refs/tags/${name}`));
  for (const name of names) {
    const commit = looked.peeled.get(`refs/tags/${name}`) ?? looked.refs.get(`refs/tags/${name}`);
    if (commit !== undefined) return commit;
  }
  return null;
}

async function readAnswer(
  git: GitRepository,
  evidence: EvidenceReader,
  { ref, oid, answer }: Found,
  named: string | null,
  { allowedSigners }: AnswersAsked,
): Promise<ApprovalTag> {
  const tag = await evidence.tag(ref, oid);
  const common = { name: shortName(ref), called: tag?.name ?? null, answer, oid, named };
  if (tag === null) {
    const commit = await commitOf(git, oid);
    return { ...common, commit, person: null, reason: '', signed: { type: 'unsigned' } };
  }
  const signed = await evidence.signature(oid, allowedSigners);
  return { ...common, commit: tag.commit, person: personOf(tag), reason: reasonOf(tag), signed };
}

/** A lightweight tag is the commit itself: it says nothing about who made it. */
async function commitOf(git: GitRepository, oid: string): Promise<string | null> {
  try {
    return await git.peel(oid);
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'object-missing') return null;
    throw cause;
  }
}

function personOf({ tagger }: TagObject): string | null {
  return tagger === null ? null : `${tagger.name} <${tagger.email}>`;
}

/** It goes into the ledger: a sentence in one line, not a book. */
function reasonOf({ message }: TagObject): string {
  return message
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, REASON_LENGTH_MAX);
}

function shortName(ref: string): string {
  return ref.slice('refs/tags/'.length);
}
