// Words on a change of gates: whose count, for what and for how long. A yes is for one change after one serial, by
// somebody who did not make it, where it can be told that they said it.

import { describe, expect, test } from 'vitest';
import { tidegateYaml } from '../../support/gates-cast.ts';
import { type GatesWorld, type GatesWorldOptions, gatesWorld } from '../../support/gates-world.ts';

const LEADS = 'leads: [ana, dan], qa: [kim]';
const TIGHT = 'approval: { require: [{ from: leads, count: 2 }] }\n';
const APPROVED = 'approval: { require: [{ from: leads, count: 1 }] }\n';
const LOOSE = 'window: { timezone: UTC, allow: [{ days: mon-sun }] }\n';
const HOUR = 3_600_000;

/** Dan's version runs under `approved`; eve's waits, and she has pushed a looser policy. */
async function attacked(
  options: GatesWorldOptions = {},
  who: 'eve' | 'ana' = 'eve',
  loose = LOOSE,
): Promise<GatesWorld> {
  const world = await gatesWorld(
    { production: { policies: '[approved]' } },
    { tidegate: tidegateYaml(LEADS), ...options },
  );
  const good = await world.releases('dan', 'good');
  await world.looks();
  await world.approves('ana', good);
  await world.looks();
  await world.releases('eve', 'evil');
  await world.rules(who, { approved: loose });
  await world.looks();
  return world;
}

async function refused(world: GatesWorld, sentence: string): Promise<void> {
  const before = world.live();
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([before, 1]);
  expect((await world.pending()).waits).toContain(sentence);
}

async function accepted(world: GatesWorld): Promise<void> {
  await world.looks();
  expect(world.state().gates).toMatchObject({ serial: 2, on: 'words' });
}

describe('whose', () => {
  test('of the author: nobody accepts their own, another of the group does', async () => {
    const world = await attacked({}, 'ana');
    expect(await world.refusal('ana', 'approved')).toBe('ana made this change, and nobody accepts their own');
    await world.says('ana', 'approved');
    await refused(world, 'ana made this change, and nobody accepts their own');
    await world.says('dan', 'approved');
    await accepted(world);
  });

  test.each([
    ['somebody of another group', 'kim', 'the yes of kim does not count: asked are leads (ana, dan)'],
    ['anyone who pushes', 'eve', 'the yes of eve does not count: asked are leads (ana, dan)'],
    ['a stranger', 'mal', 'is none of the people of the gates in force'],
  ] as const)('of %s: it is not heard', async (_, who, sentence) => {
    const world = await attacked();
    expect(await world.refusal(who, 'approved')).toContain(sentence);
    await world.says(who, 'approved');
    await refused(world, sentence);
    await world.says('ana', 'approved');
    await accepted(world);
  });

  test('of somebody whom nobody can place: one more of the group has to agree', async () => {
    const world = await attacked();
    await world.pushes('mal', { 'policies/approved.yaml': `${LOOSE}# mine\n` });
    await world.says('ana', 'approved');
    await refused(world, '1 of leads (dan), asked by approved');
    await world.says('dan', 'approved');
    await accepted(world);
  });

  test('of the only one of a group: a change of their own waits for good, and counts where authors count', async () => {
    const sole = { tidegate: tidegateYaml('leads: [ana], qa: [kim]') };
    const world = await attacked(sole, 'ana');
    await world.says('ana', 'approved');
    await refused(world, 'ana made this change, and nobody accepts their own');
    const policies = { approved: 'approval: { require: [{ from: leads, count: 1 }], author: counts }\n' };
    const twin = await attacked({ ...sole, policies }, 'ana');
    await twin.says('ana', 'approved');
    await accepted(twin);
  });
});

describe('for what', () => {
  test('a yes for a version is none for the gates, and an accepted change lets no version in', async () => {
    const world = await attacked({}, 'eve', TIGHT);
    const evil = (await world.observe()).offers[0]?.version.commit ?? '';
    await world.approves('ana', evil);
    await refused(world, 'needs a yes by 1 of leads (ana, dan), asked by approved');
    const before = world.live();
    await world.says('ana', 'approved');
    await accepted(world);
    expect(world.live()).toBe(before);
    // Both yes of what is in force now: the one for the version is still there.
    await world.approves('dan', evil);
    await world.looks();
    expect(world.live()).toBe(evil);
  });

  test('a yes is no yes for the same change once more: accepted, tightened again, pushed again', async () => {
    const world = await attacked({}, 'eve', APPROVED.replace('count: 1', 'count: 1 }, { from: qa, count: 1'));
    await world.says('ana', 'approved');
    await accepted(world);
    const loose = async () => world.rules('eve', { approved: APPROVED });
    await loose();
    await world.looks();
    for (const who of ['ana', 'kim'] as const) await world.says(who, 'approved');
    await world.looks();
    expect(world.state().gates?.serial).toBe(3);
    await world.rules('dan', { approved: TIGHT });
    await world.looks();
    await world.says('ana', 'approved');
    await world.looks();
    expect(world.state().gates?.serial).toBe(4);
    await loose();
    await world.looks();
    expect(world.state().gates?.serial).toBe(4);
    expect((await world.pending()).waits).toBe('needs a yes by 2 of leads (ana, dan), asked by approved');
  });

  test('a yes for another serial cannot be written, by anyone who writes to the ledger', async () => {
    const world = await attacked();
    const { digest } = await world.pending();
    for (const serial of [0, 2, 7]) {
      expect(() => world.writes('production', 'ana', { type: 'gates-approved', serial, digest, reason: '' })).toThrow(
        `it answers what was to follow gates ${serial}, and gates 1 are in force`,
      );
    }
  });

  test('a yes for another change is none for this one', async () => {
    const world = await attacked();
    const { serial } = await world.pending();
    world.writes('production', 'ana', { type: 'gates-approved', serial, digest: '0'.repeat(64), reason: '' });
    await refused(world, 'needs a yes by 1 of leads (ana, dan), asked by approved');
  });

  test('what is changed again has to be accepted again', async () => {
    const world = await attacked({}, 'eve', TIGHT);
    await world.says('ana', 'approved');
    await world.rules('eve', { approved: LOOSE });
    await refused(world, 'needs a yes by 1 of leads (ana, dan), asked by approved');
  });
});

