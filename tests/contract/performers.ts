// What every performer of an outside effect keeps: twice is once; what was done before kill -9 is found by anyone who
// comes next; and a refusal, a passing fault and a doubt are told apart.

import { describe, expect, test } from 'vitest';
import { type Attempt, attempt } from '../../engine/controller/effects/performer.ts';
import { perform } from '../../engine/controller/effects/performers.ts';
import type { OutsideEffect, OutsideEffects, OutsideKind } from '../../engine/model/outside-effect.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { GitRepository, PushResult } from '../../engine/ports/git.ts';
import { openMemoryGit } from '../support/memory-git.ts';
import type { MemoryRemote } from '../support/memory-remote.ts';

export type Case<Kind extends OutsideKind> = {
  readonly remote: MemoryRemote;
  readonly effect: OutsideEffect<Kind>;
  /** A part of the name of each ref that is written. */
  readonly writes: string;
  /** Whether a refusal ends it, or how often it is tried before that. */
  readonly refusalsTried: number;
  /** What is recorded once the remote has refused it for good. */
  readonly refused: Partial<OutsideEffects[Kind]['result']>;
};

const WORDS = 'not on a Friday';

export function performerContract<Kind extends OutsideKind>(kind: Kind, open: () => Promise<Case<Kind>>): void {
  describe(`the performer of ${kind}`, () => {
    test('does it once, however often it is asked', async () => {
      const { remote, effect } = await open();
      const git = openMemoryGit({ remote });
      const before = refsOf(remote);
      const first = await tried(git, effect);
      const after = refsOf(remote);
      expect(first.type).toBe('ended');
      expect(after).not.toEqual(before);
      expect(await tried(git, effect)).toEqual(first);
      expect(refsOf(remote)).toEqual(after);
    });

    test('is found again by another life that knows nothing but the intent', async () => {
      const { remote, effect } = await open();
      const first = await tried(openMemoryGit({ remote }), effect);
      const after = refsOf(remote);
      const counted = counting(openMemoryGit({ remote }));
      expect(await tried(counted.git, effect)).toEqual(first);
      expect(refsOf(remote)).toEqual(after);
      expect(counted.writes).toBeLessThanOrEqual(looksByWriting(kind) ? 1 : 0);
    });

    test('done by two at the same time, is done once', async () => {
      const { remote, effect } = await open();
      const [one, two] = await Promise.all([
        tried(openMemoryGit({ remote }), effect),
        tried(openMemoryGit({ remote }), effect),
      ]);
      const after = refsOf(remote);
      const again = await tried(openMemoryGit({ remote }), effect);
      for (const answer of [one, two]) if (answer.type === 'ended') expect(answer).toEqual(again);
      expect(again.type).toBe('ended');
      expect(refsOf(remote)).toEqual(after);
    });

    test('refused, leaves all as it was, and says so in the words of the remote', async () => {
      const { remote, effect, writes, refusalsTried, refused } = await open();
      await remote.refusePushes({ to: writes, words: WORDS });
      const before = refsOf(remote);
      for (let times = 0; times < refusalsTried; times += 1) {
        const answer = await tried(openMemoryGit({ remote }), effect, times);
        expect(answer).toMatchObject({ type: 'refused', fault: { message: expect.stringContaining(WORDS) } });
      }
      const last = await tried(openMemoryGit({ remote }), effect, refusalsTried);
      expect(last).toMatchObject({ type: 'ended', result: refused });
      expect(JSON.stringify(last)).toContain(WORDS);
      expect(refsOf(remote)).toEqual(before);
    });

    test('refused for a while, is done when the remote takes it', async () => {
      const { remote, effect, writes, refusalsTried } = await open();
      const undisturbed = await tried(openMemoryGit({ remote: (await open()).remote }), effect);
      await remote.refusePushes({ to: writes, words: WORDS });
      if (refusalsTried > 0) await tried(openMemoryGit({ remote }), effect);
      await remote.refusePushes(null);
      expect(await tried(openMemoryGit({ remote }), effect, refusalsTried)).toEqual(undisturbed);
    });

    test('while the remote is away, nothing is done and nothing is refused', async () => {
      const { remote, effect } = await open();
      const before = refsOf(remote);
      const answer = await tried(away(openMemoryGit({ remote })), effect);
      expect(answer).toMatchObject({ type: 'transient', fault: { code: 'remote-unreachable' } });
      expect(refsOf(remote)).toEqual(before);
      expect((await tried(openMemoryGit({ remote }), effect)).type).toBe('ended');
    });

    test.each([
      ['had arrived', true],
      ['was lost', false],
    ])('in doubt, is looked up before it is repeated: what %s', async (_, arrives) => {
      const { remote, effect } = await open();
      const undisturbed = await open();
      const expected = await tried(openMemoryGit({ remote: undisturbed.remote }), undisturbed.effect);
      expect(await tried(silent(openMemoryGit({ remote }), arrives), effect)).toMatchObject({ type: 'in-doubt' });
      const between = refsOf(remote);
      expect(await tried(openMemoryGit({ remote }), effect)).toEqual(expected);
      expect(refsOf(remote)).toEqual(refsOf(undisturbed.remote));
      if (arrives) expect(refsOf(remote)).toEqual(expect.arrayContaining([...between]));
    });
  });
}

function tried<Kind extends OutsideKind>(
  git: GitRepository,
  effect: OutsideEffect<Kind>,
  refusedBefore = 0,
): Promise<Attempt<OutsideEffects[Kind]['result']>> {
  return attempt(() => perform(git, { ...effect, refusedBefore }));
}

function refsOf(remote: MemoryRemote): readonly (readonly [string, string])[] {
  return [...remote.refs].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Removing looks and removes in one request, which names what must be there. */
function looksByWriting(kind: OutsideKind): boolean {
  return kind === 'remove-branch';
}

function counting(git: GitRepository): { readonly git: GitRepository; readonly writes: number } {
  let writes = 0;
  return {
    get writes() {
      return writes;
    },
    git: {
      ...git,
      push: (updates, options) => {
        writes += 1;
        return git.push(updates, options);
      },
      removeRestore: (ref, expected) => {
        writes += 1;
        return git.removeRestore(ref, expected);
      },
    },
  };
}

function away(git: GitRepository): GitRepository {
  const fail = async () => {
    throw new Fault('remote-unreachable', 'nobody answers', { retry: 'later', hint: 'wait' });
  };
  return { ...git, look: fail, fetch: fail, push: fail, removeRestore: fail };
}

/** Takes what is written, or loses it, and in both cases does not say so. */
function silent(git: GitRepository, arrives: boolean): GitRepository {
  const fault = new Fault('remote-timeout', 'no answer came', { retry: 'later', hint: 'wait' });
  const doubt: PushResult = { type: 'in-doubt', fault };
  return {
    ...git,
    push: async (updates, options) => {
      if (arrives) await git.push(updates, options);
      return new Map(updates.map(({ ref }) => [ref, doubt]));
    },
    removeRestore: async (ref, expected) => {
      if (arrives) await git.removeRestore(ref, expected);
      return doubt;
    },
  };
}
