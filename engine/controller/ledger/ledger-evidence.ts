// Whether anybody can show the commit that one ledger says another had: this clone, or the remote, which keeps what
// no ref names any more for a while and gives it to anyone who asks by id. Any other commit of the repository is no
// evidence.

import { isObject } from '../../base/foreign-value.ts';
import { INDEX_PATH } from '../../ledger/layout.ts';
import { Fault, type FaultCode } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isHere } from './missing-commits.ts';

export async function isShown(git: GitRepository, oid: string, environment: string): Promise<boolean> {
  if (!(await isHere(git, oid)) && !(await git.obtain(oid))) return false;
  try {
    if ((await git.peel(oid)) !== oid) return false;
    return isIndexOf(await git.readText(oid, INDEX_PATH), environment);
  } catch (cause) {
    // A commit that is here in part, or that is too large, is somebody's to look at all the same.
    if (cause instanceof Fault && DOUBTFUL.has(cause.code)) return true;
    throw cause;
  }
}

const DOUBTFUL: ReadonlySet<FaultCode> = new Set(['object-missing', 'remote-too-large', 'tree-hostile']);

function isIndexOf(text: string | null, environment: string): boolean {
  try {
    const index: unknown = JSON.parse(text ?? 'null');
    return isObject(index) && index['environment'] === environment;
  } catch {
    return false;
  }
}
