// The contract's pushes: compare-and-swap on the remote's refs, never forced, judged by the refs.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitRepository } from '../../engine/ports/git.ts';
import { STORY_TIME } from '../support/git-repositories.ts';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const A = 'refs/heads/tidegate/a';
const B = 'refs/heads/tidegate/b';

export function pushContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  const results = async (pushed: Promise<ReadonlyMap<string, { type: string }>>) =>
    Object.fromEntries([...(await pushed)].map(([ref, { type }]) => [ref, type]));

  test('a push makes and moves refs, and the next look sees them', async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    expect(await results(repository.push([{ ref: A, expected: null, oid: first }]))).toEqual({ [A]: 'accepted' });
    expect(await remote.readRef(A)).toBe(first);
    expect(await results(repository.push([{ ref: A, expected: first, oid: second }]))).toEqual({ [A]: 'accepted' });
    expect((await repository.look([A])).refs.get(A)).toBe(second);
    expect((await repository.push([])).size).toBe(0);
  });

  test.each(['refs/heads/tidegate/_restore/a-3', 'refs/heads/promote/production/v2'])(
    'only a branch that holds a rollback or a promotion is removed, and only as it was seen: %s',
    async (ref) => {
      const { repository, remote } = harness;
      const [first = '', second = ''] = await chain(repository, 2);
      await repository.push([{ ref, expected: null, oid: first }]);
      await repository.push([{ ref, expected: first, oid: second }]);
      expect(await repository.removeRestore(ref, first)).toMatchObject({ type: 'moved' });
      expect(await remote.readRef(ref)).toBe(second);
      expect(await repository.removeRestore(ref, second)).toEqual({ type: 'accepted' });
      expect(await remote.readRef(ref)).toBeNull();
      expect(await repository.removeRestore(ref, second)).toEqual({ type: 'accepted' });
      await repository.push([{ ref: A, expected: null, oid: first }]);
      await expect(repository.removeRestore(A, first)).rejects.toMatchObject({ code: 'usage' });
      expect(await remote.readRef(A)).toBe(first);
    },
  );

  test('many refs go in one push', async () => {
    const oids = await harness.repository.writeCommits(
      Array.from({ length: 50 }, (_, index) => draft(null, `${index}`)),
    );
    const updates = oids.map((oid, index) => ({ ref: `refs/heads/tidegate/env-${index}`, expected: null, oid }));
    expect(new Set(Object.values(await results(harness.repository.push(updates))))).toEqual(new Set(['accepted']));
    expect(await harness.remote.readRef('refs/heads/tidegate/env-49')).toBe(oids[49]);
  });

  test('another who was quicker: moved, and nothing of theirs is lost', async () => {
    const other = await harness.another();
    const [base = ''] = await chain(harness.repository, 1);
    await harness.repository.push([{ ref: A, expected: null, oid: base }]);
    await other.fetch(new Map([[A, base]]));
    const [theirs = ''] = await other.writeCommits([draft(base, 'theirs')]);
    await other.push([{ ref: A, expected: base, oid: theirs }]);
    const [ours = ''] = await harness.repository.writeCommits([draft(base, 'ours')]);
    expect(await results(harness.repository.push([{ ref: A, expected: base, oid: ours }]))).toEqual({ [A]: 'moved' });
    expect(await harness.remote.readRef(A)).toBe(theirs);
  });

  test('a ref that must not exist and does, or must exist and does not: moved', async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    await repository.push([{ ref: A, expected: null, oid: first }]);
    expect(await results(repository.push([{ ref: A, expected: null, oid: second }]))).toEqual({ [A]: 'moved' });
    await remote.setRef(A, null);
    expect(await results(repository.push([{ ref: A, expected: first, oid: second }]))).toEqual({ [A]: 'moved' });
    expect(await remote.readRef(A)).toBeNull();
  });

  test('a ref that was set back to an older commit is moved too, although it could be fast-forwarded', async () => {
    const { repository, remote } = harness;
    const [first = '', second = '', third = ''] = await chain(repository, 3);
    await repository.push([{ ref: A, expected: null, oid: second }]);
    await remote.setRef(A, first);
    expect(await results(repository.push([{ ref: A, expected: second, oid: third }]))).toEqual({ [A]: 'moved' });
    expect(await remote.readRef(A)).toBe(first);
  });

  test('what is there already, or is contained in what is there, is accepted', async () => {
    const { repository } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    await repository.push([{ ref: A, expected: null, oid: first }]);
    expect(await results(repository.push([{ ref: A, expected: null, oid: first }]))).toEqual({ [A]: 'accepted' });
    await repository.push([{ ref: A, expected: first, oid: second }]);
    expect(await results(repository.push([{ ref: A, expected: null, oid: first }]))).toEqual({ [A]: 'accepted' });
  });

  test('one ref that moved does not fail the others, unless the push is atomic', async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    await repository.push([{ ref: A, expected: null, oid: first }]);
    const [apart = ''] = await repository.writeCommits([draft(null, 'apart')]);
    const updates = [
      { ref: A, expected: null, oid: apart },
      { ref: B, expected: null, oid: second },
    ];
    expect(await repository.push(updates, { atomic: true })).toEqual(
      new Map([
        [A, { type: 'moved' }],
        [B, { type: 'refused', message: expect.any(String) }],
      ]),
    );
    expect(await remote.readRef(B)).toBeNull();
    expect(await results(repository.push(updates))).toEqual({ [A]: 'moved', [B]: 'accepted' });
  });

  test('a rewrite is never even tried, and a tag is never moved', async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    const [apart = ''] = await repository.writeCommits([draft(null, 'apart')]);
    await repository.push([{ ref: A, expected: null, oid: second }]);
    await repository.push([{ ref: 'refs/tags/v1', expected: null, oid: first }]);
    const rewrite = repository.push([{ ref: A, expected: second, oid: apart }]);
    await expect(rewrite).rejects.toMatchObject({ name: 'Fault', code: 'usage' });
    const back = repository.push([{ ref: A, expected: second, oid: first }]);
    await expect(back).rejects.toMatchObject({ name: 'Fault', code: 'usage' });
    const retag = repository.push([{ ref: 'refs/tags/v1', expected: first, oid: second }]);
    await expect(retag).rejects.toMatchObject({ name: 'Fault', code: 'usage' });
    expect(await remote.readRef(A)).toBe(second);
    expect(await repository.resolve('v1')).toBe(first);
  });

  test("a remote's own rule is told in its words, and the other refs go through", async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    await remote.refusePushes({ to: 'refs/heads/main', words: 'main takes pull requests only' });
    const pushed = await repository.push([
      { ref: 'refs/heads/main', expected: null, oid: second },
      { ref: A, expected: null, oid: first },
    ]);
    expect(pushed.get(A)).toEqual({ type: 'accepted' });
    expect(pushed.get('refs/heads/main')).toEqual({
      type: 'refused',
      message: expect.stringContaining('main takes pull requests only'),
    });
    expect(await remote.readRef('refs/heads/main')).toBeNull();
    await remote.refusePushes(null);
    const again = repository.push([{ ref: 'refs/heads/main', expected: null, oid: second }]);
    expect(await results(again)).toEqual({ 'refs/heads/main': 'accepted' });
  });

  test('an atomic push of which one ref is refused changes nothing', async () => {
    const { repository, remote } = harness;
    const [first = '', second = ''] = await chain(repository, 2);
    await remote.refusePushes({ to: 'refs/heads/main', words: 'no' });
    const updates = [
      { ref: 'refs/heads/main', expected: null, oid: second },
      { ref: A, expected: null, oid: first },
    ];
    expect(await results(repository.push(updates, { atomic: true }))).toEqual({
      [A]: 'refused',
      'refs/heads/main': 'refused',
    });
    expect(await remote.readRef(A)).toBeNull();
  });

  test('names that git would not take are refused before anything is sent', async () => {
    const [oid = ''] = await chain(harness.repository, 1);
    for (const ref of [
      'main',
      '--mirror',
      'refs/heads/a..b',
      'refs/heads/a b',
      'refs/heads/x.lock',
      'refs/heads/',
      '+refs/heads/a',
    ]) {
      const pushed = harness.repository.push([{ ref, expected: null, oid }]);
      await expect(pushed, ref).rejects.toMatchObject({ name: 'Fault', code: 'usage' });
    }
  });
}

function draft(parent: string | null, content: string) {
  const author = { name: 'Tidegate', email: 'tidegate@example.org' };
  return { parent, files: new Map([['index.json', content]]), message: 'Record', author, at: STORY_TIME };
}

/** Commits on top of each other, oldest first. */
async function chain(repository: GitRepository, length: number): Promise<readonly string[]> {
  return await repository.writeCommits(
    Array.from({ length }, (_, index) => draft(index === 0 ? null : `draft:${index - 1}`, `${index}`)),
  );
}
