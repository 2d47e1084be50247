// One push for all updates, each a compare-and-swap. Never forced: an update is only sent when the new commit
// contains what the remote is expected to have (checked here), so that the lease
// (`--force-with-lease=<ref>:<expected>`) can only ever make git stricter: it refuses a ref that was created, or set
// back to an older commit, behind our back, which a plain push would accept as a fast-forward. What git says is
// believed only when it is a clean acknowledgement. After anything else the remote's refs are read again, and they
// decide (DESIGN: never judge by the error text).

import { Fault } from '../ports/fault.ts';
import type { PushResult, PushUpdate, RemoteRefs } from '../ports/git.ts';
import type { AnswerPatience } from './answer-patience.ts';
import { REMOTE } from './environment.ts';
import type { Git, GitEnding } from './exec.ts';
import { gitFault, gitWords } from './failure.ts';
import { assertOid, assertRefName, assertRestore } from './names.ts';
import { type RefReport, readPushReport } from './push-report.ts';

type PushPlace = {
  readonly git: Git;
  readonly shown: string;
  readonly secrets: readonly string[];
  readonly patience: AnswerPatience;
  look(prefixes: readonly string[]): Promise<RemoteRefs>;
  fetch(wants: ReadonlyMap<string, string>): Promise<void>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The remote has this ref at this id now. */
  accepted(ref: string, oid: string): void;
};

type JudgePlace = PushPlace & { readonly timeoutMs: number };

export async function push(
  place: PushPlace,
  updates: readonly PushUpdate[],
  atomic: boolean,
  told: readonly string[] = [],
): Promise<ReadonlyMap<string, PushResult>> {
  if (updates.length === 0) return new Map();
  for (const update of updates) await assertForward(place, update);
  const timeoutMs = place.patience.ms + updates.length * MS_A_REF;
  const beganMs = performance.now();
  const ending = await runPush(place, updates, { atomic, told, timeoutMs });
  if (ending.stopped === 'timed-out') place.patience.tooLong();
  else place.patience.answered(performance.now() - beganMs - updates.length * MS_A_REF);
  const report = readPushReport(ending.stdout.toString('utf8'));
  const results = new Map<string, PushResult>();
  const doubtful: PushUpdate[] = [];
  for (const update of updates) {
    const told = report.get(update.ref);
    // "Up to date" with a failed run may be about another update's refs as they were: read again.
    if (told?.type === 'done' || (told?.type === 'up-to-date' && ending.code === 0)) {
      place.accepted(update.ref, update.oid);
      results.set(update.ref, { type: 'accepted' });
    } else doubtful.push(update);
  }
  if (doubtful.length > 0) await judge({ ...place, timeoutMs }, doubtful, report, ending, results);
  return results;
}

/** A branch of ours that is of no more use. Whatever git says, the remote's refs decide. */
export async function removeRestore(place: PushPlace, ref: string, expected: string): Promise<PushResult> {
  assertRestore(ref);
  assertOid(expected);
  const args = ['push', '--porcelain', '--no-verify', '--no-progress', `--force-with-lease=${ref}:${expected}`];
  const ending = await place.git.run([...args, REMOTE, `:${ref}`], { timeoutMs: place.patience.ms });
  try {
    const now = (await place.look([ref])).refs.get(ref) ?? null;
    if (now === null) return { type: 'accepted' };
    if (now !== expected) return { type: 'moved' };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { type: 'in-doubt', fault: cause };
  }
  const told = readPushReport(ending.stdout.toString('utf8')).get(ref);
  const words = gitWords(ending.stderr, place.secrets);
  if (told?.type === 'rejected') return { type: 'refused', message: refusal(place, told.reason, words) };
  const what = `push to ${place.shown}`;
  return {
    type: 'in-doubt',
    fault: gitFault(ending, { what, secrets: place.secrets, timeoutMs: place.patience.ms }),
  };
}

/** The law that makes the lease harmless. */
async function assertForward(place: PushPlace, update: PushUpdate): Promise<void> {
  assertRefName(update.ref);
  assertOid(update.oid);
  if (update.expected === null) return;
  assertOid(update.expected);
  const isTag = update.ref.startsWith('refs/tags/');
  if (!isTag && (await place.isAncestor(update.expected, update.oid))) return;
  throw new Fault('usage', `${update.ref} would be ${isTag ? 'moved' : 'rewritten'}; Tidegate never does that`, {
    retry: 'never',
    hint: 'build the new commit on top of what the remote has',
  });
}

