// What is, and could be, proposed for an environment: told by refs and object ids that are looked at anyway. Whether
// a proposal was merged is told by contents, never by ancestry: a merge, a squash and a rebase are the same.

import { createHash } from 'node:crypto';
import type { EnvironmentConfig, PromoteConfig } from '../../model/config.ts';
import type { Current } from '../../model/environment-state.ts';
import {
  isOpen,
  PROPOSAL_FOLDER,
  type PromotionFacts,
  type ProposalSeen,
  proposalBranch,
  type StoredProposal,
  type Wanted,
} from '../../model/promotion.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isMissing } from '../../ports/missing.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { bringMissing, isHere } from '../ledger/missing-commits.ts';
import { authorsAndCarried } from './carried.ts';
import { authorsOf } from './commit-said.ts';
import type { NamedRefs, SourceStanding } from './facts-ground.ts';
import { fieldTexts, serviceOf, type Taken, takenAt } from './taken.ts';

export type PromotionGround = {
  readonly name: string;
  /** As the head of the default branch says; undefined where it cannot be read. */
  readonly settings: EnvironmentConfig | undefined;
  readonly defaultBranch: string;
  readonly refs: NamedRefs;
  /** What runs in each environment that it is promoted from. */
  readonly sources: ReadonlyMap<string, SourceStanding>;
  readonly proposals: readonly StoredProposal[];
};

/** How far back a merge, or the state that is promoted onto, is looked for. */
const COMMITS_MAX = 500;
const HISTORY_MAX = 10_000;

/** Undefined where nothing is promoted, and nothing was. */
export async function promotionFacts(git: GitRepository, ground: PromotionGround): Promise<PromotionFacts | undefined> {
  const { name, settings, refs, proposals } = ground;
  const promote = settings?.promote;
  const open = proposals.filter(isOpen);
  if (promote === undefined && open.length === 0) return undefined;
  const branch = baseOf(ground, open);
  const baseRef = `refs/heads/${branch}`;
  const head = refs.refs.get(baseRef);
  const base = head === undefined ? null : { branch, head };
  if (head !== undefined) await git.fetch(new Map([[baseRef, head]]));
  const seen = new Map<string, ProposalSeen>();
  for (const proposal of open) seen.set(proposal.proposal, await seeProposal(git, proposal, refs));
  const folder = `refs/heads/${proposalBranch(name)}/`;
  const branches = [...refs.refs.keys()].filter((ref) => ref.startsWith(folder));
  const wanted = promote === undefined || base === null ? NOT_KNOWN : await wantedFrom(git, promote, base.head, ground);
  return {
    base,
    seen,
    branches: new Set(branches.map((ref) => ref.slice(`refs/heads/${PROPOSAL_FOLDER}`.length))),
    ahead: open.filter((proposal) => isAhead(proposal, ground)).map(({ proposal }) => proposal),
    ...wanted,
  };
}

/** Another controller may have read, or written, more of the ledger of its source. */
function isAhead({ source, version }: StoredProposal, { sources }: PromotionGround): boolean {
  const standing = sources.get(source);
  if (standing === undefined || standing.current?.version.commit === version.commit) return false;
  return !standing.ran.includes(version.commit);
}

/** What was proposed may be approved, and merged as another commit: the rules are asked about either. */
export async function headsAsked(git: GitRepository, proposals: readonly StoredProposal[]): Promise<readonly string[]> {
  const heads: string[] = [];
  const merged = proposals.filter(({ ended }) => ended?.how === 'merged').slice(0, MERGED_ASKED_MAX);
  for (const { head, touched } of [...proposals.filter(isOpen), ...merged]) {
    for (const commit of [...(head === null ? [] : [head]), ...touched]) {
      if ((await isHere(git, commit)) || (await git.obtain(commit))) heads.push(commit);
    }
  }
  return heads;
}

/** Of those that were merged, so many may still wait for their turn. */
const MERGED_ASKED_MAX = 5;

const NOT_KNOWN = { wanted: null, waits: null } as const;

