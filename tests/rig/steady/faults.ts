// What the world does to a controller under steady load. Which, when (by the number of the commit) and how hard comes
// from the seed; how long it lasts is bounded, so that a lease of thirty seconds never runs out by it.

import type { Random } from '../../simulation/random.ts';
import { pause } from '../patience.ts';
import { MOMENTS } from '../remote-hooks.ts';
import { askGit } from './plain-git.ts';
import type { SteadyWorld } from './world.ts';

/** How hard it strikes; what lasts, lasts so long. */
export type Luck = { readonly random: Random; readonly lastsMs: number };

export type Fault = {
  readonly name: string;
  strike(world: SteadyWorld, luck: Luck): Promise<void>;
};

const REMOTE_DOWN: Fault = {
  name: 'remote down',
  strike: async ({ ways }, { lastsMs }) => {
    await ways.gate.down();
    await pause(lastsMs);
    await ways.gate.up();
  },
};

const REMOTE_SLOW: Fault = {
  name: 'remote slow',
  strike: async ({ ways }, { random, lastsMs }) => {
    ways.way.delay(random.between(50, 250));
    await pause(lastsMs);
    ways.way.delay(0);
  },
};

const REMOTE_ILL: Fault = {
  name: 'remote answers 503',
  strike: async ({ ways }, { lastsMs }) => {
    ways.server.fault({ type: 'status', code: 503 });
    await pause(lastsMs);
    ways.server.fault(null);
  },
};

const LEDGER_REFUSED: Fault = {
  name: 'pushes to the ledger refused',
  strike: ({ hooks }, { lastsMs }) => refusing(hooks, 'refs/heads/tidegate/*', lastsMs),
};

const MAIN_REFUSED: Fault = {
  name: 'pushes to main refused',
  strike: ({ hooks }, { lastsMs }) => refusing(hooks, 'refs/heads/main', lastsMs),
};

const PUSH_KILLED: Fault = {
  name: 'remote killed mid-push',
  strike: async ({ hooks }, { random }) => hooks.arm(random.pick(MOMENTS), random.between(0, 2)),
};

const GC: Fault = {
  name: 'git gc on the remote',
  strike: async ({ repository }) => {
    // The server may be at it already, after a push: that is as good.
    await askGit(repository, ['gc', '--quiet']).catch((cause: unknown) => {
      if (!String(cause).includes('gc is already running')) throw cause;
    });
  },
};

export const FAULTS: readonly Fault[] = [
  REMOTE_DOWN,
  REMOTE_SLOW,
  REMOTE_ILL,
  LEDGER_REFUSED,
  MAIN_REFUSED,
  PUSH_KILLED,
  GC,
];

/** Before which commit what strikes; each kind in turn, in an order of chance, about every `every` commits. */
export function drawFaults<T>(
  kinds: readonly T[],
  { from, to, every }: { readonly from: number; readonly to: number; readonly every: number },
  random: Random,
): ReadonlyMap<number, T> {
  const drawn = new Map<number, T>();
  let left: T[] = [];
  const next = () => Math.max(1, random.between(Math.ceil(every * 0.6), Math.floor(every * 1.4)));
  for (let at = from + next(); at < to; at += next()) {
    if (left.length === 0) left = [...kinds];
    const kind = random.pick(left);
    left.splice(left.indexOf(kind), 1);
    drawn.set(at, kind);
  }
  return drawn;
}

async function refusing(hooks: SteadyWorld['hooks'], pattern: string, lastsMs: number): Promise<void> {
  hooks.refuse(pattern);
  await pause(lastsMs);
  hooks.refuse(null);
}
