// What Git has to say for a simulation: the commits that touched each environment's inputs, and the tags that it
// follows, in the order of time. One process for each followed branch reads them; only what rules look at is kept of
// them.

import type { Instant } from '../../base/instant.ts';
import type { ReplayedCommit } from '../../explain/simulate-lane.ts';
import type { EnvironmentConfig, Follow } from '../../model/config.ts';
import { tagPattern } from '../../model/tag-pattern.ts';
import type { Version } from '../../model/version.ts';
import type { GitRepository, LogEntry, RemoteRefs } from '../../ports/git.ts';
import { isHigherTag, rankTags } from '../../reconcile/offers.ts';
import { authorsOf, kindOf } from '../observe/commit-said.ts';

type HistoryAsk = {
  readonly git: GitRepository;
  readonly refs: RemoteRefs;
  readonly defaultBranch: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Each after those that it follows or soaks in. */
  readonly environments: readonly {
    readonly config: EnvironmentConfig;
    readonly inputs: readonly string[];
    /** What brings commits to it in the end: a branch, or tags on one. */
    readonly root: Exclude<Follow, { type: 'promoted' }>;
    readonly keepsPaths: boolean;
  }[];
};

export type History = {
  readonly commits: readonly ReplayedCommit[];
  /** What ran in an environment when the stretch began. */
  readonly before: ReadonlyMap<string, { readonly version: Version; readonly since: Instant }>;
  readonly notes: readonly string[];
};

/**
 * So many commits in a row that lie before the stretch: dates are claims, and one wrong date must not end the
 * reading.
 */
const OLDER_MAX = 200;
const CHAIN_MAX = 1_000_000;

type Asked = HistoryAsk['environments'][number];
type Before = { readonly version: Version; readonly since: Instant };
/** A commit with the environments that it touches; `position` is given once all branches are read. */
type Touched = {
  readonly oid: string;
  readonly at: Instant;
  readonly changes: readonly { readonly environment: string; readonly change: NonNullable<ReplayedCommit['change']> }[];
};
type Placed = Touched & { readonly position: number };
type Tag = { readonly name: string; readonly commit: string; readonly at: Instant };

export async function readHistory(ask: HistoryAsk): Promise<History> {
  const before = new Map<string, Before>();
  const notes: string[] = [];
  const tags = new Map<string, readonly Tag[]>();
  for (const { config } of ask.environments) {
    if (config.follow.type === 'tags') tags.set(config.name, await tagsOf(ask, config.follow));
  }
  const branches = new Map<string, Asked[]>();
  for (const each of ask.environments) {
    const branch = branchOf(each.root, ask.defaultBranch);
    branches.set(branch, [...(branches.get(branch) ?? []), each]);
  }
  const read: { readonly branch: string; readonly touched: readonly Touched[] }[] = [];
  for (const [branch, environments] of branches) {
    const tip = ask.refs.refs.get(`refs/heads/${branch}`);
    if (tip === undefined) {
      notes.push(
        `branch ${branch}, which ${environments.map(({ config }) => config.name).join(', ')} follows, is not there`,
      );
      continue;
    }
    await ask.git.fetch(new Map([[`refs/heads/${branch}`, tip]]));
    const startsAt = startOf(environments, tags, ask.from, before);
    read.push({ branch, touched: await readBranch(ask, tip, environments, startsAt, before) });
  }
  const placed = place(read.map(({ touched }) => touched));
  const order = new Map(ask.environments.map(({ config }, index) => [config.name, index]));
  const commits = placed.flatMap((branch) => branch.flatMap(commitsOf)).filter((commit) => isKept(commit, ask, tags));
  for (const [index, { branch }] of read.entries()) {
    for (const { config } of branches.get(branch) ?? []) {
      const own = tags.get(config.name);
      if (own !== undefined) commits.push(...(await placeTags(ask, config.name, branch, own, placed[index] ?? [])));
    }
  }
  const rank = ({ environment }: ReplayedCommit) => order.get(environment) ?? 0;
  commits.sort((a, b) => a.at - b.at || a.position - b.position || rank(a) - rank(b));
  return { commits, before, notes };
}

function branchOf(root: Asked['root'], defaultBranch: string): string {
  return root.type === 'branch' ? (root.branch ?? defaultBranch) : (root.on[0] ?? defaultBranch);
}

/** Commits before the stretch matter only where a tag gathers them up. */
function isKept(
  { at, environment, change }: ReplayedCommit,
  { from, to }: HistoryAsk,
  tags: ReadonlyMap<string, unknown>,
): boolean {
  return at < to && (at >= from || (change !== null && tags.has(environment)));
}

/** By name and time; what ran before the stretch is the highest of before, and touches are counted from there. */
function startOf(
  environments: readonly Asked[],
  tags: ReadonlyMap<string, readonly Tag[]>,
  from: Instant,
  before: Map<string, Before>,
): Instant {
  let startsAt = from;
  for (const { config } of environments) {
    const earlier = (tags.get(config.name) ?? []).filter(({ at }) => at < from);
    const highest = earlier.reduce<Tag | null>(
      (best, tag) => (best === null || isHigherTag(tag.name, best.name) ? tag : best),
      null,
    );
    if (highest === null) continue;
    before.set(config.name, { version: { commit: highest.commit, tag: highest.name }, since: highest.at });
    startsAt = Math.min(startsAt, highest.at);
  }
  return startsAt;
}

