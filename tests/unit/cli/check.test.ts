import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tidegate } from '../../support/fake-wiring.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tidegate-check-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
  await writeFile(path.join(directory, file), text);
}

const started = async () => expect(await tidegate('init', { directory })).toMatchObject({ exit: 0 });

describe('init', () => {
  test.each([
    ['begun', 'git commit -m Begin'],
    ['there', 'git add -A && git commit -m Begin'],
    ['none', 'git init -b main && git add -A && git commit -m Begin'],
  ] as const)('says how the first version is made where the repository is %s', async (repository, commits) => {
    const { out } = await tidegate('init', { directory, repository });
    expect(out).toMatch(new RegExp(`^ +${commits} +#`, 'm'));
  });

  test('writes the starter, executable scripts included, and what it writes is in order', async () => {
    const { exit, out } = await tidegate('init shop', { directory });
    expect(exit).toBe(0);
    expect(out).toContain('cd shop && tidegate check');
    expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
    const names = await readdir(path.join(directory, 'shop'));
    expect(names.sort()).toEqual([
      '.github',
      '.gitignore',
      'checklists',
      'environments',
      'pipelines',
      'policies',
      'schemas',
      'scripts',
      'tidegate.yaml',
    ]);
    const script = await stat(path.join(directory, 'shop', 'scripts', 'test.sh'));
    expect(script.mode & 0o111).toBe(0o111);
    expect(await tidegate('check shop', { directory })).toMatchObject({ exit: 0 });
  });

  test('overwrites nothing, and then writes nothing at all', async () => {
    await write('policies/business-hours.yaml', 'mine');
    const { exit, err, out } = await tidegate('init --json', { directory });
    expect(exit).toBe(1);
    expect(err).toContain('policies/business-hours.yaml');
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'refused' } });
    expect(await readdir(directory)).toEqual(['policies']);
    expect(await readFile(path.join(directory, 'policies/business-hours.yaml'), 'utf8')).toBe('mine');
  });

  test('where nothing can be written, the world failed', async () => {
    await write('file', '');
    const { exit, out } = await tidegate('init file/below --json', { directory });
    expect(exit).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'fault', code: 'ENOTDIR' } });
  });

  test('leaves what the repository has for its forge', async () => {
    await write('.github/pull_request_template.md', 'mine\n');
    await started();
    expect(await readFile(path.join(directory, '.github/pull_request_template.md'), 'utf8')).toBe('mine\n');
    expect(await readdir(path.join(directory, '.github/workflows'))).toEqual(['tidegate.yml']);
  });

  test('leaves an ignore file alone that is there already', async () => {
    await write('.gitignore', 'mine\n');
    await started();
    expect(await readFile(path.join(directory, '.gitignore'), 'utf8')).toBe('mine\n');
  });
});

