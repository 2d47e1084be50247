// How faults get into a ledger and out again, past the hook that writes down what controllers did: as a person at the
// server.

import { Random } from '../simulation/random.ts';
import { commitFiles } from '../support/git-repositories.ts';
import type { Kind, Round } from './kind.ts';
import type { Breach, Witness } from './witness.ts';
import { ledgerRef, type World } from './world.ts';

export type Scene = { readonly world: World; readonly witness: Witness };
type TakeAway = () => void;

export const REF = ledgerRef('production');

export function moved({ world }: Scene, to: (tip: string) => string | null): TakeAway {
  const tip = world.git('rev-parse', REF);
  world.moveRef(REF, to(tip));
  return () => world.moveRef(REF, tip);
}

/** One more commit on the ledger, with these files. */
export function written(scene: Scene, files: Readonly<Record<string, string>>): TakeAway {
  const { world } = scene;
  return moved(scene, (tip) => {
    const oid = commitFiles(world.repository, files, { branch: 'planted', parent: tip });
    world.git('update-ref', '-d', 'refs/heads/planted');
    return oid;
  });
}

export async function judgedBy(kind: Kind, scene: Scene, said: string): Promise<readonly Breach[]> {
  const sentences = (await kind.judge?.(roundOf(scene), said)) ?? [];
  return sentences.map((sentence) => ({ kind: 'unsound', sentence }));
}

export function roundOf({ world }: Scene): Round {
  return { world, random: new Random('planted') };
}
