// A command that a person interrupts: what it has begun is closed, and it says that it was ended on request, not what
// that did to git. Anyone who insists, or a command that waits for something else, is ended at once.

import os from 'node:os';
import type { Terminal } from './wiring.ts';

const LINGER_MS = 1_000;

/** `close` ends what is under way. Returns what takes the handlers off again. */
export function endOnRequest(process: NodeJS.Process, terminal: Terminal, close: () => Promise<void>): () => void {
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const end = () => {
      const exit = () => process.exit(128 + os.constants.signals[signal]);
      process.on(signal, exit);
      terminal.writeErr('tidegate: ended on request\n');
      setTimeout(exit, LINGER_MS);
      close().then(exit, exit);
    };
    process.once(signal, end);
    return { signal, end };
  });
  return () => {
    for (const { signal, end } of handlers) process.off(signal, end);
  };
}
