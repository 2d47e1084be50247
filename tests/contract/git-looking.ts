// The contract's looks and fetches: everything that asks the remote.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const MAIN = 'refs/heads/main';

export function lookContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  async function bring(...refs: string[]): Promise<void> {
    const { refs: found } = await harness.repository.look(refs);
    await harness.repository.fetch(new Map(refs.map((ref) => [ref, found.get(ref) ?? ''])));
  }

  test('a remote without refs is no error', async () => {
    const { refs, peeled } = await harness.repository.look(['refs/']);
    expect([...refs]).toEqual([]);
    expect([...peeled]).toEqual([]);
  });

  test('a look lists the refs below the prefixes, and always HEAD and its branch', async () => {
    const main = await harness.remote.commit({ 'a.txt': 'a' });
    const other = await harness.remote.commit({ 'a.txt': 'b' }, { branch: 'tidegate/production' });
    await harness.remote.setRef('refs/tags/v1', main);
    await harness.remote.setRef('refs/tags/w1', main);
    const looked = await harness.repository.look(['refs/tags/v', 'refs/heads/tidegate/']);
    expect(looked.head).toBe(MAIN);
    expect(Object.fromEntries(looked.refs)).toEqual({
      HEAD: main,
      [MAIN]: main,
      'refs/tags/v1': main,
      'refs/heads/tidegate/production': other,
    });
  });

  test('an annotated tag is listed as it is, and peeled to its commit', async () => {
    const main = await harness.remote.commit({ 'a.txt': 'a' });
    const tag = await harness.remote.annotatedTag('v1', main);
    await harness.remote.setRef('refs/tags/light', main);
    const looked = await harness.repository.look(['refs/tags/']);
    expect(looked.refs.get('refs/tags/v1')).toBe(tag);
    expect([...looked.peeled]).toEqual([['refs/tags/v1', main]]);
    await bring('refs/tags/v1');
    expect(await harness.repository.peel(tag)).toBe(main);
    expect(await harness.repository.peel(main)).toBe(main);
  });

  test('a ref that moved, was rewritten or deleted is seen at the next look', async () => {
    const first = await harness.remote.commit({ 'a.txt': 'a' });
    const second = await harness.remote.commit({ 'a.txt': 'b' });
    expect((await harness.repository.look([MAIN])).refs.get(MAIN)).toBe(second);
    await harness.remote.setRef(MAIN, first);
    expect((await harness.repository.look([MAIN])).refs.get(MAIN)).toBe(first);
    await harness.remote.setRef('refs/tags/v1', first);
    expect((await harness.repository.look(['refs/tags/'])).refs.get('refs/tags/v1')).toBe(first);
    await harness.remote.setRef('refs/tags/v1', null);
    expect((await harness.repository.look(['refs/tags/'])).refs.has('refs/tags/v1')).toBe(false);
  });

  test('what was rewritten by force is fetched all the same', async () => {
    await harness.remote.commit({ 'a.txt': 'old' });
    await bring(MAIN);
    const rewritten = await harness.remote.commit({ 'a.txt': 'new' }, { branch: 'elsewhere' });
    await harness.remote.setRef(MAIN, rewritten);
    await bring(MAIN);
    expect(await harness.repository.readText(rewritten, 'a.txt')).toBe('new');
  });

  test('a name that became a folder of names is fetched all the same', async () => {
    const first = await harness.remote.commit({ 'a.txt': 'a' }, { branch: 'topic' });
    await bring('refs/heads/topic');
    await harness.remote.setRef('refs/heads/topic', null);
    const second = await harness.remote.commit({ 'a.txt': 'b' }, { branch: 'topic/one', parent: first });
    await bring('refs/heads/topic/one');
    expect(await harness.repository.readText(second, 'a.txt')).toBe('b');
  });

  test('a ref that vanished between look and fetch is a Fault that says: look again', async () => {
    const main = await harness.remote.commit({ 'a.txt': 'a' });
    await harness.remote.setRef('refs/heads/gone', null);
    const fetched = harness.repository.fetch(new Map([['refs/heads/gone', main]]));
    await expect(fetched).rejects.toMatchObject({ name: 'Fault', code: 'ref-moved', retry: 'now' });
  });

  test('a whole answer of a look can be fetched as it is', async () => {
    const main = await harness.remote.commit({ 'a.txt': 'a' });
    const tag = await harness.remote.annotatedTag('v1', main);
    await harness.repository.fetch((await harness.repository.look(['refs/'])).refs);
    expect(await harness.repository.peel(tag)).toBe(main);
    expect(await harness.repository.resolve('main')).toBe(main);
  });
}
