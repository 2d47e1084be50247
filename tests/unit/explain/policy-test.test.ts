// Policy tests as people write them, put to the policies that decide.

import { describe, expect, test } from 'vitest';
import { hasErrors, problemLine } from '../../../engine/base/problem.ts';
import { plainText } from '../../../engine/cli/text/line.ts';
import { testLines } from '../../../engine/cli/text/policy-test-shown.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import { testJson } from '../../../engine/contract/policy-test.ts';
import { judgeTest, type TestResult } from '../../../engine/explain/policy-test.ts';
import type { Holidays } from '../../../engine/model/policy-facts.ts';
import { problems, SOUND, tree } from '../config/repository.ts';

const FILE = 'policies/tests/hours.yaml';
const HOURS = `window:
  timezone: Europe/Bucharest
  allow: [{ days: mon-fri, hours: "09:00-18:00" }]
override: { by: [leads] }
`;

/** The results of these cases over the sound repository with these files on top. */
function run(cases: string, files: Record<string, string> = {}, holidays: Holidays = {}): readonly TestResult[] {
  const all: Record<string, string> = { ...SOUND, 'policies/business-hours.yaml': HOURS, ...files, [FILE]: cases };
  const parsed = Object.entries(all).map(([path, text]) => parseFile(path, text));
  const { config, problems: found } = assemble(parsed, tree(all));
  expect(hasErrors(found), found.map(problemLine).join('\n')).toBe(false);
  if (config === null) throw new Error('the repository is sound');
  const tests = parsed.flatMap(({ content }) => (content?.kind === 'policy-test' ? content.tests : []));
  return tests.map((each) => judgeTest(each, config, holidays));
}

const status = (given: string, files: Record<string, string> = {}, policy = 'it') =>
  run(
    `- { name: one, policy: ${policy}, at: 2026-11-20T12:00:00Z, given: ${given}, expect: { status: allowed } }`,
    files,
  )[0]?.verdict.status;

describe('a case', () => {
  test('holds where everything that is expected does', () => {
    const [result] = run(`- name: a Saturday waits for Monday
  environment: production
  at: 2026-11-21T14:30:00Z
  expect: { status: waiting, until: 2026-11-23T07:00:00Z, rules: { business-hours/window: waiting }, says: [Monday, Bucharest] }
`);
    expect(result?.failures).toEqual([]);
  });

  test('fails with what was expected and what is, each on its own', () => {
    const results = run(`- name: wrong in everything
  policy: business-hours
  at: 2026-11-21T14:30:00Z
  expect: { status: allowed, until: never, rules: { business-hours/window: denied, business-hours/soak: waiting }, says: Tuesday }
`);
    expect(results[0]?.failures).toEqual([
      { what: 'status', expected: 'allowed', got: 'waiting' },
      { what: 'until', expected: 'never', got: '2026-11-23T07:00:00Z' },
      { what: 'business-hours/window', expected: 'denied', got: 'waiting' },
      { what: 'business-hours/soak', expected: 'waiting', got: 'no such rule among business-hours/window' },
      { what: 'says', expected: 'Tuesday', got: expect.stringContaining('opens Monday') },
    ]);
    expect(testJson(results)).toMatchObject({ summary: { passed: 0, failed: 1 } });
    expect(plainText(testLines(results))).toMatchInlineSnapshot(`
      "policies/tests/hours.yaml
        FAIL  wrong in everything  policies/tests/hours.yaml:1:3
              status: expected allowed, got waiting
              until: expected never, got 2026-11-23T07:00:00Z
              business-hours/window: expected denied, got waiting
              business-hours/soak: expected waiting, got no such rule among business-hours/window
              says: expected Tuesday, got business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
              waiting  business-hours/window  closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
              at 2026-11-21T14:30:00Z

      1 of 1 case failed
      "
    `);
  });

  test('an emergency overrides what names the person, and as many people as it takes', () => {
    const files = {
      'policies/it.yaml': HOURS.replace('{ days: mon-fri, hours: "09:00-18:00" }', '{ days: sun }'),
    };
    expect(status('{ emergency: ana }', files)).toBe('allowed');
    expect(status('{ emergency: dan }', files)).toBe('waiting');
    expect(status('{ overridden: [it/window] }', files)).toBe('allowed');
    expect(status('{}', files)).toBe('waiting');
  });
});

