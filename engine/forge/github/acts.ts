// Opening, closing and asking for reviews. Each looks first and changes what is not there yet; after a no it looks
// again, and decides by what is. GitHub hears `head` only with its owner, else it silently tells any pull request:
// what comes back is checked, and a fork's branch of the same name is none of ours.

import { Fault } from '../../ports/fault.ts';
import type { Closed, CloseOrder, Opened, OpenOrder, Requested, ReviewOrder } from '../../ports/forge.ts';
import type { Client } from './client.ts';
import { expect, type Repository } from './identity.ts';
import { readReviews } from './reviews.ts';
import { believe, PULL, PULLS, type Pull, REQUESTED, USER } from './shapes.ts';

export async function openPull(client: Client, repository: Repository, order: OpenOrder): Promise<Opened> {
  const found = await pullsOf(client, repository, order);
  const known = openedOf(found, order);
  if (known !== null) return known;
  const answer = await client.call({
    rank: 'act',
    kind: 'write',
    route: `POST ${repository.path}/pulls`,
    params: () => ({ title: order.title, body: order.body, head: order.branch, base: order.base }),
  });
  if (answer.status === 201) {
    const { number, html_url } = believe(PULL, answer.data, 'a pull request');
    return { type: 'open', number, url: html_url };
  }
  const since = openedOf(await pullsOf(client, repository, order), order);
  if (since !== null) return since;
  // A list lags: one that was opened before may not be in it yet. It is asked again, and a real no stays one.
  throw refusedFault(`opening a pull request of ${order.branch}`, answer.words);
}

/** An open one of the branch is the one, whatever its head is by now; a closed one only of the very commit. */
function openedOf(pulls: readonly Pull[], { head }: OpenOrder): Opened | null {
  const open = pulls.find(({ state }) => state === 'open');
  if (open !== undefined) return { type: 'open', number: open.number, url: open.html_url };
  const closed = pulls.find((pull) => pull.head.sha === head);
  return closed === undefined ? null : { type: 'closed', number: closed.number, url: closed.html_url };
}

async function pullsOf(client: Client, repository: Repository, { branch, base }: OpenOrder): Promise<readonly Pull[]> {
  const { repositoryId } = await repository.identity('act');
  const answer = await client.call({
    rank: 'act',
    kind: 'read',
    route: `GET ${repository.path}/pulls`,
    params: () => ({ head: `${repository.owner}:${branch}`, base, state: 'all', per_page: 100 }),
  });
  const pulls = believe(PULLS, expect(answer, 'its pull requests').data, 'a list of pull requests');
  return pulls.filter(
    (pull) => pull.head.ref === branch && pull.head.repo?.id === repositoryId && pull.base.ref === base,
  );
}

export async function readPull(client: Client, { path }: Repository, number: number): Promise<Pull> {
  const answer = await client.call({ rank: 'act', kind: 'read', route: `GET ${path}/pulls/${number}` });
  return believe(PULL, expect(answer, `#${number}`).data, 'a pull request');
}

export async function closePull(client: Client, repository: Repository, order: CloseOrder): Promise<Closed> {
  if (order.number === null) return withoutNumber(order.branch);
  const { repositoryId, me } = await repository.identity('act');
  const pull = await readPull(client, repository, order.number);
  if (pull.state === 'closed') return { type: 'closed' };
  if (pull.head.sha !== order.head) return { type: 'moved', head: pull.head.sha };
  if (pull.head.repo?.id !== repositoryId || pull.head.ref !== order.branch || pull.user?.id !== me.id)
    return { type: 'refused', sentence: `#${order.number} was not opened by ${me.login}: it is left as it is` };
  const answer = await client.call({
    rank: 'act',
    kind: 'write',
    route: `PATCH ${repository.path}/pulls/${order.number}`,
    params: () => ({ state: 'closed' }),
  });
  if (answer.status === 200) return { type: 'closed' };
  throw refusedFault(`closing #${order.number}`, answer.words);
}

/** One after another: a login that cannot be asked would take the others with it. */
export async function requestReviews(client: Client, repository: Repository, order: ReviewOrder): Promise<Requested> {
  const { number } = order;
  if (number === null) return withoutNumber(order.branch);
  const route = `${repository.path}/pulls/${number}/requested_reviewers`;
  const now = await client.call({ rank: 'act', kind: 'read', route: `GET ${route}` });
  const { users } = believe(REQUESTED, expect(now, `who is asked about #${number}`).data, 'a list of reviewers');
  const { reviews } = await readReviews(client, repository, number, null, 'act');
  const given = reviews.filter(({ commit }) => commit === order.head).map(({ by }) => by.id);
  const asked: string[] = [];
  const unknown: string[] = [];
  for (const person of order.people) {
    const login = await loginOf(client, person);
    if (login === null) {
      unknown.push(`${person.login}: no such account`);
      continue;
    }
    if (users.some((one) => one.id === login.id) || given.includes(login.id)) continue;
    const answer = await client.call({
      rank: 'act',
      kind: 'write',
      route: `POST ${route}`,
      params: () => ({ reviewers: [login.login] }),
    });
    if (answer.status === 201) asked.push(login.login);
    else unknown.push(`${login.login}: ${answer.words}`);
  }
  return { type: 'requested', asked, unknown };
}

/** By the number where it is known: the login may be somebody else's by now. */
async function loginOf(client: Client, { login, id }: ReviewOrder['people'][number]) {
  const route = id === null ? `GET /users/${encodeURIComponent(login)}` : `GET /user/${id}`;
  const answer = await client.call({ rank: 'act', kind: 'read', route });
  return answer.status === 404 ? null : believe(USER, expect(answer, `the account of ${login}`).data, 'an account');
}

export function withoutNumber(branch: string): { readonly type: 'refused'; readonly sentence: string } {
  return { type: 'refused', sentence: `no pull request of ${branch} is known here` };
}

export function refusedFault(what: string, words: string): Fault {
  return new Fault('remote-refused', `GitHub refuses ${what}: ${words}`, {
    retry: 'later',
    hint: 'the words are those of GitHub; check its rules for this branch and the rights of the login',
  });
}
