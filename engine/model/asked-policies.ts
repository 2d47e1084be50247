// Every policy that a version meets on its way into an environment: the environment's, those of its stages, those that the
// version adds to its own stages; as they are now, and as they were before the change where both have to allow. What is
// left out here is not found out about, not lifted and not accounted for: nothing else puts such a list together.

import type { PolicyConfig } from './config.ts';
import type { ObservedEnvironment, VersionConfig } from './observed.ts';
import type { Directory } from './policy-facts.ts';

export type AskedPolicies = {
  /** The people and teams that go with them. */
  readonly directory: Directory;
  /** Asked when a run is granted. */
  readonly own: readonly PolicyConfig[];
  /** Asked when a stage starts. */
  readonly ofStages: readonly PolicyConfig[];
};

type Gated = Pick<ObservedEnvironment, 'gates' | 'former'>;
/** What the versions in question say themselves; undefined for one that nobody could read. */
type Versions = Iterable<VersionConfig | undefined>;

/** One entry for the gates of the head, and one for each that was in force before the change. */
export function askedPolicies({ gates, former }: Gated, versions: Versions): readonly AskedPolicies[] {
  const names = [...versions].flatMap((version) =>
    version?.type === 'read' ? version.pipeline.stages.flatMap(({ policies }) => policies) : [],
  );
  const added = policiesNamed(names, gates?.named ?? {});
  return [gates, ...former].flatMap((gate) => {
    if (gate === null) return [];
    const ofStages = new Set([...gate.stages.flatMap(({ policies }) => policies), ...added]);
    return [{ directory: gate, own: gate.policies, ofStages: [...ofStages] }];
  });
}

/** All of them, each once; those in force now before those of before the change. */
export function everyPolicy(gated: Gated, versions: Versions): readonly PolicyConfig[] {
  return [...new Set(askedPolicies(gated, versions).flatMap(({ own, ofStages }) => [...own, ...ofStages]))];
}

/** In the order of the names. A name that is no policy names none: whoever reads the configuration says so. */
export function policiesNamed(
  names: readonly string[],
  policies: Readonly<Record<string, PolicyConfig>>,
): readonly PolicyConfig[] {
  return [...new Set(names)].flatMap((name) => (Object.hasOwn(policies, name) ? (policies[name] ?? []) : []));
}
