// Commands over stories instead of a repository: what a face asks is answered from memory, what it appends is folded
// into the story, and both can be looked at afterwards.

import type { Problem } from '../../engine/base/problem.ts';
import type { Commands, SimulationAsk, SimulationEnd, Snapshot } from '../../engine/controller/commands/commands.ts';
import type { VerifyReport } from '../../engine/controller/ledger/verify-report.ts';
import type { Decision } from '../../engine/explain/simulate-lane.ts';
import { fold } from '../../engine/ledger/fold.ts';
import type { EventRecord, NewEvent } from '../../engine/ledger/records/table.ts';
import type { Config } from '../../engine/model/config.ts';
import { emptyState, REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { Run } from '../../engine/model/run.ts';
import type { Version } from '../../engine/model/version.ts';
import { Fault } from '../../engine/ports/fault.ts';
import { configOf } from './config-builders.ts';
import { ANA, observedBy, type Story, version } from './observed-builders.ts';

export type FakeCommands = Commands & {
  /** `sign` where it was asked for. */
  readonly appended: { readonly environment: string; readonly event: NewEvent; readonly sign?: true }[];
  readonly isClosed: () => boolean;
};

export type FakeRepository = {
  readonly stories: readonly Story[];
  readonly now: number;
  readonly identity?: string;
  readonly problems?: readonly Problem[];
  /** False: nothing of the head can be used. */
  readonly hasConfig?: boolean;
  readonly verify?: VerifyReport;
  readonly diff?: string;
  readonly decisions?: readonly Decision[];
  readonly simulated?: (ask: SimulationAsk) => SimulationEnd;
  readonly release?: Commands['release'];
  /** When commits were made. */
  readonly committed?: ReadonlyMap<string, number>;
  /** Asked each time a run is read, so that a test can let it go on. */
  readonly onRun?: (id: string) => void;
};

export function fakeCommands(repository: FakeRepository): FakeCommands {
  const { stories, now, identity = ANA } = repository;
  const appended: FakeCommands['appended'] = [];
  let all = emptyState(REPOSITORY_LEDGER);
  let isClosed = false;
  const story = (name: string) => stories.find((each) => each.name === name);
  const known = () => stories.flatMap((each) => [...each.observed().versions.keys()]);
  return {
    appended,
    isClosed: () => isClosed,
    snapshot: async (options = {}): Promise<Snapshot> => {
      const shown = stories.filter(({ name }) => options.environment === undefined || name === options.environment);
      const config = repository.hasConfig === false ? null : configOver(stories);
      const wanted = repository.hasConfig === false ? [] : shown;
      return {
        observed: { ...observedBy(...wanted), repository: { type: 'read', state: all } },
        now,
        head: version('head').commit,
        config,
        problems: repository.problems ?? [],
      };
    },
    archive: async function* (environment) {
      yield* story(environment)?.ended ?? [];
    },
    run: async (id): Promise<Run | null> => {
      repository.onRun?.(id);
      const all = stories.flatMap(({ state, ended }) => [...state.open, ...ended]);
      return all.find((run) => run.id === id) ?? null;
    },
    append: async (environment, event, { sign = false } = {}) => {
      appended.push({ environment, event, ...(sign ? { sign } : {}) });
      const written = { commit: '3f2a1b7'.padEnd(40, '0'), ref: `refs/heads/tidegate/${environment}`, signed: sign };
      if (environment === REPOSITORY_LEDGER) {
        const folded = fold(all, { ...event, id: `${event.type}:${all.seq}`, at: now, by: identity } as EventRecord);
        if (folded.type === 'refused') throw new Error(folded.sentence);
        all = folded.state;
        return written;
      }
      const told = story(environment);
      if (sign && told !== undefined) {
        const signers = new Map(told.observed().signers);
        told.observes({ signers: signers.set(`${event.type}:${told.state.seq}`, { type: 'signed', by: identity }) });
      }
      told?.at(new Date(now).toISOString().slice(0, 16).replace('T', ' ')).event(event, identity);
      return written;
    },
    version: async (name): Promise<Version | null> => {
      const wanted = version(name);
      if (known().includes(wanted.commit)) return wanted;
      const commit = known().find((each) => name.length >= 7 && each.startsWith(name));
      return commit === undefined ? null : { commit, tag: null };
    },
    diff: async () => repository.diff ?? '',
    simulate: async (ask, each) => {
      for (const decision of repository.decisions ?? []) each(decision);
      return repository.simulated?.(ask) ?? { type: 'unknown-branch' };
    },
    merged: async ({ branch }) => ({ type: 'unknown-branch', branch, now }),
    setValue: async () => ({ type: 'committed', commit: 'c'.repeat(40) }),
    mergeBranch: async () => ({ type: 'merged', commit: 'b'.repeat(40) }),
    release: async (ask) => {
      if (repository.release === undefined) throw new Error('this story releases nothing');
      return repository.release(ask);
    },
    commitTimes: async (commits) =>
      new Map(
        commits.flatMap((commit) =>
          repository.committed?.has(commit) ? [[commit, repository.committed.get(commit) ?? 0]] : [],
        ),
      ),
    verify: async () => repository.verify ?? { refs: 0, commits: 0, records: 0, problems: [] },
    identity: async () => {
      if (identity === '')
        throw new Fault('usage', 'git does not know who you are', { retry: 'never', hint: 'tell it' });
      return identity;
    },
    close: async () => {
      isClosed = true;
    },
  };
}

/** The people and the ledger of the whole repository are those that its environments see. */
function configOver(stories: readonly Story[]): Config {
  const config = configOf(...stories.map(({ name }) => name));
  const gates = stories.map((each) => each.observed().gates).find((each) => each !== null);
  if (gates === undefined) return config;
  const { people, teams, signatures } = gates;
  const { ledger } = config.repository;
  return { ...config, repository: { ...config.repository, people, teams, ledger: { ...ledger, signatures } } };
}
