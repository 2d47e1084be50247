// What became of every version: deployed, failed and rolled back, refused by its own tests, or superseded by a newer
// one before its turn came. A good version that failed, or a bad one that stayed, is a breach, whatever happened
// around it.

import type { HistoryJson, RunJson } from '../../../engine/contract/run.ts';
import type { StatusJson } from '../../../engine/contract/status.ts';
import { waitFor } from '../patience.ts';
import type { Breach } from '../witness.ts';
import type { Standing } from './standing.ts';
import type { SteadyWorld } from './world.ts';

export type Accounts = {
  readonly deployed: number;
  readonly rolledBack: number;
  readonly failed: number;
  /** Versions that never began: a newer one came first, or the environment that they follow said no. */
  readonly passedOver: number;
  readonly runs: number;
  readonly breaches: readonly Breach[];
};

/** Several polls. */
const BEGINS_MS_MAX = 240_000;

export async function accountFor(
  world: SteadyWorld,
  standing: Standing,
  offered: ReadonlySet<string>,
): Promise<Accounts> {
  const { runs } = await printed<HistoryJson>(world, ['history', '--json', '--limit', '999999']);
  const deploys = runs.filter(({ kind }) => kind === 'deploy');
  const ended = (outcome: RunJson['outcome']) => deploys.filter((run) => run.outcome === outcome).length;
  const breaches: Breach[] = [];
  // The program's own word, held against what the ledgers' indexes count.
  const counted = standing.totals().runs;
  if (runs.length !== counted) breaches.push(unsound(`history has ${runs.length} runs, the ledgers ${counted}`));
  const begun = new Set<string>();
  for (const run of runs) {
    const app = (await standing.app(run.version.commit, run.environment))?.trim() ?? 'nothing';
    begun.add(`${run.environment} ${app}`);
    const isBad = /broken|untested/.test(app);
    const stages = run.stages.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
    const what = `${run.id} (${run.kind} of "${app}": ${stages})`;
    if (isBad && run.outcome === 'Succeeded') breaches.push(unsound(`${what} succeeded`));
    if (!isBad && run.outcome !== 'Succeeded' && run.outcome !== 'Superseded' && run.outcome !== 'Cancelled')
      breaches.push(unsound(`${what} ended ${run.outcome}`));
    // Only what never touched the target has nothing to roll back.
    if (app.includes('broken') && run.kind === 'deploy' && run.outcome === 'Failed' && run.previous !== null)
      breaches.push(unsound(`${what} was not rolled back`));
  }
  return {
    deployed: ended('Succeeded'),
    rolledBack: ended('RolledBack'),
    failed: ended('Failed') + ended('Errored'),
    passedOver: [...offered].filter((version) => !begun.has(version)).length,
    runs: runs.length,
    breaches,
  };
}

/**
 * Before the last release: anyone who does not run what the branch says must say why, in words. What failed in the
 * environment that another follows never gets to that one: it is up to date with its source, then, and says so.
 */
export async function unexplained(world: SteadyWorld): Promise<readonly Breach[]> {
  let left: readonly Breach[] = [];
  // What was let in a moment ago is about to begin: a person may have approved it just now.
  await waitFor(async () => {
    left = await unexplainedNow(world);
    return left.length === 0;
  }, BEGINS_MS_MAX);
  return left;
}

async function unexplainedNow(world: SteadyWorld): Promise<readonly Breach[]> {
  const { environments } = await printed<StatusJson>(world, ['status', '--json']);
  return environments.flatMap(({ name, condition, waiting, quarantine, reason, sentence }) => {
    // What failed here is not tried again until people push another: the life is full of those.
    const isForPeople = reason === 'Quarantined' || reason === 'HeldBack';
    if (condition === 'Stalled' && !isForPeople) return [unsound(`${name} is Stalled: ${sentence}`)];
    const isLive = world.live(name) === world.wanted(name);
    const source = world.roster.find((each) => each.name === name)?.source ?? null;
    const follows = source !== null && reason === `up to date with ${source}`;
    const isExplained = follows || quarantine.length > 0 || (waiting !== null && waiting.sentence !== '');
    return isLive || isExplained ? [] : [unsound(`${name} does not run what main says, and says only "${sentence}"`)];
  });
}

async function printed<T>(world: SteadyWorld, args: readonly string[]): Promise<T> {
  const { code, out, err } = await world.ask(args);
  if (code !== 0) throw new Error(`tidegate ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

function unsound(sentence: string): Breach {
  return { kind: 'unsound', sentence };
}
