// What is believed of GitHub's answers: only these fields, and only when they are what they should be. An answer of
// another shape is a Fault; it is never half believed.

import Type, { type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type Instant, parseInstant } from '../../base/instant.ts';
import type { ForgePerson } from '../../model/proposal.ts';
import { Fault } from '../../ports/fault.ts';

const text = Type.String({ maxLength: 4_096 });
const id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const oid = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

export const USER = Type.Object({ login: text, id });
export const APP = Type.Object({ id, slug: Type.Optional(text) });

export const REPOSITORY = Type.Object({
  id,
  full_name: text,
  default_branch: text,
  allow_merge_commit: Type.Optional(Type.Boolean()),
  allow_squash_merge: Type.Optional(Type.Boolean()),
  allow_rebase_merge: Type.Optional(Type.Boolean()),
  allow_auto_merge: Type.Optional(Type.Boolean()),
});

const side = Type.Object({ ref: text, sha: oid, repo: orNull(Type.Object({ id })) });

export const PULL = Type.Object({
  number: id,
  node_id: text,
  html_url: text,
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  draft: Type.Optional(Type.Boolean()),
  user: orNull(USER),
  updated_at: text,
  merged_at: orNull(text),
  head: side,
  base: side,
});
export type Pull = Static<typeof PULL>;
export const PULLS = Type.Array(PULL, { maxItems: 100 });

export const MERGED = Type.Object({ sha: oid, merged: Type.Boolean() });

export const REVIEWS = Type.Array(
  Type.Object({
    id,
    user: orNull(USER),
    state: text,
    commit_id: orNull(oid),
    submitted_at: Type.Optional(text),
  }),
  { maxItems: 100 },
);

export const REQUESTED = Type.Object({ users: Type.Array(USER) });

export const COMMENT = Type.Object({ id, body: Type.Optional(Type.String()), user: orNull(USER) });
export type Comment = Static<typeof COMMENT>;
export const COMMENTS = Type.Array(COMMENT, { maxItems: 100 });

export const CHECK_RUNS = Type.Object({
  total_count: id,
  check_runs: Type.Array(
    Type.Object({
      id,
      name: text,
      status: text,
      conclusion: orNull(text),
      html_url: orNull(text),
      app: orNull(Type.Object({ id })),
    }),
    { maxItems: 100 },
  ),
});

export const STATUSES = Type.Array(
  Type.Object({
    id,
    state: text,
    context: text,
    description: orNull(Type.String()),
    target_url: orNull(Type.String()),
    creator: orNull(USER),
  }),
  { maxItems: 100 },
);

export const DEPLOYMENTS = Type.Array(Type.Object({ id, task: text, environment: text, sha: oid }), { maxItems: 100 });
export const DEPLOYMENT = Type.Object({ id });
export const DEPLOYMENT_STATUSES = Type.Array(Type.Object({ id, state: text }), { maxItems: 100 });
export const CREATED = Type.Object({ id });

export function believe<S extends TSchema>(shape: S, data: unknown, what: string): Static<S> {
  if (Check(shape, data)) return data;
  throw new Fault('remote-refused', `GitHub answered something that is not ${what}`, {
    retry: 'later',
    hint: 'check that `forge.github.api` names the API of GitHub, and no proxy or page in front of it',
  });
}

export function instantOf(given: string): Instant {
  return parseInstant(given) ?? 0;
}

export function personOf(user: ForgePerson | null): ForgePerson | null {
  return user === null ? null : { login: user.login, id: user.id };
}
