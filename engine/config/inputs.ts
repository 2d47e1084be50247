// An environment's inputs: the paths whose git ids are a version's content here (DESIGN 2, "What a version is here").
// A commit that leaves all of them alone is no new version.

import type { Config, EnvironmentConfig } from '../model/config.ts';
import { pathsNamed, type Tree } from './paths-named.ts';

const SCRIPTS = 'scripts';
const ENVIRONMENTS = 'environments';

/** Sorted and minimal: a path inside another one is left out. Empty for an environment that is not in the config. */
export function inputsOf(config: Config, environment: string, tree: Tree): readonly string[] {
  return makeInputs(config, tree)(environment);
}

/** For many environments of one configuration: most run the same lines, and each is read once. */
export function makeInputs(config: Config, tree: Tree): (environment: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  const usedBy = (line: string): readonly string[] => {
    const before = known.get(line);
    if (before !== undefined) return before;
    const used = pathsNamed(line, tree)
      .filter((path) => isAnybodys(path))
      .map(wholeOf);
    known.set(line, used);
    return used;
  };
  return (environment) => {
    const found = config.environments[environment];
    if (found === undefined) return [];
    const used = linesOf(config, found).flatMap((line) => usedBy(resolved(line, found)));
    return minimal([`${ENVIRONMENTS}/${environment}`, `pipelines/${found.pipeline}.yaml`, ...used, ...found.paths]);
  };
}

/** What the shell is given to run for this environment. */
function linesOf(config: Config, environment: EnvironmentConfig): readonly string[] {
  const stages = config.pipelines[environment.pipeline]?.stages ?? [];
  const lines = stages.flatMap((stage) => stage.steps).flatMap(({ scripts }) => scripts);
  return [...lines, ...environment.target.scripts];
}

/** With what is known before there is a run: the name of the environment and its variables. */
function resolved(line: string, { name, variables }: EnvironmentConfig): string {
  if (!line.includes('$')) return line;
  return line
    .replace(/\$\{\{\s*([\w.]+)\s*\}\}/g, (whole, key: string) => {
      if (key === 'environment.name') return name;
      const variable = key.startsWith('variables.') ? key.slice('variables.'.length) : '';
      return Object.hasOwn(variables, variable) ? (variables[variable] ?? whole) : '$TIDEGATE';
    })
    .replace(/\$\{?TIDEGATE_ENVIRONMENT\}?(?!\w)/g, name);
}

/**
 * The folders of environments are their own: another's is not in the export, and all of them would be everybody's.
 */
function isAnybodys(path: string): boolean {
  return path !== ENVIRONMENTS && !path.startsWith(`${ENVIRONMENTS}/`);
}

/** Scripts call each other. */
function wholeOf(path: string): string {
  return path.startsWith(`${SCRIPTS}/`) ? SCRIPTS : path;
}

function minimal(paths: readonly string[]): readonly string[] {
  const sorted = [...new Set(paths)].sort();
  return sorted.filter((path) => !sorted.some((other) => path.startsWith(`${other}/`)));
}
