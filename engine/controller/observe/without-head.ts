// What is said of a remote whose HEAD leads to no commit: it is empty, or HEAD names a branch that is not there,
// which is what a bare repository of another default branch looks like after the first push; or it was emptied by
// mistake. Anyone who takes the last for the first, and begins again, loses the ledgers.

import { Fault } from '../../ports/fault.ts';
import type { RemoteRefs } from '../../ports/git.ts';

const BRANCHES_NAMED_MAX = 5;

export type KnownBefore = {
  /** Of the ledger, whose branches are nobody's default. */
  readonly namespace: string;
  /** Tips of ledgers that were seen before, by ref. */
  readonly ledgers: ReadonlyMap<string, string>;
  /** The commit of the default branch that was seen last; null before the first. */
  readonly head: string | null;
  readonly branch: string;
};

export function withoutHead({ head, refs }: RemoteRefs, known: KnownBefore): Fault {
  const { namespace } = known;
  const branches = [...refs.keys()]
    .filter((ref) => ref.startsWith('refs/heads/') && !ref.startsWith(`${namespace}/`))
    .map((ref) => ref.slice('refs/heads/'.length))
    .sort();
  const [first] = branches;
  const hasLedgers = known.ledgers.size > 0 || [...refs.keys()].some((ref) => ref.startsWith(`${namespace}/`));
  if (first === undefined && (hasLedgers || known.head !== null)) return emptied(known);
  if (first === undefined) {
    return new Fault('remote-empty', 'the repository has no commit on its default branch yet', {
      retry: 'later',
      hint: 'push a configuration to it; there is a starter to begin with',
    });
  }
  const more = branches.length - BRANCHES_NAMED_MAX;
  const named = `${branches.slice(0, BRANCHES_NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const what =
    head === null
      ? "the remote's HEAD names no branch"
      : `the remote's HEAD names the branch ${head.replace(/^refs\/heads\//, '')}, which is not there`;
  const likely = ['main', 'master', 'trunk'].find((name) => branches.includes(name)) ?? first;
  return new Fault('remote-empty', `${what}; its branches are: ${named}`, {
    retry: 'later',
    hint:
      `\`git symbolic-ref HEAD refs/heads/${likely}\` in the repository on the server, ` +
      `or choose ${likely} as the default branch in the settings of the Git host`,
  });
}

function emptied({ head, branch }: KnownBefore): Fault {
  const message =
    'the repository has no commit on its default branch any more, although it is known: it was emptied, or is another one';
  const commit = head?.slice(0, 12) ?? '<commit>';
  return new Fault('remote-empty', message, {
    retry: 'later',
    hint:
      `put it back with \`git push <remote> ${commit}:refs/heads/${branch}\` from a clone that has it, ` +
      'and the ledgers as docs/restore.md says',
  });
}
