// The last net below everything: an error that nobody caught is a defect of ours. It is said in a plain sentence and
// ends the process with 70, because a controller that goes on in an unknown state could do harm.

import { failureOf } from './failure.ts';
import { PLAIN } from './paint.ts';
import { sayFailure } from './say-failure.ts';
import type { Terminal } from './wiring.ts';

export function guardProcess(process: NodeJS.Process, terminal: Terminal): void {
  const end = (error: unknown) => {
    const failure = failureOf(error, isDebugging(process.env));
    terminal.writeErr(sayFailure(failure, PLAIN));
    process.exit(failure.exit);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

export function isDebugging(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['TIDEGATE_DEBUG'] ?? '') !== '';
}
