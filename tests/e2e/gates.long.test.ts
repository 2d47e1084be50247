// Windows, freezes, suspensions and stage gates, under given clocks: what waits says until when, and goes by itself.

import { afterEach, describe, expect, test } from 'vitest';
import type { GatesJson } from '../../engine/contract/gates.ts';
import { MONDAY, SATURDAY, Scenario } from '../support/scenario.ts';
import { DEPLOY_PIPELINE, OFFICE_HOURS } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

const ALWAYS = 'window: { allow: [{ days: mon-sun }] }\n';
const NEVER =
  'window: { deny: [{ from: 2020-01-01, to: 2090-01-01, reason: until the stocks are counted }] }\noverride: { by: [leads] }\n';
const OPENS = '2026-11-23T07:00:00Z';

/** Production within office hours; one version runs since Friday, another came on Saturday. */
async function weekend(): Promise<string> {
  story = new Scenario({ production: { policies: '[office-hours]' } }, { 'policies/office-hours.yaml': OFFICE_HOURS });
  await story.tick({ at: '2026-11-20T10:00:00Z' });
  expect(story.live('production')).toBe('one');
  const second = story.release('production', 'two');
  await story.tick({ at: SATURDAY });
  expect(story.live('production')).toBe('one');
  story.deeds();
  return second;
}

describe('a window', () => {
  test('on Saturday `why` names the rule, the zone and the opening moment', async () => {
    const second = await weekend();
    const why = await story.why('production', '--at', SATURDAY);
    expect(why).toMatchObject({ status: 'waiting', version: { commit: second }, until: OPENS, at: SATURDAY });
    expect(why.rules).toMatchObject([
      {
        policy: 'office-hours',
        rule: 'window',
        status: 'waiting',
        sentence: expect.stringContaining('Monday 2026-11-23 09:00 Europe/Bucharest'),
        until: OPENS,
        overridden: false,
        overridableBy: ['leads'],
      },
    ]);
    const { code, out } = await story.run(['why', 'production', '--at', SATURDAY]);
    expect(code).toBe(1);
    expect(out).toMatch(/^production: \w{7} waits until Monday 2026-11-23 09:00 Europe\/Bucharest \(in 1 d 21 h\)\n/);
    expect(out).toContain('office-hours/window can be overridden by leads');
    expect(await story.status('production', '--at', SATURDAY)).toMatchObject({
      condition: 'Ready',
      candidate: { commit: second },
      waiting: { until: OPENS, for: ['window office-hours'] },
      run: null,
    });
  });

  test('on Monday the same work goes by itself', async () => {
    const second = await weekend();
    await story.tick({ at: '2026-11-23T06:59:57Z' });
    expect(story.deeds()).toEqual([]);
    await story.tick({ at: OPENS });
    expect(story.live('production')).toBe('two');
    const why = await story.why('production', '--at', OPENS);
    expect(why).toMatchObject({ status: 'allowed', version: { commit: second } });
    expect((await story.run(['why', 'production', '--at', OPENS])).code).toBe(0);
  });

  test('what was superseded while it waited never runs', async () => {
    await weekend();
    const third = story.release('production', 'three');
    await story.tick({ at: MONDAY });
    expect(story.deeds()).toEqual(['production test three', 'production verify three']);
    expect((await story.status('production')).current?.commit).toBe(third);
    expect(await story.runs('production')).toHaveLength(2);
  });

  test('a freeze closes it, with its reason, and ends with the day', async () => {
    await weekend();
    story.push({
      'policies/office-hours.yaml': OFFICE_HOURS.replace(
        'override:',
        '  deny: [{ from: 2026-11-23, to: 2026-11-24, reason: stocktaking }]\noverride:',
      ),
    });
    await story.tick({ at: MONDAY });
    expect(story.deeds()).toEqual([]);
    const why = await story.why('production', '--at', MONDAY);
    expect(why.sentence).toContain('stocktaking');
    expect(why.until).toBe('2026-11-25T07:00:00Z');
    await story.tick({ at: '2026-11-25T07:00:00Z' });
    expect(story.live('production')).toBe('two');
  });

  test('a lead may override it in an emergency; others may not, and nothing is written', async () => {
    const second = await weekend();
    const before = story.git('rev-parse', 'tidegate/production');
    const args = ['deploy', 'production', second, '--emergency', '--reason', 'checkout is down'];
    // The window would be open or closed by the clock of the person who runs this test: a freeze for ever is closed
    // at any time.
    story.push({ 'policies/office-hours.yaml': NEVER });
    const refused = await story.run(args, { as: 'dan' });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('only leads may override it');
    expect(story.git('rev-parse', 'tidegate/production')).toBe(before);

    const { code, out } = await story.run(args, { as: 'ana' });
    expect(code, out).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect((await story.history('production'))[0]).toMatchObject({
      emergency: true,
      reason: 'checkout is down',
      by: 'Ana <ana@example.org>',
      trigger: 'request',
    });
  });

  test('an automatic rollback does not wait for it', async () => {
    await weekend();
    story.release('production', 'three broken');
    // The window closes while the release is being verified: the life that began it ends, and the next begins after
    // it.
    story.set('pause', true);
    const running = story.start(['run', '--once', '--at', '2026-11-23T15:30:00Z']);
    await running.says(/production-2: verify started/);
    running.child.kill('SIGTERM');
    await running.ended;
    expect(story.live('production')).toBe('three broken');
    story.set('pause', false);
    await story.tick({ at: '2026-11-23T16:30:00Z' });
    expect(story.live('production')).toBe('one');
    expect((await story.runs('production'))[0]).toBe('production-3 rollback failure Succeeded');
  });

  test('a plain `git revert` waits for it, and `why` names the way that does not', async () => {
    await weekend();
    await story.tick({ at: MONDAY });
    story.release('production', 'one');
    await story.tick({ at: '2026-11-28T10:00:00Z' });
    expect(story.live('production')).toBe('two');
    const { out, code } = await story.run(['why', 'production', '--at', '2026-11-28T10:00:00Z']);
    expect(code).toBe(1);
    expect(out).toContain('tidegate rollback production');
  });
});

