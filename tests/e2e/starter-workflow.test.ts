// The workflow that `init` writes, line by line as GitHub would run it, on a real clone and a branch of it: whatever
// the branch is called, its name is never read as a command.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bareEnvironment } from '../support/tidegate-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
type Workflow = {
  jobs: { plan: { env: Record<string, string>; steps: { name?: string; run?: string; uses?: string }[] } };
};

let folder: string;
let steps: Workflow['jobs']['plan']['steps'];
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tidegate-workflow-'));
  mkdirSync(at('bin'));
  writeFileSync(at('bin', 'tidegate'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}bin/tidegate.js" "$@"\n`);
  chmodSync(at('bin', 'tidegate'), 0o755);
  git('.', 'init', '-q', '--bare', '-b', 'main', 'config.git');
  run('tidegate init shop');
  git('shop', 'init', '-q', '-b', 'main');
  git('shop', 'add', '-A');
  git('shop', 'commit', '-qm', 'Begin');
  git('shop', 'push', '-q', '../config.git', 'main');
  const text = readFileSync(at('shop', '.github', 'workflows', 'tidegate.yml'), 'utf8');
  ({ steps } = (parse(text) as Workflow).jobs.plan);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the workflow', () => {
  test.each([
    ['check', ''],
    ['test', ''],
  ])('runs %s on the starter', (name) => {
    expect(step(name, 'main')).toMatchObject({ status: 0 });
  });

  test.each(['feature', '"$(touch pwned)"', "it's; touch pwned"])('plans the branch %s', (branch) => {
    git('shop', 'checkout', '-q', '-B', 'work', 'main');
    writeFileSync(at('shop', 'environments', 'production', 'note.txt'), `${branch}\n`);
    git('shop', 'add', '-A');
    git('shop', 'commit', '-qm', 'Change production');
    // Git takes no name with a space: what it takes is all that there can be.
    const name = branch.replaceAll(' ', '_').replaceAll('~', '');
    git('shop', 'push', '-q', '../config.git', `HEAD:refs/heads/${name}`);
    const ended = step('plan', name);
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toContain('### production');
    expect(readFileSync(at('summary.md'), 'utf8')).toContain('### production');
    expect(ended.status).toBe(0);
    expect(() => readFileSync(at('shop', 'pwned'))).toThrow('ENOENT');
  });

  test('fails where the branch breaks the configuration', () => {
    git('shop', 'checkout', '-q', '-B', 'work', 'main');
    writeFileSync(at('shop', 'pipelines', 'deploy.yaml'), 'stages: [\n');
    git('shop', 'commit', '-qam', 'Break it');
    git('shop', 'push', '-q', '../config.git', 'HEAD:refs/heads/broken');
    expect(step('plan', 'broken').status).toBe(1);
    expect(step('check', 'broken').status).not.toBe(0);
  });
});

/** With `pipefail`, as GitHub runs what says `shell: bash`. */
function step(name: string, branch: string) {
  const { run: line } = steps.find((each) => each.name === name) ?? {};
  if (line === undefined) throw new Error(`there is no step ${name}`);
  const env = {
    ...environment(),
    REPO: at('config.git'),
    TIDEGATE_STATE: at('state'),
    GITHUB_STEP_SUMMARY: at('summary.md'),
    BRANCH: branch,
    ONTO: 'main',
  };
  return spawnSync('bash', ['-eo', 'pipefail', '-c', line], { cwd: at('shop'), env, encoding: 'utf8' });
}

function run(line: string): void {
  execFileSync('bash', ['-ec', line], { cwd: folder, env: environment(), encoding: 'utf8' });
}

function git(where: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd: at(where), env: environment(), encoding: 'utf8' });
}

function environment(): NodeJS.ProcessEnv {
  const bare = bareEnvironment('ana');
  const who = { name: 'Ana', email: 'ana@example.org' };
  return {
    ...bare,
    PATH: `${at('bin')}:${bare['PATH'] ?? process.env['PATH'] ?? ''}`,
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
}
