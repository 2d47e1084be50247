// The starter at the root of the project is a sound config repository, and its scripts hold what they promise.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { inputsOf } from '../../../engine/config/inputs.ts';
import { configKind } from '../../../engine/config/kinds.ts';
import { parseFile } from '../../../engine/config/parse.ts';
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
  return { files, ...assemble(parsed, tree(files)) };
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

  test('tests its own configuration', () => {
    const run = (environment: string) =>
      execFileSync('sh', ['scripts/test.sh', environment], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    expect(run('staging')).toContain('Hello from staging');
    expect(() => run('nowhere')).toThrow('environments/nowhere/services/web.yaml: is missing');
  });
});
