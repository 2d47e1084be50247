// That the loop stays what it is: one file that a person reads from top to bottom, and collaborators that tell it
// what happens by one union of events instead of calling back.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const CONTROLLER = new URL('../../../../engine/controller/', import.meta.url);

/** Those whom the whole controller tells what it did. */
const TOLD = ['readonly onRecord:', 'readonly onBecause:'];

function sourcesOf(folder: string): readonly string[] {
  const url = new URL(`${folder}/`, CONTROLLER);
  return readdirSync(url).map((name) => readFileSync(new URL(name, url), 'utf8'));
}

test('the loop is one file of at most 200 lines', () => {
  const lines = readFileSync(new URL('loop/loop.ts', CONTROLLER), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(200);
});

test('no collaborator is given a function to call back', () => {
  const sources = [...sourcesOf('loop'), ...sourcesOf('effects')];
  expect(sources.length).toBeGreaterThan(20);
  const callbacks = sources.flatMap((text) => text.match(/readonly on[A-Z]\w*:/g) ?? []);
  expect(callbacks.toSorted()).toEqual(TOLD.toSorted());
});
