// What fails: before the target is touched, at the first deployment, for good, and while going back.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { DEPLOY_PIPELINE } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

describe('a failure before the target is touched', () => {
  test('ends the run as Failed: nothing to put back, and not tried again', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const bad = story.release('production', 'two untested');
    await story.tick();
    expect(await story.runs('production')).toEqual([
      'production-2 deploy commit Failed',
      'production-1 deploy commit Succeeded',
    ]);
    expect(story.head()).toBe(bad);
    expect(await story.status('production')).toMatchObject({
      condition: 'Stalled',
      reason: 'Quarantined',
      quarantine: [{ commit: bad }],
    });
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect(story.live('production')).toBe('one');
  });

  test('also at the first deployment: what is bad is said, and the next commit is tried', async () => {
    story = new Scenario({ production: {} }, { 'environments/production/app.txt': 'untested\n' });
    await story.tick();
    expect((await story.status('production')).reason).toBe('Quarantined');
    story.release('production', 'two');
    await story.tick();
    expect(story.live('production')).toBe('two');
  });
});

describe('a first deployment that fails', () => {
  test('stalls: nothing to go back to, a person must look', async () => {
    story = new Scenario({ production: {} }, { 'environments/production/app.txt': 'broken\n' });
    await story.tick();
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toContain('this was the first deployment, so there is nothing to go back to');
    expect(reason).toContain('to resume waits for the next one');
    story.release('production', 'two');
    await story.tick();
    expect(await story.runs('production')).toEqual(['production-1 deploy commit Failed']);
    expect((await story.run(['why', 'production'])).code).toBe(1);

    await story.run(['resume', 'production', '--reason', 'two is fixed']);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('`deploy` leaves the stall as well', async () => {
    story = new Scenario({ production: {} }, { 'environments/production/app.txt': 'broken\n' });
    await story.tick();
    const next = story.release('production', 'two');
    await story.run(['deploy', 'production', next, '--reason', 'fixed']);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect((await story.status('production')).condition).toBe('Ready');
  });
});

describe('`on_failure: stop`', () => {
  test('leaves everything as it is until a person decides', async () => {
    story = new Scenario({ production: {} }, { 'pipelines/deploy.yaml': DEPLOY_PIPELINE.replace('rollback', 'stop') });
    await story.tick();
    const bad = story.release('production', 'two broken');
    await story.tick();
    expect(story.live('production')).toBe('two broken');
    expect(story.head()).toBe(bad);
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toContain('the pipeline says `on_failure: stop`');

    const { code, err } = await story.run(['rollback', 'production', '--reason', 'back'], { as: 'dan' });
    expect(code, err).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.status('production')).condition).toBe('Ready');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
  });
});

describe('a rollback that fails too', () => {
  test('stalls, tries nothing else, and says both failures', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const bad = story.release('production', 'two');
    story.set('down', true);
    await story.tick();
    expect(await story.runs('production')).toEqual([
      'production-3 rollback failure Failed',
      'production-2 deploy commit Failed',
      'production-1 deploy commit Succeeded',
    ]);
    expect(story.head()).toBe(bad);
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toMatch(/production-3: verify: health: .*; the rollback to \w{7} did not succeed/);

    story.set('down', false);
    story.release('production', 'three');
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual([]);
    // What stands in place is the good version, though nobody could see it: a person who knows says so.
    await story.run(['resume', 'production', '--reason', 'the network is back']);
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('`rollback` leaves the stall: the good version is put in place once more', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.release('production', 'two');
    story.set('down', true);
    await story.tick();
    story.set('down', false);
    const { code, err } = await story.run(['rollback', 'production', '--reason', 'try again']);
    expect(code, err).toBe(0);
    await story.tick();
    expect((await story.status('production')).condition).toBe('Ready');
    expect(story.live('production')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
  });
});
