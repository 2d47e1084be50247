// What people ask for by name: a version, a way back, past what the rules allow or not.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

/** Three good versions on main, the third in place. */
async function three(more: readonly string[] = []): Promise<readonly [string, string, string]> {
  story = new Scenario({ production: { more } });
  const one = story.head();
  await story.tick();
  const two = story.release('production', 'two');
  await story.tick();
  const third = story.release('production', 'three');
  await story.tick();
  story.deeds();
  return [one, two, third];
}

async function ask(as: 'ana' | 'dan', ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await story.run([...args, '--reason', 'because'], { as });
  expect(code, err).toBe(0);
  return out;
}

describe('deploy', () => {
  test('brings an older version, which follow does not replace at the next look', async () => {
    const [one, , third] = await three();
    const out = await ask('dan', 'deploy', 'production', one.slice(0, 12));
    expect(out).toContain(`asked to deploy ${one.slice(0, 7)} to production`);
    expect(out).toMatch(/wrote \w{7} on tidegate\/production/);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.history('production'))[0]).toMatchObject({
      kind: 'deploy',
      trigger: 'request',
      by: 'Dan <dan@example.org>',
      reason: 'because',
      version: { commit: one, tag: null },
    });
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.status('production')).sentence).toContain(
      `${third.slice(0, 7)} was replaced by ${one.slice(0, 7)} on request (production-4); a newer version goes on from here`,
    );
    story.release('production', 'four');
    await story.tick();
    expect(story.live('production')).toBe('four');
  });

  test('of what was pushed and not looked at yet, and then a revert on the branch: the revert is deployed', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const two = story.release('production', 'two');
    await ask('ana', 'deploy', 'production', two);
    await story.tick();
    expect(story.live('production')).toBe('two');
    const revert = story.release('production', 'one');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.history('production'))[0]).toMatchObject({ trigger: 'revert', version: { commit: revert } });
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
  });

  test('twice: the second older version is not replaced either', async () => {
    const [one, two] = await three();
    await ask('dan', 'deploy', 'production', two);
    await story.tick();
    await ask('dan', 'deploy', 'production', one);
    await story.tick();
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(await story.runs('production')).toHaveLength(5);
  });

  test('with `queue: all` what lies between is not deployed again', async () => {
    const [one] = await three(['queue: all']);
    await ask('dan', 'deploy', 'production', one);
    await story.tick();
    await story.tick();
    expect(story.live('production')).toBe('one');
    story.release('production', 'four');
    story.release('production', 'five');
    await story.tick();
    expect(story.deeds().filter((deed) => deed.includes('verify'))).toEqual([
      'production verify one',
      'production verify four',
      'production verify five',
    ]);
  });

  test('of a version in quarantine releases it', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const bad = story.release('production', 'two');
    story.set('down', true);
    story.push({ 'environments/production/app.txt': 'one\n' });
    story.git('update-ref', 'refs/heads/main', bad);
    await story.tick();
    story.set('down', false);
    expect((await story.status('production')).quarantine).toEqual([{ commit: bad, tag: null }]);
    await ask('dan', 'deploy', 'production', bad);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', quarantine: [] });
  });

  test('--skip-tests skips what is skippable, and nothing else', async () => {
    await three();
    const four = story.release('production', 'four untested');
    await ask('dan', 'deploy', 'production', four, '--skip-tests');
    await story.tick();
    expect(story.deeds()).toEqual(['production verify four untested']);
  });

  test('of something that is no version, or has no such name, is refused at once', async () => {
    const [one] = await three();
    const unknown = await story.run(['deploy', 'production', 'v9.9.9', '--reason', 'x']);
    expect(unknown.code).toBe(64);
    expect(unknown.err).toContain('v9.9.9');
    const nowhere = await story.run(['deploy', 'prodution', one, '--reason', 'x']);
    expect(nowhere.code).toBe(64);
    expect(nowhere.err).toContain('did you mean `production`?');
    expect((await story.run(['deploy', 'production', one])).code).toBe(64);
  });
});

