// Every policy that a version meets on its way into an environment: the environment's, those of its stages, those
// that the version adds to its own stages; as they are in force, and as the head says them where both have to allow.
// What is left out here is not found out about, not overridden and not accounted for: nothing else puts such a list
// together.

import type { PolicyConfig } from './config.ts';
import type { VersionConfig } from './observed.ts';
import { type Side, sidesOf } from './sides.ts';

export type AskedPolicies = {
  /** With the people and teams that go with them. */
  readonly side: Side;
  /** Asked when a run is granted. */
  readonly own: readonly PolicyConfig[];
  /** Asked when a stage starts. */
  readonly ofStages: readonly PolicyConfig[];
};

type Gated = Parameters<typeof sidesOf>[0];
/** What the versions in question say themselves; undefined for one that nobody could read. */
type Versions = Iterable<VersionConfig | undefined>;

/** One entry for each side. */
export function askedPolicies(gated: Gated, versions: Versions): readonly AskedPolicies[] {
  const names = [...versions].flatMap((version) =>
    version?.type === 'read' ? version.pipeline.stages.flatMap(({ policies }) => policies) : [],
  );
  const added = policiesNamed(names, gated.gates?.named ?? {});
  return sidesOf(gated).map((side) => {
    const ofStages = new Set([...side.stages.flatMap(({ policies }) => policies), ...added]);
    return { side, own: side.policies, ofStages: [...ofStages] };
  });
}

/** All of them, each once; what is in force before what only the head says. */
export function everyPolicy(gated: Gated, versions: Versions): readonly PolicyConfig[] {
  return [...new Set(askedPolicies(gated, versions).flatMap(({ own, ofStages }) => [...own, ...ofStages]))];
}

/** In the order of the names. A name that is no policy names none: anyone who reads the configuration says so. */
export function policiesNamed(
  names: readonly string[],
  policies: Readonly<Record<string, PolicyConfig>>,
): readonly PolicyConfig[] {
  return [...new Set(names)].flatMap((name) => (Object.hasOwn(policies, name) ? (policies[name] ?? []) : []));
}
