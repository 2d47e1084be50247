// Puts a rollback into Git: one restoring commit on top of the bad version, into the followed branch by fast-forward
// or clean merge, with a patch tag where tags are followed. The commit is a pure function of its intent, so that
// after any crash it is found again instead of made twice. Where the branch cannot take it, it waits on a branch of
// its own.

import type { WriteBackPayload, WriteBackResult } from '../../model/outside-effect.ts';
import { sayVersion, type Version } from '../../model/version.ts';
import { Fault, type FaultCode } from '../../ports/fault.ts';
import type { GitRepository, PushResult, PushUpdate, RemoteRefs } from '../../ports/git.ts';
import { isMissing } from '../../ports/missing.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { isHere } from '../ledger/missing-commits.ts';
import { answerOf, inDoubt } from '../ledger/push-fault.ts';
import type { Order } from './performer.ts';

type WriteBackOrder = Order<'write-back'>;

/** Refs move under us only while people push; a handful of tries outlasts any such moment. */
const TRIES_MAX = 8;
/**
 * A refusal may pass (a server in maintenance, a full disk there, a hook that is being changed), and without the
 * branch only a person who reverts by hand can end what is held: it is refused that often, over some four seconds,
 * before it counts.
 */
const REFUSALS_TRIED = 3;

export async function performWriteBack(git: GitRepository, order: WriteBackOrder): Promise<WriteBackResult> {
  const { payload: writeBack } = order;
  const gone = await whyGone(git, writeBack);
  if (gone !== null) return unneeded(gone);
  const restore = await git.writeRestore({
    parent: writeBack.from.commit,
    source: writeBack.to.commit,
    paths: writeBack.paths,
    message: restoreMessage(order),
    author: LEDGER_AUTHOR,
    at: writeBack.intendedAt,
  });
  try {
    return await enter(git, order, restore);
  } catch (cause) {
    // History that the remote does not have will not come by trying: a person has to bring the restoring commit in.
    if (!isMissing(cause) || cause.retry !== 'never') throw cause;
    return hold(git, order, restore, await lookAt(git, order), `${cause.message} (${cause.hint})`);
  }
}

async function enter(git: GitRepository, order: WriteBackOrder, restore: string): Promise<WriteBackResult> {
  const { payload: writeBack } = order;
  const branchRef = `refs/heads/${writeBack.branch}`;
  let refusals = 0;
  let tagRefused: string | null = null;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const refs = await lookAt(git, order);
    const head = refs.refs.get(branchRef);
    if (head === undefined) return hold(git, order, restore, refs, `${writeBack.branch} is not there any more`);
    await git.fetch(new Map([[branchRef, head]]));
    const wanted = tagRefused === null ? freeTag(writeBack, refs, restore) : refused(writeBack.tag, tagRefused);
    const { tag } = wanted;
    if (await git.isAncestor(restore, head)) return merged(order, restore, await pushTag(git, wanted, restore, refs));
    if (!(await git.isAncestor(writeBack.from.commit, head))) {
      return unneeded(`${sayVersion(writeBack.from)} is not on ${writeBack.branch}: nothing to write back`);
    }
    if (writeBack.onlyBranch !== null) return hold(git, order, restore, refs, writeBack.onlyBranch);
    const merge = await git.writeMerge({
      ours: head,
      theirs: restore,
      message: `Merge the rollback of ${order.environment} to ${sayVersion(writeBack.to)}\n\nRun: ${order.run}\n`,
      author: LEDGER_AUTHOR,
      at: writeBack.intendedAt,
    });
    if (merge === null) return hold(git, order, restore, refs, `it conflicts with what is on ${writeBack.branch} now`);
    const updates: PushUpdate[] = [{ ref: branchRef, expected: head, oid: merge }];
    if (tag !== null && refs.refs.get(`refs/tags/${tag}`) !== restore)
      updates.push({ ref: `refs/tags/${tag}`, expected: null, oid: restore });
    const pushed = await git.push(updates, { atomic: true });
    const result = answerOf(pushed, branchRef);
    if (result.type === 'accepted') return merged(order, restore, wanted);
    // What may still arrive is looked for by the next try.
    if (result.type === 'in-doubt') throw inDoubt(result.fault);
    if (result.type === 'refused') {
      refusals += 1;
      // Refused twice without having moved: the remote means it. Atomic pushes do not say which ref it is about.
      if (refusals === 2 && updates.length > 1) {
        // The branch has only failed together with it.
        const ofTag = answerOf(pushed, `refs/tags/${tag}`);
        tagRefused = ofTag.type === 'refused' ? ofTag.message : result.message;
        refusals = 0;
      } else if (refusals === 2) return hold(git, order, restore, refs, `the remote refused it (${result.message})`);
    }
  }
  throw new Fault('ref-moved', `${writeBack.branch} kept moving while the rollback was written back`, {
    retry: 'later',
    hint: 'it is tried again',
  });
}

