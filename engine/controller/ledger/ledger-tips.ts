// The ledger refs as the remote has them, read into values. Notices what must never be accepted in silence: a ref
// that was deleted, one that was rewritten, one that cannot be read.

import { damagedTip, type RemoteTip } from '../../ledger/entry.ts';
import { decodeGates } from '../../ledger/gates-file.ts';
import { GATES_PATH, INDEX_PATH, LEASE_PATH } from '../../ledger/layout.ts';
import { emptyTip, fullCount, readTip } from '../../ledger/tip.ts';
import type { GatesInForce } from '../../model/gate-terms.ts';
import { Fault, type FaultCode } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';
import { Recent } from './recent.ts';
import { wrongDigest } from './verify-gates.ts';

/** Objects must be present. `known` is the tip that was last seen to be accepted, or null. */
export async function readRemoteTip(
  git: GitRepository,
  environment: string,
  ref: string,
  oid: string | null,
  known: string | null,
): Promise<RemoteTip> {
  try {
    return await read(git, environment, ref, oid, known);
  } catch (cause) {
    // A passing fault is the caller's to try again; what the ledger itself is like would come back for ever.
    if (!(cause instanceof Fault) || !isLasting(cause)) throw cause;
    const sentence = `the ledger ${ref} cannot be read: ${cause.message}`;
    return damagedTip(environment, oid, sentence);
  }
}

/** It would come back for ever: it says what the ledger itself is like. */
export function isLasting({ code }: Fault): boolean {
  return LASTING.has(code);
}

const LASTING: ReadonlySet<FaultCode> = new Set([
  'remote-too-large',
  'tree-hostile',
  'ledger-damaged',
  'object-missing',
]);

/** Whose ledger stands there. */
export function environmentOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** Whether `oid`, all of whose history is here, has `known` in it. */
export function contains(git: GitRepository, oid: string, known: string): Promise<boolean> {
  // All that `oid` reaches is here: what is not here is not in its history.
  return git.isAncestor(known, oid).catch(ifMissing(false));
}

async function read(
  git: GitRepository,
  environment: string,
  ref: string,
  oid: string | null,
  known: string | null,
): Promise<RemoteTip> {
  const repair = `put it back with \`git push <remote> ${known?.slice(0, 12) ?? '<commit>'}:${ref}\` from a clone that has it, or see docs/restore.md`;
  if (oid === null) {
    if (known === null) return { type: 'read', oid, tip: emptyTip(environment) };
    return damagedTip(environment, oid, `the ledger ${ref} was deleted on the remote; ${repair}`);
  }
  if (known !== null && known !== oid && !(await contains(git, oid, known))) {
    const sentence = `the ledger ${ref} was rewritten on the remote: ${oid.slice(0, 7)} does not contain ${known.slice(0, 7)}; ${repair}`;
    return damagedTip(environment, oid, sentence);
  }
  const files = await git.listFiles(oid, [INDEX_PATH, LEASE_PATH, GATES_PATH, 'active']);
  const blobs = await git.readBlobs(
    files.map((file) => file.oid),
    LEDGER_FILE_BYTES_MAX,
  );
  const decoder = new TextDecoder();
  const texts = new Map(files.map((file, index) => [file.path, decoder.decode(blobs[index] ?? new Uint8Array())]));
  const active = new Map<string, string>();
  for (const [path, text] of texts) {
    const run = /^active\/(.+)\.jsonl$/.exec(path)?.[1];
    if (run !== undefined) active.set(run, text);
  }
  const gates = gatesIn(environment, files.find(({ path }) => path === GATES_PATH)?.oid, texts.get(GATES_PATH));
  const read = readTip(environment, texts.get(INDEX_PATH) ?? '', texts.get(LEASE_PATH) ?? '', active, gates);
  const full = read.type === 'tip' ? fullCount(read.tip.state) : null;
  if (full !== null)
    return damagedTip(environment, oid, `the ledger ${ref} at ${oid.slice(0, 7)} cannot be written on: ${full}`);
  if (read.type === 'tip') return { type: 'read', oid, tip: read.tip };
  return damagedTip(environment, oid, `the ledger ${ref} at ${oid.slice(0, 7)} cannot be read: ${read.sentence}`);
}

/** Most commits leave the gates alone: read once, and the same value as long as they are the same file. */
const GATES_READ = new Recent<string, GatesInForce | string>(2_000);

function gatesIn(environment: string, oid: string | undefined, text: string | undefined): GatesInForce | string | null {
  if (oid === undefined || text === undefined) return null;
  return GATES_READ.remember(`${environment} ${oid}`, () => {
    const gates = decodeGates(environment, text);
    return typeof gates === 'string' ? gates : (wrongDigest(gates) ?? gates);
  });
}

/** A run's file grows with its steps' tails; 64 MiB is thousands of attempts. */
const LEDGER_FILE_BYTES_MAX = 64 * 1024 * 1024;
