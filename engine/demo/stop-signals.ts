// Ctrl-C, once asked and twice meant. A terminal and npm both pass the same Ctrl-C on, a moment apart: what follows
// within that moment is the same wish. A later one ends the process at once; its children notice that by their closed
// pipes.

const SAME_WISH_MS = 1_000;
/** Also when the terminal is closed: nothing may be left running behind it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type StopSignals = { readonly signal: AbortSignal; close(): void };

export function listenForStop(onFirst: () => void): StopSignals {
  const controller = new AbortController();
  let firstAt: number | null = null;
  const hear = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      onFirst();
      controller.abort();
    } else if (now - firstAt > SAME_WISH_MS) {
      process.exit(130);
    }
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    signal: controller.signal,
    close: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
