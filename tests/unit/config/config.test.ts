// What a sound repository means: values with every default filled in, and which commit's files are believed for what.

import { describe, expect, test } from 'vitest';
import { inputsOf } from '../../../engine/config/inputs.ts';
import type { RepositoryConfig } from '../../../engine/model/config.ts';
import { environment, type Files, read, SOUND, tree } from './repository.ts';

const ENV = 'environments/production/environment.yaml';
const PIPE = 'pipelines/deploy.yaml';
const POLICY = 'policies/business-hours.yaml';

function production(files: Files) {
  const found = read(files).config?.environments['production'];
  if (found === undefined) throw new Error(`not sound: ${JSON.stringify(read(files).problems)}`);
  return found;
}

function steps(...lines: readonly string[]) {
  const text = `stages:\n  - name: only\n    steps:\n      - deploy: target\n${lines.map((line) => `      - ${line}\n`).join('')}`;
  const { config, problems } = read({
    [PIPE]: text,
    [ENV]: environment({ url: 'http://h', variables: '{ PORT: 1 }' }),
  });
  expect(problems).toEqual([]);
  return config?.pipelines['deploy']?.stages[0]?.steps.slice(1) ?? [];
}

function window(text: string) {
  const { config, problems } = read({ [POLICY]: `window:\n${text}` });
  expect(problems).toEqual([]);
  return config?.policies['business-hours']?.rules[0];
}

describe('defaults', () => {
  test('of a repository', () => {
    expect(read({ 'tidegate.yaml': 'version: 1\n' }).config?.repository).toEqual({
      timezone: 'UTC',
      pollMs: 10_000,
      concurrency: 4,
      people: {},
      teams: {},
      changes: null,
      forge: null,
      release: null,
      ledger: {
        namespace: 'refs/heads/tidegate',
        repository: null,
        signatures: 'optional',
        output: 'tail',
        flushMs: null,
      },
      lease: { renewMs: 10_000, expiresMs: 30_000 },
    });
  });

  test('of an environment', () => {
    expect(production({})).toEqual({
      name: 'production',
      place: { file: ENV, line: 1, column: 1 },
      description: null,
      follow: { type: 'tags', pattern: 'v*', on: [], prereleases: false },
      pipeline: 'deploy',
      policies: ['business-hours'],
      target: { type: 'files', claim: 'live', scripts: [], settings: { to: 'live', keep: 5 } },
      url: null,
      variables: {},
      secrets: [],
      queue: 'latest',
      confirm: false,
      paths: [],
      rollbackBy: null,
    });
  });

  test('of steps', () => {
    const once = { attemptsMax: 1, delayMs: 1_000, factor: 2, delayMsMax: 60_000 };
    const [run, http, tcp, wait] = steps(
      'run: echo hi',
      'http: { url: "http://h" }',
      'tcp: "[::1]:${{ variables.PORT }}"',
      'wait: 1m30s',
    );
    expect(run).toMatchObject({
      name: 'run echo hi',
      type: 'run',
      touches: false,
      scripts: ['echo hi'],
      settings: { run: 'echo hi', env: {} },
      timeoutMs: 600_000,
      retry: once,
      idempotent: true,
    });
    expect(run?.place).toEqual({ file: PIPE, line: 5, column: 9 });
    expect(http).toMatchObject({
      type: 'http',
      touches: false,
      scripts: [],
      settings: {
        url: 'http://h',
        method: 'GET',
        headers: {},
        body: null,
        status: [200],
        json: null,
        withinMs: 0,
        everyMs: 2_000,
      },
      timeoutMs: 30_000,
    });
    expect(tcp).toMatchObject({
      type: 'tcp',
      settings: { host: '::1', port: '${{ variables.PORT }}' },
      name: 'tcp ::1:${{ variables.PORT }}',
    });
    expect(wait).toMatchObject({ name: 'wait 1m30s', settings: { waitMs: 90_000 }, timeoutMs: 100_000 });
  });
});

