import { describe, expect, test } from 'vitest';
import { type KnownBefore, withoutHead } from '../../../../engine/controller/observe/without-head.ts';

const OID = 'a'.repeat(40);

const NOTHING = { namespace: 'refs/heads/tidegate', ledgers: new Map<string, string>(), head: null, branch: 'main' };

function said(head: string | null, branches: readonly string[], known: Partial<KnownBefore> = {}) {
  const refs = new Map(branches.map((name) => [`refs/heads/${name}`, OID]));
  const { message, hint } = withoutHead({ head, refs, peeled: new Map(), clockSkewMs: null }, { ...NOTHING, ...known });
  return `${message}: ${hint}`;
}

describe('a remote whose HEAD leads nowhere', () => {
  test('names the branch, those that there are, and the command', () => {
    expect(said('refs/heads/master', ['main', 'feature/x', 'tidegate/production'])).toBe(
      "the remote's HEAD names the branch master, which is not there; its branches are: feature/x, main: " +
        '`git symbolic-ref HEAD refs/heads/main` in the repository on the server, or choose main as the default branch in the settings of the Git host',
    );
    expect(said('refs/heads/main', ['develop'])).toContain('refs/heads/develop');
    expect(said(null, ['main'])).toContain("the remote's HEAD names no branch; its branches are: main");
    expect(said('refs/heads/gone', ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toContain('a, b, c, d, e and 2 more');
  });

  test('is empty where nobody has pushed a branch', () => {
    expect(said('refs/heads/main', [])).toContain('no commit on its default branch yet');
  });

  test.each<[string, readonly string[], Partial<KnownBefore>]>([
    ['by its ledgers on the remote', ['tidegate/production'], {}],
    ['by ledgers seen before', [], { ledgers: new Map([['refs/heads/tidegate/production', OID]]) }],
    ['by the head seen before', [], { head: OID }],
  ])('was emptied where it is known %s: put it back, and no word of beginning', (_, branches, known) => {
    const sentence = said('refs/heads/main', branches, known);
    expect(sentence).toMatch(/any more.*put it back with `git push <remote> \S+:refs\/heads\/main`/);
    expect(sentence).not.toContain('init');
  });
});
