// What the runner and its supervisor say to each other: JSON lines over two pipes, orders down, reports up. A value
// that is not one of these shapes is a defect of ours and fails loudly; nothing else ever writes to the pipes.

import { assert } from '../base/assert.ts';
import type { JobEnding } from '../model/job.ts';

/** What is started, as the plan of the job has it. A controller that was started before an upgrade sends scripts
 *  alone. */
export type StartOrder = Command & {
  readonly type: 'start';
  readonly id: string;
  readonly environment: string;
  readonly directory: string;
  readonly temporary: string;
  readonly log: string;
  /** The whole environment of the job; nothing is added but the two marks of supervision. */
  readonly env: Readonly<Record<string, string>>;
  /** Values, not names: what must never reach the log. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly outputBytesMax: number;
  /** An earlier piece of the same job has begun the log. */
  readonly follows?: true;
};

export type Command = { readonly stdin?: string } & (
  | { readonly script: string }
  | { readonly argv: readonly [string, ...string[]] }
);

export type Order =
  | StartOrder
  /** How many jobs may run at once; what is started beyond that waits in order. */
  | { readonly type: 'slots'; readonly jobs: number }
  | { readonly type: 'stop'; readonly id: string; readonly why: 'cancelled' | 'lease-lost' }
  /** `until` is an instant of the lease clock (leases.ts), which both processes read alike: a renewal that waited
   *  in the pipe is not worth more than it was when it was said. */
  | { readonly type: 'renew'; readonly environment: string; readonly until: number };

export type Report =
  | { readonly type: 'started'; readonly id: string; readonly pid: number }
  | { readonly type: 'ended'; readonly id: string; readonly ending: JobEnding };

export function encodeLine(message: Order | Report): string {
  return `${JSON.stringify(message)}\n`;
}

/** Feeds on text in any pieces, calls back once for each whole line. */
export function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

export function decodeOrder(line: string): Order {
  return typed(line, ['start', 'slots', 'stop', 'renew']) as Order;
}

export function decodeReport(line: string): Report {
  return typed(line, ['started', 'ended']) as Report;
}

function typed(line: string, types: readonly string[]): object {
  const value: unknown = JSON.parse(line);
  assert(
    value !== null && typeof value === 'object' && 'type' in value,
    'a line between runner and supervisor has no type',
  );
  assert(
    types.includes(String(value.type)),
    `a line of unknown type ${String(value.type)} between runner and supervisor`,
  );
  return value;
}
