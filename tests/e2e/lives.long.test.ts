// A controller that goes on: it looks by itself, sooner when told, and ends without leaving anything running.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Scenario } from '../support/scenario.ts';
import { script, TIDEGATE_YAML } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

function withPoll(poll: string): Record<string, string> {
  return { 'tidegate.yaml': `${TIDEGATE_YAML}poll: ${poll}\n` };
}

/** Processes that name the story's folder, zombies left out. */
function leftovers(): readonly string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(story.folder) && !/^\s*\d+\s+Z/.test(line));
}

const LONG_STEP = {
  'scripts/test.sh': script('echo $$ > "$WORLD/step"; sleep 600 & echo begun; wait'),
};

function stepIsAlive(): boolean {
  const pid = readFileSync(path.join(story.world, 'step'), 'utf8').trim();
  try {
    const stat = execFileSync('ps', ['-o', 'stat=', '-g', pid, '-p', pid], { encoding: 'utf8' }).trim();
    return stat.split('\n').some((state) => !state.startsWith('Z'));
  } catch {
    return false;
  }
}

describe('tidegate run', () => {
  test('looks at once on SIGHUP, however long the poll', async () => {
    story = new Scenario({ development: {} }, withPoll('1h'));
    const running = story.start(['run']);
    await running.says(/development-1 Succeeded/);
    story.release('development', 'two');
    running.child.kill('SIGHUP');
    await running.says(/development-2 Succeeded/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  test('outlives a remote that goes away and comes back', async () => {
    story = new Scenario({ development: {} }, withPoll('1s'));
    const running = story.start(['run']);
    await running.says(/development-1 Succeeded/);
    const away = `${story.repository}.away`;
    execFileSync('mv', [story.repository, away]);
    running.child.kill('SIGHUP');
    await running.says(/config\.git/);
    execFileSync('mv', [away, story.repository]);
    story.release('development', 'two');
    await running.says(/the remote answers again/);
    await running.says(/development-2 Succeeded/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  test('says once what waits, not at every poll', async () => {
    story = new Scenario(
      { development: { policies: '[shut]' }, staging: {} },
      {
        ...withPoll('1s'),
        'policies/shut.yaml': 'window: { deny: [{ from: 2020-01-01, to: 2090-01-01, reason: moving house }] }\n',
      },
    );
    const running = story.start(['run']);
    await running.says(/waits: .*moving house/);
    story.push({ 'README.md': 'words\n' });
    running.child.kill('SIGHUP');
    story.push({ 'environments/staging/app.txt': 'two\n' });
    await running.says(/staging-2 Succeeded/);
    expect(running.said().match(/moving house/g)).toHaveLength(1);
    running.child.kill('SIGINT');
    await running.ended;
  });

  test('a second controller on the same state folder is refused with the process that has it', async () => {
    story = new Scenario({ development: {} });
    const first = story.start(['run']);
    await first.says(/development-1 Succeeded/);
    const second = await story.run(['run', '--once']);
    expect(second.code).toBe(3);
    expect(second.err).toMatch(/another controller \(process \d+\) works in this state folder/);
    first.child.kill('SIGINT');
    await first.ended;
  });
});

describe('Ctrl-C', () => {
  test('in the middle of a step ends the step, and the next life goes on with the run', async () => {
    story = new Scenario({ development: {} }, LONG_STEP);
    const running = story.start(['run'], { detached: true });
    await running.says(/test started/);
    await eventually(() => existsSync(path.join(story.world, 'step')));
    expect(stepIsAlive()).toBe(true);
    // A terminal sends it to the whole group.
    process.kill(-(running.child.pid ?? 0), 'SIGINT');
    expect((await running.ended).code).toBe(0);
    expect(stepIsAlive()).toBe(false);
    await eventually(() => leftovers().length === 0);

    story.push({ 'README.md': 'words\n' });
    const status = await story.status('development');
    expect(status.run).toBe('development-1');
    const again = story.start(['run']);
    await again.says(/development-1: test started/);
    again.child.kill('SIGINT');
    await again.ended;
    await eventually(() => leftovers().length === 0);
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('lets go of the run: another controller, elsewhere, goes on with it', async () => {
    story = new Scenario(
      { development: {} },
      { 'tidegate.yaml': `${TIDEGATE_YAML}lease: { renew: 1s, expires: 3s }\n` },
    );
    story.set('pause', true);
    const running = story.start(['run'], { detached: true });
    await running.says(/verify started/);
    process.kill(-(running.child.pid ?? 0), 'SIGINT');
    await running.ended;
    story.set('pause', false);
    story.state = path.join(story.folder, 'elsewhere');
    await story.tick();
    expect(await story.runs('development')).toEqual(['development-1 deploy commit Succeeded']);
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('while nothing runs ends long before the next look', async () => {
    story = new Scenario({ development: {} }, withPoll('1h'));
    const running = story.start(['run']);
    await running.says(/development-1 Succeeded/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
    await eventually(() => leftovers().length === 0);
  });
});
