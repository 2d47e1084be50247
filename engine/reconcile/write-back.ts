// A rollback that Tidegate began is written back to Git, so that Git and reality agree again: first the intent, with
// all that decides the commit, then the effect, then what became of it.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { EnvironmentConfig, StageConfig } from '../model/config.ts';
import { writeBackId } from '../model/outside-effect.ts';
import type { Run } from '../model/run.ts';
import { lowestUnusedPatchTag } from '../model/tag-version.ts';
import { sayVersion } from '../model/version.ts';
import type { Draft } from './draft.ts';
import { carryOut } from './outside-effect.ts';

export function writeBack(draft: Draft, run: Run): 'done' | 'under-way' {
  if (run.writeBack === null) {
    if (run.previous === null) return 'done';
    intend(draft, run, run.previous);
  }
  const intended = draft.openRun(run.id).writeBack;
  if (intended === null || intended.ended !== null) return 'done';
  const { ended, ...intent } = intended;
  return carryOut(draft, run, {
    type: 'outside',
    id: writeBackId(run.id),
    kind: 'write-back',
    environment: run.environment,
    run: run.id,
    payload: { ...intent, reason: run.reason ?? run.because },
  });
}

function intend(draft: Draft, run: Run, bad: NonNullable<Run['previous']>): void {
  const { writeBack: facts, gates } = draft.environment;
  const paths = differingPaths(bad.contents.inputs, run.contents.inputs);
  // A broken head must not decide how a rollback is written: then what the version itself says counts.
  const config = draft.environment.versions.get(run.version.commit);
  const settings = gates?.environment ?? (config?.type === 'read' ? config.environment : null);
  const follows = settings?.follow.type ?? 'branch';
  const tag =
    follows === 'tags' && bad.version.tag !== null
      ? lowestUnusedPatchTag(bad.version.tag, new Set([...facts.tagNames, ...draft.state.writtenTags]))
      : null;
  draft.run(run.id, {
    type: 'effect-intended',
    effect: writeBackId(run.id),
    kind: 'write-back',
    payload: {
      branch: facts.branch,
      from: bad.version,
      to: run.version,
      paths,
      tag,
      onlyBranch: sharedPath(paths, facts.otherInputs) ?? otherGates(draft, run, paths),
    },
  });
  // Whatever else came onto the branch since is merged with, or stands in the way: only a branch that is good again
  // needs nothing, because a newer version that still holds the bad change would only fail once more.
  const isGoodAgain = follows !== 'tags' && facts.digestAtHead === run.contents.digest;
  if (paths.length === 0 || isGoodAgain) {
    const sentence =
      paths.length === 0
        ? `${sayVersion(bad.version)} and ${sayVersion(run.version)} have the same contents: nothing to write back`
        : `${facts.branch} has the contents of ${sayVersion(run.version)} again: nothing to write back`;
    draft.run(run.id, {
      type: 'effect-ended',
      effect: writeBackId(run.id),
      kind: 'write-back',
      result: { result: 'unneeded', commit: null, tag: null, branch: null, sentence },
    });
  }
}

function differingPaths(
  bad: Readonly<Record<string, string | null>>,
  good: Readonly<Record<string, string | null>>,
): string[] {
  const paths = new Set([...Object.keys(bad), ...Object.keys(good)]);
  return [...paths].filter((path) => (bad[path] ?? null) !== (good[path] ?? null)).sort();
}

/**
 * What is restored may say who must approve, or when: gates that were set since would be gone, and nobody would have
 * said so. A deployment that fails must not be a way past them.
 */
function otherGates(
  { environment: { name, gates, versions } }: Draft,
  run: Run,
  paths: readonly string[],
): string | null {
  const good = versions.get(run.version.commit);
  if (gates === null || good?.type !== 'read') return null;
  const files = [`environments/${name}/environment.yaml`, `pipelines/${gates.environment.pipeline}.yaml`];
  if (!files.some((file) => paths.some((path) => file === path || file.startsWith(`${path}/`)))) return null;
  const now = gates.stages.map((stage) => ({ ...stage, policies: stage.policies.map((policy) => policy.name) }));
  if (gateText(gates.environment, now) === gateText(good.environment, good.pipeline.stages)) return null;
  return `${name} had other gates at ${sayVersion(run.version)}, which would come back with it`;
}

function gateText(
  environment: EnvironmentConfig,
  stages: readonly Pick<StageConfig, 'name' | 'skippable' | 'policies'>[],
) {
  const { follow, policies, pipeline, queue, paths, rollbackBy } = environment;
  const gated = stages.map(({ name, skippable, policies: own }) => ({ name, skippable, own }));
  return canonicalJson({ follow, policies, pipeline, queue, paths, rollbackBy, gated } as Json);
}

/** Restoring a path that another environment also reads would change that environment: people must decide. */
function sharedPath(paths: readonly string[], others: readonly string[]): string | null {
  const within = (a: string, b: string) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  const shared = paths.find((path) => others.some((other) => within(path, other)));
  return shared === undefined ? null : `${shared} is also an input of another environment`;
}
