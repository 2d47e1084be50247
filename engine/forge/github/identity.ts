// Which repository this is and who we are in it, asked once. A repository is its number: after a rename GitHub leads
// from the old name to it, until somebody else takes that name.

import type { ForgePerson } from '../../model/proposal.ts';
import { Fault } from '../../ports/fault.ts';
import type { Rank } from './budget.ts';
import type { Answer, Client } from './client.ts';
import { APP, believe, REPOSITORY, USER } from './shapes.ts';

export type Identity = {
  readonly repositoryId: number;
  readonly me: ForgePerson;
  readonly allows: {
    readonly merge: boolean;
    readonly squash: boolean;
    readonly rebase: boolean;
    readonly auto: boolean;
  };
};

export type Repository = {
  readonly owner: string;
  readonly name: string;
  /** `/repos/acme/shop` */
  readonly path: string;
  identity(rank: Rank): Promise<Identity>;
};

export function createRepository(client: Client, fullName: string, isApp: boolean): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  let known: Identity | null = null;
  return {
    owner,
    name,
    path,
    async identity(rank) {
      if (known !== null) return known;
      const found = expect(
        await client.call({ rank, kind: 'read', route: `GET ${path}` }),
        `the repository ${fullName}`,
      );
      const repository = believe(REPOSITORY, found.data, 'a repository');
      const me = await (isApp ? whoTheAppIs(client, rank) : whoTheTokenIs(client, rank));
      known = {
        repositoryId: repository.id,
        me,
        allows: {
          merge: repository.allow_merge_commit ?? true,
          squash: repository.allow_squash_merge ?? true,
          rebase: repository.allow_rebase_merge ?? true,
          auto: repository.allow_auto_merge ?? false,
        },
      };
      return known;
    },
  };
}

async function whoTheTokenIs(client: Client, rank: Rank): Promise<ForgePerson> {
  const { data } = expect(await client.call({ rank, kind: 'read', route: 'GET /user' }), 'who the token belongs to');
  const { login, id } = believe(USER, data, 'an account');
  return { login, id };
}

/** What an App writes is by an account of its own, `name[bot]`, whose number is not that of the App. */
async function whoTheAppIs(client: Client, rank: Rank): Promise<ForgePerson> {
  const app = expect(await client.call({ rank, kind: 'read', route: 'GET /app', asApp: true }), 'which App this is');
  const { slug } = believe(APP, app.data, 'an App');
  const route = `GET /users/${encodeURIComponent(`${slug}[bot]`)}`;
  const { login, id } = believe(
    USER,
    expect(await client.call({ rank, kind: 'read', route }), `the account of the App ${slug}`).data,
    'an account',
  );
  return { login, id };
}

/** A write that was taken. */
export function expectTaken(answer: Answer, what: string): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Fault('remote-refused', `GitHub does not take ${what}: ${answer.status} ${answer.words}`, {
    retry: 'later',
    hint: 'the words are those of GitHub; check the rights of the login',
  });
}

/** An answer that has to be a yes. */
export function expect(answer: Answer, what: string): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Fault('remote-auth', `GitHub does not show ${what}: ${answer.status} ${answer.words}`, {
    retry: 'later',
    hint: 'check `forge.github.repository`, and that the login may read it (a login without rights is told "Not Found")',
  });
}
