// What the world does to a controller besides killing it. A kind may strike while the controller works, strike
// between two lives, and say what a life under it must (and must not) do before it is repaired. It never reads the
// clock and draws all its chance from the round, so that a seed names the same misfortunes again.

import { rmSync } from 'node:fs';
import type { Random } from '../simulation/random.ts';
import { expectWords, type Kind } from './kind.ts';
import { LEDGER_DELETED, LEDGER_REWRITTEN } from './ledger-kinds.ts';
import { pause } from './patience.ts';
import { MOMENTS } from './remote-hooks.ts';

const possible = () => null;

const PLAIN: Kind = { name: 'plain kill', cannot: possible };

const STATE_LOST: Kind = {
  name: 'state folder deleted',
  cannot: possible,
  between: async ({ world }) => rmSync(world.disk.state, { recursive: true, force: true }),
};

export const DISK_FULL: Kind = {
  name: 'disk full',
  cannot: ({ disk }) => disk.cannot,
  outlasts: true,
  strike: async ({ world, random }) => {
    world.disk.fill();
    if (!random.chance(0.5)) return;
    await pause(random.between(50, 400));
    world.disk.free();
  },
  between: async ({ world }) => world.disk.fill(),
  judge: async (_round, said) => expectWords(said, /free some space|make room on the disk|the space that is left/),
  repair: async ({ world }) => world.disk.free(),
};

export const READ_ONLY: Kind = {
  name: 'state folder read-only',
  cannot: ({ disk }) => disk.cannot,
  outlasts: true,
  between: async ({ world }) => world.disk.readOnly(true),
  judge: async (_round, said) => expectWords(said, /cannot be written/),
  repair: async ({ world }) => world.disk.readOnly(false),
};

export const REMOTE_DOWN: Kind = {
  name: 'remote down',
  cannot: possible,
  outlasts: true,
  strike: async ({ world, random }) => {
    await world.gate.down();
    if (!random.chance(0.5)) return;
    await pause(random.between(50, 600));
    await world.gate.up();
  },
  between: ({ world }) => world.gate.down(),
  judge: async (_round, said) => expectWords(said, /cannot be reached: the connection was refused/),
  repair: ({ world }) => world.gate.up(),
};

const PUSH_KILLED: Kind = {
  name: 'remote killed mid-push',
  cannot: possible,
  strike: async ({ world, random }) => {
    world.hooks.arm(random.pick(MOMENTS), random.between(0, 2));
    if (random.chance(0.5)) world.hooks.arm(random.pick(MOMENTS), random.between(0, 2));
  },
};

/**
 * While people push, a `--prune=now` can take objects from under them, no matter who they are (git-gc says so): then
 * a plain one.
 */
const GC: Kind = {
  name: 'git gc on the remote',
  cannot: possible,
  strike: async ({ world }) => {
    world.git('gc', '--quiet');
  },
  between: async ({ world }) => {
    world.git('gc', '--quiet', '--prune=now');
  },
};

export const KINDS: readonly Kind[] = [
  PLAIN,
  STATE_LOST,
  DISK_FULL,
  READ_ONLY,
  REMOTE_DOWN,
  PUSH_KILLED,
  GC,
  LEDGER_DELETED,
  LEDGER_REWRITTEN,
];

/**
 * One that comes round, and now and then others with it. A life under a dead remote or disk can tell of nothing else.
 */
export function drawKinds(kinds: readonly Kind[], index: number, random: Random): readonly Kind[] {
  const first = kinds[index % kinds.length];
  if (first === undefined) throw new Error('no kind can be played here');
  if (first === PLAIN || !random.chance(0.35)) return [first];
  const others = kinds.filter((kind) => kind !== PLAIN && kind !== first && !(kind.outlasts && first.outlasts));
  const drawn = others.length === 0 ? [first] : [first, random.pick(others)];
  // In the order of the list: a folder is deleted before its disk becomes read-only.
  return KINDS.filter((kind) => drawn.includes(kind));
}
