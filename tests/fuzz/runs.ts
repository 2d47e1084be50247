// How long the fuzzers run: a moment in CI, as long as somebody likes with FUZZ=<runs>. The kept corpus always runs
// whole: texts that once hurt, or that came close to an edge, a file each. Text that UTF-8 cannot hold is kept as
// JSON.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Parameters } from 'fast-check';

/** A folder of the corpus for each fuzzer that reads text, of the same name. Windows are drawn as values. */
export const CORPORA: readonly string[] = ['config', 'ledger', 'names'];

/**
 * The same lives every time in CI; with FUZZ another seed each time, which fast-check names when it finds something.
 */
export function runs(inCi: number): Parameters<unknown> {
  const asked = Number(process.env['FUZZ'] ?? 0);
  return asked > 0 ? { numRuns: asked } : { numRuns: inCi, seed: 20_261_121 };
}

export function limitMs(inCi: number): number {
  return Number(process.env['FUZZ'] ?? 0) > 0 ? 24 * 3_600_000 : inCi;
}

export type Kept = { readonly name: string; readonly text: string };

export function corpus(folder: string): readonly Kept[] {
  return readdirSync(corpusFile(folder, ''))
    .sort()
    .map((name) => ({ name, text: decodeKept(name, readFileSync(corpusFile(folder, name), 'utf8')) }));
}

/**
 * CORPUS is for anyone who keeps one elsewhere, as the test of this does: other fuzzers read the real one at the same
 * time.
 */
export function corpusFile(folder: string, name: string): string {
  return path.join(process.env['CORPUS'] ?? path.join(import.meta.dirname, 'corpus'), folder, name);
}

/** Halves of characters would be lost in a file of text. */
export function encodeKept(text: string): { readonly ending: '.txt' | '.json'; readonly content: string } {
  const isWhole = Buffer.from(text, 'utf8').toString('utf8') === text;
  return isWhole ? { ending: '.txt', content: text } : { ending: '.json', content: JSON.stringify(text) };
}

export function decodeKept(name: string, content: string): string {
  return name.endsWith('.json') ? String(JSON.parse(content)) : content;
}
