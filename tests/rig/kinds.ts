// What the world does to a controller besides killing it. A kind may strike while the controller works, strike between two
// lives, and say what a life under it must (and must not) do before it is mended. It never reads the clock and draws all
// its chance from the round, so that a seed names the same misfortunes again.

import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../simulation/random.ts';
import { MOMENTS } from './remote-hooks.ts';
import { ENVIRONMENTS, type EnvironmentName, ledgerRef, type World } from './world.ts';

export type Round = { readonly world: World; readonly random: Random };

export type Kind = {
  readonly name: string;
  /** Why it cannot be had on this machine; null where it can. */
  cannot(world: World): string | null;
  /** At a random moment of the first life. */
  strike?(round: Round): Promise<void>;
  /** Between the kill and the next life. */
  between?(round: Round): Promise<void>;
  /** A life is started under it, and killed again, before it is mended. */
  readonly outlasts?: boolean;
  /** After a life under it: what was wrong with that life, as sentences. */
  judge?(round: Round, said: string): Promise<readonly string[]>;
  mend?(round: Round): Promise<void>;
};

const possible = () => null;

const PLAIN: Kind = { name: 'plain kill', cannot: possible };

const STATE_LOST: Kind = {
  name: 'state folder deleted',
  cannot: possible,
  between: async ({ world }) => rmSync(world.disk.state, { recursive: true, force: true }),
};

const DISK_FULL: Kind = {
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
  mend: async ({ world }) => world.disk.free(),
};

const READ_ONLY: Kind = {
  name: 'state folder read-only',
  cannot: ({ disk }) => disk.cannot,
  outlasts: true,
  between: async ({ world }) => world.disk.readOnly(true),
  judge: async (_round, said) => expectWords(said, /cannot be written/),
  mend: async ({ world }) => world.disk.readOnly(false),
};

const REMOTE_DOWN: Kind = {
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
  judge: async (_round, said) => expectWords(said, /reach|connect|refused/i),
  mend: ({ world }) => world.gate.up(),
};

const PUSH_KILLED: Kind = {
  name: 'remote killed mid-push',
  cannot: possible,
  strike: async ({ world, random }) => {
    world.hooks.arm(random.pick(MOMENTS), random.between(0, 2));
    if (random.chance(0.5)) world.hooks.arm(random.pick(MOMENTS), random.between(0, 2));
  },
};

/** While people push, a `--prune=now` can take objects from under them, whoever they are (git-gc says so): then a plain one. */
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

/** The one who looks next: which environment, where its ledger stood, and where somebody put it. */
type Tampering = { readonly environment: EnvironmentName; readonly tip: string; readonly put: string | null };
const BACKUP = 'refs/backup/ledger';
const TAMPERED = new WeakMap<World, Tampering>();

const LEDGER_REF: Kind = {
  name: 'ledger ref deleted or rewritten',
  cannot: possible,
  outlasts: true,
  between: async ({ world, random }) => {
    const environment = random.pick(ENVIRONMENTS);
    const known = lastKnown(world, environment);
    if (known === null) return;
    const ref = ledgerRef(environment);
    const put = random.chance(0.5) ? null : world.git('rev-parse', `${known}~1`);
    TAMPERED.set(world, { environment, tip: world.git('rev-parse', ref), put });
    // Whoever tampers has a clone of it, or a backup: without one there is nothing to put back.
    world.moveRef(BACKUP, world.git('rev-parse', ref));
    world.moveRef(ref, put);
  },
  judge: async ({ world }, said) => {
    const done = TAMPERED.get(world);
    if (done === undefined) return [];
    const ref = ledgerRef(done.environment);
    const now = world.git('for-each-ref', '--format=%(objectname)', ref);
    const how = done.put === null ? 'deleted' : 'rewritten';
    return [
      ...expectWords(said, new RegExp(`the ledger ${ref} was ${how}`)),
      ...(now === (done.put ?? '') ? [] : [`${ref} was ${how}, and begun anew: ${now}`]),
    ];
  },
  mend: async ({ world }) => {
    const done = TAMPERED.get(world);
    TAMPERED.delete(world);
    if (done === undefined) return;
    world.moveRef(ledgerRef(done.environment), done.tip);
    world.moveRef(BACKUP, null);
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
  LEDGER_REF,
];

/** One that comes round, and now and then others with it. A life under a dead remote or disk can tell of nothing else. */
export function drawKinds(kinds: readonly Kind[], index: number, random: Random): readonly Kind[] {
  const first = kinds[index % kinds.length];
  if (first === undefined) throw new Error('no kind can be played here');
  if (first === PLAIN || !random.chance(0.35)) return [first];
  const others = kinds.filter((kind) => kind !== PLAIN && kind !== first && !(kind.outlasts && first.outlasts));
  const drawn = others.length === 0 ? [first] : [first, random.pick(others)];
  // In the order of the list: a folder is deleted before its disk becomes read-only.
  return KINDS.filter((kind) => drawn.includes(kind));
}

/** What the next life can know of a ledger: its own note of it, else what the tips of the others say. Nobody notices that a
 *  commit is gone which nobody has seen. */
function lastKnown(world: World, environment: EnvironmentName): string | null {
  try {
    const notes = JSON.parse(readFileSync(path.join(world.disk.state, 'ledger-tips.json'), 'utf8'));
    return notes[ledgerRef(environment)] ?? null;
  } catch {
    const tips = ENVIRONMENTS.filter((name) => name !== environment);
    const said = tips.map((name) => world.git('log', '-1', '--format=%B', ledgerRef(name))).join('\n');
    return new RegExp(`^Tidegate-Seen: ${environment} ([0-9a-f]+)$`, 'm').exec(said)?.[1] ?? null;
  }
}

function expectWords(said: string, words: RegExp): readonly string[] {
  return words.test(said) ? [] : [`a life under it did not say ${words}: ${JSON.stringify(said.slice(-600))}`];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