describe('for how long', () => {
  const policies = { approved: 'approval: { require: [{ from: leads, count: 2 }], expires: 72h }\n' };

  test('one that has run out is none', async () => {
    const world = await attacked({ policies });
    await world.says('ana', 'approved');
    world.base.clock.advance(73 * HOUR);
    await world.says('dan', 'approved');
    await refused(
      world,
      'needs a yes by 1 of leads (ana), asked by approved; the yes of ana does not count: it has run out',
    );
    await world.says('ana', 'approved');
    await accepted(world);
  });

  test('one that is dated ahead counts when that has come', async () => {
    const world = await attacked();
    await world.says('ana', 'approved', 'production', { at: world.now + 2 * HOUR });
    await refused(world, 'it is dated 2026-11-20T14:00');
    world.base.clock.advance(3 * HOUR);
    await accepted(world);
  });

  test('a no takes back what somebody said before, and stands until they say yes', async () => {
    const world = await attacked({ policies });
    await world.says('ana', 'approved');
    await world.says('ana', 'rejected', 'production', { reason: 'not now' });
    await world.says('dan', 'approved');
    await refused(world, 'rejected by ana: not now');
    await world.says('ana', 'approved');
    await accepted(world);
  });
});

describe('by tag', () => {
  const named = async (world: GatesWorld, answer = 'approve', digits = 32) => {
    const { serial, digest } = await world.pending();
    return `${answer}/production/gates-${serial}-${digest.slice(0, digits)}`;
  };
  const tip = (world: GatesWorld) => world.base.remote.refs.get('refs/heads/main') ?? '';

  test('in its own name and of somebody who is asked, wherever it points', async () => {
    const world = await attacked();
    await world.tags('ana', await named(world), world.live() ?? '');
    await accepted(world);
  });

  test.each([12, 31])('of a name with %d digits: others with the same can be made', async (digits) => {
    const world = await attacked();
    await world.tags('ana', await named(world, 'approve', digits), tip(world));
    await refused(world, 'needs a yes by 1 of leads (ana, dan), asked by approved');
  });

  test('under another name than it was made as', async () => {
    const world = await attacked();
    await world.tags('ana', 'approve/production/gates-9-mine', tip(world));
    const made = world.base.remote.refs.get('refs/tags/approve/production/gates-9-mine') ?? '';
    const name = await named(world);
    await world.base.remote.setRef(`refs/tags/${name}`, made);
    await refused(world, `tag ${name} was made as approve/production/gates-9-mine`);
  });

  test('of a version, moved to the name of a change', async () => {
    const world = await attacked();
    const good = world.live() ?? '';
    await world.tags('ana', `approve/production/${good.slice(0, 12)}`, good);
    const made = world.base.remote.refs.get(`refs/tags/approve/production/${good.slice(0, 12)}`) ?? '';
    await world.base.remote.setRef(`refs/tags/${await named(world)}`, made);
    await refused(world, 'was made as approve/production/');
  });

  test('that was moved after it was seen: eve’s is not taken for ana’s', async () => {
    const policies = { approved: 'approval: { require: [{ from: leads, count: 2 }] }\n' };
    const world = await attacked({ policies });
    const name = await named(world);
    await world.tags('ana', name, tip(world));
    await world.looks();
    await world.tags('dan', name, tip(world));
    await refused(world, `tag ${name} was moved`);
    await world.base.remote.setRef(`refs/tags/${name}`, null);
    await refused(world, `tag ${name} is no longer on the remote`);
  });

  test('of another environment', async () => {
    const world = await attacked();
    await world.tags('ana', (await named(world)).replace('production', 'staging'), tip(world));
    await refused(world, 'needs a yes by 1 of leads (ana, dan), asked by approved');
  });

  test('a no by tag stands, also once the tag is gone', async () => {
    const world = await attacked();
    const name = await named(world, 'reject');
    await world.tags('dan', name, tip(world), 'no');
    await refused(world, 'rejected by dan');
    await world.base.remote.setRef(`refs/tags/${name}`, null);
    await world.says('ana', 'approved');
    await refused(world, 'rejected by dan');
    await world.says('dan', 'approved');
    await accepted(world);
  });
});
