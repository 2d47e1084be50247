// Every policy that a version meets on its way into an environment: the environment's, those of its stages, those that the
// version adds to its own stages; as they are now, and as they were before the change where both have to allow.

import type { PolicyConfig } from '../model/config.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import type { Directory } from '../model/policy-facts.ts';
import type { Version } from '../model/version.ts';

export type AskedPolicies = {
  /** The people and teams that go with them. */
  readonly directory: Directory;
  /** Asked when a run is granted. */
  readonly own: readonly PolicyConfig[];
  /** Asked when a stage starts. */
  readonly ofStages: readonly PolicyConfig[];
};

export function askedPolicies(environment: ObservedEnvironment, version: Version): readonly AskedPolicies[] {
  const { gates, former, versions } = environment;
  const config = versions.get(version.commit);
  const names = config?.type === 'read' ? config.pipeline.stages.flatMap((stage) => stage.policies) : [];
  const added = names.flatMap((name) =>
    gates !== null && Object.hasOwn(gates.named, name) ? [gates.named[name]] : [],
  );
  return [gates, ...former].flatMap((gate) => {
    if (gate === null) return [];
    const stages = [...gate.stages.flatMap(({ policies }) => policies), ...added];
    const ofStages = stages.filter((policy) => policy !== undefined);
    return [{ directory: gate, own: gate.policies, ofStages: [...new Set(ofStages)] }];
  });
}
