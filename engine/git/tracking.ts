// Which objects are here *with everything they reach*. An object's mere presence does not say so (a killed fetch
// leaves the tip without its trees), so only these count: what a finished fetch brought, what we wrote ourselves, and
// what the cache's own refs name when it is opened.

import { Fault } from '../ports/fault.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { trackingName } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import { createTurns } from './turns.ts';

export type Tracking = {
  isComplete(oid: string): boolean;
  addComplete(oids: Iterable<string>): void;
  /**
   * A ref that the remote now has at this commit because we pushed it: the cache's ref follows with the next `flush`.
   */
  note(ref: string, oid: string): void;
  /** Writes the noted refs in one transaction. Losing them costs a fetch and nothing else. */
  flush(): Promise<void>;
  /** How many refs the cache had when it was opened. */
  readonly refsAtOpen: number;
  readonly oidLength: number | null;
};

/** Throws `repository-damaged` when the cache's refs cannot be read or name objects that are not here. */
export async function readTracking(git: Git, reader: ObjectReader): Promise<Tracking> {
  const ending = await git.run(['for-each-ref', '--format=%(objectname)', 'refs/origin/']);
  if (ending.code !== 0) throw gitFault(ending, { what: 'read the refs of the git cache', secrets: [] });
  const oids = ending.stdout.toString('latin1').split('\n').filter(Boolean);
  const complete = new Set(oids);
  const found = await reader.info([...complete]);
  if (found.some((info) => info === null)) throw damaged();
  const noted = new Map<string, string>();
  const flushes = createTurns();

  async function write(): Promise<void> {
    if (noted.size === 0) return;
    const lines = [...noted].map(([name, oid]) => `update ${name} ${oid}\n`);
    noted.clear();
    await git.run(['update-ref', '--stdin', '--no-deref'], { input: lines.join('') });
  }

  return {
    refsAtOpen: oids.length,
    oidLength: oids[0]?.length ?? null,
    isComplete: (oid) => complete.has(oid),
    addComplete(more) {
      for (const oid of more) complete.add(oid);
    },
    note(ref, oid) {
      complete.add(oid);
      noted.set(trackingName(ref), oid);
    },
    // One after another: who asks for a name must also wait for what is being written already.
    flush: () => flushes.take(write),
  };
}

function damaged(): Fault {
  return new Fault('repository-damaged', 'the git cache names objects that it does not have', {
    retry: 'now',
    hint: 'the cache is rebuilt from the remote when the repository is opened again',
  });
}