describe('steps', () => {
  test('without names are told apart', () => {
    expect(steps('wait: 1s', 'wait: 1s', '{ wait: 1s, name: rest }').map((step) => step.name)).toEqual([
      'wait 1s',
      'wait 1s (2)',
      'rest',
    ]);
  });

  test('wait for what they poll', () => {
    expect(steps('{ http: { url: "http://h", status: [200, 204] }, within: 60s, every: 500ms }')[0]).toMatchObject({
      settings: { status: [200, 204], withinMs: 60_000, everyMs: 500 },
      timeoutMs: 90_000,
    });
  });

  test('are tried as often as they or their stage say', () => {
    const text =
      'stages:\n  - name: only\n    retry: { attempts: 4, delay: 5s }\n    steps: [{ deploy: target }, { run: x, retry: 2 }, { run: y, retry: { max: 10s, backoff: 1 } }]\n';
    const stage = read({ [PIPE]: text }).config?.pipelines['deploy']?.stages[0];
    expect(stage?.steps.map((step) => step.retry)).toEqual([
      { attemptsMax: 4, delayMs: 5_000, factor: 2, delayMsMax: 60_000 },
      { attemptsMax: 2, delayMs: 1_000, factor: 2, delayMsMax: 60_000 },
      { attemptsMax: 3, delayMs: 1_000, factor: 1, delayMsMax: 10_000 },
    ]);
  });

  test('have environments of text', () => {
    expect(steps('{ run: x, env: { CI: true, N: 1.5, S: "${{ run.id }}" } }')[0]).toMatchObject({
      settings: { env: { CI: 'true', N: '1.5', S: '${{ run.id }}' } },
    });
  });
});

describe('an environment', () => {
  test.each([
    ['{ branch: main }', { type: 'branch', branch: 'main' }],
    ['{ branch: }', { type: 'branch', branch: null }],
    [
      '{ tags: "web-v*", on: [main, stable], prereleases: true }',
      { type: 'tags', pattern: 'web-v*', on: ['main', 'stable'], prereleases: true },
    ],
  ])('follows %s', (text, follow) => {
    expect(production({ [ENV]: environment({ follow: text }) }).follow).toEqual(follow);
  });

  test('puts its own values into its url and folder', () => {
    const text = environment({
      url: 'http://h:${{ variables.PORT }}/',
      target: '{ files: { to: "live/${{ environment.name }}", keep: 2 } }',
      variables: '{ PORT: 7103 }',
    });
    const { url, target, variables } = production({ [ENV]: text });
    expect({ url, target, variables }).toEqual({
      url: 'http://h:7103',
      target: {
        type: 'files',
        claim: 'live/production',
        scripts: [],
        settings: { to: 'live/production', keep: 2 },
      },
      variables: { PORT: '7103' },
    });
  });

  test('with a script for a target', () => {
    const text = environment({
      target: '{ script: { apply: scripts/test.sh, observe: "scripts/test.sh --which" } }',
    });
    expect(production({ [ENV]: text }).target).toEqual({
      type: 'script',
      claim: null,
      scripts: ['scripts/test.sh', 'scripts/test.sh --which'],
      settings: { apply: 'scripts/test.sh', observe: 'scripts/test.sh --which' },
    });
  });
});

describe('a window', () => {
  test.each([
    [
      '  allow: [{ days: "mon,wed-fri", hours: "09:00-18:00" }]',
      [{ days: [1, 3, 4, 5], fromMinute: 540, toMinute: 1_080 }],
    ],
    ['  allow: [{ days: fri-mon }]', [{ days: [1, 5, 6, 7], fromMinute: 0, toMinute: 1_440 }]],
    ['  allow: [{ days: [sat, Sun] }]', [{ days: [6, 7], fromMinute: 0, toMinute: 1_440 }]],
    ['  allow: [{ hours: "22:00-06:00" }]', [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 1_320, toMinute: 360 }]],
    ['  allow: [{ days: mon, hours: ["00:00-24:00"] }]', [{ days: [1], fromMinute: 0, toMinute: 1_440 }]],
    [
      '  allow: [{ days: mon, hours: ["9:00-12:00", "13:00-17:30"] }]',
      [
        { days: [1], fromMinute: 540, toMinute: 720 },
        { days: [1], fromMinute: 780, toMinute: 1_050 },
      ],
    ],
  ])('%s', (text, spans) => {
    const allow = spans.map((span) => ({ span: { type: 'weekly', timezone: 'UTC', ...span } }));
    expect(window(text)).toMatchObject({ timezone: 'UTC', allow, deny: [], onWindowClose: 'finish' });
  });

  test('with freezes of days and of hours', () => {
    const text =
      '  timezone: Europe/Bucharest\n  deny:\n    - { from: 2026-12-19, to: 2026-12-19, reason: party }\n    - { from: 2026-12-31T12:00, to: 2027-01-04 }\n  on_window_close: pause\n';
    const dated = (from: string, to: string) => ({ type: 'dated', timezone: 'Europe/Bucharest', from, to });
    expect(window(text)).toEqual({
      type: 'window',
      place: { file: POLICY, line: 1, column: 1 },
      timezone: 'Europe/Bucharest',
      allow: [],
      deny: [
        { span: dated('2026-12-19', '2026-12-19'), reason: 'party', except: [], calendar: null },
        { span: dated('2026-12-31T12:00', '2027-01-04'), reason: null, except: [], calendar: null },
      ],
      holidays: [],
      onWindowClose: 'pause',
    });
  });
});