describe('rollback', () => {
  test('goes to the version before, writes that to Git, and quarantines what it replaces', async () => {
    const [, two, third] = await three();
    const out = await ask('dan', 'rollback', 'production');
    expect(out).toContain(`asked to roll production back to ${two.slice(0, 7)}`);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(story.deeds()).toEqual(['production verify two']);
    expect(story.file('main', 'environments/production/app.txt')).toBe('two');
    expect(story.git('rev-parse', 'main^')).toBe(third);
    expect(story.trailer('main', 'Rollback-Reason')).toBe('because');
    expect((await story.history('production'))[0]).toMatchObject({
      kind: 'rollback',
      trigger: 'request',
      by: 'Dan <dan@example.org>',
    });
    expect((await story.status('production')).quarantine).toEqual([{ commit: third, tag: null }]);
    await story.tick();
    expect(await story.runs('production')).toHaveLength(4);
  });

  test('--to goes further back; what lies between stays behind, with `queue: all` too', async () => {
    const [one] = await three(['queue: all']);
    await ask('dan', 'rollback', 'production', '--to', one);
    await story.tick();
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect(await story.runs('production')).toHaveLength(4);
    expect((await story.status('production')).sentence).toBe('up to date with main');
    story.release('production', 'four');
    await story.tick();
    expect(story.deeds()).toEqual(['production verify one', 'production test four', 'production verify four']);
  });

  test('--to something that never ran well is refused, with what could be had', async () => {
    const [one, two] = await three();
    const bad = story.release('production', 'four broken');
    await story.tick();
    const { code, err } = await story.run(['rollback', 'production', '--to', bad, '--reason', 'x']);
    expect(code).toBe(1);
    expect(err).toContain('never succeeded in production');
    expect(err).toContain(`known-good here: ${two.slice(0, 7)}, ${one.slice(0, 7)}`);
  });

  test('of tags: a patch tag above the one that is rolled back', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*" }' } });
    story.tag('v1.0.0');
    await story.tick();
    story.release('production', 'two');
    story.tag('v1.1.0');
    await story.tick();
    await ask('dan', 'rollback', 'production', '--to', 'v1.0.0');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.status('production')).current?.tag).toBe('v1.1.1');
    await story.tick();
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('while a run has not touched anything: the run is cancelled, and not offered again', async () => {
    story = new Scenario(
      { production: {} },
      { 'scripts/wait.sh': { mode: '100755', text: '#!/bin/sh\nwhile [ -e "$WORLD/pause" ]; do sleep 0.02; done\n' } },
    );
    story.push({
      'pipelines/deploy.yaml':
        'stages:\n  - { name: test, steps: [{ run: scripts/wait.sh }] }\n  - { name: deploy, steps: [{ deploy: target }] }\n',
    });
    await story.tick();
    story.release('production', 'two');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-2: test started/);
    await ask('dan', 'rollback', 'production');
    running.child.kill('SIGHUP');
    await running.ended;
    expect(await story.runs('production')).toEqual([
      'production-2 deploy commit Cancelled',
      'production-1 deploy commit Succeeded',
    ]);
    expect(story.live('production')).toBe('one');
    story.set('pause', false);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.status('production')).sentence).toContain('is in quarantine');
  });

  test('while a run has touched the target: cancelled, and put back', async () => {
    await three();
    const four = story.release('production', 'four');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-4: verify started/);
    await ask('dan', 'rollback', 'production');
    running.child.kill('SIGHUP');
    await running.says(/production-5 opened: rollback/);
    story.set('pause', false);
    expect((await running.ended).code).toBe(0);
    expect(await story.runs('production')).toEqual([
      'production-5 rollback failure Succeeded',
      'production-4 deploy commit RolledBack',
      'production-3 deploy commit Succeeded',
      'production-2 deploy commit Succeeded',
      'production-1 deploy commit Succeeded',
    ]);
    expect(story.live('production')).toBe('three');
    expect(story.git('rev-parse', 'main^')).toBe(four);
    expect(story.file('main', 'environments/production/app.txt')).toBe('three');
  });

  test('--to an older one while a run is open: first back, then there', async () => {
    const [one] = await three();
    story.release('production', 'four');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-4: verify started/);
    await ask('dan', 'rollback', 'production', '--to', one);
    running.child.kill('SIGHUP');
    await running.says(/production-5 opened: rollback/);
    story.set('pause', false);
    await running.ended;
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect((await story.status('production')).sentence).toBe('up to date with main');
  });

  test('is refused to people whom `rollback.by` does not name, also while a run is open', async () => {
    const [, two] = await three(['rollback: { by: [leads] }']);
    const before = story.git('rev-parse', 'tidegate/production');
    const { code, err } = await story.run(['rollback', 'production', '--reason', 'x'], { as: 'dan' });
    expect(code).toBe(1);
    expect(err).toContain('Dan <dan@example.org> may not roll production back: `rollback.by` names leads');
    expect(story.git('rev-parse', 'tidegate/production')).toBe(before);

    story.release('production', 'four');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-4: verify started/);
    expect((await story.run(['rollback', 'production', '--reason', 'x'], { as: 'eve' })).code).toBe(1);
    story.set('pause', false);
    await running.ended;
    expect(story.live('production')).toBe('four');

    await ask('ana', 'rollback', 'production', '--to', two);
    await story.tick();
    expect(story.live('production')).toBe('two');
  });
});

describe('a history that was rewritten', () => {
  test('and drops what runs is refused with its sentence; `deploy` accepts it', async () => {
    const [one, , third] = await three();
    story.git('update-ref', 'refs/heads/main', one);
    const forced = story.release('production', 'another three');
    await story.tick();
    expect(story.live('production')).toBe('three');
    const why = await story.why('production');
    expect(why.status).toBe('denied');
    expect(why.sentence).toBe(
      `the followed branch was rewritten: ${third.slice(0, 7)}, which runs here, is no longer in its history; ` +
        'to deploy it by name accepts the new history',
    );
    await ask('ana', 'deploy', 'production', forced);
    await story.tick();
    expect(story.live('production')).toBe('another three');
    story.release('production', 'four');
    await story.tick();
    expect(story.live('production')).toBe('four');
  });

  test('to an older commit is no rollback: said, and nothing happens', async () => {
    const [one] = await three();
    story.git('update-ref', 'refs/heads/main', one);
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect((await story.why('production')).sentence).toContain('the followed branch was rewritten');
  });
});
