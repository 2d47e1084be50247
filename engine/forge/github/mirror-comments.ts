// One comment a proposal, edited in place: found by the id that is recorded, else by its marker and by being ours. A
// comment of somebody else with our marker is theirs. One of ours that a person deleted comes back only with other
// words.

import type { DesiredComment } from '../../ports/forge.ts';
import type { Client } from './client.ts';
import { expect, expectTaken, type Repository } from './identity.ts';
import { bounded, digestOf, isMarked, marked } from './marker.ts';
import { believe, COMMENT, COMMENTS, type Comment } from './shapes.ts';

/** `id` null: it was deleted, and is not made again while its words are those. */
export type Written = { readonly id: number | null; readonly digest: string };

const PER_PAGE = 100;
const PAGES_MAX = 10;

/** Null: nothing was wanted any more when the turn came. */
export async function writeComment(
  client: Client,
  repository: Repository,
  wanted: () => DesiredComment | null,
  before: Written | null,
): Promise<Written | null> {
  const desired = wanted();
  if (desired === null) return null;
  const { number } = desired;
  const known = before ?? (await find(client, repository, desired));
  if (known !== null && known.digest === digestOf(bounded(desired.body))) return known;
  return known === null || known.id === null
    ? await make(client, repository, number, wanted)
    : await edit(client, repository, known.id, number, wanted);
}

async function find(client: Client, repository: Repository, desired: DesiredComment): Promise<Written | null> {
  const { me } = await repository.identity('comment');
  const { recorded, number } = desired;
  if (recorded !== null) {
    const route = `GET ${repository.path}/issues/comments/${recorded.id}`;
    const answer = await client.call({ rank: 'comment', kind: 'read', route });
    if (answer.status !== 404) {
      const comment = believe(COMMENT, expect(answer, `the plan of #${number}`).data, 'a comment');
      if (comment.user?.id === me.id) return writtenOf(comment);
    }
  }
  const first = await onlyOne(client, repository, number, me.id);
  if (first !== null) return writtenOf(first);
  return recorded === null ? null : { id: null, digest: recorded.digest };
}

/** The oldest of ours; those beside it go. Null where there is none. */
async function onlyOne(client: Client, repository: Repository, number: number, me: number): Promise<Comment | null> {
  const ours = (await listComments(client, repository, number)).filter(
    ({ user, body }) => user?.id === me && isMarked(body ?? ''),
  );
  const [first, ...others] = ours.sort((a, b) => a.id - b.id);
  for (const { id } of others)
    await client.call({ rank: 'comment', kind: 'write', route: `DELETE ${repository.path}/issues/comments/${id}` });
  return first ?? null;
}

function writtenOf({ id, body }: Comment): Written {
  return { id, digest: digestOf(body ?? '') };
}

async function listComments(client: Client, { path }: Repository, number: number): Promise<Comment[]> {
  const all: Comment[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const answer = await client.call({
      rank: 'comment',
      kind: 'read',
      route: `GET ${path}/issues/${number}/comments`,
      params: () => ({ per_page: PER_PAGE, page }),
    });
    const comments = believe(COMMENTS, expect(answer, `the comments of #${number}`).data, 'a list of comments');
    all.push(...comments);
    if (comments.length < PER_PAGE) break;
  }
  return all;
}

async function make(
  client: Client,
  repository: Repository,
  number: number,
  wanted: () => DesiredComment | null,
): Promise<Written | null> {
  let digest = '';
  const answer = await client.call({
    rank: 'comment',
    kind: 'write',
    route: `POST ${repository.path}/issues/${number}/comments`,
    params: () => textOf(wanted(), (made) => (digest = made)),
  });
  if (answer.status === 0) return null;
  const { id } = believe(COMMENT, expectTaken(answer, `a comment on #${number}`).data, 'a comment');
  // Another controller may have made one in the same moment: of those who look afterwards, the last one sees both.
  const { me } = await repository.identity('comment');
  const first = await onlyOne(client, repository, number, me.id);
  return first === null || first.id === id ? { id, digest } : writtenOf(first);
}

async function edit(
  client: Client,
  repository: Repository,
  id: number,
  number: number,
  wanted: () => DesiredComment | null,
): Promise<Written | null> {
  let digest = '';
  const answer = await client.call({
    rank: 'comment',
    kind: 'write',
    route: `PATCH ${repository.path}/issues/comments/${id}`,
    params: () => textOf(wanted(), (made) => (digest = made)),
  });
  if (answer.status === 0) return null;
  // A person has deleted it, and what is to be said is other than what they deleted.
  if (answer.status === 404) return await make(client, repository, number, wanted);
  expectTaken(answer, `the plan of #${number}`);
  return { id, digest };
}

function textOf(desired: DesiredComment | null, tell: (digest: string) => void) {
  if (desired === null) return null;
  const body = bounded(desired.body);
  tell(digestOf(body));
  return { body: marked(body) };
}
