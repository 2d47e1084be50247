// Waiting for what is to become so. Patience has an end everywhere; anyone who waits says afterwards what it found.

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether it became so in time. */
export async function waitFor(isSo: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean> {
  const endAt = performance.now() + atMostMs;
  while (!(await isSo())) {
    if (performance.now() > endAt) return false;
    await pause(25);
  }
  return true;
}
