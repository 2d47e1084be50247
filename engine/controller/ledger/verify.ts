// The whole ledger again, from its first commit: every line decoded, every record folded in order, files only ever
// grown, the index equal to what the records fold to, the lease held to them, the epoch never going back, people's
// words signed by who they say.

import { readSeen, type Seen } from '../../ledger/commit.ts';
import { saysTheSame } from '../../ledger/earlier-index.ts';
import { fold } from '../../ledger/fold.ts';
import { GATES_PATH, INDEX_PATH, isRecordsPath, LEASE_PATH } from '../../ledger/layout.ts';
import { decodeLines, type Line } from '../../ledger/lines.ts';
import { isRunRecord, type LedgerRecord } from '../../ledger/records/table.ts';
import { encodeIndex, type Lease } from '../../ledger/tip.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import { emptyState } from '../../model/environment-state.ts';
import type { CommitFacts, FileAtCommit, GitRepository } from '../../ports/git.ts';
import { gatesFlaw } from './verify-gates.ts';
import { checkLease } from './verify-lease.ts';
import type { VerifyReport } from './verify-report.ts';
import { type WordsCheck, wrongWord } from './verify-words.ts';

type Problem = VerifyReport['problems'][number];

export type Checked = {
  readonly commits: number;
  readonly records: number;
  readonly problems: readonly Problem[];
  /** Its history, all of it where `isWhole`: too many problems end the reading. */
  readonly oids: ReadonlySet<string>;
  readonly isWhole: boolean;
  /** Tips of other ledgers that it names, each with the first commit that does. */
  readonly confirmed: ReadonlyMap<string, Seen & { readonly by: string }>;
};

const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** `words` null: whose words they are is not looked at. */
export async function verifyRef(
  git: GitRepository,
  environment: string,
  ref: string,
  tip: string,
  words: WordsCheck | null = null,
): Promise<Checked> {
  const problems: Problem[] = [];
  let state = emptyState(environment);
  let files = new Map<string, string>();
  let parent: string | null = null;
  let lease: Lease | null = null;
  const oids = new Set<string>();
  const confirmed = new Map<string, Seen & { readonly by: string }>();
  let isWhole = true;
  for await (const commit of git.history(tip)) {
    oids.add(commit.oid);
    for (const seen of readSeen(commit.message)) {
      const key = `${seen.environment} ${seen.oid}`;
      if (!confirmed.has(key)) confirmed.set(key, { ...seen, by: commit.oid });
    }
    const tell = (message: string) => problems.push({ ref, commit: commit.oid, message });
    if (commit.parents.length > 1 || (commit.parents[0] ?? null) !== parent) tell('its history is not one line');
    parent = commit.oid;
    const step = await readStep(git, commit, files, tell);
    files = step.files;
    state = foldStep(state, step.lines, tell);
    if (words !== null) {
      for (const { record } of step.lines) {
        const wrong = await wrongWord(environment, record, words);
        if (wrong !== null) tell(wrong);
      }
    }
    if (step.index !== null && !saysTheSame(step.index, encodeIndex(state)))
      tell('index.json is not what the records fold to');
    const flaw = gatesFlaw(environment, step.gates, state);
    if (flaw !== null) tell(flaw);
    const held = checkLease(step.lease ?? '', state, lease);
    if (held.wrong !== null) tell(held.wrong);
    lease = held.lease;
    if (problems.length >= PROBLEMS_MAX) {
      isWhole = false;
      break;
    }
  }
  return { commits: oids.size, records: state.seq, problems, oids, isWhole, confirmed };
}

/** A ledger with more is not read line by line by anybody. */
const PROBLEMS_MAX = 100;

type Step = {
  readonly files: Map<string, string>;
  readonly lines: readonly Line[];
  readonly index: string | null;
  readonly lease: string | null;
  readonly gates: string | null;
};