/** A server that is under load moves refs no faster. */
const MS_A_REF = 20;

function runPush(
  place: PushPlace,
  updates: readonly PushUpdate[],
  {
    atomic,
    told,
    timeoutMs,
  }: { readonly atomic: boolean; readonly told: readonly string[]; readonly timeoutMs: number },
): Promise<GitEnding> {
  const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--no-progress'];
  if (atomic) args.push('--atomic');
  // A line break would begin another option.
  for (const option of told) args.push(`--push-option=${option.replaceAll(/[\n\0]/g, ' ')}`);
  for (const { ref, expected } of updates) args.push(`--force-with-lease=${ref}:${expected ?? ''}`);
  args.push(REMOTE, ...updates.map(({ ref, oid }) => `${oid}:${ref}`));
  return place.git.run(args, { timeoutMs });
}

async function judge(
  place: JudgePlace,
  doubtful: readonly PushUpdate[],
  report: ReadonlyMap<string, RefReport>,
  ending: GitEnding,
  results: Map<string, PushResult>,
): Promise<void> {
  const words = gitWords(ending.stderr, place.secrets);
  let now: RemoteRefs;
  try {
    now = await place.look(doubtful.map(({ ref }) => ref));
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const { code, hint } = cause;
    const fault = new Fault(code, `${cause.message}${words && ` (${words})`}`, { retry: 'later', hint, cause });
    for (const { ref } of doubtful) results.set(ref, { type: 'in-doubt', fault });
    return;
  }
  for (const update of doubtful) {
    const result = await judgeOne(
      place,
      update,
      now.refs.get(update.ref) ?? null,
      report.get(update.ref),
      ending,
      words,
    );
    results.set(update.ref, result);
  }
}

async function judgeOne(
  place: JudgePlace,
  update: PushUpdate,
  now: string | null,
  told: RefReport | undefined,
  ending: GitEnding,
  words: string,
): Promise<PushResult> {
  if (now === update.oid) {
    place.accepted(update.ref, update.oid);
    return { type: 'accepted' };
  }
  if (now !== update.expected) {
    const contains = now !== null && (await containsAfterFetch(place, update, now));
    return contains ? { type: 'accepted' } : { type: 'moved' };
  }
  // Unmoved. A stale lease means that git saw it elsewhere a moment ago: it was moved back since, or two servers of
  // one name do not agree. Nothing was sent, but who goes on believing one of the two may go on for ever.
  if (told?.type === 'rejected' && told.stale) return { type: 'in-doubt', fault: disagrees(place, update) };
  if (told?.type === 'rejected') return { type: 'refused', message: refusal(place, told.reason, words) };
  // No answer about this ref at all: an authentication that failed is a no; a cut or late connection may still
  // arrive.
  const fault = gitFault(ending, {
    what: `push to ${place.shown}`,
    secrets: place.secrets,
    timeoutMs: place.timeoutMs,
  });
  if (fault.code === 'remote-auth') return { type: 'refused', message: fault.message };
  const { code, message } = fault;
  return { type: 'in-doubt', fault: new Fault(code, message, { retry: 'later', hint: READABLE, cause: fault }) };
}

const READABLE =
  'the remote can be read and takes no push: look at its hooks, its limits, its disk, and what stands before it';

function disagrees({ shown }: PushPlace, { ref }: PushUpdate): Fault {
  return new Fault('ref-moved', `${shown} says of ${ref} to a push that it has moved, and to a look that it has not`, {
    retry: 'later',
    hint: 'it is tried again; a Git host of several servers may need a moment to agree with itself',
  });
}

async function containsAfterFetch(place: PushPlace, update: PushUpdate, now: string): Promise<boolean> {
  try {
    await place.fetch(new Map([[update.ref, now]]));
    return await place.isAncestor(update.oid, now);
  } catch (cause) {
    // It has moved, that much is sure; what it moved to could not be read, and the next look will tell.
    if (cause instanceof Fault) return false;
    throw cause;
  }
}

function refusal(place: PushPlace, reason: string, words: string): string {
  return gitWords([reason, words].filter(Boolean).join('\n'), place.secrets);
}