/** After a force-push the remote may have thrown away what a controller without its cache would have to build on. */
async function whyGone(git: GitRepository, { branch, from, to }: WriteBackPayload): Promise<string | null> {
  if ((await isHere(git, from.commit)) && (await isHere(git, to.commit))) return null;
  const named = [`refs/heads/${branch}`, ...tagRefs(from), ...tagRefs(to)];
  const { refs } = await git.look(named);
  await git.fetch(new Map([...refs].filter(([ref]) => named.includes(ref))));
  if (!(await isHere(git, from.commit)))
    return `${sayVersion(from)} is no longer in the repository: nothing to write back`;
  if (await isHere(git, to.commit)) return null;
  return `${sayVersion(to)} is no longer in the repository, and cannot be written back; revert ${sayVersion(from)} by hand`;
}

function tagRefs({ tag }: Version): readonly string[] {
  return tag === null ? [] : [`refs/tags/${tag}`];
}

function unneeded(sentence: string): WriteBackResult {
  return { result: 'unneeded', commit: null, tag: null, branch: null, sentence };
}

async function hold(
  git: GitRepository,
  order: WriteBackOrder,
  restore: string,
  refs: RemoteRefs,
  why: string,
): Promise<WriteBackResult> {
  const { payload: writeBack, environment, refusedBefore } = order;
  const { branch, commit, there } = await placeOf(git, order, restore, refs);
  const ref = `refs/heads/${branch}`;
  const tagged = await pushTag(git, freeTag(writeBack, refs, restore), restore, refs);
  const { tag } = tagged;
  const head = refs.refs.get(`refs/heads/${writeBack.branch}`);
  const tip = head === undefined ? {} : { tip: head };
  if (there !== commit) {
    const result = answerOf(await git.push([{ ref, expected: there, oid: commit }]), ref);
    if (result.type !== 'accepted') {
      const sentence =
        `the rollback of ${environment} to ${sayVersion(writeBack.to)} could not be written back: ${why}, ` +
        `and the remote did not take ${branch} either (${sayResult(result)})`;
      if (result.type !== 'refused' || refusedBefore < REFUSALS_TRIED)
        throw new Fault(codeOf(result), sentence, {
          ...(result.type === 'in-doubt' ? { inDoubt: true as const } : {}),
          retry: 'later',
          hint: 'it is tried again',
        });
      const byHand = `${sentence}${tagged.said}; revert ${sayVersion(writeBack.from)} by hand`;
      return { result: 'held', commit, tag, branch: null, sentence: byHand, ...tip };
    }
  }
  const sentence =
    `${environment} is held at ${sayVersion(writeBack.to)}: the rollback could not enter ${writeBack.branch} because ${why}; ` +
    `merge ${branch} (${commit.slice(0, 7)}) into ${writeBack.branch}${tagged.said}`;
  return { result: 'held', commit, tag, branch, sentence, ...tip };
}

type Place = { readonly branch: string; readonly commit: string; readonly there: string | null };

/**
 * The branch for what could not enter its own. A life whose intent was lost with its disk may have been here before:
 * then its commit does as well, or, where that was something else, another name has to.
 */
async function placeOf(
  git: GitRepository,
  order: WriteBackOrder,
  restore: string,
  { refs }: RemoteRefs,
): Promise<Place> {
  const branch = restoreBranch(order);
  const there = refs.get(`refs/heads/${branch}`) ?? null;
  if (there === null || there === restore) return { branch, commit: restore, there };
  await git.fetch(new Map([[`refs/heads/${branch}`, there]]));
  if (await git.isAncestor(restore, there)) return { branch, commit: restore, there: restore };
  const [ours, theirs] = [await git.commit(restore), await git.commit(there)];
  if (ours.tree === theirs.tree && ours.parents.join() === theirs.parents.join()) {
    return { branch, commit: there, there };
  }
  const other = `${branch}-${restore.slice(0, 12)}`;
  return { branch: other, commit: restore, there: refs.get(`refs/heads/${other}`) ?? null };
}