async function readStep(
  git: GitRepository,
  commit: CommitFacts,
  before: ReadonlyMap<string, string>,
  tell: (message: string) => void,
): Promise<Step> {
  const listed = await git.listFiles(commit.oid, ['']);
  const files = new Map(listed.filter(({ path }) => isRecordsPath(path)).map(({ path, oid }) => [path, oid]));
  const fresh: { path: string; oid: string; was: string | null }[] = [];
  for (const [path, oid] of files) {
    const was = predecessor(path, before, files);
    if (was === oid) continue;
    fresh.push({ path, oid, was });
  }
  for (const path of before.keys()) {
    if (!files.has(path) && !movedToArchive(path, files)) tell(`${path} was removed`);
  }
  const wanted = [...new Set(fresh.flatMap(({ oid, was }) => (was === null ? [oid] : [oid, was])))];
  const blobs = await git.readBlobs(wanted, FILE_BYTES_MAX);
  const decoder = new TextDecoder();
  const texts = new Map(wanted.map((oid, index) => [oid, decoder.decode(blobs[index] ?? new Uint8Array())]));
  const lines: Line[] = [];
  for (const { path, oid, was } of fresh) {
    const text = texts.get(oid) ?? '';
    const old = was === null ? '' : (texts.get(was) ?? '');
    if (!text.startsWith(old)) {
      tell(`${path} was rewritten: records may only be added`);
      continue;
    }
    const decoded = decodeLines(text.slice(old.length));
    if (decoded.refused !== null) tell(`${path}: ${decoded.refused}`);
    const strays = decoded.lines.filter(({ record }) => !belongs(record, path));
    for (const { record } of strays) tell(`${path} holds ${record.type} ${record.id}, which does not belong there`);
    lines.push(...decoded.lines);
  }
  const named = [INDEX_PATH, LEASE_PATH, GATES_PATH];
  const [index = null, lease = null, gates = null] = await readTexts(git, listed, named);
  return { files, lines, index, lease, gates };
}

/** A run's records stand in its own file and nowhere else. */
function belongs(record: LedgerRecord, path: string): boolean {
  return isRunRecord(record) ? path.endsWith(`/${record.run}.jsonl`) && !isEvents(path) : isEvents(path);
}

function isEvents(path: string): boolean {
  return path.startsWith('events/');
}

/** The file's text before this commit: under its own name, or, for an archived run, the active one's. */
function predecessor(
  path: string,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string | null {
  const own = before.get(path);
  if (own !== undefined) return own;
  const run = /^archive\/.*\/([^/]+\.jsonl)$/.exec(path)?.[1];
  const active = run === undefined ? undefined : `active/${run}`;
  return active !== undefined && !now.has(active) ? (before.get(active) ?? null) : null;
}

function movedToArchive(path: string, now: ReadonlyMap<string, string>): boolean {
  const name = /^active\/([^/]+\.jsonl)$/.exec(path)?.[1];
  return (
    name !== undefined && [...now.keys()].some((other) => other.startsWith('archive/') && other.endsWith(`/${name}`))
  );
}

/** Null for one that is not there. */
async function readTexts(
  git: GitRepository,
  listed: readonly FileAtCommit[],
  paths: readonly string[],
): Promise<readonly (string | null)[]> {
  const found = listed.filter(({ path }) => paths.includes(path));
  const blobs = await git.readBlobs(
    found.map(({ oid }) => oid),
    FILE_BYTES_MAX,
  );
  return paths.map((path) => {
    const at = found.findIndex((file) => file.path === path);
    return at < 0 ? null : new TextDecoder().decode(blobs[at] ?? new Uint8Array());
  });
}

function foldStep(state: EnvironmentState, lines: readonly Line[], tell: (message: string) => void): EnvironmentState {
  let folded = state;
  for (const { seq, record } of lines.toSorted((a, b) => a.seq - b.seq)) {
    if (seq !== folded.seq + 1) tell(`record ${seq} stands where ${folded.seq + 1} is due`);
    const next = fold(folded, record);
    if (next.type === 'refused') tell(next.sentence);
    else folded = next.state;
  }
  return folded;
}
