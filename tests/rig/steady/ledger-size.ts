// What the ledgers weigh on the remote: every object that is reachable from refs/heads/tidegate/<environment> and not
// from main, counted twice, as pushes bring them (each compressed on its own) and as `git gc` leaves them (packed,
// with deltas).

import { spawn } from 'node:child_process';
import { askGit } from './plain-git.ts';
import type { SteadyWorld } from './world.ts';

export type LedgerSize = {
  readonly objects: number;
  /** Bytes. */
  readonly unpacked: number;
  readonly packed: number;
};

/** As `git gc` has them by default. */
const PACKED = ['--window=10', '--depth=50'];
const ALONE = ['--window=0', '--depth=0'];

export async function measureLedgers({ repository, environments }: SteadyWorld): Promise<LedgerSize> {
  const names = ['_all', ...environments].map((name) => `refs/heads/tidegate/${name}`);
  const refs = await askGit(repository, ['for-each-ref', '--format=%(refname)', ...names]);
  const revisions = `${refs}\n--not\nrefs/heads/main\n`;
  const packed = await packOf(repository, PACKED, revisions);
  const unpacked = await packOf(repository, ALONE, revisions);
  return { objects: packed.objects, packed: packed.bytes, unpacked: unpacked.bytes };
}

async function packOf(
  repository: string,
  how: readonly string[],
  revisions: string,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  // A bitmap that a gc has just made would let it copy whole packs as they are.
  const fresh = ['--no-reuse-object', '--no-use-bitmap-index'];
  const args = ['pack-objects', '--revs', '--stdout', '--quiet', ...fresh, ...how];
  const child = spawn('git', args, { cwd: repository, stdio: ['pipe', 'pipe', 'inherit'] });
  let bytes = 0;
  let objects = 0;
  child.stdout.on('data', (part: Buffer) => {
    // The head of a pack: `PACK`, its format, and how many objects there are.
    if (bytes === 0) objects = part.readUInt32BE(8);
    bytes += part.length;
  });
  child.stdin.end(revisions);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`git pack-objects ended with ${code}`);
  return { objects, bytes };
}
