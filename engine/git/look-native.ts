// The look that works with everything git can reach (ssh, proxies, client certificates, old servers, reftable): one
// `git ls-remote`, bounded in time and size. It starts a process and lists every ref, so the other looks come first.

import type { RemoteRefs } from '../ports/git.ts';
import { REMOTE } from './environment.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import type { LookBounds } from './look-bounds.ts';
import { tooManyRefs } from './look-bounds.ts';
import { type FoundRefs, refsBuilder } from './ls-refs.ts';
import { isOid } from './names.ts';

export async function lookNative(git: Git, bounds: LookBounds, prefixes: readonly string[]): Promise<RemoteRefs> {
  const timeoutMs = bounds.patience.ms;
  const ending = await git.run(['ls-remote', '--quiet', '--symref', REMOTE], {
    timeoutMs,
    stdoutMax: bounds.bytesMax,
    // Outside any repository: a SHA-1 cache would refuse to hear a SHA-256 remote.
    env: { GIT_DIR: '/nonexistent' },
  });
  if (ending.code !== 0) {
    throw gitFault(ending, { what: `look at ${bounds.shown}`, secrets: bounds.secrets, timeoutMs });
  }
  return { ...readLsRemote(ending.stdout.toString('utf8'), bounds, prefixes), clockSkewMs: null };
}

function readLsRemote(
  text: string,
  bounds: Pick<LookBounds, 'refsMax' | 'shown'>,
  prefixes: readonly string[],
): FoundRefs {
  const found = refsBuilder();
  let count = 0;
  for (const line of text.split('\n')) {
    const [oid = '', name = ''] = line.split('\t');
    if (oid.startsWith('ref: ') && name === 'HEAD') found.head(oid.slice('ref: '.length));
    if (!isOid(oid)) continue;
    const peeled = name.endsWith('^{}');
    const ref = peeled ? name.slice(0, -3) : name;
    if (ref !== 'HEAD' && !prefixes.some((prefix) => ref.startsWith(prefix))) continue;
    count += 1;
    if (count > bounds.refsMax) throw tooManyRefs(bounds);
    if (peeled) found.peeled(ref, oid);
    else found.ref(ref, oid);
  }
  return found.done();
}
