// What each finding comes to. Everything is well but for one thing, so that a check which looks away is seen.

import { describe, expect, test } from 'vitest';
import type { Checked } from '../../../engine/explain/doctor.ts';
import { judgeGit, judgeLedgerHost, judgeMachine, judgeReach } from '../../../engine/explain/doctor.ts';
import {
  judgeConfiguration,
  judgePrograms,
  judgeSigners,
  judgeSigningKey,
  programsCalled,
} from '../../../engine/explain/doctor-config.ts';
import type { LedgerHost, MachineFindings } from '../../../engine/model/findings.ts';
import { configOf, pipelineConfig, place } from '../../support/config-builders.ts';
import { WELL_HOST, WELL_MACHINE } from '../../support/fake-doctor.ts';

const NAMESPACE = 'refs/heads/tidegate';
const statuses = (checks: readonly Checked[]) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const state = (changed: Partial<MachineFindings['state']>): MachineFindings => ({
  ...WELL_MACHINE,
  state: { ...WELL_MACHINE.state, ...changed },
});
const host = (changed: Partial<LedgerHost>) => statuses(judgeLedgerHost({ ...WELL_HOST, ...changed }, NAMESPACE));
const settings = { folder: '/srv/shop.git', denyNonFastForwards: true, denyDeletes: true, fsync: 'committed' };

test('all is well where all is well', () => {
  const checks = [
    judgeGit([2, 38]),
    ...judgeMachine(WELL_MACHINE),
    ...judgeReach({ type: 'reached', tookMs: 10, clockSkewMs: 900, shown: 'x' }),
    ...judgeLedgerHost(WELL_HOST, NAMESPACE),
  ];
  expect(checks.filter(({ status, hint }) => status !== 'ok' || hint !== '')).toEqual([]);
  expect(checks).toHaveLength(11);
});

test.each([
  [null, 'failed'],
  [[2, 30], 'failed'],
  [[2, 31], 'warning'],
  [[2, 37], 'warning'],
  [[3, 0], 'ok'],
] as const)('git %j: %s', (version, status) => {
  expect(judgeGit(version).status).toBe(status);
});

describe('the machine', () => {
  test.each([
    ['a Node that is too old', { ...WELL_MACHINE, node: '22.1.0' }, 'node', 'failed'],
    ['a folder that cannot be written', state({ refusal: 'EROFS' }), 'state-writable', 'failed'],
    ['a disk that is full', state({ bytesFree: 5_000_000 }), 'state-space', 'failed'],
    ['a disk that is nearly full', state({ bytesFree: 500_000_000 }), 'state-space', 'warning'],
    ['no inodes', state({ inodesFree: 12 }), 'state-space', 'failed'],
    ['a file system that does not tell', state({ bytesFree: null, inodesFree: null }), 'state-space', 'unknown'],
    ['a controller at work', state({ heldBy: 4711 }), 'state-lock', 'warning'],
  ] as const)('%s', (_, machine, name, status) => {
    const wrong = judgeMachine(machine).filter((check) => check.status !== 'ok');
    expect(wrong).toMatchObject([{ name, status }]);
    expect(wrong[0]?.hint).not.toBe('');
  });

  test('a file system without a table of inodes is not full', () => {
    expect(statuses(judgeMachine(state({ inodesFree: null })))).toMatchObject({ 'state-space': 'ok' });
  });
});

describe('the remote', () => {
  const reached = (clockSkewMs: number | null, tookMs = 10) =>
    judgeReach({ type: 'reached', tookMs, clockSkewMs, shown: 'x' });

  test('a clock beyond five minutes, either way', () => {
    expect(statuses(reached(300_000))).toMatchObject({ clock: 'warning' });
    expect(statuses(reached(301_000))).toMatchObject({ clock: 'failed' });
    const [, clock] = reached(-3_600_000);
    expect(clock).toMatchObject({ status: 'failed', sentence: expect.stringContaining('3600 s ahead of') });
    expect(statuses(reached(null))).toMatchObject({ clock: 'unknown' });
  });

  test('slow, and away', () => {
    expect(statuses(reached(0, 9_000))).toMatchObject({ remote: 'warning' });
    expect(statuses(judgeReach({ type: 'failed', sentence: 'no', hint: 'yes' }))).toEqual({
      remote: 'failed',
      clock: 'unknown',
    });
  });
});

describe('the host of the ledger', () => {
  test.each([
    [{ push: { type: 'refused', sentence: 'no', hint: 'yes' } }, { 'ledger-writable': 'failed' }],
    [{ blockedBy: NAMESPACE }, { 'ledger-room': 'failed' }],
    [{ settings: null }, { 'ledger-protected': 'unknown', 'server-fsync': 'unknown' }],
    [{ settings: { ...settings, denyDeletes: false } }, { 'ledger-protected': 'warning' }],
    [{ settings: { ...settings, fsync: null } }, { 'server-fsync': 'warning' }],
    [{ settings: { ...settings, fsync: 'committed,-loose-object' } }, { 'server-fsync': 'warning' }],
  ] as const)('%j', (changed, expected) => {
    const wrong = Object.fromEntries(Object.entries(host(changed)).filter(([, status]) => status !== 'ok'));
    expect(wrong).toEqual(expected);
  });
});

