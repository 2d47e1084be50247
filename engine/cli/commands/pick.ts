// What a person named (an environment, a version, a run), found or refused with what was probably meant. A wrong name
// is wrong usage; a repository that cannot be used at all says so first.

import { nearest, suggestion } from '../../config/suggest.ts';
import type { Commands, Snapshot } from '../../controller/commands/commands.ts';
import type { ObservedEnvironment } from '../../model/observed.ts';
import type { Run } from '../../model/run.ts';
import type { Version } from '../../model/version.ts';
import { unknown, unusable } from '../failure.ts';

export function pickEnvironment(snapshot: Snapshot, name: string): ObservedEnvironment {
  const found = snapshot.observed.environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const names = environmentNames(snapshot);
  if (names.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  throw unknown(`there is no environment ${name}`, suggestion(name, names, 'environments'));
}

function environmentNames({ observed, config }: Snapshot): readonly string[] {
  const observedNames = observed.environments.map((environment) => environment.name);
  return [...new Set([...observedNames, ...Object.keys(config?.environments ?? {})])].sort();
}

export async function pickVersion(commands: Commands, name: string): Promise<Version> {
  const version = await commands.version(name);
  if (version === null)
    throw unknown(
      `there is no tag, branch or commit ${name} in the repository`,
      'a commit needs at least its first 7 digits',
    );
  return version;
}

const RUN_ID = /^([a-z0-9][a-z0-9-]*)-([1-9][0-9]*)$/;

export async function pickRun(commands: Commands, id: string): Promise<Run> {
  const environment = RUN_ID.exec(id)?.[1];
  if (environment === undefined)
    throw unknown(
      `${id} is not the name of a run`,
      'a run is called <env>-<n>, such as production-12; `tidegate history` lists them',
    );
  const run = await commands.run(id);
  if (run !== null) return run;
  throw unknown(`there is no run ${id}`, `\`tidegate history ${environment}\` lists the runs there`);
}

/** For a name that stands in a list: what was probably meant. */
export function meant(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === null ? `known: ${names.join(', ')}` : `did you mean ${near}?`;
}

/** The zone for instants in text: the repository's own. */
export function zoneOf(snapshot: Snapshot): string {
  return snapshot.config?.repository.timezone ?? 'UTC';
}