describe('check', () => {
  test('points at the place, shows the line and says how to fix it', async () => {
    await started();
    await write(
      'environments/production/environment.yaml',
      'follow: { branch: main }\npipelin: deploy\npolicies: []\ntarget: { files: { to: live } }\n',
    );
    const { exit, out } = await tidegate('check', { directory });
    expect(exit).toBe(2);
    expect(out).toContain('environments/production/environment.yaml:2:1  error  ');
    expect(out).toContain('  2 | pipelin: deploy\n    | ^\n  hint: ');
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^\d+ errors?, \d+ warnings?$/);
  });

  test('keeps its contract in JSON', async () => {
    await started();
    await write('tidegate.yaml', 'version: 1\npoll: soon\n');
    const { exit, out } = await tidegate('check --json', { directory });
    expect(exit).toBe(2);
    const { problems } = JSON.parse(out) as { problems: Record<string, unknown>[] };
    const found = problems.find((problem) => problem['file'] === 'tidegate.yaml' && problem['line'] === 2);
    expect(found).toEqual({
      file: 'tidegate.yaml',
      line: 2,
      column: 7,
      severity: 'error',
      message: expect.any(String),
      hint: expect.any(String),
    });
  });

  test('exits 0 with warnings only, and lists inputs when asked', async () => {
    await started();
    const { exit, out } = await tidegate('check --inputs', { directory });
    expect(exit).toBe(0);
    expect(out).toMatch(/ {2}production {3}environments\/production\n {15}pipelines\/verified\.yaml\n {15}scripts\n/);
    expect(out).toMatch(/1 warning in 3 environments, 2 pipelines, 13 policies\n$/);
  });

  test('a folder that is no config repository is one problem', async () => {
    const { exit, out } = await tidegate('check', { directory });
    expect(exit).toBe(2);
    expect(out).toBe(
      'tidegate.yaml  error  this folder is no config repository: it has no tidegate.yaml\n  hint: `tidegate init` writes one to start from\n\n1 error\n',
    );
  });

  test('a folder that is not there is an unknown name', async () => {
    expect(await tidegate('check nowhere', { directory })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('no folder nowhere'),
    });
    await write('file', '');
    expect(await tidegate('check file', { directory })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('not a folder'),
    });
  });

  test('never reads what a link points to', async () => {
    await started();
    const secret = path.join(directory, 'secret.txt');
    await writeFile(secret, 'password: hunter2\n');
    await symlink(secret, path.join(directory, 'policies', 'linked.yaml'));
    await symlink(tmpdir(), path.join(directory, 'environments', 'outside'));
    const { exit, out } = await tidegate('check', { directory });
    expect(exit).toBe(2);
    expect(out).toContain('policies/linked.yaml  error  this is a symbolic link');
    expect(out).not.toContain('hunter2');
  });

  test('a script that a link hides outside of the repository is not there', async () => {
    await started();
    await rm(path.join(directory, 'scripts'), { recursive: true });
    const outside = await mkdtemp(path.join(tmpdir(), 'tidegate-outside-'));
    await writeFile(path.join(outside, 'test.sh'), '');
    await chmod(path.join(outside, 'test.sh'), 0o755);
    await symlink(outside, path.join(directory, 'scripts'));
    const { exit, out } = await tidegate('check', { directory });
    await rm(outside, { recursive: true });
    expect(exit).toBe(2);
    expect(out).toContain('scripts/test.sh');
  });

  test('a link that the target is sure to refuse is said', async () => {
    await started();
    const inside = path.join(directory, 'environments', 'production');
    await mkdir(path.join(inside, 'deep'));
    await symlink('../staging/services', path.join(inside, 'out'));
    await symlink('/etc/hostname', path.join(inside, 'deep', 'absolute'));
    await symlink('../../deep', path.join(inside, 'deep', 'far'));
    await symlink('services/../environment.yaml', path.join(inside, 'round'));
    await symlink('../environment.yaml', path.join(inside, 'deep', 'fine'));
    const { exit, out } = await tidegate('check', { directory });
    expect(exit).toBe(2);
    expect(out).toContain(
      'environments/production/out  error  the symlink out -> ../staging/services leaves the folder',
    );
    expect(out).toContain('the symlink deep/absolute -> /etc/hostname leaves the folder');
    expect(out).toContain('the symlink deep/far -> ../../deep leaves the folder');
    expect(out).toContain('the symlink round -> services/../environment.yaml has');
    expect(out).not.toContain('fine');
  });

  test('a huge file is refused without being read', async () => {
    await started();
    await write('policies/huge.yaml', `# ${'x'.repeat(5 * 1024 * 1024)}\n`);
    const { exit, out } = await tidegate('check', { directory });
    expect(exit).toBe(2);
    expect(out).toContain('policies/huge.yaml:1:1  error  this file is larger than 1 MiB');
  });

  test('escape sequences of a file stay on the page', async () => {
    await started();
    await write('policies/hostile.yaml', 'window: "\u001b]0;owned\u0007\u001b[2J"\n');
    const { out } = await tidegate('check', { directory, isTerminal: true, env: { NO_COLOR: '1' } });
    expect(out).toContain('policies/hostile.yaml');
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('\u0007');
  });
});

test.each([
  'token: hunter2secret',
  'app: { id: 1, installation: 2, key: hunter2secret }',
  'token: A, webhook: { port: 9090, secret: hunter2secret }',
  'token: hunter2secret, tokn: B',
  'token: { value: hunter2secret }',
])('check shows nothing of a secret that was pasted (%s)', async (forge) => {
  await write(
    'tidegate.yaml',
    `version: 1\nledger: { signatures: optional }\nforge: { github: { repository: acme/shop, ${forge} } }\n`,
  );
  const shown = await tidegate('check', { directory });
  expect(shown.exit).toBe(2);
  expect(shown.out).toContain('the secret itself does not belong in Git');
  expect(shown.out + shown.err).not.toContain('hunter2');
  expect((await tidegate('check --json', { directory })).out).not.toContain('hunter2');
});
