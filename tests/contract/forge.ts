// What every forge does: each verb once, again by another life, after a lost answer, and beside people who push
// and close meanwhile. A verb that an adapter does not declare answers `unsupported`, or nothing.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Forge, ForgeVerb, MergeOrder, OpenOrder } from '../../engine/ports/forge.ts';

export type ForgeHarness = {
  readonly forge: Forge;
  /** The adapter of another life on the same forge. */
  another(): Forge;
  /**
   * Makes a commit with these files on top of main, present where the adapter pushes from; on a branch where it asks
   * for it.
   */
  proposal(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** A person pushes to a branch of the forge. */
  push(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** What the branch is at on the forge; null where it is gone. */
  tip(branch: string): Promise<string | null>;
  readFile(branch: string, path: string): Promise<string>;
  isAncestor(ancestor: string, branch: string): Promise<boolean>;
  /** A person closes what was opened of a branch. */
  closeByHand(branch: string): Promise<void>;
  /** The next write is done, and its answer is lost. */
  loseAnswer(): void;
  /** Lets time pass until it is settled. */
  until<T>(work: Promise<T>): Promise<T>;
  end(): Promise<void>;
};

const BRANCH = 'promote/production/v2';
const FILES = { 'environments/production/web.yaml': 'tag: 2\n' };

export function forgeContract(name: string, has: readonly ForgeVerb[], make: () => Promise<ForgeHarness>): void {
  describe(`the forge contract: ${name}`, () => {
    let harness: ForgeHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(async () => await harness.end());

    const orderOf = (head: string): OpenOrder => ({
      branch: BRANCH,
      base: 'main',
      head,
      title: 'production: v2',
      body: 'why',
    });
    const opened = async () => {
      const head = await harness.proposal(BRANCH, FILES);
      const answer = await harness.until(harness.forge.open(orderOf(head)));
      if (answer.type !== 'open') throw new Error(`not opened: ${JSON.stringify(answer)}`);
      return { head, number: answer.number };
    };
    const look = (forge = harness.forge) =>
      harness.until(forge.look({ closedAfter: 0, wantsReviews: () => true, checksOf: [], fresh: true }));
    const mergeOrder = (head: string, number: number | null): MergeOrder => ({
      ...orderOf(head),
      number,
      method: 'merge',
      message: 'Merge v2',
    });

    test('declares its verbs', () => {
      expect([...harness.forge.verbs].sort()).toEqual([...has].sort());
    });

    test('opens what is then seen, once, also for another life', async () => {
      const { head, number } = await opened();
      expect(await harness.tip(BRANCH)).toBe(head);
      expect(await harness.until(harness.forge.open(orderOf(head)))).toMatchObject({ type: 'open', number });
      expect(await harness.until(harness.another().open(orderOf(head)))).toMatchObject({ type: 'open', number });
      const facts = await look();
      expect(facts).toMatchObject({ reachable: true, trouble: null });
      expect(facts.proposals.filter((one) => one.branch === BRANCH && one.head === head)).toMatchObject([
        { number, base: 'main', head, state: 'open', isFork: false },
      ]);
    });

    test('opens once where the answer was lost', async () => {
      const head = await harness.proposal(BRANCH, FILES);
      harness.loseAnswer();
      await expect(harness.until(harness.forge.open(orderOf(head)))).rejects.toMatchObject({ isInDoubt: true });
      expect(await harness.until(harness.another().open(orderOf(head)))).toMatchObject({ type: 'open' });
      expect((await look()).proposals.filter((one) => one.branch === BRANCH && one.head === head)).toHaveLength(1);
    });

    test('closes, once', async () => {
      const { head, number } = await opened();
      const order = { number, branch: BRANCH, head };
      expect(await harness.until(harness.forge.close(order))).toEqual({ type: 'closed' });
      expect(await harness.until(harness.another().close(order))).toEqual({ type: 'closed' });
      const open = (await look()).proposals.filter(({ state }) => state === 'open');
      expect(open).toEqual([]);
    });

    test('leaves alone what a person has committed to', async () => {
      const { head, number } = await opened();
      const theirs = await harness.push(BRANCH, { 'README.md': 'mine\n' });
      const moved = { type: 'moved', head: theirs };
      expect(await harness.until(harness.forge.close({ number, branch: BRANCH, head }))).toEqual(moved);
      expect(await harness.until(harness.forge.merge(mergeOrder(head, number)))).toEqual(moved);
      expect(await harness.tip(BRANCH)).toBe(theirs);
    });

    test('merges what was asked for, once, also for another life', async () => {
      const { head, number } = await opened();
      await harness.push('main', { 'README.md': 'meanwhile\n' });
      expect(await harness.until(harness.forge.merge(mergeOrder(head, number)))).toMatchObject({ type: 'merged' });
      expect(await harness.isAncestor(head, 'main')).toBe(true);
      const tip = await harness.tip('main');
      expect(await harness.readFile('main', 'README.md')).toBe('meanwhile\n');
      expect(await harness.until(harness.another().merge(mergeOrder(head, number)))).toMatchObject({ type: 'merged' });
      expect(await harness.tip('main')).toBe(tip);
    });

    test('merges once where the answer was lost', async () => {
      const { head, number } = await opened();
      await harness.push('main', { 'README.md': 'meanwhile\n' });
      harness.loseAnswer();
      await expect(harness.until(harness.forge.merge(mergeOrder(head, number)))).rejects.toMatchObject({
        isInDoubt: true,
      });
      const tip = await harness.tip('main');
      expect(await harness.until(harness.another().merge(mergeOrder(head, number)))).toMatchObject({ type: 'merged' });
      expect(await harness.tip('main')).toBe(tip);
    });

    test('does not merge what conflicts, and says so', async () => {
      const { head, number } = await opened();
      const theirs = await harness.push('main', { 'environments/production/web.yaml': 'tag: 3\n' });
      expect(await harness.until(harness.forge.merge(mergeOrder(head, number)))).toMatchObject({
        type: 'refused',
        sentence: expect.stringContaining('conflicts with main'),
      });
      expect(await harness.tip('main')).toBe(theirs);
    });

    test('does not merge what a person has closed', async () => {
      const { head, number } = await opened();
      await harness.closeByHand(BRANCH);
      expect(await harness.until(harness.forge.merge(mergeOrder(head, number)))).toEqual({ type: 'closed' });
      expect(await harness.isAncestor(head, 'main')).toBe(false);
    });

    test('a verb it has not is not supported, and a mirror it has not has nothing to do', async () => {
      const { head, number } = await opened();
      const order = { number, branch: BRANCH, head, people: [] };
      const requested = await harness.until(harness.forge.requestReviews(order));
      expect(requested.type).toBe(has.includes('request-reviews') ? 'requested' : 'unsupported');
      expect(harness.forge.mirror({ comments: [], statuses: [], deployments: [] })).toMatchObject({ pending: 0 });
    });
  });
}
