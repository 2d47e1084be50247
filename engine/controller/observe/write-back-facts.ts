// What writing a rollback back to Git has to know of the repository: the branch, what others have on it, which tags
// there are; and whether a hold may end because the branch has the good contents again. Reads; most of it only while
// a run is open.

import type { EnvironmentConfig } from '../../model/config.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import { ifMissing } from '../../ports/missing.ts';
import type { HeadConfig } from './config-reader.ts';
import type { GroundState, NamedRefs } from './facts-ground.ts';
import type { Offers } from './offers.ts';

export type Served = {
  readonly name: string;
  /** By the configuration that serves; undefined where none does. */
  readonly settings: EnvironmentConfig | undefined;
  readonly state: GroundState;
  readonly serving: HeadConfig | null;
  readonly refs: NamedRefs;
  readonly defaultBranch: string;
};

export async function writeBackFacts(
  offers: Pick<Offers, 'contents' | 'isAncestor'>,
  served: Served,
): Promise<Pick<ObservedEnvironment, 'writeBack' | 'holdLifted'>> {
  const branch = followedBranch(served);
  return {
    writeBack: {
      branch,
      otherInputs: otherInputs(served),
      tagNames: tagNames(served),
      digestAtHead: await digestAtHead(offers, branch, served),
    },
    holdLifted: await holdLifted(offers, branch, served),
  };
}

async function digestAtHead(
  offers: Pick<Offers, 'contents'>,
  branch: string,
  { name, state, serving, refs }: Served,
): Promise<string | null> {
  const tip = refs.refs.get(`refs/heads/${branch}`);
  if (state.open.length === 0 || tip === undefined || serving === null) return null;
  return (await offers.contents(name, tip, serving)).digest;
}

async function holdLifted(
  offers: Pick<Offers, 'contents' | 'isAncestor'>,
  branch: string,
  { name, state: { held }, serving, refs }: Served,
): Promise<string | null> {
  const tip = refs.refs.get(`refs/heads/${branch}`);
  if (held === null || tip === undefined || serving === null) return null;
  if (await offers.isAncestor(held.commit, tip).catch(ifMissing(false)))
    return `${held.branch ?? held.commit.slice(0, 7)} is merged into ${branch}`;
  const contents = await offers.contents(name, tip, serving);
  return contents.digest === held.goodDigest ? `${branch} has the good contents again` : null;
}

function followedBranch({ settings, defaultBranch }: Served): string {
  const follow = settings?.follow;
  if (follow?.type === 'branch') return follow.branch ?? defaultBranch;
  if (follow?.type === 'tags') return follow.on[0] ?? defaultBranch;
  return defaultBranch;
}

function tagNames({ settings, state, refs }: Served): readonly string[] {
  if (state.open.length === 0 || settings?.follow.type !== 'tags') return [];
  return [...refs.refs.keys()]
    .filter((ref) => ref.startsWith('refs/tags/'))
    .map((ref) => ref.slice('refs/tags/'.length));
}

function otherInputs({ name, state, serving }: Served): readonly string[] {
  if (state.open.length === 0) return [];
  return [...(serving?.inputs ?? [])].flatMap(([other, inputs]) => (other === name ? [] : inputs));
}
