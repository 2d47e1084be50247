// An environment's inputs: the paths whose git ids are a version's content here (DESIGN 2, "What a version is here").
// A commit that leaves all of them alone is no new version.

import type { Config, EnvironmentConfig } from '../model/config.ts';
import { scriptPath } from './script-path.ts';

const SCRIPTS = 'scripts';

/** Sorted and minimal: a path inside another one is left out. Empty for an environment that is not in the config. */
export function inputsOf(config: Config, environment: string, tree: { has(path: string): boolean }): readonly string[] {
  const found = config.environments[environment];
  if (found === undefined) return [];
  const called = scriptsCalled(config, found).filter((path) => tree.has(path));
  const scripts = called.map((path) => (path.startsWith(`${SCRIPTS}/`) ? SCRIPTS : path));
  return minimal([`environments/${environment}`, `pipelines/${found.pipeline}.yaml`, ...scripts, ...found.paths]);
}

function scriptsCalled(config: Config, environment: EnvironmentConfig): readonly string[] {
  const stages = config.pipelines[environment.pipeline]?.stages ?? [];
  const lines = stages.flatMap((stage) => stage.steps).flatMap((step) => (step.type === 'run' ? [step.run] : []));
  const target = environment.target;
  if (target.type === 'script') lines.push(target.apply, ...(target.observe === null ? [] : [target.observe]));
  return lines.flatMap((line) => scriptPath(line) ?? []);
}

function minimal(paths: readonly string[]): readonly string[] {
  const sorted = [...new Set(paths)].sort();
  return sorted.filter((path) => !sorted.some((other) => path.startsWith(`${other}/`)));
}
