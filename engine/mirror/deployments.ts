// Runs as the deployments that a forge shows: one deployment a run, with the state that it has now. States that are
// past are not told any more, so that a burst costs two writes a run and not five.

import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Outcome } from '../model/record.ts';
import { pendingStage, type Run } from '../model/run.ts';
import { fitting } from './fitting.ts';

/** Of the runs that ended: what a forge was told of the ones before is there to stay. */
const ENDED_MAX = 3;

export type ShownDeployment = {
  readonly run: string;
  readonly environment: string;
  readonly commit: string;
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  readonly description: string;
  readonly logUrl: null;
  readonly environmentUrl: string | null;
  readonly isProduction: boolean;
};

/** Of the environments that `forge.deployments` names. */
export function deploymentsOf(observed: Observed, names: readonly string[]): readonly ShownDeployment[] {
  return observed.environments.filter(({ name }) => names.includes(name)).flatMap(ofEnvironment);
}

function ofEnvironment(environment: ObservedEnvironment): readonly ShownDeployment[] {
  const { name, gates, ledger } = environment;
  const config = gates?.environment ?? null;
  const common = {
    environment: name,
    logUrl: null,
    environmentUrl: config?.url ?? null,
    // Where a person has to type the words before something is destroyed, people depend on it.
    isProduction: config?.confirm === true || /^prod/i.test(name),
  } as const;
  const ended = ledger.state.newest.slice(0, ENDED_MAX).map(({ id, version, outcome, sentence }) => ({
    ...common,
    run: id,
    commit: version.commit,
    state: STATES[outcome],
    description: fitting(sentence),
  }));
  const open = ledger.state.open.map((run) => ({
    ...common,
    run: run.id,
    commit: run.version.commit,
    state: run.startedAt === null ? ('queued' as const) : ('in_progress' as const),
    description: fitting(sayOpen(run)),
  }));
  return [...ended.toReversed(), ...open];
}

const STATES: Readonly<Record<Outcome, ShownDeployment['state']>> = {
  Succeeded: 'success',
  Failed: 'failure',
  RolledBack: 'failure',
  Superseded: 'inactive',
  Cancelled: 'inactive',
  Errored: 'error',
};

function sayOpen(run: Run): string {
  if (run.failure !== null) return run.failure.sentence;
  const stage = pendingStage(run);
  return stage === null ? 'about to end' : `at ${stage.name}`;
}
