// A world for planted faults: as the rounds have it, after its first versions are in place.

import { allChecks, catches, PLANTED } from './planted.ts';
import type { Scene } from './planting.ts';
import { atWork } from './play.ts';
import { World } from './world.ts';

export async function beginScene(): Promise<Scene> {
  const world = await World.begin();
  try {
    const witness = await atWork(world);
    witness.look();
    return { world, witness };
  } catch (cause) {
    await world.end();
    throw cause;
  }
}

/** Whether each check names its fault, and all are silent before and after. */
export async function selfTest(say: (line: string) => void): Promise<boolean> {
  const scene = await beginScene();
  let isGood = true;
  const expect = (isSo: boolean, line: string) => {
    say(`${isSo ? 'ok' : 'FAILED'}: ${line}`);
    isGood &&= isSo;
  };
  try {
    for (const { sentence } of await allChecks(scene)) expect(false, `nothing is planted, and yet: ${sentence}`);
    for (const planted of PLANTED) {
      const [found] = await catches(planted, scene);
      expect(
        found !== undefined,
        `${planted.name}: ${found?.sentence.split('\n')[0] ?? `no ${planted.kind} was seen`}`,
      );
    }
    for (const { sentence } of await allChecks(scene)) expect(false, `all is taken away, and yet: ${sentence}`);
  } finally {
    await scene.world.end();
  }
  return isGood;
}
