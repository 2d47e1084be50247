// What Git has that a release is made of: tags, commits since the last one, files at the head. Nothing is remembered
// between two looks, and no forge is asked.

import semver from 'semver';
import type { ReleaseComponent, ReleaseConfig } from '../../model/release-config.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository, RemoteRefs } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';
import type { ReleaseCommit } from '../../release/counted.ts';
import type { Released } from '../../release/next.ts';
import type { ReleaseFacts } from '../../release/plan-release.ts';
import { type ReleaseTag, releaseTags } from '../../release/tags.ts';

export type ReleaseGround = {
  readonly git: GitRepository;
  /** Of all branches and tags. */
  readonly refs: RemoteRefs;
  readonly config: ReleaseConfig;
  /** Short names. */
  readonly from: string;
  readonly to: string;
};

const PREFIXES = ['refs/heads/', 'refs/tags/'];

/** One look at everything that a release may rest on, and what it says of the two branches. */
export async function lookForRelease(
  git: GitRepository,
  config: ReleaseConfig,
  defaultBranch: string,
): Promise<ReleaseGround> {
  const refs = await git.look(PREFIXES);
  const from = config.from ?? defaultBranch;
  const to = config.to ?? from;
  return groundOf(git, refs, config, from, to);
}

export async function groundOf(
  git: GitRepository,
  refs: RemoteRefs,
  config: ReleaseConfig,
  from: string,
  to: string,
): Promise<ReleaseGround> {
  const wants = new Map<string, string>();
  for (const branch of new Set([from, to])) {
    const ref = `refs/heads/${branch}`;
    const tip = refs.refs.get(ref);
    if (tip === undefined) {
      throw new Fault('usage', `there is no branch ${branch} to release`, {
        retry: 'never',
        hint: '`release.from` and `release.to` in tidegate.yaml say which branches these are',
      });
    }
    wants.set(ref, tip);
  }
  await git.fetch(wants);
  return { git, refs, config, from, to };
}

export function tipOf({ refs }: ReleaseGround, branch: string): string {
  return refs.refs.get(`refs/heads/${branch}`) ?? '';
}

export function tagNames(refs: RemoteRefs): ReadonlySet<string> {
  const names = new Set<string>();
  for (const ref of refs.refs.keys()) if (ref.startsWith('refs/tags/')) names.add(ref.slice('refs/tags/'.length));
  return names;
}

export function commitOfTag(refs: RemoteRefs, name: string): string {
  const ref = `refs/tags/${name}`;
  return refs.peeled.get(ref) ?? refs.refs.get(ref) ?? '';
}

/**
 * `head`: the commit that is released; `wantsPre`: a pre-release is counted from whatever came before it, everything
 * else from the last that was none. `start`: the commit of the tag from which it counts.
 */
export async function gatherRelease(
  ground: ReleaseGround,
  component: ReleaseComponent,
  head: string,
  wantsPre: boolean,
): Promise<ReleaseFacts & { readonly start: string | null }> {
  const { git, from, to } = ground;
  const released = await releasedOn(ground, component.tag, [head, tipOf(ground, to)]);
  const last = wantsPre ? released.any : released.stable;
  const start = last?.commit ?? null;
  const files = new Map<string, string | null>();
  for (const file of [component.changelog, ...component.versions.map((place) => place.file)]) {
    files.set(file, await git.readText(head, file));
  }
  const commits = await commitsFor(ground, component, head, start);
  return { branch: from, head, released, since: last?.name ?? null, start, files, ...commits };
}

/** All since a commit, and those of them that are the component's. */
export async function commitsFor(
  ground: ReleaseGround,
  component: ReleaseComponent,
  head: string,
  start: string | null,
): Promise<Pick<ReleaseFacts, 'commits' | 'touching'>> {
  const { git } = ground;
  const without = start === null ? [] : [start];
  const notes = await onlyNotes(ground, component, without, head);
  const commits: ReleaseCommit[] = [];
  for await (const { oid, parents, message, committedAt } of git.commitsSince(without, head, [''])) {
    commits.push({ oid, parents, message, committedAt, isNotes: notes.has(oid) });
  }
  return { commits, touching: await touching(git, without, head, component) };
}

/** Those that change the changelog or a copy of the checklist, and nothing else. */
async function onlyNotes(
  { git, config }: ReleaseGround,
  { changelog }: ReleaseComponent,
  without: readonly string[],
  head: string,
): Promise<ReadonlySet<string>> {
  const copies = config.checklist === null ? null : `checklists/${config.checklist}`;
  const paths = copies === null ? [changelog] : [changelog, copies];
  const isNote = (path: string) => path === changelog || (copies !== null && path.startsWith(`${copies}/`));
  const found = new Set<string>();
  for await (const { oid } of git.commitsSince(without, head, paths)) {
    // The newest of its line of first parents is itself.
    for await (const { paths: changed } of git.log(oid, [''])) {
      if (changed.length > 0 && changed.every(isNote)) found.add(oid);
      break;
    }
  }
  return found;
}

/** Null where all count. */
async function touching(
  git: GitRepository,
  without: readonly string[],
  head: string,
  { paths }: ReleaseComponent,
): Promise<ReadonlySet<string> | null> {
  if (paths.includes('')) return null;
  const oids = new Set<string>();
  for await (const { oid } of git.commitsSince(without, head, paths)) oids.add(oid);
  return oids;
}

export async function releasedOn(ground: ReleaseGround, prefix: string, heads: readonly string[]): Promise<Released> {
  const { git, refs } = ground;
  const names = tagNames(refs);
  const elsewhere: (ReleaseTag & { readonly commit: string })[] = [];
  let any: Released['any'] = null;
  for (const tag of releaseTags(prefix, names)) {
    const found = { ...tag, commit: commitOfTag(refs, tag.name) };
    if (!(await isOn(git, found.commit, heads))) {
      if (any === null) elsewhere.push(found);
      continue;
    }
    any ??= found;
    if (semver.prerelease(tag.version) === null) return { any, stable: found, elsewhere, names };
  }
  return { any, stable: null, elsewhere, names };
}

/** What no branch has was not brought here, and is on none of these. */
async function isOn(git: GitRepository, commit: string, heads: readonly string[]): Promise<boolean> {
  for (const head of new Set(heads)) {
    if (await git.isAncestor(commit, head).catch(ifMissing(false))) return true;
  }
  return false;
}
