// Statuses on commits, written only where they differ: GitHub takes 1,000 for each commit and context, and then no
// more.

import type { DesiredStatus } from '../../ports/forge.ts';
import type { Client } from './client.ts';
import { expect, expectTaken, type Repository } from './identity.ts';
import { believe, CREATED, STATUSES } from './shapes.ts';

const DESCRIPTION_MAX = 140;
/** So many changes of one status are a loop of ours, or somebody's who writes the same one. */
const WRITES_MAX = 200;

export type WrittenStatus = { readonly text: string; readonly writes: number };

export async function writeStatus(
  client: Client,
  { path }: Repository,
  wanted: () => DesiredStatus | null,
  before: WrittenStatus | null,
): Promise<WrittenStatus | null> {
  const desired = wanted();
  if (desired === null) return null;
  const known = before ?? (await find(client, path, desired));
  if (known.text === statusText(desired)) return known;
  if (known.writes >= WRITES_MAX) return { ...known, text: statusText(desired) };
  let text = '';
  const answer = await client.call({
    rank: 'status',
    kind: 'write',
    route: `POST ${path}/statuses/${desired.commit}`,
    params: () => {
      const now = wanted();
      if (now === null) return null;
      text = statusText(now);
      return {
        state: now.state,
        context: now.context,
        description: fitted(now.description),
        ...(now.url === null ? {} : { target_url: now.url }),
      };
    },
  });
  if (answer.status === 0) return null;
  believe(CREATED, expectTaken(answer, `the status ${desired.context}`).data, 'a status');
  return { text, writes: known.writes + 1 };
}

async function find(client: Client, path: string, { commit, context }: DesiredStatus): Promise<WrittenStatus> {
  const answer = await client.call({
    rank: 'status',
    kind: 'read',
    route: `GET ${path}/commits/${commit}/statuses`,
    params: () => ({ per_page: 100 }),
  });
  const all = believe(STATUSES, expect(answer, 'the statuses of a commit').data, 'a list of statuses');
  const same = all.filter((one) => one.context.toLowerCase() === context.toLowerCase());
  const [newest] = same;
  const text = newest === undefined ? '' : sayStatus(newest.state, newest.description ?? '', newest.target_url ?? '');
  return { text, writes: same.length };
}

export function statusText({ state, description, url }: DesiredStatus): string {
  return sayStatus(state, fitted(description), url ?? '');
}

function sayStatus(state: string, description: string, url: string): string {
  return `${state}\n${description}\n${url}`;
}

/** By characters as people see them: none is cut in two. */
export function fitted(text: string): string {
  if (text.length <= DESCRIPTION_MAX) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > DESCRIPTION_MAX - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