describe('keys', () => {
  const config = configOf('production');
  const people = {
    ana: { emails: ['ana@example.org'], github: null, gitlab: null },
    dan: { emails: ['dan@example.org'], github: null, gitlab: null },
  };
  const strict = {
    ...config,
    repository: {
      ...config.repository,
      people,
      teams: { leads: ['ana', 'dan'] },
      ledger: { ...config.repository.ledger, signatures: 'required' as const },
    },
  };
  const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA';

  test('nobody has to sign', () => {
    expect(judgeSigners(config, null).status).toBe('ok');
    expect(judgeSigners(config, `ana ${KEY}\n`).status).toBe('ok');
  });

  test('everybody of a team has to', () => {
    expect(judgeSigners(strict, null)).toMatchObject({
      status: 'failed',
      sentence: expect.stringContaining('ana, dan'),
    });
    expect(judgeSigners(strict, `# people\nana ${KEY}\n`)).toMatchObject({
      status: 'warning',
      sentence: expect.stringMatching(/^dan must sign and has no key/),
    });
    expect(
      judgeSigners(strict, `ana,dan@example.org namespaces="git,tidegate",cert-authority ${KEY} both\n`).status,
    ).toBe('ok');
    expect(judgeSigners(strict, `*@example.org ${KEY}\n`).status).toBe('ok');
    expect(judgeSigners(strict, `!*@example.org ${KEY}\n`).status).toBe('failed');
  });

  test('a rule in use names who has to; a draft names nobody', () => {
    const policy = {
      name: 'signed',
      place: place('policies/signed.yaml'),
      rules: [
        {
          type: 'signature' as const,
          place: place('policies/signed.yaml'),
          by: ['dan'],
          of: 'either' as const,
          userVerification: 'optional' as const,
        },
      ],
      override: null,
    };
    const production = config.environments['production'];
    if (production === undefined) throw new Error('there is a production');
    const drafted = { ...config, repository: { ...config.repository, people }, policies: { signed: policy } };
    expect(judgeSigners(drafted, `ana ${KEY}\n`).status).toBe('ok');
    const used = { ...drafted, environments: { production: { ...production, policies: ['signed'] } } };
    expect(judgeSigners(used, `ana ${KEY}\n`)).toMatchObject({ status: 'failed' });
  });

  test('a line that is none is named', () => {
    expect(judgeSigners(strict, `ana ${KEY}\n\ndan\n`)).toMatchObject({
      status: 'failed',
      sentence: expect.stringContaining('allowed_signers:3'),
    });
  });

  test('a pattern of many stars takes no time', () => {
    const hostile = `${'*a'.repeat(2_000)}b ${KEY}\n`;
    expect(
      judgeSigners(
        {
          ...strict,
          repository: {
            ...strict.repository,
            people: { ana: { emails: ['a'.repeat(250)], github: null, gitlab: null } },
          },
        },
        hostile,
      ).status,
    ).toBe('failed');
  });

  test("one's own", () => {
    expect(judgeSigningKey({ type: 'none', sentence: 'no', hint: 'yes' }, config).status).toBe('ok');
    expect(judgeSigningKey({ type: 'none', sentence: 'no', hint: 'yes' }, strict).status).toBe('warning');
    expect(judgeSigningKey({ type: 'silent', sentence: 'no', hint: 'yes' }, strict).status).toBe('unknown');
    const invalid = { type: 'signs', signed: { type: 'invalid', sentence: 'whose?' } } as const;
    expect(judgeSigningKey(invalid, strict).status).toBe('warning');
  });
});

describe('programs', () => {
  const calling = (run: string) => {
    const config = configOf('production');
    const [stage] = pipelineConfig().stages;
    const step = stage?.steps[0];
    if (stage === undefined || step === undefined) throw new Error('the pipeline begins with a script');
    const pipeline = { ...pipelineConfig(), stages: [{ ...stage, steps: [{ ...step, scripts: [run] }] }] };
    return programsCalled({ ...config, pipelines: { verified: pipeline } }).map(({ program }) => program);
  };

  test.each([
    ['npm test', ['npm']],
    ['scripts/test.sh now', []],
    ['./gradlew build', []],
    ['/usr/bin/env true', ['/usr/bin/env']],
    ['CI=1 make check', ['make']],
    ['# first\n\ncurl -f x', ['curl']],
    ['if true; then x; fi', []],
    ['cd web && npm test', []],
    ['"$TOOL" x', []],
  ])('%j calls %j', (run, expected) => {
    expect(calling(run)).toEqual(expected);
  });

  test('that are missing say who calls them', () => {
    const check = judgePrograms(programsCalled(configOf('production')), ['npm']);
    expect(check).toMatchObject({
      status: 'failed',
      sentence: expect.stringContaining('npm (pipeline verified, test: unit tests)'),
    });
  });
});

test('problems of the configuration', () => {
  const problem = { file: 'tidegate.yaml', line: 2, column: 1, message: 'unknown key', hint: '' };
  expect(judgeConfiguration([]).status).toBe('ok');
  expect(judgeConfiguration([{ ...problem, severity: 'warning' }]).status).toBe('warning');
  expect(judgeConfiguration([{ ...problem, severity: 'error' }])).toMatchObject({
    status: 'failed',
    sentence: 'tidegate.yaml:2: unknown key',
  });
});
