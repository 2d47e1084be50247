// A release is made: planned from what Git has, and, unless it is only to be shown, pushed. Commit and tag in one
// push, or the commit as a branch that somebody merges. After any push that was not simply taken everything is looked
// at and planned again: nobody else's commit is ever in a release that was not counted.

import type { ReleaseComponent, ReleaseConfig } from '../../model/release-config.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitPerson, GitRepository } from '../../ports/git.ts';
import type { Wish } from '../../release/next.ts';
import type { PlannedRelease, ReleasePlan } from '../../release/plan-release.ts';
import { planRelease, releaseMessage, tagMessage } from '../../release/plan-release.ts';
import { tagText } from '../../release/tag-text.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';
import { gatherRelease, lookForRelease, type ReleaseGround, tipOf } from './gather.ts';
import { bringUpToDate, type OpenProposal, openProposals } from './proposals.ts';

export type ReleaseOrder = {
  readonly config: ReleaseConfig;
  readonly defaultBranch: string;
  readonly component: ReleaseComponent;
  readonly wish: Wish | null;
  readonly all: boolean;
  /** Nothing is written. */
  readonly isDry: boolean;
  readonly by: ReleaseConfig['by'];
  readonly author: GitPerson;
  readonly at: number;
  /** The signature that git puts under a tag; null where the person has no key. */
  readonly sign: ((text: string) => Promise<string>) | null;
};

export type ReleaseDone =
  | { readonly type: 'planned' }
  | { readonly type: 'tagged'; readonly commit: string; readonly tag: string; readonly isSigned: boolean }
  | { readonly type: 'proposed'; readonly commit: string; readonly branch: string; readonly onto: string };

export type ReleaseEnd = {
  readonly component: string | null;
  readonly from: string;
  readonly to: string;
  readonly plan: ReleasePlan;
  readonly done: ReleaseDone;
};

const TRIES_MAX = 8;

export async function makeRelease(git: GitRepository, order: ReleaseOrder): Promise<ReleaseEnd> {
  const { config, defaultBranch, component, wish, all, isDry, by } = order;
  const wantsPre = wish?.type === 'version' && wish.version.includes('-');
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const ground = await lookForRelease(git, config, defaultBranch);
    const head = tipOf(ground, ground.from);
    const facts = await gatherRelease(ground, component, head, wantsPre);
    const plan = planRelease(facts, {
      component,
      tickets: config.tickets,
      wish,
      all,
      checklist: await templateAt(git, config, head),
    });
    const told = { component: component.name, from: ground.from, to: ground.to, plan };
    if (plan.type !== 'release' || isDry) return { ...told, done: { type: 'planned' } };
    const open = by === 'proposal' ? await openProposals(ground, component) : [];
    if (open[0] !== undefined) return { ...told, done: await goOn(ground, order, open[0]) };
    const done = await (by === 'push' ? push(ground, order, plan, head) : propose(ground, order, plan, head));
    if (done !== null) return { ...told, done };
  }
  throw new Fault('ref-moved', 'the branch kept moving', { retry: 'now', hint: 'try again' });
}

/** Null where there is none. */
export async function templateAt(git: GitRepository, { checklist }: ReleaseConfig, commit: string) {
  if (checklist === null) return null;
  const template = await git.readText(commit, `checklists/${checklist}.md`);
  return template === null ? null : { name: checklist, template };
}

/** Null where somebody was faster. */
async function push(
  { git, from }: ReleaseGround,
  order: ReleaseOrder,
  plan: PlannedRelease,
  head: string,
): Promise<ReleaseDone | null> {
  const commit = await releaseCommit(git, order, plan, head);
  const { text, isSigned } = await signed(order, plan, commit);
  const oid = await git.writeTag(text);
  const [ref, tagRef] = [`refs/heads/${from}`, `refs/tags/${plan.tag}`];
  const updates = [
    ...(commit === head ? [] : [{ ref, expected: head, oid: commit }]),
    { ref: tagRef, expected: null, oid },
  ];
  const pushed = await git.push(updates, { atomic: true });
  for (const update of updates) {
    const result = answerOf(pushed, update.ref);
    if (result.type === 'refused') throw refusal(update.ref, result.message, from);
    if (result.type === 'in-doubt') throw doubtFault(update.ref, result.fault);
    if (result.type === 'moved') return null;
  }
  return { type: 'tagged', commit, tag: plan.tag, isSigned };
}

async function signed(
  { sign, author, at }: ReleaseOrder,
  { tag, notes }: PlannedRelease,
  commit: string,
): Promise<{ readonly text: string; readonly isSigned: boolean }> {
  const text = tagText({ commit, tag, message: tagMessage(tag, notes), tagger: author, at });
  return sign === null ? { text, isSigned: false } : { text: text + (await sign(text)), isSigned: true };
}

/** There is one at a time: what has come since goes into it. */
async function goOn(
  ground: ReleaseGround,
  { component, wish }: ReleaseOrder,
  open: OpenProposal,
): Promise<ReleaseDone> {
  const { branch, head } = open;
  const updated = wish === null ? await bringUpToDate(ground, component, open) : null;
  if (updated === null || updated.type === 'problem') {
    const why = updated === null ? 'it has a version of its own' : updated.sentence;
    throw new Fault('refused', `${branch} is open, and ${why}`, {
      retry: 'never',
      hint: updated?.hint ?? `change the heading in its ${component.changelog}, or remove the branch to begin again`,
    });
  }
  return { type: 'proposed', commit: updated.type === 'updated' ? updated.commit : head, branch, onto: ground.to };
}

/** The head itself where no file changes. */
export async function releaseCommit(
  git: GitRepository,
  { author, at }: Pick<ReleaseOrder, 'author' | 'at'>,
  plan: PlannedRelease,
  parent: string,
): Promise<string> {
  if (plan.files.size === 0) return parent;
  const [commit = ''] = await git.writeCommits([
    { parent, files: plan.files, message: releaseMessage(plan), author, at },
  ]);
  return commit;
}

async function propose(
  { git, refs, from, to }: ReleaseGround,
  order: ReleaseOrder,
  plan: PlannedRelease,
  head: string,
): Promise<ReleaseDone | null> {
  const branch = `release/${plan.tag}`;
  const ref = `refs/heads/${branch}`;
  const there = refs.refs.get(ref);
  if (there !== undefined) {
    throw new Fault(
      'refused',
      `there is a branch ${branch} (${there.slice(0, 7)}), and it is none of an open release`,
      {
        retry: 'never',
        hint: 'remove it, or name another version',
      },
    );
  }
  const commit = await releaseCommit(git, order, plan, head);
  if (commit === head) {
    throw new Fault('refused', `${plan.tag} changes no file, so there is nothing to merge`, {
      retry: 'never',
      hint: `${from} has its changelog already: it is tagged by the next look, or tag it yourself`,
    });
  }
  const result = answerOf(await git.push([{ ref, expected: null, oid: commit }]), ref);
  if (result.type === 'refused') throw refusal(ref, result.message, branch);
  if (result.type === 'in-doubt') throw doubtFault(ref, result.fault);
  return result.type === 'moved' ? null : { type: 'proposed', commit, branch, onto: to };
}

function refusal(ref: string, message: string, branch: string): Fault {
  return new Fault('remote-refused', `the remote refuses ${ref}: ${message}`, {
    retry: 'never',
    hint: `nothing was tagged; where ${branch} is protected, \`by: proposal\` in tidegate.yaml goes by a branch`,
  });
}
