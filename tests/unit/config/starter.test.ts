// The starter at the root of the project is a sound config repository, and its scripts hold what they promise.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { earlyStageWarnings } from '../../../engine/config/early-stages.ts';
import { inputsOf } from '../../../engine/config/inputs.ts';
import { configKind } from '../../../engine/config/kinds.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import { quorumProblems } from '../../../engine/config/quorum.ts';
import { relianceWarnings } from '../../../engine/config/reliance.ts';
import { judgeTest } from '../../../engine/explain/policy-test.ts';
import { RULE_KINDS } from '../../../engine/policy/rules/table.ts';
import { tree } from './repository.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PARTS = ['environments', 'pipelines', 'policies', 'schemas', 'scripts'];

function starter(): Record<string, string> {
  const below = PARTS.flatMap((part) =>
    readdirSync(join(ROOT, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  return Object.fromEntries(['tidegate.yaml', ...below].map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

function assembled() {
  const files = starter();
  const parsed = Object.entries(files)
    .filter(([path]) => configKind(path) !== null)
    .map(([path, text]) => parseFile(path, text));
  return { files, parsed, ...assemble(parsed, tree(files)) };
}

describe('the starter', () => {
  test('has no problem but the warning that signatures are optional', () => {
    const { problems } = assembled();
    expect(problems.filter((problem) => problem.severity === 'error').map(problemLine)).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      file: 'tidegate.yaml',
      severity: 'warning',
      message: expect.stringContaining('without a signature'),
    });
  });

  test('has three environments, each on its own port', () => {
    const { config, files } = assembled();
    const inputs = (name: string) => (config === null ? [] : inputsOf(config, name, tree(files)));
    expect(
      Object.values(config?.environments ?? {}).map(({ name, url, confirm }) => ({
        name,
        url,
        confirm,
        inputs: inputs(name),
      })),
    ).toEqual([
      {
        name: 'development',
        url: 'http://127.0.0.1:7101',
        confirm: false,
        inputs: ['environments/development', 'pipelines/deploy.yaml'],
      },
      {
        name: 'production',
        url: 'http://127.0.0.1:7103',
        confirm: true,
        inputs: ['environments/production', 'pipelines/verified.yaml', 'scripts'],
      },
      {
        name: 'staging',
        url: 'http://127.0.0.1:7102',
        confirm: false,
        inputs: ['environments/staging', 'pipelines/verified.yaml', 'scripts'],
      },
    ]);
  });

  test('has an example of every kind of rule, and holds only office hours in force', () => {
    const { config, parsed } = assembled();
    const policies = Object.values(config?.policies ?? {});
    const kinds = policies.flatMap(({ rules }) => rules.map(({ type }) => type));
    expect([...new Set<string>(kinds)].sort()).toEqual(RULE_KINDS.map(({ type }) => type).sort());
    const inForce = parsed.filter(({ content }) => content?.kind === 'policy' && !content.isDraft);
    expect(inForce.map(({ path }) => path)).toEqual(['policies/business-hours.yaml']);
    expect(policies.some(({ override }) => override?.postmortem === true && override.people === 2)).toBe(true);
    expect(config === null ? [] : quorumProblems(config)).toEqual([]);
    // Nothing in force rests on what another environment lets in, and no stage waits for a gate of its own.
    expect(config === null ? [] : [...relianceWarnings(config, parsed), ...earlyStageWarnings(config)]).toEqual([]);
  });

  test('has policy tests of every policy, and they hold', () => {
    const { config, parsed } = assembled();
    const tests = parsed.flatMap(({ content }) => (content?.kind === 'policy-test' ? content.tests : []));
    if (config === null) throw new Error('the starter cannot be read');
    const asked = tests.flatMap(({ asks }) =>
      'environment' in asks ? (config.environments[asks.environment]?.policies ?? []) : asks.policies,
    );
    expect([...new Set(asked)].sort()).toEqual(Object.keys(config.policies).sort());
    // None of them names public holidays, so that no table has to be loaded here.
    expect(tests.flatMap((each) => judgeTest(each, config, {}).failures)).toEqual([]);
  });

  test('tests its own configuration', () => {
    const run = (environment: string) =>
      execFileSync('sh', ['scripts/test.sh', environment], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    expect(run('staging')).toContain('Hello from staging');
    expect(() => run('nowhere')).toThrow('environments/nowhere/services/web.yaml: is missing');
  });
});
