// What every Git adapter does, native and in memory. Object ids are written out: they are the proof that two
// implementations make the same objects of the same words.

import { describe } from 'vitest';
import { changeContract } from './git-changing.ts';
import type { OpenHarness } from './git-harness.ts';
import { historyContract } from './git-history.ts';
import { lookContract } from './git-looking.ts';
import { pushContract } from './git-pushing.ts';
import { readContract } from './git-reading.ts';
import { writeContract } from './git-writing.ts';

export function gitContract(name: string, open: OpenHarness): void {
  describe(`${name} keeps the git port's contract`, () => {
    describe('looking', () => lookContract(open));
    describe('reading', () => readContract(open));
    describe('history', () => historyContract(open));
    describe('changes', () => changeContract(open));
    describe('writing', () => writeContract(open));
    describe('pushing', () => pushContract(open));
  });
}

/** Only what crosses the wire: for a transport that is slow to connect. */
export function gitTransportContract(name: string, open: OpenHarness): void {
  describe(`${name} keeps the git port's contract on the wire`, () => {
    describe('looking', () => lookContract(open));
    describe('pushing', () => pushContract(open));
  });
}
