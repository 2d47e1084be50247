// What a person may ask of releases: the plan, the push, the proposal. All components are planned before any is made:
// where one is refused, nothing is tagged.

import type { Problem } from '../../base/problem.ts';
import { PLAIN_RELEASE, type ReleaseComponent, type ReleaseConfig } from '../../model/release-config.ts';
import type { GitPerson, GitRepository } from '../../ports/git.ts';
import type { Wish } from '../../release/next.ts';
import { type OpenChecklist, openChecklists } from '../release/checklists.ts';
import { lookForRelease } from '../release/gather.ts';
import { makeRelease, type ReleaseEnd } from '../release/make-release.ts';
import { tagMerged } from '../release/tag-merged.ts';

export type ReleaseAsk = {
  readonly wish: Wish | null;
  /** Name of the one that is meant; null for all. */
  readonly component: string | null;
  readonly all: boolean;
  readonly isDry: boolean;
  /** `tag`: what was merged already. Null for what tidegate.yaml says. */
  readonly by: ReleaseConfig['by'] | 'tag' | null;
  readonly signs: 'always' | 'where-possible';
};

export type ReleaseAnswer =
  | { readonly type: 'problems'; readonly problems: readonly Problem[] }
  | { readonly type: 'unknown-component'; readonly names: readonly string[] }
  | { readonly type: 'several'; readonly names: readonly string[] }
  | { readonly type: 'ends'; readonly ends: readonly ReleaseEnd[]; readonly open: readonly OpenChecklist[] };

export type ReleasePlace = {
  readonly git: GitRepository;
  readonly config: ReleaseConfig | null;
  readonly defaultBranch: string;
  readonly author: GitPerson;
  readonly at: number;
  readonly sign: ((text: string) => Promise<string>) | null;
};

export async function release(place: ReleasePlace, ask: ReleaseAsk): Promise<ReleaseAnswer> {
  const config = place.config ?? PLAIN_RELEASE;
  const { wish, component, all, isDry } = ask;
  const names = config.components.flatMap(({ name }) => name ?? []);
  const chosen = component === null ? config.components : config.components.filter(({ name }) => name === component);
  if (chosen.length === 0) return { type: 'unknown-component', names };
  if (wish?.type === 'version' && chosen.length > 1) return { type: 'several', names };
  if (ask.by === 'tag') {
    const ends: ReleaseEnd[] = [];
    for (const each of chosen) ends.push(await tagged(place, config, each, isDry));
    return { type: 'ends', ends, open: await openChecklists(place.git, config, place.defaultBranch) };
  }
  const by = ask.by ?? config.by;
  const one = (of: ReleaseComponent, dry: boolean) =>
    makeRelease(place.git, { ...place, config, component: of, wish, all, isDry: dry, by });
  const planned: ReleaseEnd[] = [];
  for (const each of chosen) planned.push(await one(each, true));
  const isRefused = planned.some(({ plan }) => plan.type === 'refused');
  const ends: ReleaseEnd[] = [];
  for (const [at, each] of chosen.entries()) {
    const plan = planned[at];
    const isMade = !isDry && !isRefused && plan?.plan.type === 'release';
    if (isMade) ends.push(await one(each, false));
    else if (plan !== undefined) ends.push(plan);
  }
  return { type: 'ends', ends, open: await openChecklists(place.git, config, place.defaultBranch) };
}

/** By hand, what a controller does at its next look. */
async function tagged(
  { git, defaultBranch, author, sign }: ReleasePlace,
  config: ReleaseConfig,
  component: ReleaseComponent,
  isDry: boolean,
): Promise<ReleaseEnd> {
  const ground = await lookForRelease(git, config, defaultBranch);
  const { from, to } = ground;
  const place = { component: component.name, from, to };
  const merged = await tagMerged(ground, component, { person: author, sign }, isDry);
  if (merged.type === 'none') {
    const sentence = `nothing to tag: ${component.changelog} on ${to} begins with no release that lacks its tag`;
    return { ...place, plan: { type: 'nothing', sentence, hint: '', counted: [] }, done: { type: 'planned' } };
  }
  if (merged.type === 'problem') {
    const { sentence, hint } = merged;
    return { ...place, plan: { type: 'refused', sentence, hint, counted: [] }, done: { type: 'planned' } };
  }
  const { tag, version, notes, commit, date, isSigned } = merged;
  const why = `its heading in ${component.changelog}`;
  const words = { since: null, version, tag, level: 'named', why, notes, date, counted: [], files: new Map() } as const;
  return {
    ...place,
    plan: { type: 'release', ...words },
    done: isDry ? { type: 'planned' } : { type: 'tagged', commit, tag, isSigned },
  };
}
