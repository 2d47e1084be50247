// What can be asked, as functions of the commands over one repository: the same answers, by the same functions, that
// the command line prints with --json. Nothing is kept between two questions.

import type { Instant } from '../base/instant.ts';
import { planJson } from '../contract/plan.ts';
import { historyJson, showJson } from '../contract/run.ts';
import { statusJson } from '../contract/status.ts';
import { whenJson } from '../contract/when.ts';
import { whyJson } from '../contract/why.ts';
import type { Commands, Snapshot } from '../controller/commands/commands.ts';
import { newestRuns } from '../controller/commands/newest-runs.ts';
import { planOf } from '../explain/plan.ts';
import { standingOf } from '../explain/standing.ts';
import { whenOf } from '../explain/when.ts';
import { whyOf } from '../explain/why.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import type { Version } from '../model/version.ts';
import { unknown, unusable } from './refusal.ts';

export type Answer<Json> = {
  readonly json: Json;
  /** The moment that it is true of, and the commit of the configuration; null while there is none. */
  readonly now: Instant;
  readonly head: string | null;
};

export async function askStatus(commands: Commands, name: string | null) {
  const snapshot = await commands.snapshot(name === null ? {} : { environment: name });
  const { observed, now } = snapshot;
  const environments = name === null ? allOf(snapshot) : [environmentOf(snapshot, name)];
  const standings = environments.map((each) => standingOf(each, observed, now));
  const warnings = observed.placeWarning === undefined ? [] : [observed.placeWarning];
  return answer(snapshot, statusJson(standings, warnings));
}

export async function askWhy(commands: Commands, environment: string, version: string | null) {
  const found = version === null ? null : await versionOf(commands, version);
  const snapshot = await commands.snapshot(
    found === null ? { environment } : { environment, versions: [found.commit] },
  );
  const observed = environmentOf(snapshot, environment);
  return answer(snapshot, whyJson(whyOf(observed, snapshot.observed, snapshot.now, found ?? undefined)));
}

export async function askWhen(commands: Commands, version: string, name: string | null) {
  const found = await versionOf(commands, version);
  const snapshot = await commands.snapshot({ versions: [found.commit] });
  if (name === null) allOf(snapshot);
  else environmentOf(snapshot, name);
  const zone = snapshot.config?.repository.timezone ?? 'UTC';
  const whens = whenOf(snapshot.observed, snapshot.now, found, zone);
  return answer(
    snapshot,
    whenJson(
      whens.filter((each) => name === null || each.name === name),
      found,
      snapshot.now,
    ),
  );
}

export async function askHistory(commands: Commands, name: string | null, limit: number, at: Instant | null) {
  const snapshot = await commands.snapshot(name === null ? {} : { environment: name });
  const environments = name === null ? allOf(snapshot) : [environmentOf(snapshot, name)];
  return answer(snapshot, historyJson(await newestRuns(commands, environments, limit, at)));
}

export async function askRun(commands: Commands, id: string) {
  const environment = /^([a-z0-9][a-z0-9-]*)-[1-9][0-9]*$/.exec(id)?.[1];
  if (environment === undefined) {
    throw unknown(`${id} is not the name of a run`, 'a run is called <env>-<n>, such as production-12');
  }
  const run = await commands.run(id);
  if (run === null) throw unknown(`there is no run ${id}`, `the history of ${environment} lists the runs there`);
  return answer(await commands.snapshot({ environment: run.environment }), showJson(run));
}

export async function askPlan(commands: Commands, name: string | null) {
  const snapshot = await commands.snapshot(name === null ? {} : { environment: name });
  const environments = name === null ? allOf(snapshot) : [environmentOf(snapshot, name)];
  return answer(snapshot, planJson(planOf({ ...snapshot.observed, environments }, snapshot.now), snapshot.now));
}

function answer<Json>({ now, head }: Snapshot, json: Json): Answer<Json> {
  return { json, now, head };
}

function allOf({ observed, config, problems }: Snapshot): readonly ObservedEnvironment[] {
  if (observed.environments.length === 0 && config === null) throw unusable(problems);
  return observed.environments;
}

function environmentOf(snapshot: Snapshot, name: string): ObservedEnvironment {
  const { observed, config, problems } = snapshot;
  const found = observed.environments.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = Object.keys(config?.environments ?? {}).sort();
  if (names.length === 0 && config === null) throw unusable(problems);
  throw unknown(
    `there is no environment ${name}`,
    names.length === 0 ? 'there is none yet' : `known: ${names.join(', ')}`,
  );
}

async function versionOf(commands: Commands, name: string): Promise<Version> {
  const version = await commands.version(name);
  if (version !== null) return version;
  throw unknown(
    `there is no tag, branch or commit ${name} in the repository`,
    'a commit needs at least its first 7 digits',
  );
}
