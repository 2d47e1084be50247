// What a step may do to us and what we do to it: time, output, secrets, values and names that want to be code.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { environmentYaml, script } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

function pipeline(...steps: readonly string[]): Record<string, string> {
  return {
    'pipelines/deploy.yaml': `stages:\n  - name: go\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`,
  };
}

/** Of a process that nobody waits for, a zombie may be left: that is dead enough. */
function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

/** Every file below a folder, as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

/** All that the repository's objects hold: every ref, every blob of them. */
function everythingInGit(): string {
  const ids = story.git('cat-file', '--batch-check=%(objectname) %(objecttype)', '--batch-all-objects').split('\n');
  return ids
    .filter((line) => !line.endsWith(' tree'))
    .map((line) => story.git('cat-file', '-p', line.split(' ')[0] ?? ''))
    .join('\n');
}

describe('a step', () => {
  test('that fails at first is tried again, after growing waits', async () => {
    story = new Scenario(
      { production: {} },
      {
        ...pipeline('{ name: flaky, run: scripts/flaky.sh, retry: { attempts: 3, delay: 200ms, backoff: 2 } }'),
        'scripts/flaky.sh': script(
          'date +%s%3N >> "$WORLD/tries"; echo "try $TIDEGATE_ATTEMPT"; [ "$(wc -l < "$WORLD/tries")" = 3 ]',
        ),
      },
    );
    await story.tick();
    const tries = readFileSync(path.join(story.world, 'tries'), 'utf8').trim().split('\n').map(Number);
    expect(tries).toHaveLength(3);
    const [a = 0, b = 0, c = 0] = tries;
    expect(b - a).toBeGreaterThanOrEqual(195);
    expect(c - b).toBeGreaterThanOrEqual(395);
    const [run] = await story.history('production');
    expect(run?.stages[0]).toMatchObject({ outcome: 'Succeeded', attempts: 3 });
    expect((await story.run(['logs', 'production-1'])).out).toMatch(/try 1.*try 2.*try 3/s);
  });

  test('that never ends is stopped when its time is over, with all that it started', async () => {
    story = new Scenario(
      { production: {} },
      {
        ...pipeline('{ name: hangs, run: scripts/hang.sh, timeout: 500ms }'),
        'scripts/hang.sh': script('sleep 1000 & echo $! > "$WORLD/child"; echo working; wait'),
      },
    );
    const said = await story.tick();
    expect(said).toMatch(/go: hangs timed-out: .*500 ms/);
    const child = Number(readFileSync(path.join(story.world, 'child'), 'utf8'));
    expect(isAlive(child)).toBe(false);
    expect((await story.run(['logs', 'production-1'])).out).toContain('working');
  });

  test('that prints 100 MB is bounded on disk and in the ledger, and its end is kept', async () => {
    story = new Scenario(
      { production: {} },
      pipeline(`{ name: loud, run: "head -c 100000000 /dev/zero | tr '\\\\0' x; echo; echo THE END; exit 1" }`),
    );
    await story.tick();
    const log = path.join(story.state, 'logs', 'production', 'production-1', 'go.1.0.log');
    expect(statSync(log).size).toBeLessThan(11 * 1024 * 1024);
    expect(readFileSync(log, 'utf8').trimEnd()).toMatch(/THE END$/);
    const shown = await story.json<{ stages: { steps: { tail: string; outputBytes: number }[] }[] }>(
      'show',
      'production-1',
    );
    const step = shown.stages[0]?.steps[0];
    expect(step?.outputBytes).toBeGreaterThan(100_000_000);
    expect(step?.tail).toContain('THE END');
    expect(step?.tail.length).toBeLessThan(10_000);
  });

  test('sees no variable of the controller but what `secrets:` names, and those are masked everywhere', async () => {
    story = new Scenario(
      { production: { more: ['secrets: [DEPLOY_TOKEN]'] } },
      {
        ...pipeline('{ name: leak, run: scripts/leak.sh }', '{ name: fail, run: "echo again $DEPLOY_TOKEN; exit 1" }'),
        'scripts/leak.sh': script(
          'echo "token is $DEPLOY_TOKEN"; echo "other is [$OTHER_TOKEN]"; printf %s "$DEPLOY_TOKEN" > "$WORLD/got"',
        ),
      },
    );
    const token = 's3cr3t-Value+/=x';
    const said = await story.tick({ env: { DEPLOY_TOKEN: token, OTHER_TOKEN: 'nobody-named-me' } });
    expect(readFileSync(path.join(story.world, 'got'), 'utf8')).toBe(token);
    const logs = (await story.run(['logs', 'production-1'])).out;
    expect(logs).toContain('other is []');
    expect(logs).toContain('token is *');
    const shown = (await story.run(['show', 'production-1', '--json'])).out;
    for (const text of [said, logs, shown, everything(story.state), everythingInGit()]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('nobody-named-me');
    }
  });

  test('that is not executable says so', async () => {
    story = new Scenario({ production: {} }, { 'scripts/test.sh': '#!/bin/sh\ntrue\n' });
    await story.tick();
    const [run] = await story.history('production');
    expect(run?.sentence).toMatch(/scripts\/test\.sh.*(executable|[Pp]ermission)/);
  });
});

