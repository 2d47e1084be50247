// GitHub's own page of environments shows our runs. A deployment has no name, but a task, and GitHub finds it by
// that: one run is one task. `auto_merge` and `required_contexts` are always told, since what GitHub does without
// them is to merge the default branch into what is deployed, and to refuse until every status is green.

import type { DesiredDeployment } from '../../ports/forge.ts';
import type { Client } from './client.ts';
import { expect, expectTaken, type Repository } from './identity.ts';
import { fitted } from './mirror-statuses.ts';
import { believe, DEPLOYMENT, DEPLOYMENT_STATUSES, DEPLOYMENTS } from './shapes.ts';

export type WrittenDeployment = { readonly id: number; readonly state: DesiredDeployment['state'] | null };

/** What is over does not begin once more. */
const ORDER: Readonly<Record<DesiredDeployment['state'], number>> = {
  queued: 0,
  in_progress: 1,
  success: 2,
  failure: 2,
  error: 2,
  inactive: 3,
};

export function needsWrite(desired: DesiredDeployment, written: WrittenDeployment | null): boolean {
  if (written === null || written.state === null) return true;
  return ORDER[desired.state] > ORDER[written.state];
}

export async function writeDeployment(
  client: Client,
  { path }: Repository,
  wanted: () => DesiredDeployment | null,
  before: WrittenDeployment | null,
): Promise<WrittenDeployment | null> {
  const desired = wanted();
  if (desired === null) return null;
  const known = before ?? (await find(client, path, desired)) ?? (await create(client, path, desired));
  if (!needsWrite(desired, known)) return known;
  let state: DesiredDeployment['state'] | null = null;
  const answer = await client.call({
    rank: 'deployment',
    kind: 'write',
    route: `POST ${path}/deployments/${known.id}/statuses`,
    params: () => {
      const now = wanted();
      if (now === null) return null;
      state = now.state;
      return {
        state,
        description: fitted(now.description),
        environment: now.environment,
        // A later run says of an earlier one that it is over, and GitHub cannot know better.
        auto_inactive: false,
        ...(now.logUrl === null ? {} : { log_url: now.logUrl }),
        ...(now.environmentUrl === null ? {} : { environment_url: now.environmentUrl }),
      };
    },
  });
  if (answer.status === 0) return known;
  expectTaken(answer, `the state of ${desired.run}`);
  return { id: known.id, state };
}

async function find(client: Client, path: string, desired: DesiredDeployment): Promise<WrittenDeployment | null> {
  const answer = await client.call({
    rank: 'deployment',
    kind: 'read',
    route: `GET ${path}/deployments`,
    params: () => ({ task: taskOf(desired), environment: desired.environment, per_page: 100 }),
  });
  const all = believe(DEPLOYMENTS, expect(answer, 'its deployments').data, 'a list of deployments');
  const first = all.filter(({ task }) => task === taskOf(desired)).sort((a, b) => a.id - b.id)[0];
  if (first === undefined) return null;
  const told = await client.call({
    rank: 'deployment',
    kind: 'read',
    route: `GET ${path}/deployments/${first.id}/statuses`,
    params: () => ({ per_page: 100 }),
  });
  const states = believe(DEPLOYMENT_STATUSES, expect(told, `the states of ${desired.run}`).data, 'a list of states');
  const [newest] = states;
  return { id: first.id, state: newest === undefined ? null : stateOf(newest.state) };
}

function stateOf(state: string): DesiredDeployment['state'] | null {
  switch (state) {
    case 'queued':
    case 'in_progress':
    case 'success':
    case 'failure':
    case 'error':
    case 'inactive':
      return state;
    default:
      return null;
  }
}

async function create(client: Client, path: string, desired: DesiredDeployment): Promise<WrittenDeployment> {
  const answer = await client.call({
    rank: 'deployment',
    kind: 'write',
    route: `POST ${path}/deployments`,
    params: () => ({
      ref: desired.commit,
      task: taskOf(desired),
      environment: desired.environment,
      description: fitted(desired.description),
      auto_merge: false,
      required_contexts: [],
      production_environment: desired.isProduction,
    }),
  });
  return {
    id: believe(DEPLOYMENT, expectTaken(answer, `a deployment of ${desired.run}`).data, 'a deployment').id,
    state: null,
  };
}

function taskOf({ run }: DesiredDeployment): string {
  return `tidegate:${run}`;
}
