// Somebody acts, now and then, for as long as a life lasts. What they are refused is told, anything else is a defect.

import { Fault } from '../../engine/ports/fault.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** `paceMs` is the mean between two acts. */
export function actAtAPace(
  world: World,
  luck: Random,
  paceMs: number,
  { isOver, act }: { readonly isOver: () => boolean; readonly act: () => Promise<void> },
): void {
  const { timeline } = world;
  timeline.at(timeline.now + luck.wait(paceMs), () => {
    if (isOver()) return;
    act().catch((cause: unknown) => {
      if (!(cause instanceof Fault)) throw cause;
      world.witness.tell('people', 'are refused', cause.message);
    });
    actAtAPace(world, luck, paceMs, { isOver, act });
  });
}
