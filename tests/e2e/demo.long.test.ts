// `npm run demo`: the whole story is true and leaves nothing behind; a story that is not true is said.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../engine/demo/demo.ts';
import { readStarter } from '../../engine/demo/starter-files.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

let base = '';
let temporary = '';
let child: ChildProcess | null = null;

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-demo-test-')));
  temporary = path.join(base, 'temporary files');
  mkdirSync(temporary);
});

afterEach(() => {
  child?.kill('SIGKILL');
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('npm run demo', () => {
  test('tells a story that is true, and leaves nothing behind', async () => {
    const told = play();
    expect(await told.ended, told.output()).toBe(0);
    inOrder(told.output(), [
      '1. Friday',
      '$ tidegate run --once --at 2026-11-20T16:00:00Z',
      '"greeting":"Good evening"',
      '2. Saturday',
      '$ tidegate why production --at 2026-11-21T10:00:00Z',
      'waits until Monday 2026-11-23 09:00 UTC',
      'business-hours',
      '3. Monday, 09:00',
      '"status":"ok","environment":"production","release":"v1.0.0-',
      '4. Monday, 10:30',
      'verify: health failed: ',
      'v1.1.1',
      '"status":"ok","environment":"production","release":"v1.0.0-',
      '5. What happened is in Git',
      '$ git -C shop log --oneline --decorate main',
      'tag: v1.1.1',
      'Rollback-From: v1.1.0',
      'Rollback-To: v1.0.0',
      'Run: production-3',
      'origin/tidegate/production',
      'production-1 Succeeded: deployed',
      '$ tidegate verify',
      'That was the story',
    ]);
    // Plain when it is not read on a terminal.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is looked at
    expect(told.output()).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expectNothingLeft();
  }, 300_000);

  test('ends at once when it is told to, and leaves nothing behind', async () => {
    const told = play();
    await told.says('$ tidegate run --once');
    child?.kill('SIGTERM');
    expect(await told.ended).toBe(130);
    expectNothingLeft();
  });

  test('ends with 1 and the reason when a step does not come true', async () => {
    const idle = path.join(base, 'idle.mjs');
    writeFileSync(idle, 'console.log("nothing to do")\n');
    const told: string[] = [];
    const hooks = { print: (text: string) => void told.push(text), isColored: false };
    const exit = await demo({ state: base }, hooks, {
      runController: () => Promise.reject(new Error('the story starts its own controllers')),
      starter: () => readStarter(ROOT),
      service: path.join(ROOT, 'scripts', 'service.mjs'),
      tidegate: [process.execPath, idle],
      typed: 'tidegate',
      directory: base,
      now: () => Date.now(),
    });
    expect(exit).toBe(1);
    expect(told.join('')).toContain("The story did not come true: development does not show the commit's greeting.");
  });
});

function play(): { ended: Promise<number | null>; output(): string; says(text: string): Promise<void> } {
  const env = {
    PATH: `${path.join(ROOT, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH']}`,
    HOME: path.join(base, 'nobody'),
    TMPDIR: temporary,
    // A developer's configuration that a careless story would obey.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'commit.gpgSign',
    GIT_CONFIG_VALUE_0: 'true',
  };
  const started = spawn(process.execPath, [path.join(ROOT, 'engine', 'main.ts'), 'demo'], {
    cwd: base,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (text: string): void => {
    output += text;
    for (const listener of listeners) listener();
  };
  started.stdout.setEncoding('utf8').on('data', hear);
  started.stderr.setEncoding('utf8').on('data', hear);
  return {
    ended: new Promise((resolve) => started.once('close', resolve)),
    output: () => output,
    says: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}

function inOrder(text: string, parts: readonly string[]): void {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    expect(
      at,
      `«${part}» is missing after:\n${text.slice(0, from).split('\n').slice(-5).join('\n')}\n…\n${text}`,
    ).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

function expectNothingLeft(): void {
  expect(readdirSync(temporary)).toEqual([]);
  const listed = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
  expect(listed.split('\n').filter((line) => line.includes(temporary))).toEqual([]);
}
