// The real terminal: standard streams, with a reader that went away (`| head`) treated as the end of interest, not as
// an error. Must never throw out of a write.

import { createInterface } from 'node:readline/promises';
import type { Terminal } from './wiring.ts';

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** What a width is taken for where nobody says. */
const COLUMNS = 80;

export function makeTerminal({ stdin, stdout, stderr }: Streams): Terminal {
  const closed = new Set<NodeJS.WriteStream>();
  for (const stream of [stdout, stderr]) {
    // EPIPE and everything else that a stream can say: there is nobody left to be told.
    stream.on('error', () => closed.add(stream));
  }
  const write = (stream: NodeJS.WriteStream, text: string) => {
    if (!closed.has(stream) && text !== '') stream.write(text);
  };
  return {
    isTerminal: stdout.isTTY === true,
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    get columns() {
      return stdout.columns > 0 ? stdout.columns : COLUMNS;
    },
    isClosed: () => closed.has(stdout),
    writeOut: (text) => write(stdout, text),
    writeErr: (text) => write(stderr, text),
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
        const answer = await Promise.race([lines.question(question), ended]);
        // What is said next begins on a line of its own.
        if (answer === null) write(stderr, '\n');
        return answer;
      } finally {
        lines.close();
      }
    },
  };
}
