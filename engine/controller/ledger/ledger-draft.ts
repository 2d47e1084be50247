// The next commit of one ledger, drafted on top of what the remote has: what is pending, with a claim on top. From
// here to the remote's answer the entry takes in nothing else.

import { draftCommit, eventsFiles, type LedgerCommit, readSeen, type Seen, type Writer } from '../../ledger/commit.ts';
import { foldAll } from '../../ledger/fold.ts';
import { isClaim, type LedgerRecord } from '../../ledger/records/table.ts';
import { fullCount } from '../../ledger/tip.ts';
import type { GitRepository } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import { type Basis, basisOf, type LedgerEntry, speaksFor } from './ledger-entry.ts';
import { damagedTip, type RemoteTip } from './ledger-tips.ts';

export type Sending = {
  readonly entry: LedgerEntry;
  readonly draft: LedgerCommit;
  /** How many of the entry's pending records it carries. */
  readonly records: number;
  /** The epoch it claims. */
  readonly claim: number | null;
  readonly parent: string | null;
};

type DraftOptions = {
  readonly git: GitRepository;
  readonly log: Log;
  readonly writer: Writer;
  readonly nonce: () => string;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** Tips that were seen to be accepted, by ref. */
  readonly known: ReadonlyMap<string, string>;
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
  entry: LedgerEntry,
  claim: readonly LedgerRecord[],
  decidedOn: Basis | null,
  { git, log, writer, nonce, entries, known }: DraftOptions,
): Promise<Sending | null> {
  for (;;) {
    if (entry.remote.type === 'damaged' || entry.doubt !== null) return null;
    const { remote } = entry;
    const [events, before] = await Promise.all([
      eventTexts(git, remote, [...entry.pending, ...claim]),
      remote.oid === null ? [] : git.commit(remote.oid).then(({ message }) => readSeen(message)),
    ]);
    if (remote !== entry.remote) continue;
    if (claim.length > 0 && decidedOn !== null && isOvertaken(decidedOn, basisOf(entry))) return null;
    if (claim.length > 0 && foldAll(entry.state, claim).type === 'refused') return null;
    const carried = [...entry.pending];
    const records = [...carried, ...claim];
    // A commit without records renews a lease: of another's it would be a sign of life where there is none.
    if (records.length === 0 && !speaksFor(entry)) return null;
    if ([...eventsFiles(remote.tip, records)].some((path) => !events.has(path))) continue;
    const draft = draftCommit(
      remote.tip,
      records,
      events,
      writer,
      nonce(),
      neighbours(entry.environment, before, entries, known),
    );
    const full = fullCount(draft.tip.state);
    if (full !== null) return refuse(entry, full, log);
    entry.isPushing = true;
    const epoch = claim.some(isClaim) ? draft.tip.state.epoch : null;
    return { entry, draft, records: carried.length, claim: epoch, parent: remote.oid };
  }
}

/**
 * What could not be read is not written: from here on it is damage, as it would be to everybody who came to read it.
 */
function refuse(entry: LedgerEntry, why: string, log: Log): null {
  const { environment, ref, remote } = entry;
  const sentence = `the ledger ${ref} cannot be written on: ${why}`;
  entry.remote = damagedTip(environment, remote.oid, sentence);
  entry.claimedEpoch = null;
  log.error(sentence, { environment });
  return null;
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