describe('a person', () => {
  test('suspends and resumes', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const { out } = await story.run(['suspend', 'production', '--reason', 'audit']);
    expect(out).toContain('suspended production until it is resumed');
    story.release('production', 'two');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(await story.status('production')).toMatchObject({ suspended: true, condition: 'Ready' });
    expect((await story.why('production')).sentence).toContain('suspended by Ana <ana@example.org>: audit');
    await story.run(['resume', 'production', '--reason', 'done'], { as: 'dan' });
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(story.git('log', '--format=%s', 'tidegate/production')).toContain('resumed');
  });

  test('suspends for a while: it ends by itself', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    const before = Date.now();
    await story.run(['suspend', 'production', '--for', '2h', '--reason', 'audit']);
    const after = Date.now();
    story.release('production', 'two');
    await story.tick();
    expect(story.live('production')).toBe('one');
    const { waiting } = await story.status('production');
    const until = Date.parse(waiting?.until ?? '');
    expect(until).toBeGreaterThanOrEqual(before + 2 * 3_600_000);
    expect(until).toBeLessThanOrEqual(after + 2 * 3_600_000);
    const later = new Date(until + 1_000).toISOString();
    expect(await story.status('production', '--at', later)).toMatchObject({ suspended: false, waiting: null });
    await story.tick({ at: later });
    expect(story.live('production')).toBe('two');
  });
});

