// A no that somebody said, and what anyone who may push would do to make it unheard: take its speaker out of the
// gates, drop the key that it was signed with, or crowd it out with tags.

import { expect, test } from 'vitest';
import { tidegateYaml } from '../../support/gates-cast.ts';
import { type GatesWorld, gatesWorld } from '../../support/gates-world.ts';

const LEADS = 'leads: [ana, dan], qa: [kim]';
const LOOSE = 'window: { timezone: UTC, allow: [{ days: mon-sun }] }\n';

/** Ana's yes and dan's no to eve's version stand. */
async function rejected(): Promise<{ readonly world: GatesWorld; readonly good: string; readonly evil: string }> {
  const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: tidegateYaml(LEADS) });
  const good = await world.releases('eve', 'good');
  await world.looks();
  await world.approves('ana', good);
  await world.looks();
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  await world.approves('ana', evil);
  const version = { commit: evil, tag: null };
  world.writes('production', 'dan', { type: 'rejected', version, planDigest: null, reason: 'drops a table' });
  await world.looks();
  expect(await world.why()).toContain('denied: approved: rejected by dan: drops a table');
  return { world, good, evil };
}

const REMOVALS: Readonly<Record<string, string>> = {
  'out of the team': tidegateYaml('leads: [ana], qa: [kim]'),
  'out of `people`': tidegateYaml('leads: [ana], qa: [kim]').replace('dan: { email: dan@example.org }, ', ''),
  'without the address that said it': tidegateYaml(LEADS).replace('dan@example.org', 'dan@home.example'),
};

test.each(Object.entries(REMOVALS))('the one who said no is not taken out at once: %s', async (_, text) => {
  const { world, good } = await rejected();
  await world.pushes('eve', { 'tidegate.yaml': text });
  await world.looks();
  expect([world.live(), world.state().gates?.serial]).toEqual([good, 1]);
  expect(await world.why()).toContain('rejected by dan: drops a table');
});

test('it says whose no would not be heard, and those who are asked may let it go', async () => {
  const { world, evil } = await rejected();
  await world.pushes('eve', { 'tidegate.yaml': tidegateYaml('leads: [ana], qa: [kim]') });
  await world.looks();
  expect((await world.pending()).waits).toBe(
    `the no of dan to ${evil.slice(0, 7)} would not be heard any more; needs a yes by 1 of leads (ana), asked by approved`,
  );
  await world.says('ana', 'approved');
  await world.looks();
  expect(world.state().gates).toMatchObject({ serial: 2, on: 'words' });
});

test('the one who took their no back is taken out at once', async () => {
  const { world, evil } = await rejected();
  await world.approves('dan', evil);
  await world.looks();
  const other = await world.releases('eve', 'other');
  await world.pushes('eve', { 'tidegate.yaml': tidegateYaml('leads: [ana], qa: [kim]') });
  await world.looks();
  expect([world.live(), other === evil, world.state().gates?.on]).toEqual([evil, false, 'removals']);
});

test.each(Object.entries(REMOVALS))(
  'a no to a change of gates is not taken away with its speaker: %s',
  async (_, text) => {
    const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: tidegateYaml(LEADS) });
    await world.releases('eve', 'good');
    await world.looks();
    await world.configures('eve', { policies: '[]' });
    await world.looks();
    await world.says('dan', 'rejected');
    await world.says('ana', 'approved');
    await world.looks();
    expect((await world.pending()).waits).toContain('rejected by dan');
    // Nobody is named by what eve wants: to her own change that makes no difference.
    await world.pushes('eve', { 'tidegate.yaml': text });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
    expect((await world.pending()).waits).toContain('rejected by dan');
    await world.says('dan', 'approved');
    await world.looks();
    expect(world.state().gates).toMatchObject({ serial: 2, on: 'words' });
  },
);

const MANY = Array.from({ length: 101 }, (_, index) => 100 + index);

test.each([
  ['before it was seen', 'zz', 0],
  ['after a hundred were recorded', 'zz', 100],
  ['that sort first', '!', 0],
] as const)('a no by tag is not crowded out by others: %s', async (_, prefix, first) => {
  const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: tidegateYaml(LEADS) });
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  const name = evil.slice(0, 12);
  const crowd = async (many: readonly number[]) => {
    for (const each of many) await world.tags('eve', `reject/production/${name}@${prefix}${each}`, evil);
  };
  await crowd(MANY.slice(0, first));
  await world.looks();
  await crowd(MANY.slice(first));
  await world.tags('dan', `reject/production/${name}@dan`, evil, 'drops a table');
  await world.looks();
  await world.approves('ana', evil);
  await world.looks();
  expect(world.live()).toBeNull();
  const why = await world.why();
  expect(why.includes('rejected by dan') || why.includes('more than 100 tags answer')).toBe(true);
});

test.each(['approve', 'reject'] as const)('nor is one on a change of gates, by many to %s', async (answer) => {
  const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: tidegateYaml(LEADS) });
  const head = await world.rules('eve', { approved: LOOSE });
  await world.looks();
  const { digest } = await world.pending();
  const name = `gates-1-${digest.slice(0, 32)}`;
  for (const each of MANY.slice(0, 51)) {
    const tag = `${answer}/production/${name}@!${each}`;
    await world.tags('eve', tag, head, tag);
  }
  await world.tags('dan', `reject/production/${name}@dan`, head, 'no');
  await world.looks();
  await world.says('ana', 'approved');
  await world.looks();
  expect(world.state().gates?.serial).toBe(1);
  expect((await world.pending()).waits).toMatch(/rejected by dan|more than 50 tags answer/);
});

test('a `changes` that came in where no rule is about people opens no new environment', async () => {
  const world = await gatesWorld(
    { production: { policies: '[approved]' }, staging: { policies: '[]' } },
    { tidegate: tidegateYaml(LEADS) },
  );
  const changes = 'changes: { by: [eve], count: 1, author: counts }\n';
  await world.pushes('eve', { 'tidegate.yaml': tidegateYaml(LEADS, changes) });
  await world.looks();
  expect([world.state('production').gates?.serial, world.state('staging').gates?.serial]).toEqual([1, 2]);
  await world.configures('eve', { policies: '[]' }, 'other');
  await world.looks();
  await world.says('eve', 'approved', 'other');
  await world.looks();
  expect(world.state('other').gates).toBeNull();
  expect((await world.pending('other')).waits).toContain('gates about people are in force in production');
  await world.says('ana', 'approved', 'other');
  await world.looks();
  expect(world.state('other').gates).toMatchObject({ serial: 1, on: 'words' });
});