function baseOf({ settings, defaultBranch }: PromotionGround, [first]: readonly StoredProposal[]): string {
  const follow = settings?.follow;
  if (follow?.type === 'branch') return follow.branch ?? defaultBranch;
  // Its versions are tagged there.
  if (follow?.type === 'tags') return follow.on[0] ?? defaultBranch;
  return first?.base ?? defaultBranch;
}

async function seeProposal(git: GitRepository, proposal: StoredProposal, refs: NamedRefs): Promise<ProposalSeen> {
  const { head, base, touched } = proposal;
  const ref = `refs/heads/${proposalBranch(proposal.proposal)}`;
  // A branch that is gone is looked for again: its merge may have come between, and the ledger is read after the
  // refs.
  const looked = head === null || refs.refs.has(ref) ? refs : await git.look([ref, `refs/heads/${base}`]);
  const tip = looked.refs.get(ref) ?? null;
  const onto = looked.refs.get(`refs/heads/${base}`);
  if (head === null || onto === undefined) return { tip, mergedBy: null, merges: null };
  await git.fetch(new Map([...(tip === null ? [] : [[ref, tip] as const]), [`refs/heads/${base}`, onto]]));
  const tips = [...new Set([head, ...touched, ...(tip === null ? [] : [tip])])];
  const mergedBy = await broughtBy(git, proposal, tips, onto);
  if (mergedBy !== null || tip !== head) return { tip, mergedBy, merges: null };
  const merge = await git.writeMerge({
    ours: onto,
    theirs: head,
    message: `Merge ${proposal.proposal}\n`,
    author: LEDGER_AUTHOR,
    at: proposal.intendedAt,
  });
  return { tip, mergedBy, merges: merge === null ? 'conflict' : merge === onto ? 'nothing-left' : 'clean' };
}

/**
 * The commit by which the contents of one of these tips came to the branch, looked for from where it was proposed.
 */
async function broughtBy(
  git: GitRepository,
  { paths, baseHead }: StoredProposal,
  tips: readonly string[],
  onto: string,
): Promise<string | null> {
  const digestAt = async (commit: string) => (await git.contentsAt(commit, [paths]))[0]?.digest ?? '';
  const before = (await isHere(git, baseHead)) ? await digestAt(baseHead) : null;
  const proposed = new Set<string>();
  for (const tip of tips) if ((await isHere(git, tip)) || (await git.obtain(tip))) proposed.add(await digestAt(tip));
  // Somebody may have taken our change out of the branch again.
  if (before !== null) proposed.delete(before);
  if (proposed.size === 0) return null;
  const since = new Set((await git.firstParents(onto, COMMITS_MAX, baseHead)).map(({ oid }) => oid));
  let brought: string | null = null;
  for await (const { oid } of git.log(onto, paths)) {
    if (!since.has(oid)) break;
    if (proposed.has(await digestAt(oid))) brought = oid;
  }
  return brought;
}