/** Below the ledger's own folder of branches, so that a remote that lets us write only there takes it. */
function restoreBranch({ run }: WriteBackOrder): string {
  return `tidegate/_restore/${run}`;
}

function merged(order: WriteBackOrder, restore: string, { tag, said }: Tagged): WriteBackResult {
  const { payload: writeBack, environment } = order;
  const tagged = tag === null ? '' : ` as ${tag}`;
  const sentence = `${environment} is back at the contents of ${sayVersion(writeBack.to)}; written back to ${writeBack.branch}${tagged} (${restore.slice(0, 7)})${said}`;
  return { result: 'merged', commit: restore, tag, branch: null, sentence };
}

/** The tag that stands on the restoring commit; where one was meant and is not there, `said` says why. */
type Tagged = { readonly tag: string | null; readonly said: string };

function notWritten(tag: string | null, why: string): Tagged {
  return { tag: null, said: tag === null ? '' : `; tag ${tag} was not written: ${why}` };
}

function refused(tag: string | null, message: string): Tagged {
  return notWritten(tag, `the remote refuses it (${message})`);
}

/** The intended tag, unless somebody else has taken the name meanwhile. */
function freeTag(writeBack: WriteBackPayload, refs: RemoteRefs, restore: string): Tagged {
  const { tag } = writeBack;
  const taken = tag === null ? undefined : refs.refs.get(`refs/tags/${tag}`);
  return taken === undefined || taken === restore ? { tag, said: '' } : notWritten(tag, 'somebody has taken its name');
}

async function pushTag(git: GitRepository, wanted: Tagged, restore: string, refs: RemoteRefs): Promise<Tagged> {
  const { tag } = wanted;
  if (tag === null) return wanted;
  const ref = `refs/tags/${tag}`;
  if (refs.refs.get(ref) === restore) return wanted;
  const result = answerOf(await git.push([{ ref, expected: null, oid: restore }]), ref);
  // Whether the tag is there is for the next try to see: who went on without it would say that there is none.
  if (result.type === 'in-doubt') throw inDoubt(result.fault);
  if (result.type === 'accepted') return wanted;
  return result.type === 'refused' ? refused(tag, result.message) : notWritten(tag, 'somebody has taken its name');
}

function lookAt(git: GitRepository, order: WriteBackOrder): Promise<RemoteRefs> {
  const { payload: writeBack } = order;
  const prefixes = [`refs/heads/${writeBack.branch}`, `refs/heads/${restoreBranch(order)}`];
  if (writeBack.tag !== null) prefixes.push(`refs/tags/${writeBack.tag}`);
  return git.look(prefixes);
}

function restoreMessage(order: WriteBackOrder): string {
  const { payload: writeBack, environment, run } = order;
  const flat = writeBack.reason.replace(/\s+/g, ' ').slice(0, 500);
  return [
    `Roll back ${environment} to ${sayVersion(writeBack.to)}`,
    '',
    `Puts the inputs of ${environment} back as they were at ${sayVersion(writeBack.to)}.`,
    '',
    `Rollback-From: ${sayVersion(writeBack.from)}`,
    `Rollback-To: ${sayVersion(writeBack.to)}`,
    `Rollback-Reason: ${flat}`,
    `Run: ${run}`,
    '',
  ].join('\n');
}

function sayResult(result: Exclude<PushResult, { type: 'accepted' }>): string {
  switch (result.type) {
    case 'refused':
      return result.message;
    case 'in-doubt':
      return result.fault.message;
    case 'moved':
      return 'it moved meanwhile';
  }
}

function codeOf(result: Exclude<PushResult, { type: 'accepted' }>): FaultCode {
  switch (result.type) {
    case 'refused':
      return 'remote-refused';
    case 'in-doubt':
      return result.fault.code;
    case 'moved':
      return 'ref-moved';
  }
}