async function readBranch(
  { git, from }: HistoryAsk,
  tip: string,
  environments: readonly Asked[],
  startsAt: Instant,
  before: Map<string, Before>,
): Promise<readonly Touched[]> {
  const touchedBy = makeTouch(environments);
  const missing = new Set(environments.flatMap(({ config }) => (config.follow.type === 'tags' ? [] : [config.name])));
  const newestFirst: Touched[] = [];
  let older = 0;
  for await (const entry of git.log(tip, [...new Set(environments.flatMap(({ inputs }) => inputs))])) {
    const touched: Touched = { oid: entry.oid, at: entry.committedAt, changes: touchedBy(entry) };
    older = touched.at < startsAt ? older + 1 : 0;
    if (touched.at < from) {
      for (const { environment } of touched.changes) {
        if (!missing.delete(environment)) continue;
        before.set(environment, { version: { commit: touched.oid, tag: null }, since: touched.at });
      }
    }
    if (touched.at >= startsAt) newestFirst.push(touched);
    if (older >= OLDER_MAX && missing.size === 0) break;
  }
  return ordered(newestFirst.reverse());
}

/** History goes forward, whatever its dates claim. */
function ordered(commits: readonly Touched[]): readonly Touched[] {
  let latest = Number.NEGATIVE_INFINITY;
  return commits.map((commit) => {
    latest = Math.max(latest, commit.at);
    return commit.at === latest ? commit : { ...commit, at: latest };
  });
}

function makeTouch(environments: readonly Asked[]): (entry: LogEntry) => Touched['changes'] {
  const byInput = new Map<string, Asked[]>();
  for (const each of environments) {
    for (const input of each.inputs) byInput.set(input, [...(byInput.get(input) ?? []), each]);
  }
  // A year of one person's commits shares its lists.
  const known = new Map<string, readonly string[]>();
  return (entry) => {
    const touched = new Map<Asked, string[]>();
    for (const path of entry.paths) {
      for (const input of prefixesOf(path)) {
        for (const each of byInput.get(input) ?? []) {
          const paths = touched.get(each) ?? [];
          if (each.keepsPaths && paths.at(-1) !== path) paths.push(path);
          touched.set(each, paths);
        }
      }
    }
    const said = authorsOf(entry);
    const key = said.join('\n');
    const authors = known.get(key) ?? said;
    known.set(key, authors);
    const kind = kindOf(entry.message);
    return [...touched].map(([{ config }, paths]) => ({ environment: config.name, change: { authors, kind, paths } }));
  };
}

/** The path itself and every folder above it, the root included. */
function prefixesOf(path: string): readonly string[] {
  const prefixes = ['', path];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) prefixes.push(path.slice(0, at));
  return prefixes;
}

/** One order over all branches, so that environments of different branches can be compared by time. */
function place(branches: readonly (readonly Touched[])[]): readonly (readonly Placed[])[] {
  const all = branches.flatMap((commits, branch) => commits.map((commit) => ({ branch, commit })));
  all.sort((a, b) => a.commit.at - b.commit.at);
  const placed: Placed[][] = branches.map(() => []);
  for (const [position, { branch, commit }] of all.entries()) placed[branch]?.push({ ...commit, position });
  return placed;
}

function commitsOf({ oid, at, position, changes }: Placed): readonly ReplayedCommit[] {
  const version = { commit: oid, tag: null };
  return changes.map(({ environment, change }) => ({ environment, at, position, version, change }));
}

async function tagsOf({ git, to }: HistoryAsk, follow: Extract<Follow, { type: 'tags' }>): Promise<readonly Tag[]> {
  const prefix = tagPattern(follow.pattern)?.prefix ?? '';
  const { refs, peeled } = await git.look([`refs/tags/${prefix}`]);
  const names = [...refs.keys()].filter((ref) => ref.startsWith('refs/tags/')).map((ref) => ref.slice(10));
  const { ranked } = rankTags(follow, names);
  await git.fetch(new Map(ranked.map((name) => [`refs/tags/${name}`, refs.get(`refs/tags/${name}`) ?? ''])));
  const tags: Tag[] = [];
  for (const name of ranked) {
    const ref = `refs/tags/${name}`;
    const commit = peeled.get(ref) ?? (await git.peel(refs.get(ref) ?? ''));
    if (commit === null) continue;
    const at = (await git.commit(commit)).committedAt;
    if (at < to) tags.push({ name, commit, at });
  }
  return tags;
}

/** Each tag right behind the last commit that it holds and that touches anything. */
async function placeTags(
  { git, refs, from }: HistoryAsk,
  environment: string,
  branch: string,
  tags: readonly Tag[],
  placed: readonly Placed[],
): Promise<readonly ReplayedCommit[]> {
  const tip = refs.refs.get(`refs/heads/${branch}`) ?? '';
  const chain = (await git.firstParents(tip, CHAIN_MAX)).map(({ oid }) => oid).reverse();
  const depths = new Map(chain.map((oid, depth) => [oid, depth]));
  const touching = placed.map((commit) => ({ commit, depth: depths.get(commit.oid) ?? -1 }));
  // Lower versions first where several stand on one commit.
  return tags.toReversed().flatMap(({ name, commit, at }) => {
    if (at < from) return [];
    const depth = depths.get(commit);
    const last = touching.findLast((each) => (depth === undefined ? each.commit.at <= at : each.depth <= depth));
    const version = { commit, tag: name };
    const position = (last?.commit.position ?? -1) + HALF;
    return [{ environment, at: Math.max(at, last?.commit.at ?? at), position, version, change: null }];
  });
}

const HALF = 0.5;