describe('what is given reaches the rule', () => {
  test.each([
    ['checks: { require: [ci/test] }', '{ checks: { ci/test: passed } }', '{ checks: { ci/test: failed } }'],
    ['checks: { coverage: ">= 80" }', '{ checks: { coverage: 83 } }', '{ checks: { coverage: 79.5 } }'],
    ['checks: { evidence: { feat: [unit] } }', '{ change: { kinds: [fix] } }', '{ change: { kinds: [feat] } }'],
    ['soak: { in: staging, for: 48h }', '{ soaks: { staging: 50h } }', '{ soaks: { staging: 47h } }'],
    ['soak: { in: staging, for: 48h }', '{ soaks: { staging: 2d } }', '{ soaks: { staging: failed } }'],
    ['soak: { in: staging, for: 48h }', '{ soaks: { staging: 2d } }', '{}'],
    ['deployers: [leads]', '{ requestedBy: ana }', '{ requestedBy: "Eve <eve@example.net>" }'],
    ['signature: { by: [leads], of: commit }', '{ signed: { commit: ana } }', '{ signed: { commit: dan } }'],
    ['downgrade: denied', '{ current: v1.4.1 }', '{ current: v1.4.3, older: true }'],
    ['limit: { runs: 2, per: day }', '{ starts: [1h ago] }', '{ starts: [1h ago, 2h] }'],
    ['lock: database', '{}', '{ locks: { database: staging } }'],
    ['when: version.tag == "v1.4.2"', '{ version: v1.4.2 }', '{ version: v1.4.3 }'],
    ['when: kind == "rollback"', '{ kind: rollback }', '{}'],
    ['when: \'"docs/a.md" in change.paths\'', '{ change: { paths: [docs/a.md] } }', '{ change: { paths: [b] } }'],
  ])('%s', (rule, good, bad) => {
    const files = {
      'policies/it.yaml': `${rule}\n`,
      'environments/staging/environment.yaml':
        'follow: { branch: main }\npipeline: deploy\npolicies: []\ntarget: { files: { to: s } }\n',
    };
    expect(status(good, files)).toBe('allowed');
    expect(status(bad, files)).not.toBe('allowed');
  });

  test('public holidays are the real ones', () => {
    const files = {
      'policies/it.yaml': 'window:\n  timezone: Europe/Bucharest\n  allow: [{ days: mon-fri }]\n  holidays: [RO]\n',
    };
    const cases =
      '- { name: National Day, policy: it, at: 2026-12-01T10:00:00Z, expect: { status: waiting, says: National Day } }';
    const years = { RO: [{ date: '2026-12-01', name: 'National Day' }] };
    expect(run(cases, files, years)[0]?.failures).toEqual([]);
  });
});

describe('a file of cases', () => {
  const one = (keys: string) => problems({ [FILE]: `- { name: one, ${keys} }\n` });

  test.each([
    [
      'policy: business-hour, at: 2026-11-20T12:00:00Z, expect: { status: allowed }',
      'there is no policy `business-hour`',
    ],
    ['environment: prod, at: 2026-11-20T12:00:00Z, expect: { status: allowed }', 'there is no environment `prod`'],
    ['at: 2026-11-20T12:00:00Z, expect: { status: allowed }', 'nothing says whose policies are asked'],
    [
      'policy: business-hours, environment: production, at: 2026-11-20T12:00:00Z, expect: { status: allowed }',
      'cannot stand together',
    ],
    ['policy: business-hours, at: 2026-11-31T12:00:00Z, expect: { status: allowed }', 'there is no instant 2026-11-31'],
    ['policy: business-hours, at: 2026-11-20 12:00, expect: { status: allowed }', 'does not fit'],
    ['policy: business-hours, at: 2026-11-20T12:00:00Z, expect: {}', 'empty'],
    ['policy: business-hours, at: 2026-11-20T12:00:00Z, expect: { state: allowed }', 'unknown key `state`'],
    [
      'policy: business-hours, at: 2026-11-20T12:00:00Z, given: { emergency: eve }, expect: { status: allowed }',
      'no person or team `eve`',
    ],
    [
      'policy: business-hours, at: 2026-11-20T12:00:00Z, expect: { rules: { hours/window: allowed } }',
      'there is no policy `hours`',
    ],
  ])('%s', (keys, message) => {
    const found = one(keys);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^policies\/tests\/hours\.yaml:1:\d+: /);
  });

  test('does not stop an environment, nor does it use a policy', () => {
    const files = { [FILE]: '- { name: one }\n' };
    const all: Record<string, string> = { ...SOUND, ...files };
    const { config, environments } = assemble(
      Object.entries(all).map(([path, text]) => parseFile(path, text)),
      tree(all),
    );
    expect(environments['production']?.gate).toEqual([]);
    expect(config?.environments['production']).toBeDefined();
    const unused = problems({
      'policies/idle.yaml': HOURS,
      [FILE]: '- { name: one, policy: idle, at: 2026-11-20T12:00:00Z, expect: { status: allowed } }\n',
    });
    expect(unused.join('\n')).toContain('no environment uses this policy');
  });
});
