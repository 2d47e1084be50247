// People, teams and keys that come and go: a leaver, a group that is handed over, names that are words of ours,
// addresses that only look alike, keys that somebody lists for somebody else.

import { describe, expect, test } from 'vitest';
import { tidegateYaml } from '../../support/gates-cast.ts';
import { gatesWorld, runningWorld } from '../../support/gates-world.ts';

describe('people', () => {
  const teams = (leads: string, more = '') => tidegateYaml(`leads: [${leads}], qa: [kim]`, more);

  test('a leaver is gone at once; put back by a push, they wait', async () => {
    const world = await runningWorld();
    await world.pushes('eve', { 'tidegate.yaml': teams('ana') });
    await world.looks();
    expect(world.state().gates).toMatchObject({ serial: 2, on: 'removals' });
    await world.pushes('eve', { 'tidegate.yaml': teams('ana, dan') });
    const evil = await world.releases('eve', 'evil');
    await world.looks();
    await world.approves('dan', evil);
    const before = world.live();
    await world.looks();
    expect([world.live(), world.state().gates?.serial]).toEqual([before, 2]);
    expect((await world.pending()).differences).toEqual(['team leads changed']);
    expect(await world.refusal('dan', 'approved')).toContain('the yes of dan does not count: asked are ');
    await world.says('ana', 'approved');
    await world.looks();
    expect([world.live(), world.state().gates?.serial]).toEqual([evil, 3]);
  });

  test('a leaver rolls nothing back, also while the change that says so waits', async () => {
    const more = ['rollback: { by: [leads] }'];
    const world = await gatesWorld({ production: { policies: '[open]', more } });
    const one = await world.releases('eve', 'one');
    await world.looks();
    await world.releases('eve', 'two');
    await world.looks();
    // Not only a removal: nobody has accepted it.
    await world.pushes('eve', { 'tidegate.yaml': tidegateYaml('leads: [ana], qa: [kim, eve]') });
    await world.rules('eve', { open: 'window: { timezone: UTC, allow: [{ days: mon-fri }] }\n' });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
    const back = { type: 'rollback-requested', to: { commit: one, tag: null }, reason: 'slow' };
    world.writes('production', 'dan', back);
    await world.looks();
    expect(world.state().runs).toBe(2);
    world.writes('production', 'ana', back);
    await world.looks();
    expect([world.state().runs, world.deeds.at(-1)?.commit]).toEqual([3, one]);
  });

  test.each<readonly [string, string, string]>([
    ['the last of a team', teams(''), 'nobody is in it: nothing could be accepted any more'],
    [
      'the last of a team that only lets versions in',
      tidegateYaml('leads: [], qa: [kim]', 'changes: { by: [qa] }\n'),
      'nobody is in it: nothing could be accepted any more',
    ],
  ])('%s does not go at once', async (_, tidegate, sentence) => {
    const before = tidegate.replace('leads: []', 'leads: [ana]');
    const world = await runningWorld({ tidegate: before });
    await world.pushes('eve', { 'tidegate.yaml': tidegate });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
    expect((await world.pending()).waits).toMatch(/needs a yes by 1 of (leads|qa)/);
    expect(sentence).toContain('nothing could be accepted');
  });

  test('a group handed over takes two steps, so that the old one answers for the new', async () => {
    const world = await runningWorld({ tidegate: teams('ana') });
    await world.pushes('eve', { 'tidegate.yaml': teams('eve') });
    await world.looks();
    expect((await world.pending()).waits).toMatch(/^needs a yes by 1 of leads \(.*\), asked by approved/);
    expect(await world.refusal('eve', 'approved')).toContain('does not count: asked are ');
    await world.pushes('eve', { 'tidegate.yaml': teams('ana, eve') });
    await world.looks();
    await world.says('ana', 'approved');
    await world.looks();
    await world.pushes('dan', { 'tidegate.yaml': teams('eve') });
    await world.looks();
    expect(world.state().gates).toMatchObject({ serial: 3, on: 'removals' });
  });

  test.each(['calendar', 'says', 'place', 'span', 'name', 'reason', 'escalate', 'postmortem'])(
    'a team called %s is a team like any other',
    async (team) => {
      const named = (members: string) =>
        tidegateYaml(`${team}: [${members}], span: [ana]`.replace('span: [ana], span', 'span'));
      const tidegate = team === 'span' ? tidegateYaml('span: [ana]') : named('ana');
      const later = team === 'span' ? tidegateYaml('span: [ana, eve]') : named('ana, eve');
      const policies = { approved: `approval: { require: [{ from: ${team}, count: 1 }] }\noverride: { by: [span] }\n` };
      const world = await runningWorld({ tidegate, policies });
      await world.pushes('eve', { 'tidegate.yaml': later });
      const evil = await world.releases('dan', 'evil');
      await world.looks();
      await world.approves('eve', evil);
      const before = world.live();
      await world.looks();
      expect([world.live(), (await world.pending()).differences]).toEqual([before, [`team ${team} changed`]]);
      await world.says('ana', 'approved');
      await world.looks();
      expect(world.live()).toBe(evil);
    },
  );

  test('a person called like a text is somebody: an address more is a change', async () => {
    const mine = (email: string) => tidegateYaml('leads: [place]', '', `, place: { email: ${email} }`);
    const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: mine('place@example.org') });
    await world.pushes('eve', { 'tidegate.yaml': mine('[place@example.org, eve@home.example]') });
    await world.looks();
    expect((await world.pending()).differences).toEqual(['person place changed']);
  });

  test('upper and lower case of an address are one, and what only looks alike is not', async () => {
    const spelt = (email: string) => tidegateYaml('leads: [ana, dan], qa: [kim]').replace('ana@example.org', email);
    const world = await runningWorld();
    await world.pushes('dan', { 'tidegate.yaml': spelt('ANA@Example.ORG') });
    await world.looks();
    expect(world.state().gates).toMatchObject({ serial: 2, on: 'removals' });
    await world.pushes('eve', { 'tidegate.yaml': spelt('\u0430na@example.org') });
    await world.looks();
    expect([world.state().gates?.serial, (await world.pending()).differences]).toEqual([2, ['person ana changed']]);
  });
});

