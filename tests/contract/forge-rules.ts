// What GitHub's schema does not say. Each row: the rule and where it is from, what the model forge does (asked by
// plain requests), a scene in which the adapter obeys it, and a mutant of the adapter that does not. The scene has
// to tell them apart.

import { expect } from 'vitest';
import type { Fetch } from '../../engine/forge/github/wire.ts';
import type { DesiredComment, DesiredDeployment, DesiredStatus, ForgeDesired } from '../../engine/ports/forge.ts';
import type { Altered } from '../support/forge/alter.ts';
import { BOT, EVERYTHING, makeWorld, type World } from '../support/forge/model-world.ts';

export type Rule = {
  readonly rule: string;
  readonly source: string;
  readonly model: (world: World, ask: Ask) => Promise<void>;
  readonly scene: (world: World) => Promise<void>;
  readonly mutant: Altered;
};

export type Ask = (
  route: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<{ readonly status: number; readonly data: unknown; readonly headers: Headers }>;

const BRANCH = 'promote/production/v2';
const PULLS = '/repos/acme/shop/pulls';

function pushed(world: World, branch = BRANCH): string {
  return world.push(branch, { 'environments/production/web.yaml': `tag: ${branch}\n` });
}

/** A pull request of ours. */
function ours(world: World): { readonly number: number; readonly head: string } {
  const head = pushed(world);
  const { number } = world.model.state.open(world.model.state.account(BOT), BRANCH, 'main', 'production: v2', '');
  return { number, head };
}

const orderOf = (head: string) => ({ branch: BRANCH, base: 'main', head, title: 'production: v2', body: 'why' });
const open = (world: World, head: string) => world.until(world.forge.open(orderOf(head)));
const look = (world: World, more = {}) => world.until(world.forge.look({ ...EVERYTHING, ...more }));
const merge = (
  world: World,
  { number, head }: { number: number; head: string },
  method: 'merge' | 'squash' = 'merge',
) => world.until(world.forge.merge({ ...orderOf(head), number, method, message: 'Merge v2' }));
const mergeBody = (head: string) => ({ sha: head, merge_method: 'merge' });

const NOTHING: ForgeDesired = { comments: [], statuses: [], deployments: [] };
async function mirrored(world: World, desired: Partial<ForgeDesired>): Promise<void> {
  const all = { ...NOTHING, ...desired };
  world.forge.mirror(all);
  const settled = () => {
    const { pending, troubles } = world.forge.mirror(all);
    return pending === 0 || troubles.length > 0;
  };
  await world.untilTrue(settled);
}
const comment = (number: number, body: string): DesiredComment => ({ number, recorded: null, body });
const status = (world: World, more: Partial<DesiredStatus> = {}): DesiredStatus => ({
  commit: world.head('main'),
  context: 'tidegate/plan',
  state: 'success',
  description: 'planned',
  url: null,
  ...more,
});
const deployment = (world: World, more: Partial<DesiredDeployment> = {}): DesiredDeployment => ({
  run: 'production-12',
  environment: 'production',
  commit: world.head('main'),
  state: 'in_progress',
  description: 'v2',
  logUrl: null,
  environmentUrl: null,
  isProduction: true,
  ...more,
});

export const RULES: readonly Rule[] = [
  {
    rule: '`head` without its owner is silently ignored',
    source: 'gitops-promoter#1417',
    async model(world, ask) {
      ours(world);
      pushed(world, 'fix');
      world.model.state.open(world.model.state.account('ana'), 'fix', 'main', 'A fix', '');
      expect((await ask(`GET ${PULLS}?head=${BRANCH}`)).data).toHaveLength(2);
      expect((await ask(`GET ${PULLS}?head=acme:${BRANCH}`)).data).toHaveLength(1);
    },
    async scene(world) {
      const { number, head } = ours(world);
      pushed(world, 'fix');
      for (let n = 0; n < 100; n += 1) {
        world.clock.advance(1_000);
        world.model.state.open(world.model.state.account('ana'), 'fix', 'main', 'A fix', '');
      }
      expect(await open(world, head)).toMatchObject({ type: 'open', number });
    },
    mutant: { only: /GET .*\/pulls$/, url: (url) => url.replace(/head=acme(%3A|:)/, 'head=') },
  },
  {
    rule: 'a second open pull request of a head and a base is refused with 422, also while lists do not show the first',
    source: 'docs: create a pull request; lists are eventually consistent',
    async model(world, ask) {
      ours(world);
      const again = { title: 'again', head: BRANCH, base: 'main' };
      expect(await ask(`POST ${PULLS}`, again)).toMatchObject({ status: 422 });
      world.model.state.rules.listLag = 1;
      pushed(world, 'fix');
      expect(await ask(`POST ${PULLS}`, { ...again, head: 'fix' })).toMatchObject({ status: 201 });
      expect((await ask(`GET ${PULLS}`)).data).toHaveLength(1);
      expect((await ask(`GET ${PULLS}`)).data).toHaveLength(2);
    },
    async scene(world) {
      world.model.state.rules.listLag = 1;
      const { number, head } = ours(world);
      expect(await open(world, head)).toMatchObject({ type: 'open', number });
      expect(world.model.state.pulls).toHaveLength(1);
    },
    mutant: { only: /GET .*\/pulls$/, read: () => [] },
  },
  {
    rule: 'a fork may have a branch of the same name',
    source: 'docs: list pull requests, head.repo',
    async model(world, ask) {
      pushed(world);
      const mallory = world.model.state.account('mallory');
      world.model.state.open(mallory, BRANCH, 'main', 'mine', '', mallory);
      expect((await ask(`GET ${PULLS}?head=acme:${BRANCH}`)).data).toHaveLength(0);
      expect((await ask(`GET ${PULLS}?head=mallory:${BRANCH}`)).data).toHaveLength(1);
    },
    async scene(world) {
      const head = pushed(world);
      const mallory = world.model.state.account('mallory');
      world.model.state.open(mallory, BRANCH, 'main', 'mine', '', mallory);
      expect(await open(world, head)).toMatchObject({ type: 'open', number: 2 });
      expect((await look(world)).proposals.map(({ isFork }) => isFork)).toEqual([true, false]);
    },
    mutant: {
      only: /GET .*\/pulls$/,
      read: (pulls: { head: { repo: unknown }; base: { repo: unknown } }[]) =>
        pulls.map((pull) => ({ ...pull, head: { ...pull.head, repo: pull.base.repo } })),
    },
  },
  {
    rule: 'without `sha` whatever the head is by now is merged; with it, 409',
    source: 'docs: merge a pull request',
    async model(world, ask) {
      const { number } = ours(world);
      expect(await ask(`PUT ${PULLS}/${number}/merge`, mergeBody('0'.repeat(40)))).toMatchObject({ status: 409 });
      expect(await ask(`PUT ${PULLS}/${number}/merge`, {})).toMatchObject({ status: 200 });
    },
    async scene(world) {
      const { number, head } = ours(world);
      const main = world.head('main');
      const happens = () => void world.push(BRANCH, { 'README.md': 'one more\n' });
      world.model.fault({ type: 'meanwhile', only: /PUT/, times: 1, happens });
      expect(await merge(world, { number, head })).toMatchObject({ type: 'moved', head: world.head(BRANCH) });
      expect(world.head('main')).toBe(main);
    },
    mutant: { only: /PUT .*\/merge$/, sent: (body) => delete body['sha'] },
  },
  {
    rule: 'a merge is refused with 405 for a moment, in the words of a refusal',
    source: 'cli#8092',
    async model(world, ask) {
      const { number, head } = ours(world);
      world.model.state.rules.baseModified = 1;
      expect(await ask(`PUT ${PULLS}/${number}/merge`, mergeBody(head))).toMatchObject({ status: 405 });
      expect(await ask(`PUT ${PULLS}/${number}/merge`, mergeBody(head))).toMatchObject({ status: 200 });
    },
    async scene(world) {
      const one = ours(world);
      world.model.state.rules.baseModified = 1;
      await expect(merge(world, one)).rejects.toMatchObject({ code: 'remote-refused', retry: 'later' });
      expect(world.model.requests.filter(({ name }) => name.startsWith('PUT'))).toHaveLength(1);
      expect(await merge(world, one)).toMatchObject({ type: 'merged' });
    },
    mutant: { only: /PUT .*\/merge$/, again: (answered) => answered === 405 },
  },
  {
    rule: 'whether it can be merged is not known at first',
    source: 'docs: get a pull request, mergeable',
    async model(world, ask) {
      world.model.state.rules.mergeableAfter = 1;
      const { number } = ours(world);
      expect((await ask(`GET ${PULLS}/${number}`)).data).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
      expect((await ask(`GET ${PULLS}/${number}`)).data).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
    },
    async scene(world) {
      world.model.state.rules.mergeableAfter = 2;
      const one = ours(world);
      world.model.state.rules.baseModified = 1;
      await expect(merge(world, one)).rejects.toMatchObject({ code: 'remote-refused' });
      expect(await merge(world, one)).toMatchObject({ type: 'merged' });
    },
    mutant: {
      only: /graphql/,
      read: (data: unknown) => JSON.parse(JSON.stringify(data).replace('UNKNOWN', 'CONFLICTING')),
    },
  },
  {
    rule: 'where a merge queue is required, merging is refused, and only GraphQL enqueues',
    source: 'nixpkgs-merge-bot#217',
    async model(world, ask) {
      const { number, head } = ours(world);
      world.model.state.rules.isQueueRequired = true;
      expect(await ask(`PUT ${PULLS}/${number}/merge`, mergeBody(head))).toMatchObject({ status: 405 });
    },
    async scene(world) {
      const one = ours(world);
      world.model.state.rules.isQueueRequired = true;
      expect(await merge(world, one)).toEqual({ type: 'queued' });
      expect(await merge(world, one)).toEqual({ type: 'queued' });
      world.model.state.mergeQueue();
      expect(await merge(world, one)).toEqual({ type: 'merged', commit: world.head('main') });
    },
    mutant: {
      only: /graphql/,
      read: (data: unknown) =>
        JSON.parse(JSON.stringify(data).replace('"mergeQueue":{"id":"MQ_1"}', '"mergeQueue":null')),
    },
  },
  {
    rule: 'what is enqueued is the head of that moment, unless it is named',
    source: 'GraphQL: EnqueuePullRequestInput.expectedHeadOid',
    async model(world) {
      const { head } = ours(world);
      expect(head).toBe(world.model.state.pull(1)?.head.sha);
    },
    async scene(world) {
      const one = ours(world);
      world.model.state.rules.isQueueRequired = true;
      let asked = 0;
      const happens = () => {
        asked += 1;
        if (asked === 2) world.push(BRANCH, { 'README.md': 'one more\n' });
      };
      world.model.fault({ type: 'meanwhile', only: /graphql/, times: 2, happens });
      expect(await merge(world, one)).toEqual({ type: 'moved', head: world.head(BRANCH) });
    },
    mutant: {
      only: /graphql/,
      sent: (body) => {
        if (String(body['query']).includes('enqueue')) delete (body['variables'] as Record<string, unknown>)['head'];
      },
    },
  },
  {
    rule: 'auto-merge is refused for what could be merged at once, and right where a rule is not met',
    source: 'loopdive/js2#931',
    async model(world, ask) {
      const { number, head } = ours(world);
      world.model.state.rules.isBlocked = true;
      expect(await ask(`PUT ${PULLS}/${number}/merge`, mergeBody(head))).toMatchObject({ status: 405 });
    },
    async scene(world) {
      const one = ours(world);
      world.model.state.rules.isBlocked = true;
      expect(await merge(world, one, 'squash')).toEqual({ type: 'when-ready' });
      expect(world.model.state.pull(one.number)?.autoMerge).toBe('squash');
    },
    mutant: { only: /graphql/, read: (data: unknown) => JSON.parse(JSON.stringify(data).replace('BLOCKED', 'CLEAN')) },
  },
  {
    rule: 'a dismissed review keeps its place, and its state is DISMISSED',
    source: 'sutando#3774',
    async model(world, ask) {
      const { number } = ours(world);
      world.model.state.dismiss(world.model.state.review(number, 'leo', 'CHANGES_REQUESTED'));
      expect((await ask(`GET ${PULLS}/${number}/reviews`)).data).toMatchObject([{ state: 'DISMISSED' }]);
    },
    async scene(world) {
      const { number } = ours(world);
      world.model.state.review(number, 'leo', 'APPROVED');
      world.clock.advance(1_000);
      world.model.state.dismiss(world.model.state.review(number, 'leo', 'CHANGES_REQUESTED'));
      expect((await look(world)).proposals[0]?.reviews).toMatchObject([{ answer: 'withdrawn' }]);
    },
    mutant: {
      only: /reviews$/,
      read: (reviews: { state: string }[]) => reviews.filter(({ state }) => state !== 'DISMISSED'),
    },
  },
  {
    rule: 'a comment is a review, and what is pending is seen by its author only',
    source: 'docs: list reviews',
    async model(world, ask) {
      const { number } = ours(world);
      world.model.state.review(number, 'mia', 'PENDING');
      world.model.state.review(number, 'leo', 'COMMENTED');
      expect((await ask(`GET ${PULLS}/${number}/reviews`)).data).toMatchObject([{ state: 'COMMENTED' }]);
    },
    async scene(world) {
      const { number } = ours(world);
      world.model.state.review(number, 'leo', 'APPROVED');
      world.clock.advance(1_000);
      world.model.state.review(number, 'leo', 'COMMENTED');
      expect((await look(world)).proposals[0]?.reviews).toMatchObject([{ answer: 'approved' }]);
    },
    mutant: {
      only: /reviews$/,
      read: (reviews: { state: string }[]) =>
        reviews.map((one) => (one.state === 'COMMENTED' ? { ...one, state: 'DISMISSED' } : one)),
    },
  },
  {
    rule: 'an ETag is of one token, and an answer of 304 is not counted',
    source: 'otterdog#201',
    async model(world, ask) {
      const etag = (await ask(`GET ${PULLS}`)).headers.get('etag') ?? '';
      const { counted } = world.model.limits;
      expect(await ask(`GET ${PULLS}`, undefined, { 'if-none-match': etag })).toMatchObject({ status: 304 });
      expect(world.model.limits.counted).toBe(counted);
      const authorization = `token ${world.model.token('another')}`;
      expect(await ask(`GET ${PULLS}`, undefined, { 'if-none-match': etag, authorization })).toMatchObject({
        status: 200,
      });
    },
    async scene(world) {
      ours(world);
      await look(world);
      await look(world);
      const { counted } = world.model.limits;
      for (let n = 0; n < 20; n += 1) await look(world);
      expect(world.model.limits.counted).toBe(counted);
    },
    mutant: { only: /GET/, headers: (headers) => headers.delete('if-none-match') },
  },
  {
    rule: 'what is left of the allowance stands in headers; it is shared with others',
    source: 'docs: rate limits for the REST API',
    async model(world, ask) {
      world.model.limits.limit = 2;
      expect((await ask('GET /user')).headers.get('x-ratelimit-remaining')).toBe('1');
      await ask('GET /user');
      expect(await ask('GET /user')).toMatchObject({ status: 403 });
    },
    async scene(world) {
      world.model.limits.limit = 20;
      for (let n = 0; n < 24; n += 1) {
        ours(world);
        world.clock.advance(31_000);
        await look(world, { wantsReviews: () => false });
      }
      expect(world.model.limits.counted).toBeLessThanOrEqual(16);
    },
    mutant: { only: /./, told: (headers) => headers.delete('x-ratelimit-remaining') },
  },
  {
    rule: 'a secondary limit says for how long; who goes on is banned',
    source: 'docs: best practices, secondary rate limits',
    async model(world, ask) {
      for (let n = 0; n < 80; n += 1)
        await ask(`POST /repos/acme/shop/statuses/${world.head('main')}`, { state: 'success' });
      const refused = await ask(`POST /repos/acme/shop/statuses/${world.head('main')}`, { state: 'success' });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('retry-after')).toBe('60');
    },
    async scene(world) {
      const reply = { status: 403, data: { message: 'You have exceeded a secondary rate limit' } };
      world.model.fault({ type: 'answer', only: /pulls/, times: 1, reply, headers: { 'retry-after': '300' } });
      const facts = await look(world);
      expect(facts).toMatchObject({ reachable: false, nextAt: world.clock.now() + 300_000 });
      const asked = world.model.requests.length;
      world.clock.advance(290_000);
      expect(await look(world)).toMatchObject({ reachable: false });
      expect(world.model.requests).toHaveLength(asked);
      world.clock.advance(11_000);
      expect(await look(world)).toMatchObject({ reachable: true });
    },
    mutant: { only: /./, told: (headers) => headers.delete('retry-after') },
  },
  {
    rule: 'GraphQL says in an answer of 200 that it is asked too much',
    source: 'docs: rate limits for the GraphQL API',
    async model(world) {
      expect(world.model.requests).toEqual([]);
    },
    async scene(world) {
      const one = ours(world);
      const reply = {
        status: 200,
        data: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
      };
      world.model.fault({ type: 'answer', only: /graphql/, times: 1, reply });
      await expect(merge(world, one)).rejects.toMatchObject({ code: 'remote-limited', afterMs: 60_000 });
    },
    mutant: { only: /graphql/, read: () => ({ data: null, errors: [{ message: 'no' }] }) },
  },
  {
    rule: 'after a rename the old name leads to the repository',
    source: 'docs: best practices, follow redirects',
    async model(world, ask) {
      world.model.rename('store');
      expect(await ask('GET /repos/acme/shop')).toMatchObject({ status: 301 });
    },
    async scene(world) {
      ours(world);
      world.model.rename('store');
      expect(await look(world)).toMatchObject({ reachable: true, proposals: [{ number: 1 }] });
    },
    mutant: { only: /./, url: (url) => url.replace('/repos/acme/shop', '/repos/acme/shop-of-before') },
  },
  {
    rule: 'a write is done although its answer is lost',
    source: 'octokit/plugin-retry.js: a POST that got a 502 is sent again',
    async model(world, ask) {
      const { number } = ours(world);
      world.model.fault({ type: 'lost', only: /POST/, times: 1 });
      await expect(ask(`POST /repos/acme/shop/issues/${number}/comments`, { body: 'a plan' })).rejects.toThrow();
      expect(world.model.state.comments).toHaveLength(1);
    },
    async scene(world) {
      const { number } = ours(world);
      world.model.fault({ type: 'lost', only: /POST .*comments/, times: 1 });
      await mirrored(world, { comments: [comment(number, 'a plan')] });
      const posts = world.model.requests.filter(({ name }) => name.startsWith('POST'));
      expect([world.model.state.comments.length, posts.length]).toEqual([1, 0]);
    },
    mutant: { only: /POST .*comments/, again: (answered) => answered === null },
  },
  {
    rule: 'anybody may write a comment with our marker',
    source: 'docs: create an issue comment',
    async model(world, ask) {
      const { number } = ours(world);
      await ask(`POST /repos/acme/shop/issues/${number}/comments`, { body: '<!-- tidegate:plan:1 -->' });
      expect(world.model.state.comments).toHaveLength(1);
    },
    async scene(world) {
      const { number } = ours(world);
      const theirs = world.model.state.comment(
        number,
        'mallory',
        '<!-- tidegate:plan:1 digest=000000000000 -->\nlive at once',
      );
      await mirrored(world, { comments: [comment(number, 'a plan')] });
      expect(theirs.edits).toBe(0);
      expect(world.model.state.comments.map(({ by }) => by.login)).toEqual(['mallory', BOT]);
    },
    mutant: {
      only: /GET .*comments$/,
      read: (comments: { user: { login: string } }[]) =>
        comments.map((one) => ({ ...one, user: { ...one.user, id: 1_001 } })),
    },
  },
  {
    rule: 'a comment has at most 65,536 characters',
    source: 'dead-ends in many bots: 422 above it',
    async model(world, ask) {
      const { number } = ours(world);
      const body = 'x'.repeat(65_537);
      expect(await ask(`POST /repos/acme/shop/issues/${number}/comments`, { body })).toMatchObject({ status: 422 });
    },
    async scene(world) {
      const { number } = ours(world);
      await mirrored(world, { comments: [comment(number, 'all of it\n'.repeat(20_000))] });
      expect(world.model.state.comments).toHaveLength(1);
    },
    mutant: {
      only: /POST .*comments/,
      sent: (body) => Object.assign(body, { body: `${body['body']}${'x'.repeat(10_000)}` }),
    },
  },
  {
    rule: 'the words of a status have at most 140 characters',
    source: 'docs: commit statuses',
    async model(world, ask) {
      const body = { state: 'success', description: 'x'.repeat(141) };
      expect(await ask(`POST /repos/acme/shop/statuses/${world.head('main')}`, body)).toMatchObject({ status: 422 });
    },
    async scene(world) {
      await mirrored(world, { statuses: [status(world, { description: 'é'.repeat(300) })] });
      expect(world.model.state.statuses).toMatchObject([{ description: `${'é'.repeat(139)}…` }]);
    },
    mutant: {
      only: /POST .*statuses/,
      sent: (body) => Object.assign(body, { description: `${body['description']}x` }),
    },
  },
  {
    rule: 'a commit takes 1,000 statuses of one context, and then no more',
    source: 'gitlab#9133',
    async model(world, ask) {
      const { state } = world.model;
      const one = { sha: world.head('main'), context: 'default', state: 'pending', description: null, url: null };
      for (let n = 0; n < 1_000; n += 1) state.statuses.push({ ...one, id: n, by: state.account('ci') });
      const route = `POST /repos/acme/shop/statuses/${world.head('main')}`;
      expect(await ask(route, { state: 'success' })).toMatchObject({ status: 422 });
    },
    async scene(world) {
      const { state } = world.model;
      const one = { sha: world.head('main'), context: 'tidegate/plan', state: 'error', description: null, url: null };
      for (let n = 0; n < 100; n += 1) state.statuses.push({ ...one, id: n, by: state.account(BOT) });
      for (let n = 0; n < 110; n += 1)
        await mirrored(world, { statuses: [status(world, { state: n % 2 === 0 ? 'success' : 'pending' })] });
      expect(world.model.state.statuses.length).toBe(200);
    },
    mutant: { only: /POST .*statuses/, again: () => true },
  },
  {
    rule: 'a deployment merges the default branch into what is deployed, unless told otherwise',
    source: 'docs: create a deployment, auto_merge',
    async model(world, ask) {
      const body = { ref: world.head('main'), required_contexts: [] };
      expect(await ask('POST /repos/acme/shop/deployments', body)).toMatchObject({ status: 202 });
    },
    async scene(world) {
      await mirrored(world, { deployments: [deployment(world)] });
      expect(world.model.state.deployments).toMatchObject([
        { task: 'tidegate:production-12', states: [{ state: 'in_progress' }] },
      ]);
    },
    mutant: { only: /POST .*deployments$/, sent: (body) => delete body['auto_merge'] },
  },
  {
    rule: 'a deployment asks for every status to be green, unless told otherwise',
    source: 'slashdeploy#1, ghup#135',
    async model(world, ask) {
      const { state } = world.model;
      const one = { sha: world.head('main'), context: 'ci', state: 'failure', description: null, url: null };
      state.statuses.push({ ...one, id: 1, by: state.account('ci') });
      const body = { ref: world.head('main'), auto_merge: false };
      expect(await ask('POST /repos/acme/shop/deployments', body)).toMatchObject({ status: 409 });
    },
    async scene(world) {
      const { state } = world.model;
      const one = { sha: world.head('main'), context: 'ci', state: 'failure', description: null, url: null };
      state.statuses.push({ ...one, id: 1, by: state.account('ci') });
      await mirrored(world, { deployments: [deployment(world)] });
      expect(state.deployments).toHaveLength(1);
    },
    mutant: { only: /POST .*deployments$/, sent: (body) => delete body['required_contexts'] },
  },
  {
    rule: 'a deployment has no name, but is found by its task',
    source: 'docs: list deployments, task',
    async model(world, ask) {
      const body = {
        ref: world.head('main'),
        auto_merge: false,
        required_contexts: [],
        task: 'tidegate:production-12',
      };
      await ask('POST /repos/acme/shop/deployments', body);
      expect((await ask('GET /repos/acme/shop/deployments?task=tidegate:production-12')).data).toHaveLength(1);
      expect((await ask('GET /repos/acme/shop/deployments?task=deploy')).data).toHaveLength(0);
    },
    async scene(world) {
      world.model.fault({ type: 'lost', only: /POST .*deployments$/, times: 1 });
      await mirrored(world, { deployments: [deployment(world)] });
      await mirrored(world, { deployments: [deployment(world, { state: 'success' })] });
      await mirrored(world, { deployments: [deployment(world, { state: 'in_progress' })] });
      expect(world.model.state.deployments.map(({ states }) => states.map(({ state }) => state))).toEqual([
        ['in_progress', 'success'],
      ]);
    },
    mutant: { only: /POST .*deployments$/, sent: (body) => delete body['task'] },
  },
];

/** `change`: a mutant, between the adapter and the model forge. */
export async function play(
  change: ((fetch: Fetch) => Fetch) | undefined,
  act: (world: World) => Promise<void>,
): Promise<void> {
  const world = await makeWorld(change);
  try {
    await act(world);
    expect(world.model.violations).toEqual([]);
  } finally {
    await world.end();
  }
}