describe('a stage with a gate of its own', () => {
  const GATED = DEPLOY_PIPELINE.replace('- name: verify\n', '- name: verify\n    policies: [office-hours]\n');

  test('holds a run whose target is touched already, and lets it go on when it opens', async () => {
    story = new Scenario(
      { production: {} },
      { 'policies/office-hours.yaml': OFFICE_HOURS, 'pipelines/deploy.yaml': GATED },
    );
    const said = await story.tick({ at: SATURDAY });
    expect(story.deeds()).toEqual(['production test one']);
    expect(story.live('production')).toBe('one');
    expect(said).toContain('production-1 waits before verify');
    expect(await story.status('production', '--at', SATURDAY)).toMatchObject({
      run: 'production-1',
      current: null,
      waiting: { until: OPENS, for: ['window office-hours'] },
    });
    // Newer work waits behind a run that has begun.
    story.release('production', 'two');
    await story.tick({ at: SATURDAY });
    expect(story.deeds()).toEqual([]);
    await story.tick({ at: MONDAY });
    expect(story.deeds()).toEqual(['production verify one', 'production test two', 'production verify two']);
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('a version that lacks the gated stage is refused', async () => {
    story = new Scenario(
      { production: { follow: '{ tags: "v*" }' } },
      {
        'policies/office-hours.yaml': OFFICE_HOURS,
        'pipelines/deploy.yaml': DEPLOY_PIPELINE.replace(/ {2}- name: verify\n.*\n/, ''),
      },
    );
    story.tag('v1.0.0');
    story.push({ 'pipelines/deploy.yaml': GATED });
    await story.tick({ at: MONDAY });
    expect(story.live('production')).toBeNull();
    expect((await story.why('production', '--at', MONDAY)).sentence).toMatch(
      /v1\.0\.0 \(\w+\) lacks the stage verify, which is gated/,
    );
  });
});

describe('a change that loosens its own gate', () => {
  test('is held by the gate in force, until that one allows', async () => {
    story = new Scenario(
      { production: { policies: '[office-hours]' } },
      { 'policies/office-hours.yaml': OFFICE_HOURS },
    );
    await story.tick({ at: MONDAY });
    story.push({
      'policies/office-hours.yaml': 'window: { allow: [{ days: mon-sun }] }\n',
      'environments/production/app.txt': 'two\n',
    });
    const saturday = '2026-11-28T10:00:00Z';
    await story.tick({ at: saturday });
    expect(story.live('production')).toBe('one');
    const why = await story.why('production', '--at', saturday);
    expect(why.status).toBe('waiting');
    expect(why.until).toBe('2026-11-30T07:00:00Z');
    expect(why.rules.map(({ policy, status }) => `${policy} ${status}`)).toEqual(['office-hours waiting']);
    expect((await story.run(['status', 'production', '--at', saturday])).out).toContain('(office-hours changed)');
    await story.tick({ at: '2026-11-30T07:00:00Z' });
    expect(story.live('production')).toBe('two');
    // From here on the new gate is the gate.
    story.release('production', 'three');
    await story.tick({ at: '2026-12-05T10:00:00Z' });
    expect(story.live('production')).toBe('three');
  });

  test('also where it only leaves the policy out of the environment', async () => {
    story = new Scenario(
      { production: { policies: '[office-hours]' } },
      { 'policies/office-hours.yaml': OFFICE_HOURS },
    );
    await story.tick({ at: MONDAY });
    story.configure('production', { policies: '[]' });
    await story.tick({ at: '2026-11-28T10:00:00Z' });
    expect(await story.runs('production')).toHaveLength(1);
    expect((await story.why('production', '--at', '2026-11-28T10:00:00Z')).status).toBe('waiting');
  });

  test('the gate of a single stage is asked as well, though the stage has none any more', async () => {
    story = new Scenario(
      { production: {} },
      {
        'policies/hours.yaml': OFFICE_HOURS,
        'pipelines/deploy.yaml': DEPLOY_PIPELINE.replace('- name: deploy\n', '- name: deploy\n    policies: [hours]\n'),
      },
    );
    await story.tick({ at: '2026-11-20T10:00:00Z' });
    expect(story.live('production')).toBe('one');
    story.push({ 'pipelines/deploy.yaml': DEPLOY_PIPELINE, 'environments/production/app.txt': 'two\n' });
    await story.tick({ at: SATURDAY });
    expect(story.live('production')).toBe('one');
    expect((await story.why('production', '--at', SATURDAY)).sentence).toContain('Monday 2026-11-23 09:00');
    await story.tick({ at: OPENS });
    expect(story.live('production')).toBe('two');
  });

  test('also where the gate came after what runs, as a freeze does: from the moment that it is accepted', async () => {
    const MONTH = 'window: { deny: [{ from: 2026-12-01, to: 2026-12-31, reason: until the stocks are counted }] }\n';
    const at = (day: string) => ({ at: `${day}T10:00:00Z` });
    story = new Scenario({ production: { policies: '[open]' } }, { 'policies/open.yaml': ALWAYS });
    await story.tick(at('2026-11-20'));
    story.push({ 'policies/open.yaml': MONTH, 'environments/production/app.txt': 'two\n' });
    await story.tick(at('2026-11-21'));
    expect(story.live('production')).toBe('two');
    story.push({ 'policies/open.yaml': ALWAYS, 'environments/production/app.txt': 'three\n' });
    await story.tick(at('2026-12-05'));
    expect(story.live('production')).toBe('two');
    expect((await story.why('production', '--at', at('2026-12-05').at)).sentence).toContain(
      'until the stocks are counted',
    );
    // A change of its own takes it away no sooner: there is nobody to ask, and the person who runs the controller is
    // the last resort.
    story.push({ 'notes.md': 'x\n' });
    const { pending } = await story.json<GatesJson>('why', 'production', '--gates', '--at', at('2026-12-06').at);
    await story.tick(at('2026-12-06'));
    expect(story.live('production')).toBe('two');
    const digest = pending?.digest ?? '';
    const ran = await story.run([
      'run',
      '--once',
      '--at',
      at('2026-12-07').at,
      '--accept-gates',
      `production=${digest.slice(0, 32)}`,
    ]);
    expect(ran.code, ran.err).toBe(0);
    expect(story.live('production')).toBe('three');
  });

  test('a request by name is no way around it', async () => {
    story = new Scenario(
      { production: { follow: '{ tags: "v*" }', policies: '[open]' } },
      { 'policies/open.yaml': NEVER },
    );
    story.tag('v1.0.0');
    await story.tick();
    expect(await story.runs('production')).toEqual([]);
    await story.run(['deploy', 'production', 'v1.0.0', '--emergency', '--reason', 'the first one']);
    await story.tick();
    expect(story.live('production')).toBe('one');
    story.push({ 'policies/open.yaml': ALWAYS, 'environments/production/app.txt': 'two\n' });
    const { out } = await story.run(['deploy', 'production', 'main', '--reason', 'now']);
    expect(out).toContain('waits');
    await story.tick();
    expect(story.live('production')).toBe('one');
  });
});
