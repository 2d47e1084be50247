// The package as its users get it: packed from the project's files, installed globally, and run on the Node that the
// machine has, which may be older than the one that Tidegate needs. Needs the npm registry, or a warm npm cache.

import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
/** npm puts node_modules/.bin first; without it `node` and `npm` are the machine's own. */
const MACHINE_PATH = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(path.delimiter);

const NEEDS = 'needs the npm registry';
const hasRegistry =
  process.env['CI'] !== undefined ||
  (await run('npm', ['view', 'yaml', 'version', '--fetch-retries=0', '--fetch-timeout=5000'], ROOT)).code === 0;

describe.skipIf(!hasRegistry)(`the installed package (${NEEDS})`, () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'tidegate-package-'));
  const prefix = path.join(scratch, 'prefix');
  const installed = path.join(prefix, 'lib', 'node_modules', 'tidegate');
  const tidegate = path.join(prefix, 'bin', 'tidegate');

  beforeAll(async () => {
    const packed = await run(
      'npm',
      ['pack', '--pack-destination', scratch, '--loglevel=error'],
      copyOfProject(scratch),
    );
    ended(packed, 0);
    const tarball = path.join(scratch, `tidegate-${MANIFEST.version}.tgz`);
    const install = await run(
      'npm',
      ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', tarball],
      scratch,
    );
    ended(install, 0);
  }, 300_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('holds the program, the starter and the schemas, and nothing else', () => {
    const files = readdirSync(installed).filter((name) => name !== 'node_modules');
    expect(files.sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bin',
        'checklists',
        'contract',
        'dist',
        'editor',
        'environments',
        'package.json',
        'pipelines',
        'policies',
        'schemas',
        'scripts',
        'starter',
        'tidegate.yaml',
      ].sort(),
    );
    const built = readdirSync(path.join(installed, 'dist'), { recursive: true, encoding: 'utf8', withFileTypes: true });
    expect(built.filter((entry) => entry.isFile() && !entry.name.endsWith('.js')).map(({ name }) => name)).toEqual([]);
  });

  test('says its version', async () => {
    expect(await run(tidegate, ['--version'], scratch)).toMatchObject({
      code: 0,
      stdout: `${MANIFEST.version}\n`,
      stderr: '',
    });
  });

  test('makes a config repository that it finds nothing wrong with', async () => {
    ended(await run(tidegate, ['init', 'x'], scratch), 0);
    ended(await run(tidegate, ['check', 'x', '--json'], scratch), 0);
  });

  // The supervisor of jobs is a second program that the first one has to find in `dist`.
  test('deploys a version of a repository, with jobs under its supervisor', async () => {
    const remote = makeRemote(path.join(scratch, 'deploys'));
    const state = path.join(scratch, 'state');
    ended(await run(tidegate, ['run', '--once', '--repo', remote, '--state', state], scratch), 0);
    expect(readFileSync(path.join(state, 'live', 'current', 'web.yaml'), 'utf8')).toBe('greeting: hello\n');
    const status = await run(tidegate, ['status', 'one', '--json', '--repo', remote, '--state', state], scratch);
    expect(JSON.parse(status.stdout)).toMatchObject({ environments: [{ name: 'one', condition: 'Ready' }] });
  });

  test('passes wrong usage on as exit 64', async () => {
    ended(await run(tidegate, ['no-such-command'], scratch), 64);
  });

  test('says what to do when its own runtime was left out', async () => {
    const bare = path.join(scratch, 'bare');
    mkdirSync(bare);
    for (const name of ['bin', 'package.json'])
      cpSync(path.join(installed, name), path.join(bare, name), { recursive: true });
    const { code, stderr } = await run('node', [path.join(bare, 'bin', 'tidegate.js'), '--version'], bare);
    if (machineNodeMajor() >= 26) return expect(code).not.toBe(0);
    expect(code).toBe(3);
    expect(stderr).toContain('without --omit=optional');
  });
});

test('bin/tidegate runs the checkout from any folder and through symlinks', async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'tidegate-checkout-'));
  try {
    mkdirSync(path.join(scratch, 'bin'));
    symlinkSync(path.join(ROOT, 'bin', 'tidegate'), path.join(scratch, 'first'));
    symlinkSync('../first', path.join(scratch, 'bin', 'second'));
    expect(await run(path.join(scratch, 'bin', 'second'), ['--version'], scratch)).toMatchObject({
      code: 0,
      stdout: `${MANIFEST.version}\n`,
      stderr: '',
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** Packing builds `dist`; it does so in a copy, so that a test leaves the checkout as it was. */
function copyOfProject(scratch: string): string {
  const copy = path.join(scratch, 'project');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const wanted =
    /^(bin|checklists|contract|editor|engine|environments|pipelines|policies|schemas|scripts|starter)\/|^[^/]+$/;
  for (const name of listed.split('\0').filter((file) => wanted.test(file))) {
    cpSync(path.join(ROOT, name), path.join(copy, name));
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/** One environment, a test and a target, in a bare repository. */
function makeRemote(folder: string): string {
  const files = {
    'tidegate.yaml': 'version: 1\n',
    'environments/one/environment.yaml':
      'follow: { branch: main }\npipeline: p\npolicies: []\ntarget: { files: { to: live } }\n',
    'environments/one/web.yaml': 'greeting: hello\n',
    'pipelines/p.yaml':
      'stages:\n  - { name: test, steps: [{ run: echo tested }] }\n  - { name: deploy, steps: [{ deploy: target }] }\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=Begin');
  git('clone', '--quiet', '--bare', '.', `${folder}.git`);
  return `${folder}.git`;
}

function machineNodeMajor(): number {
  const version = execFileSync('node', ['--version'], {
    env: { ...process.env, PATH: MACHINE_PATH },
    encoding: 'utf8',
  });
  return Number(version.slice(1).split('.')[0]);
}

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Shows what the program said when its exit code is another. */
function ended(result: Ended, code: number): void {
  expect(result.code, `${result.stdout}${result.stderr}`).toBe(code);
}

function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, PATH: MACHINE_PATH };
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
