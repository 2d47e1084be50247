// Mirrors: one comment, one status, one deployment, written when they differ and when there is room.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../../engine/forge/github/marker.ts';
import type { DesiredComment, Forge, ForgeDesired } from '../../../../engine/ports/forge.ts';
import { BOT, makeWorld, type World } from '../../../support/forge/model-world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
  world.model.state.open(world.model.state.account(BOT), 'promote/production/v2', 'main', 'production: v2', '');
});
afterEach(async () => {
  await world.end();
  expect(world.model.violations).toEqual([]);
});

const NOTHING: ForgeDesired = { comments: [], statuses: [], deployments: [] };
const comment = (body: string, recorded: DesiredComment['recorded'] = null) => ({ number: 1, recorded, body });

async function mirror(desired: Partial<ForgeDesired>, forge: Forge = world.forge) {
  const all = { ...NOTHING, ...desired };
  forge.mirror(all);
  await world.untilTrue(() => {
    const { pending, troubles } = forge.mirror(all);
    return pending === 0 || troubles.length > 0;
  });
  return forge.mirror(all);
}

describe('the plan comment', () => {
  test('twenty changes are one comment, edited in place', async () => {
    for (let n = 1; n <= 20; n += 1) await mirror({ comments: [comment(`plan ${n}`)] });
    expect(world.model.state.comments).toMatchObject([{ edits: 19, body: expect.stringContaining('plan 20') }]);
    await mirror({ comments: [comment('plan 20')] });
    expect(world.model.state.comments).toMatchObject([{ edits: 19 }]);
  });

  test('only the newest is written where several were wanted meanwhile', async () => {
    world.forge.mirror({ ...NOTHING, comments: [comment('one')] });
    for (const body of ['two', 'three', 'four']) world.forge.mirror({ ...NOTHING, comments: [comment(body)] });
    await mirror({ comments: [comment('five')] });
    expect(world.model.state.comments).toMatchObject([{ body: expect.stringContaining('five') }]);
    expect(world.model.limits.writes.length).toBeLessThanOrEqual(2);
  });

  test('another life finds it by its marker, and says its id for the record', async () => {
    const { comments } = await mirror({ comments: [comment('plan')] });
    const again = await mirror({ comments: [comment('plan')] }, world.another());
    expect(again.comments).toEqual(comments);
    expect(again.comments).toEqual([{ number: 1, id: world.model.state.comments[0]?.id, digest: digestOf('plan') }]);
    await mirror({ comments: [comment('another plan')] }, world.another());
    expect(world.model.state.comments).toMatchObject([{ edits: 1 }]);
  });

  test('of two of ours the first stays', async () => {
    const { state } = world.model;
    const body = '<!-- tidegate:plan:1 digest=000000000000 -->\nplan';
    const first = state.comment(1, BOT, body);
    state.comment(1, BOT, body);
    await mirror({ comments: [comment('plan')] });
    expect(state.comments).toEqual([first]);
  });

  test('one that a person deleted comes back only when there is something else to say', async () => {
    const { comments } = await mirror({ comments: [comment('plan')] });
    const recorded = comments[0] ?? null;
    world.model.state.comments.length = 0;
    const another = world.another();
    await mirror({ comments: [comment('plan', recorded)] }, another);
    expect(world.model.state.comments).toEqual([]);
    await mirror({ comments: [comment('another plan', recorded)] }, another);
    await mirror({ comments: [comment('a third one', recorded)] }, world.another());
    expect(world.model.state.comments).toMatchObject([{ edits: 1 }]);
  });

  test('what GitHub refuses is said, and not tried again before it is another, or an hour has passed', async () => {
    const reply = { status: 403, data: { message: 'Resource not accessible by integration' } };
    world.model.fault({ type: 'answer', only: /POST .*comments/, times: 2, reply });
    const { troubles } = await mirror({ comments: [comment('plan')] });
    expect(troubles).toEqual(['GitHub does not take a comment on #1: 403 Resource not accessible by integration']);
    const tried = () => world.model.requests.filter(({ name }) => name.startsWith('POST')).length;
    world.clock.advance(1_800_000);
    await mirror({ comments: [comment('plan')] });
    expect(tried()).toBe(1);
    await mirror({ comments: [comment('another plan')] });
    expect(tried()).toBe(2);
    await mirror({ comments: [comment('a third plan')] });
    expect(world.model.state.comments).toMatchObject([{ body: expect.stringContaining('a third plan') }]);
  });
});
