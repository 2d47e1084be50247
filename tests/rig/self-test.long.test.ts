// Each check of the crash rig sees the fault that is planted for it, and none sees one where there is none.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allChecks, catches, PLANTED } from './planted.ts';
import type { Scene } from './planting.ts';
import { beginScene } from './self-test.ts';

describe.skipIf(process.platform !== 'linux')('the crash rig (it reads /proc)', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await beginScene();
  });

  afterAll(() => scene?.world.end());

  test('finds nothing where nothing is wrong', async () => {
    expect(await allChecks(scene)).toEqual([]);
  });

  test.each(PLANTED)('notices $name', async (planted) => {
    expect(await catches(planted, scene)).not.toEqual([]);
  });

  test('finds nothing once everything is as it was', async () => {
    expect(await allChecks(scene)).toEqual([]);
  });
});
