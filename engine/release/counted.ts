// What each commit since the last release counts for, and why. Pure, and the same in whichever order the commits
// come: they are put into an order of their own first. Nothing is dropped in silence: each commit has its line.

import type { ReleaseConfig } from '../model/release-config.ts';
import { type Change, type Message, readMessage } from './message.ts';

export type ReleaseCommit = {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly committedAt: number;
  /** It changes nothing but the changelog and its checklist: words about a release, and no part of one. */
  readonly isNotes?: boolean;
};

/**
 * `other`: it does not say what kind it is, and counts as a patch. `hidden`: of a kind that nobody who uses the
 * software sees. `merge`: only what it brought counts.
 */
export type CountedAs = 'major' | 'minor' | 'patch' | 'other' | 'hidden' | 'cancelled' | 'merge' | 'release';

export type Counted = {
  readonly oid: string;
  readonly subject: string;
  readonly as: CountedAs;
  /** Why it counts for this, where that does not go without saying. */
  readonly why: string | null;
  readonly changes: readonly Change[];
  readonly changelog: Message['changelog'];
  readonly releaseAs: string | null;
  readonly tickets: readonly string[];
  readonly committedAt: number;
};

const HIDDEN: ReadonlySet<string> = new Set(['chore', 'ci', 'docs', 'test', 'tests', 'style', 'build']);

/**
 * Newest first. `touching`: those that change the paths of the component; null for all. A merge is of the component
 * if anything that it brought is.
 */
export function countCommits(
  commits: readonly ReleaseCommit[],
  touching: ReadonlySet<string> | null,
  { tickets }: Pick<ReleaseConfig, 'tickets'>,
): readonly Counted[] {
  const ordered = inOrder(commits);
  const messages = new Map(ordered.map(({ oid, message }) => [oid, readMessage(message, tickets)]));
  const broughtBy = bringers(ordered);
  const cancelled = cancellations(ordered, messages, broughtBy);
  const counts = (oid: string) => touching === null || touching.has(oid);
  const relevant = new Set(ordered.flatMap(({ oid }) => (counts(oid) ? [oid, broughtBy.get(oid) ?? oid] : [])));
  return ordered.toReversed().flatMap((commit): readonly Counted[] => {
    const message = messages.get(commit.oid);
    if (message === undefined || !relevant.has(commit.oid)) return [];
    const merge = broughtBy.get(commit.oid);
    const fromBranch = merge === undefined ? [] : (messages.get(merge)?.tickets ?? []);
    return [counted(commit, message, cancelled.get(commit.oid) ?? null, fromBranch)];
  });
}

function counted(
  { oid, parents, committedAt, isNotes = false }: ReleaseCommit,
  message: Message,
  cancelledBy: string | null,
  fromBranch: readonly string[],
): Counted {
  const { subject, changes, changelog, releaseAs } = message;
  const tickets = [...new Set([...message.tickets, ...fromBranch])];
  const told = { oid, subject, changes, changelog, releaseAs, tickets, committedAt };
  if (message.isRelease) return { ...told, as: 'release', why: 'a release of its own' };
  if (isNotes && changes.every(({ type }) => type === null))
    return { ...told, as: 'release', why: 'only the changelog' };
  if (cancelledBy !== null) return { ...told, as: 'cancelled', why: cancelledBy, releaseAs: null };
  if (parents.length > 1 && changes.every(({ type }) => type === null)) return { ...told, as: 'merge', why: null };
  const as = levelOf(changes);
  return { ...told, as, why: as === 'other' ? 'not a conventional commit; listed under Other' : null };
}

function levelOf(changes: readonly Change[]): CountedAs {
  if (changes.some(({ isBreaking }) => isBreaking)) return 'major';
  if (changes.some(({ type }) => type === 'feat')) return 'minor';
  const seen = changes.filter((change) => !isHidden(change));
  if (seen.length === 0) return 'hidden';
  return seen.every(({ type }) => type === null) ? 'other' : 'patch';
}

export function isHidden({ type, isBreaking }: Change): boolean {
  return !isBreaking && type !== null && HIDDEN.has(type);
}

/**
 * Parents before children; beside each other by time, then by id. How far a commit is from the beginning of the range
 * does not depend on how the range was listed.
 */
function inOrder(commits: readonly ReleaseCommit[]): readonly ReleaseCommit[] {
  const known = new Map(commits.map((commit) => [commit.oid, commit]));
  const depths = new Map<string, number>();
  for (const { oid } of commits) {
    // Without recursion: a history is longer than a stack.
    for (const open = [oid]; open.length > 0; ) {
      const at = open.at(-1) ?? '';
      const parents = (known.get(at)?.parents ?? []).filter((parent) => known.has(parent));
      const unknown = depths.has(at) ? [] : parents.filter((parent) => !depths.has(parent));
      if (unknown.length > 0) {
        open.push(...unknown);
        continue;
      }
      depths.set(at, Math.max(0, ...parents.map((parent) => (depths.get(parent) ?? 0) + 1)));
      open.pop();
    }
  }
  const depth = ({ oid }: ReleaseCommit) => depths.get(oid) ?? 0;
  return [...known.values()].sort(
    (a, b) => depth(a) - depth(b) || a.committedAt - b.committedAt || (a.oid < b.oid ? -1 : 1),
  );
}

/** Commit to the merge by which it came; what is on the line of first parents came by none. */
function bringers(ordered: readonly ReleaseCommit[]): ReadonlyMap<string, string> {
  const known = new Map(ordered.map((commit) => [commit.oid, commit]));
  const brought = new Map<string, string>();
  const line = new Set<string>();
  for (let at = ordered.at(-1)?.oid; at !== undefined && known.has(at); at = known.get(at)?.parents[0]) line.add(at);
  for (const { oid, parents } of ordered) {
    if (parents.length < 2) continue;
    for (const open = parents.slice(1); open.length > 0; ) {
      const at = open.pop() ?? '';
      if (line.has(at) || brought.has(at) || !known.has(at)) continue;
      brought.set(at, oid);
      open.push(...(known.get(at)?.parents ?? []));
    }
  }
  return brought;
}

/** A revert and what it reverts cancel each other out where both are in the range; newest first, so that a revert
 *  that was reverted itself takes nothing back. */
function cancellations(
  ordered: readonly ReleaseCommit[],
  messages: ReadonlyMap<string, Message>,
  broughtBy: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const byStart = new Map<string, string[]>();
  for (const { oid } of ordered) byStart.set(oid.slice(0, 7), [...(byStart.get(oid.slice(0, 7)) ?? []), oid]);
  const brought = new Map<string, string[]>();
  for (const [oid, merge] of broughtBy) brought.set(merge, [...(brought.get(merge) ?? []), oid]);
  const cancelled = new Map<string, string>();
  for (const { oid } of ordered.toReversed()) {
    if (cancelled.has(oid)) continue;
    const reverts = messages.get(oid)?.reverts ?? [];
    const found = reverts.map((id) => (byStart.get(id.slice(0, 7)) ?? []).filter((full) => full.startsWith(id)));
    const targets = found.flatMap((ids) => (ids.length === 1 ? ids : [])).filter((id) => !cancelled.has(id));
    for (const target of targets) {
      for (const each of [target, ...(brought.get(target) ?? [])])
        cancelled.set(each, `cancelled by ${oid.slice(0, 7)} (revert)`);
    }
    if (targets.length > 0 && targets.length === reverts.length) {
      cancelled.set(oid, `takes back ${targets.map((target) => target.slice(0, 7)).join(' and ')}`);
    }
  }
  return cancelled;
}