describe('values that want to be code', () => {
  const HOSTILE = [
    '$(touch "$WORLD/owned")',
    '`touch "$WORLD/owned"`',
    '"; touch "$WORLD/owned"; echo "',
    '\'; touch "$WORLD/owned"; echo \'',
    'a\nb; touch "$WORLD/owned"',
    '-n --help',
    '*',
    '\u202e\u0007é',
  ];

  test.each(HOSTILE)('%j arrives as it is', async (value) => {
    story = new Scenario(
      { production: { more: [`url: http://example.org/`] } },
      {
        ...pipeline(
          '{ name: bare, run: "printf %s ${{ variables.VALUE }} > $WORLD/bare" }',
          '{ name: quoted, run: "printf \'%s\' \\"<${{ variables.VALUE }}>\\" > \\"$WORLD/quoted\\"" }',
          '{ name: env, run: "printf %s \\"$GIVEN\\" > \\"$WORLD/env\\"", env: { GIVEN: "${{ variables.VALUE }}" } }',
        ),
      },
    );
    const yaml = environmentYaml('production', story.world).replace(
      'variables: {',
      `variables: { VALUE: ${JSON.stringify(value)},`,
    );
    story.push({ 'environments/production/environment.yaml': yaml });
    const said = await story.tick();
    const read = (name: string) => readFileSync(path.join(story.world, name), 'utf8');
    expect(read('bare'), said).toBe(value);
    expect(read('quoted')).toBe(`<${value}>`);
    expect(read('env')).toBe(value);
    expect(existsSync(path.join(story.world, 'owned'))).toBe(false);
  });
});

describe('names that want to be options', () => {
  test('tags and branches of any name are data', async () => {
    story = new Scenario({ production: { follow: '{ tags: "*" }' }, development: {} });
    const first = story.head();
    const names = [
      '-x1.0.0',
      '--upload-pack=touch${IFS}owned-1.0.1',
      '$(touch${IFS}owned)1.0.2',
      'ünï/1.0.3',
      "it's-1.0.4",
      'a;b-1.0.5',
    ];
    for (const name of names) {
      story.git('update-ref', `refs/tags/${name}`, first);
      story.git('update-ref', `refs/heads/${name}`, first);
    }
    await story.tick();
    expect((await story.status('production')).current?.tag).toBe('a;b-1.0.5');
    for (const name of names.filter((each) => !each.startsWith('-'))) {
      const { code, out } = await story.run(['why', 'production', name]);
      expect(out, name).toContain(name);
      // What runs is allowed; of the others it is said which is higher.
      expect([name, code, code === 0 || /is not higher than|has the contents/.test(out)]).toEqual([name, code, true]);
      expect([0, 1], name).toContain(code);
    }
    const dashed = await story.run([
      'deploy',
      'production',
      '--reason',
      'x',
      '--',
      '--upload-pack=touch${IFS}owned-1.0.1',
    ]);
    expect([0, 1, 64]).toContain(dashed.code);
    await story.tick();
    expect(existsSync(path.join(story.folder, 'owned'))).toBe(false);
    expect(existsSync(path.join(story.repository, 'owned'))).toBe(false);
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test.each([
    '--upload-pack=touch owned',
    'ext::sh -c "touch owned"',
    '-oProxyCommand=touch owned',
    'ssh://-oProxyCommand=touch%20owned/x',
  ])('--repo %s is refused', async (url) => {
    story = new Scenario({ production: {} });
    story.url = url;
    const ran = await story.run(['status']);
    expect(ran.code).not.toBe(0);
    expect(ran.err).not.toContain('at ');
    expect(existsSync(path.join(story.folder, 'owned'))).toBe(false);
  });

  test('a branch to follow that looks like an option is refused, or is only a branch', async () => {
    story = new Scenario({ production: { follow: '{ branch: "--upload-pack=touch owned" }' } });
    const ran = await story.run(['run', '--once']);
    expect(existsSync(path.join(story.folder, 'owned'))).toBe(false);
    expect(`${ran.out}${ran.err}`).toContain('environments/production/environment.yaml:1:');
    expect((await story.status('production')).condition).toBe('Stalled');
  });

  test('terminal codes in other people’s words never reach the terminal', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    await story.run(['suspend', 'production', '--reason', 'red \u001b[31m and a bell \u0007']);
    story.release('production', 'two');
    const { out } = await story.run(['why', 'production']);
    expect(out).toContain('red ');
    expect([...out].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
  });
});