async function wantedFrom(
  git: GitRepository,
  promote: PromoteConfig,
  base: string,
  ground: PromotionGround,
): Promise<Pick<PromotionFacts, 'wanted' | 'waits'>> {
  const waits = (sentence: string) => ({ wanted: null, waits: sentence });
  const here = await takenAt(git, base, ground.name, promote);
  const found: { readonly source: string; readonly current: Current; readonly taken: Taken }[] = [];
  for (const source of promote.from) {
    const current = ground.sources.get(source)?.current ?? null;
    if (current === null) return waits(`nothing has succeeded in ${source} yet`);
    const { commit, tag } = current.version;
    await bringMissing(git, [commit], tag === null ? [] : [tag], ground.refs);
    if (!(await isHere(git, commit))) return waits(`what runs in ${source} is no longer in the repository`);
    found.push({ source, current, taken: await takenAt(git, commit, source, promote) });
  }
  const [first, ...others] = found;
  if (first === undefined) return waits('there is nothing to promote from');
  const broken = [...first.taken].find(([, text]) => text === 'null')?.[0];
  if (broken !== undefined) return waits(`environments/${first.source}/${broken} cannot be read as YAML`);
  const other = others.find(({ taken }) => textOf(taken) !== textOf(first.taken));
  if (other !== undefined) return waits(`${first.source} and ${other.source} do not run the same`);
  const wanted: Wanted[] = [];
  for (const service of scopesOf([first.taken, here], promote)) {
    const there = scoped(first.taken, promote, service);
    const changed = changedPaths(there, scoped(here, promote, service), promote);
    if (changed.length === 0) continue;
    const proposals = ground.sources.get(first.source)?.proposals ?? [];
    const carried = await carriedBy(git, promote, base, { ...first, name: ground.name, proposals }, changed);
    wanted.push({
      source: first.source,
      version: first.current.version,
      key: createHash('sha256').update(textOf(there)).digest('hex'),
      service,
      paths: changed.map((path) => `environments/${ground.name}/${path}`),
      fields: fieldTexts(promote),
      ...(carried === null ? {} : { carried }),
    });
  }
  return { wanted, waits: null };
}

function scopesOf(all: readonly Taken[], { each }: PromoteConfig): readonly (string | null)[] {
  if (each === 'environment') return [null];
  return [...new Set(all.flatMap((taken) => [...taken.keys()].map(serviceOf)))].sort();
}

function scoped(taken: Taken, { each }: PromoteConfig, service: string | null): Taken {
  return each === 'environment' ? taken : new Map([...taken].filter(([path]) => serviceOf(path) === service));
}

/**
 * Of files with `fields` only values are taken over: where there is no such file there is nothing to put them into.
 */
function changedPaths(there: Taken, here: Taken, { fields }: PromoteConfig): readonly string[] {
  const isWhole = (text: string | undefined) => text === undefined || !text.startsWith('{');
  const paths = [...new Set([...there.keys(), ...here.keys()])].sort();
  return paths.filter((path) => {
    const [taken, own] = [there.get(path), here.get(path)];
    if (fields.length > 0 && (!isWhole(taken) || !isWhole(own))) return isOtherValue(taken, own);
    return taken !== own;
  });
}

function isOtherValue(taken: string | undefined, own: string | undefined): boolean {
  if (taken === undefined || own === undefined || own === 'null') return false;
  const wanted: Readonly<Record<string, string | null>> = JSON.parse(taken);
  const values: Readonly<Record<string, string | null>> = JSON.parse(own);
  return Object.entries(wanted).some(([key, value]) => value !== null && values[key] !== value);
}

function textOf(taken: Taken): string {
  return JSON.stringify([...taken].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Who wrote what is taken over, back to where the source had what stands here now; null where history cannot tell.
 */
async function carriedBy(
  git: GitRepository,
  promote: PromoteConfig,
  base: string,
  {
    source,
    current,
    name,
    proposals,
  }: Omit<SourceStanding, 'ran'> & {
    readonly source: string;
    readonly current: Current;
    readonly name: string;
  },
  changed: readonly string[],
): Promise<readonly string[] | null> {
  const { commit } = current.version;
  const paths = changed.map((path) => `environments/${source}/${path}`);
  const only = (taken: Taken) => textOf(new Map([...taken].filter(([path]) => changed.includes(path))));
  const here = only(await takenAt(git, base, name, promote));
  try {
    let looked = 0;
    for await (const { oid } of git.log(commit, paths)) {
      looked += 1;
      if (looked > COMMITS_MAX) return null;
      if (only(await takenAt(git, oid, source, promote)) === here)
        return await authorsAndCarried(git, oid, commit, paths, proposals);
    }
    const history = await git.firstParents(commit, HISTORY_MAX);
    const first = history.at(-1)?.oid;
    if (first === undefined || history.length === HISTORY_MAX) return null;
    const since = await authorsAndCarried(git, first, commit, paths, proposals);
    return since === null ? null : [...new Set([...since, ...authorsOf(await git.commit(first))])].sort();
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}
