// One value of one service's file, set by a person or by the build of an application: a commit on top of the branch,
// or a branch of its own where that takes none. The same again is nothing.

import { createHash } from 'node:crypto';
import { withValue } from '../../config/with-fields.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitPerson, GitRepository } from '../../ports/git.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';

export type SetAsk = {
  /** The branch that it belongs on. */
  readonly base: string;
  readonly path: string;
  /** `image.tag`. */
  readonly key: string;
  readonly value: string;
  readonly message: string;
};

export type SetEnd =
  /** It has that value already. */
  | { readonly type: 'same' }
  | { readonly type: 'committed'; readonly commit: string }
  /** The branch takes no push: it waits on one of its own. `refusal`: the words of the remote. */
  | { readonly type: 'proposed'; readonly commit: string; readonly branch: string; readonly refusal: string }
  | { readonly type: 'no-file' }
  | { readonly type: 'unreadable' };

const TRIES_MAX = 8;

export async function setValue(git: GitRepository, ask: SetAsk, author: GitPerson, at: number): Promise<SetEnd> {
  const { base, path, key, value, message } = ask;
  const baseRef = `refs/heads/${base}`;
  const branch = `set/${createHash('sha256').update([base, path, key, value].join('\0')).digest('hex').slice(0, 12)}`;
  const ref = `refs/heads/${branch}`;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { refs } = await git.look([baseRef, ref]);
    const tip = refs.get(baseRef);
    if (tip === undefined) return { type: 'no-file' };
    await git.fetch(new Map([[baseRef, tip]]));
    const text = await git.readText(tip, path);
    if (text === null) return { type: 'no-file' };
    const put = withValue(text, key, value);
    if (put === null) return { type: 'unreadable' };
    if (put === text) return { type: 'same' };
    const draft = { parent: tip, files: new Map([[path, put]]), message, author, at };
    const [commit = ''] = await git.writeCommits([draft]);
    const result = answerOf(await git.push([{ ref: baseRef, expected: tip, oid: commit }]), baseRef);
    if (result.type === 'accepted') return { type: 'committed', commit };
    if (result.type === 'in-doubt') throw doubtFault(baseRef, result.fault);
    if (result.type === 'moved') continue;
    const refusal = result.message;
    // Asked before: what waits there is the same.
    const there = refs.get(ref);
    if (there !== undefined) return { type: 'proposed', commit: there, branch, refusal };
    const beside = answerOf(await git.push([{ ref, expected: null, oid: commit }]), ref);
    if (beside.type === 'accepted') return { type: 'proposed', commit, branch, refusal };
    if (beside.type === 'in-doubt') throw doubtFault(ref, beside.fault);
    if (beside.type === 'refused') {
      throw new Fault(
        'remote-refused',
        `the remote takes neither ${base} (${refusal}) nor ${branch}: ${beside.message}`,
        {
          retry: 'never',
          hint: 'you need the right to push to one of the two',
        },
      );
    }
  }
  throw new Fault('ref-moved', `${base} kept moving`, { retry: 'now', hint: 'try again' });
}
