// What became of a change after it was merged, environment by environment: whether it waits, runs, is live, went
// back, or was passed by a newer one. Told from the ledger's state and by the functions that decide.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { pendingStage, type Run } from '../model/run.ts';
import type { Version } from '../model/version.ts';
import type { Leaf } from './leaves.ts';
import { whyOf } from './why.ts';

/** A merged change: the commit that brought it, and what it made of each environment's contents. */
export type MergedChange = {
  readonly commit: string;
  /** Digest of the contents by environment; only where the change made them different. */
  readonly contents: ReadonlyMap<string, string>;
};

type StoryState = 'waits' | 'running' | 'live' | 'rolled-back' | 'failed' | 'replaced';

export type EnvironmentStory = {
  readonly name: string;
  readonly state: StoryState;
  readonly version: Version;
  /** The run that brought it, or brings it; null while it waits. */
  readonly run: string | null;
  /** When the state began; null where it is not known any more. */
  readonly since: Instant | null;
  readonly sentence: string;
  /** The rules in the way while it waits. */
  readonly leaves: readonly Leaf[];
  /** Of the run while it is open: name, and how it ended where it has. */
  readonly stages: readonly { readonly name: string; readonly outcome: string | null }[];
};

/** Sorted by name; environments that are gone are left out. */
export function storyOf(
  observed: Observed,
  { commit, contents }: MergedChange,
  now: Instant,
): readonly EnvironmentStory[] {
  return [...contents.keys()].sort().flatMap((name) => {
    const environment = observed.environments.find((each) => each.name === name);
    const digest = contents.get(name);
    if (environment === undefined || digest === undefined) return [];
    return [inEnvironment(environment, observed, { commit, digest }, now)];
  });
}

function inEnvironment(
  environment: ObservedEnvironment,
  observed: Observed,
  { commit, digest }: { readonly commit: string; readonly digest: string },
  now: Instant,
): EnvironmentStory {
  const { name } = environment;
  const { current, open, newest } = environment.ledger.state;
  const nothing = { name, leaves: [], stages: [] } as const;
  const run = open.find((each) => each.contents.digest === digest && each.failure === null);
  if (run !== undefined) {
    const { id, version, openedAt } = run;
    return {
      ...nothing,
      state: 'running',
      version,
      run: id,
      since: openedAt,
      sentence: sayAt(run),
      stages: stagesOf(run),
    };
  }
  if (current !== null && current.contents.digest === digest) {
    const { version, since } = current;
    return { ...nothing, state: 'live', version, run: current.run, since, sentence: `live, by ${current.run}` };
  }
  const ended = newest.find((each) => each.digest === digest && each.kind !== 'rollback');
  if (ended !== undefined) {
    const { id, version, outcome, sentence, endedAt } = ended;
    const state = outcome === 'Succeeded' ? 'replaced' : outcome === 'RolledBack' ? 'rolled-back' : 'failed';
    return { ...nothing, state, version, run: id, since: endedAt, sentence };
  }
  const offer = environment.offers.find((each) => each.contents.digest === digest);
  const version = offer?.version ?? { commit, tag: null };
  const { verdict, leaves } = whyOf(environment, observed, now, version);
  const sentence = verdict.status === 'allowed' ? 'it is allowed, and starts at the next look' : verdict.sentence;
  return { ...nothing, state: 'waits', version, run: null, since: null, sentence, leaves };
}

function sayAt(run: Run): string {
  const stage = pendingStage(run);
  return stage === null ? `${run.id} is about to end` : `${run.id} is at ${stage.name}`;
}

function stagesOf({ stages }: Run): EnvironmentStory['stages'] {
  return stages.map(({ name, outcome, skipped }) => ({ name, outcome: skipped ? 'skipped' : outcome }));
}
