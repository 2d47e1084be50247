// How long the fuzzers run: a moment in CI, as long as somebody likes with FUZZ=<runs>. The kept corpus always runs whole:
// texts that once hurt, or that came close to an edge, a file each.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Parameters } from 'fast-check';

/** The same lives every time in CI; with FUZZ another seed each time, which fast-check names when it finds something. */
export function runs(inCi: number): Parameters<unknown> {
  const asked = Number(process.env['FUZZ'] ?? 0);
  return asked > 0 ? { numRuns: asked } : { numRuns: inCi, seed: 20_261_121 };
}

export function limitMs(inCi: number): number {
  return Number(process.env['FUZZ'] ?? 0) > 0 ? 24 * 3_600_000 : inCi;
}

export type Kept = { readonly name: string; readonly text: string };

export function corpus(folder: string): readonly Kept[] {
  const directory = path.join(import.meta.dirname, 'corpus', folder);
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(directory, name), 'utf8') }));
}