describe('keys', () => {
  const RULE = 'signature: { by: [leads], of: commit }\n';

  test.each([
    ['with no key in force', ''],
    ['with a key of ana in force', 'ana ssh-ed25519 AAAA\n'],
  ])('%s, a key that eve lists for her counts nothing', async (_, keys) => {
    const world = await gatesWorld(
      { production: { policies: '[signed]' } },
      { policies: { signed: RULE }, files: { 'policies/allowed_signers': keys } },
    );
    await world.pushes('eve', { 'policies/allowed_signers': `${keys}eves-key\n` });
    await world.looks();
    expect((await world.pending()).differences).toEqual(['signing keys changed']);
    const { serial, digest } = await world.pending();
    const word = { type: 'gates-approved', serial, digest, reason: 'mine' };
    world.writes('production', 'ana', { ...word, signature: 'eves-key:whatever' });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
  });

  test('the last key does not go at once where words have to be signed', async () => {
    const files = { 'policies/allowed_signers': 'ana,dan ssh-ed25519 AAAA\n' };
    const world = await gatesWorld({ production: { policies: '[signed]' } }, { policies: { signed: RULE }, files });
    await world.pushes('eve', { 'policies/allowed_signers': '' });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
    await world.pushes('eve', { 'policies/allowed_signers': 'ana ssh-ed25519 AAAA\n' });
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
  });

  test('signatures that are required in force stay required until that is accepted by a signed word', async () => {
    const yaml = (signatures: string) =>
      tidegateYaml('leads: [ana, dan], qa: [kim]', `ledger: { signatures: ${signatures} }\n`);
    const files = { 'policies/allowed_signers': 'ana ssh-ed25519 AAAA\ndan ssh-ed25519 BBBB\n' };
    const world = await gatesWorld({ production: { policies: '[approved]' } }, { tidegate: yaml('required'), files });
    await world.pushes('eve', { 'tidegate.yaml': yaml('optional') });
    await world.looks();
    expect((await world.pending()).differences).toEqual(['whether words must be signed changed']);
    expect(await world.refusal('ana', 'approved')).toContain('it is not signed, and `ledger.signatures` is required');
    await world.says('ana', 'approved');
    await world.looks();
    expect(world.state().gates?.serial).toBe(1);
    expect(await world.refusal('ana', 'approved', 'production', true)).toBeNull();
  });
});
