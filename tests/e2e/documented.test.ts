// The scenarios that the product is described by, to the word: a push on a Saturday, an emergency at night, staging
// on a weekend, a freeze that comes between the grant and the start, also when the controller is killed in between.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

const PUSHED_AT = '2026-11-21T14:30:00Z';
const OPENS_AT = '2026-11-23T09:00:00Z';
const HOURS = 'window: { timezone: UTC, allow: [{ days: mon-fri, hours: "09:00-17:00" }] }\n';
const ALWAYS = 'window: { timezone: UTC, allow: [{ days: mon-sun }] }\n';
const LEADS = 'override: { by: [leads], reason: required, expires: 4h }\n';
const FREEZE = 'window: { deny: [{ from: 2020-01-01, to: 2090-01-01, reason: stocktaking }] }\n';

/** Production in office hours, staging without a gate; one version runs in both since Friday. */
async function settled(hours = HOURS): Promise<void> {
  story = new Scenario(
    { production: { policies: '[business-hours]' }, staging: {} },
    { 'policies/business-hours.yaml': `${hours}${LEADS}` },
  );
  await story.tick({ at: '2026-11-20T10:00:00Z' });
  expect([story.live('production'), story.live('staging')]).toEqual(['one', 'one']);
  story.deeds();
}

function both(app: string): string {
  return story.push({ 'environments/production/app.txt': `${app}\n`, 'environments/staging/app.txt': `${app}\n` });
}

test('a push on Saturday 14:30 UTC is held until Monday 09:00 UTC, is not lost, and goes by itself', async () => {
  await settled();
  both('two');
  const log = await story.tick({ at: PUSHED_AT });
  expect(log).toContain('next deployment window: Monday 09:00 UTC');
  expect(log).toContain('business-hours: closed since Friday 17:00 UTC');
  // Staging has no gate: a weekend is a day like any other.
  expect([story.live('production'), story.live('staging')]).toEqual(['one', 'two']);
  // The intent is kept in Git itself, and nothing else happens on Sunday.
  expect(story.git('log', '--format=%B', 'tidegate/production')).toContain('is offered and waits');
  await story.tick({ at: '2026-11-22T12:00:00Z' });
  expect(story.live('production')).toBe('one');
  await story.tick({ at: OPENS_AT });
  expect(story.live('production')).toBe('two');
});

describe('at night, outside of the window,', () => {
  test('an emergency with a reason is allowed and marked, and skips the tests', async () => {
    await settled();
    // Closed at whatever time this test is run.
    story.push({ 'policies/business-hours.yaml': `${FREEZE}${LEADS}` });
    const version = both('two');
    const args = ['deploy', 'production', version, '--emergency', '--skip-tests'];
    const refused = await story.run(args, { as: 'ana' });
    expect(refused.code).toBe(64);
    expect(refused.err).toContain('--reason');
    const { code, err } = await story.run([...args, '--reason', 'checkout is down'], { as: 'ana' });
    expect(code, err).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(story.deeds().filter((deed) => deed.startsWith('production'))).toEqual(['production verify two']);
    const [run] = await story.history('production');
    expect(run).toMatchObject({
      emergency: true,
      reason: 'checkout is down',
      overridden: ['business-hours/window'],
      stages: [{ name: 'test', skipped: true }, { name: 'deploy' }, { name: 'verify' }],
    });
    expect((await story.run(['history', 'production'])).out).toContain('emergency');
    expect((await story.run(['stats', 'production'])).out).toContain('business-hours/window');
  });
});

describe('a freeze that begins between the grant and the start', () => {
  test('keeps everything from starting, also after kill -9 in between', async () => {
    await settled(ALWAYS);
    both('two');
    const pidFile = path.join(story.folder, 'pid');
    killWhenGranted(pidFile);
    const running = story.start(['run']);
    writeFileSync(pidFile, String(running.child.pid));
    await running.ended;
    expect(running.child.signalCode).toBe('SIGKILL');
    expect(story.git('show', 'tidegate/production:index.json')).toContain('"production-');
    expect(story.deeds().filter((deed) => deed.startsWith('production'))).toEqual([]);

    disarm();
    story.push({ 'policies/business-hours.yaml': `${FREEZE}${LEADS}` });
    await story.tick();
    expect(story.deeds().filter((deed) => deed.startsWith('production'))).toEqual([]);
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('stocktaking');
    expect((await story.status('production')).run).toMatch(/^production-\d+$/);

    story.push({ 'policies/business-hours.yaml': `${ALWAYS}${LEADS}` });
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect((await story.verify()).problems).toEqual([]);
  });
});

/** The server ends the controller at the very moment at which it has accepted the grant. */
function killWhenGranted(pidFile: string): void {
  const hook = path.join(story.repository, 'hooks', 'post-receive');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(
    hook,
    `#!/bin/sh
while read -r _ new ref; do
  [ "$ref" = refs/heads/tidegate/production ] || continue
  if git ls-tree --name-only "$new" active/ | grep -q production; then kill -9 "$(cat ${pidFile})"; fi
done
`,
  );
  chmodSync(hook, 0o755);
}

function disarm(): void {
  writeFileSync(path.join(story.repository, 'hooks', 'post-receive'), '#!/bin/sh\n');
}
