// Waits until something is so, looking often. Patience is for what never comes: no machine is so busy that it runs
// out otherwise.

import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 90_000;

/** Rejects with what `isSo` was when patience is over. */
export async function eventually(isSo: () => unknown): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`not so within ${PATIENCE_MS / 1_000} s: ${isSo}`);
    await delay(LOOK_EVERY_MS);
  }
}