describe('what is believed', () => {
  const answers = (files: Files, as: 'head' | 'version') => {
    const repository = read({}).config?.repository as RepositoryConfig;
    const { environments, config } = read(files, as === 'head' ? { as } : { as, repository });
    const found = environments['production'];
    return {
      gate: found?.gate.length,
      version: found?.version.length,
      there: config?.environments['production'] !== undefined,
    };
  };

  test.each<[string, Files, { gate: number; version: number }, { head: boolean; version: boolean }]>([
    ['nothing wrong', {}, { gate: 0, version: 0 }, { head: true, version: true }],
    ['a broken policy', { [POLICY]: 'window: {}\n' }, { gate: 1, version: 0 }, { head: false, version: true }],
    [
      'an unknown policy',
      { [ENV]: environment({ policies: '[x]' }) },
      { gate: 1, version: 0 },
      { head: false, version: true },
    ],
    [
      'a broken url',
      { [ENV]: environment({ url: 'ftp://h' }) },
      { gate: 0, version: 1 },
      { head: true, version: false },
    ],
    [
      'a missing script',
      { [PIPE]: `${SOUND[PIPE]}  - name: more\n    steps: [{ run: scripts/no.sh }]\n` },
      { gate: 0, version: 1 },
      { head: true, version: false },
    ],
    [
      'an unknown pipeline',
      { [ENV]: environment({ pipeline: 'x' }) },
      { gate: 1, version: 1 },
      { head: false, version: false },
    ],
    ['no target', { [ENV]: environment({ target: null }) }, { gate: 1, version: 1 }, { head: false, version: false }],
    [
      'no policies key',
      { [ENV]: environment({ policies: null }) },
      { gate: 1, version: 1 },
      { head: false, version: false },
    ],
    ['no YAML', { [ENV]: '{' }, { gate: 1, version: 1 }, { head: false, version: false }],
    [
      'a broken service',
      { 'environments/production/services/web.yaml': '{' },
      { gate: 0, version: 1 },
      { head: true, version: false },
    ],
    [
      'a broken neighbour',
      { 'environments/qa/environment.yaml': '{' },
      { gate: 0, version: 0 },
      { head: true, version: true },
    ],
  ])('%s', (_, files, counts, there) => {
    expect(answers(files, 'head')).toEqual({ ...counts, there: there.head });
    expect(answers(files, 'version')).toEqual({ ...counts, there: there.version });
  });

  test('a broken tidegate.yaml at the head leaves no config, and closes every gate', () => {
    const { config, environments } = read({ 'tidegate.yaml': 'version: 3\n' });
    expect(config).toBeNull();
    expect(environments['production']?.gate.length).toBe(1);
    expect(environments['production']?.version).toEqual([]);
  });

  test('a broken tidegate.yaml at a version is of no account', () => {
    expect(answers({ 'tidegate.yaml': 'version: 3\n' }, 'version')).toEqual({ gate: 1, version: 0, there: true });
  });
});

describe('inputs', () => {
  const inputs = (files: Files) => {
    const { config } = read(files);
    return config === null ? null : inputsOf(config, 'production', tree({ ...SOUND, ...files }));
  };
  const withRun = (run: string) => ({
    [PIPE]: `${SOUND[PIPE]}  - name: more\n    steps: [{ run: ${JSON.stringify(run)} }]\n`,
  });

  test.each<[string, Files, readonly string[]]>([
    ['folder and pipeline', {}, []],
    ['a program of the PATH', withRun('npm test'), []],
    ['a script below scripts/', withRun('./scripts/test.sh now'), ['scripts']],
    ['a script elsewhere', { ...withRun('tools/build.sh; x'), 'tools/build.sh': '' }, ['tools/build.sh']],
    ['a quoted script', { ...withRun("'tools/my build.sh' now"), 'tools/my build.sh': '' }, ['tools/my build.sh']],
    ['a script inside another input', withRun('environments/production/environment.yaml'), []],
    ['a path behind an assignment', withRun('A=1 scripts/test.sh'), ['scripts']],
    [
      'what the target calls',
      { [ENV]: environment({ target: '{ script: { apply: scripts/test.sh } }' }) },
      ['scripts'],
    ],
    [
      'paths',
      {
        [ENV]: environment({ paths: '[shared/, shared/nginx, environments/base]' }),
        'shared/nginx/x': '',
        'environments/base/x': '',
      },
      ['environments/base', 'shared'],
    ],
  ])('%s', (_, files, more) => {
    expect(inputs(files)).toEqual(['environments/production', 'pipelines/deploy.yaml', ...more].sort());
  });

  test('of an environment that is not there', () => {
    const { config } = read({});
    expect(config && inputsOf(config, 'toString', tree(SOUND))).toEqual([]);
  });
});
