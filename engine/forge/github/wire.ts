// How bytes come from GitHub: bounded in time and size, anyone who answers. What is too much or too late is no
// answer.

import type { Clock } from '../../ports/clock.ts';

export type Fetch = typeof globalThis.fetch;

export type WireOptions = {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly fetch: Fetch;
};

export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

export function boundedFetch({ clock, timeoutMs, bytesMax, fetch }: WireOptions): Fetch {
  return async (input, init) => {
    const late = new AbortController();
    const cancel = clock.after(timeoutMs, () => late.abort());
    try {
      const answer = await fetch(input, { ...init, signal: late.signal });
      const { status, statusText, headers } = answer;
      const bytes = await read(answer, bytesMax);
      return new Response(bytes.length === 0 ? null : new Blob(bytes), { status, statusText, headers });
    } finally {
      cancel();
    }
  };
}

async function read({ body }: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  if (body === null) return parts;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > bytesMax) throw new TooMuch(`more than ${bytesMax} bytes`);
    parts.push(part);
  }
  return parts;
}
