// The next commit of one ledger, drafted on top of what the remote has: what is pending, with a claim on top. From
// the draft to the remote's answer the ledger takes in nothing else.

import { assert } from '../../base/assert.ts';
import { draftCommit, eventsFiles, type LedgerCommit, readSeen, type Seen, type Writer } from '../../ledger/commit.ts';
import { type Basis, basisOf, cannotPush, type LedgerEntry, type RemoteTip, speaksFor } from '../../ledger/entry.ts';
import { foldAll } from '../../ledger/fold.ts';
import { isClaim, type LedgerRecord } from '../../ledger/records/table.ts';
import type { LedgerEvent } from '../../ledger/step.ts';
import { fullCount } from '../../ledger/tip.ts';
import type { GitRepository } from '../../ports/git.ts';

export type Sending = {
  readonly environment: string;
  readonly ref: string;
  readonly draft: LedgerCommit;
  /** How many of the pending records it carries. */
  readonly records: number;
  /** The epoch it claims. */
  readonly claim: number | null;
  readonly parent: string | null;
};

type DraftOptions = {
  readonly git: GitRepository;
  readonly writer: Writer;
  readonly nonce: () => string;
  /** Each as it is now: what is read takes a while, and meanwhile they change. */
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** Tips that were seen to be accepted, by ref. */
  readonly known: ReadonlyMap<string, string>;
  readonly happened: (event: LedgerEvent) => void;
};

/** As of every file of the ledger. A thousand records, as people may give them, are a fraction of it. */
const EVENTS_FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Two for each controller that serves other environments only; a message that somebody has blown up must not live on
 * in all.
 */
const PASSED_ON_MAX = 100;

/**
 * Null where it cannot be extended now, or the claim does not follow any more. `decidedOn`: what the claim was
 * decided on; a lease that was renewed since then must not be taken, though the record would still fit.
 */
export async function draftPush(
  environment: string,
  claim: readonly LedgerRecord[],
  decidedOn: Basis | null,
  { git, writer, nonce, entries, known, happened }: DraftOptions,
): Promise<Sending | null> {
  for (;;) {
    const before = entryIn(entries, environment);
    if (cannotPush(before)) return null;
    const { remote } = before;
    const [events, words] = await Promise.all([
      eventTexts(git, remote, [...before.pending, ...claim]),
      remote.oid === null ? [] : git.commit(remote.oid).then(({ message }) => readSeen(message)),
    ]);
    const entry = entryIn(entries, environment);
    if (remote !== entry.remote) continue;
    if (claim.length > 0 && decidedOn !== null && isOvertaken(decidedOn, basisOf(entry))) return null;
    if (claim.length > 0 && foldAll(entry.state, claim).type === 'refused') return null;
    const records = [...entry.pending, ...claim];
    // A commit without records renews a lease: of another's it would be a sign of life where there is none.
    if (records.length === 0 && !speaksFor(entry)) return null;
    if ([...eventsFiles(remote.tip, records)].some((path) => !events.has(path))) continue;
    const seen = neighbours(environment, words, entries, known);
    const draft = draftCommit(remote.tip, records, events, writer, nonce(), seen);
    const full = fullCount(draft.tip.state);
    if (full !== null) {
      // What could not be read is not written: from here on it is damage, as it would be to all who came to read it.
      happened({ type: 'unwritable', sentence: `the ledger ${entry.ref} cannot be written on: ${full}` });
      return null;
    }
    happened({ type: 'push-began' });
    const epoch = claim.some(isClaim) ? draft.tip.state.epoch : null;
    const carried = entry.pending.length;
    return { environment, ref: entry.ref, draft, records: carried, claim: epoch, parent: remote.oid };
  }
}

function entryIn(entries: ReadonlyMap<string, LedgerEntry>, environment: string): LedgerEntry {
  const entry = entries.get(environment);
  assert(entry !== undefined, `the ledger of ${environment} was read`);
  return entry;
}

function isOvertaken(before: Basis, now: Basis): boolean {
  return before.seq !== now.seq || before.renewal !== now.renewal;
}

/**
 * The tips of the next two ledgers by name: each is confirmed by two others. Of one that was deleted or rewritten,
 * what this controller itself saw of it before: anyone who comes with an empty cache must notice it as well. `before`
 * is what the last commit says: it is passed on of what is lost, and of what this controller does not read. What
 * another ledger says is not taken over: it would then have to be taken back in all of them.
 */
function neighbours(
  environment: string,
  before: readonly Seen[],
  entries: ReadonlyMap<string, LedgerEntry>,
  known: ReadonlyMap<string, string>,
): readonly Seen[] {
  const tips = new Map(
    [...entries].map(([name, { remote, ref }]) => [
      name,
      remote.type === 'read' ? remote.oid : (known.get(ref) ?? null),
    ]),
  );
  const written = [...tips].filter(([name, oid]) => name === environment || oid !== null);
  const names = written.map(([name]) => name).sort();
  const at = names.indexOf(environment);
  const next = [1, 2].map((distance) => names[(at + distance) % names.length] ?? environment);
  const own = [...new Set(next)].flatMap((name) => {
    const oid = name === environment ? null : (tips.get(name) ?? null);
    return oid === null ? [] : [{ environment: name, oid }];
  });
  const isLost = (name: string) => (tips.get(name) ?? null) === null || entries.get(name)?.remote.type === 'damaged';
  const others = before.filter((seen) => isLost(seen.environment) && !own.some(({ oid }) => oid === seen.oid));
  return [...own, ...others.slice(0, PASSED_ON_MAX)];
}

async function eventTexts(
  git: GitRepository,
  { oid, tip }: RemoteTip,
  records: readonly LedgerRecord[],
): Promise<ReadonlyMap<string, string>> {
  const paths = [...eventsFiles(tip, records)];
  const files = oid === null || paths.length === 0 ? [] : await git.listFiles(oid, paths);
  const blobs = await git.readBlobs(
    files.map((file) => file.oid),
    EVENTS_FILE_BYTES_MAX,
  );
  const decoder = new TextDecoder();
  const texts = new Map(paths.map((path) => [path, '']));
  files.forEach(({ path }, index) => {
    texts.set(path, decoder.decode(blobs[index] ?? new Uint8Array()));
  });
  return texts;
}
