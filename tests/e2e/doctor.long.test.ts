// `tidegate doctor` over real repositories and a real state folder: good ones, and each thing that can be wrong,
// once.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DoctorJson } from '../../engine/contract/doctor.ts';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';
import { bareEnvironment } from '../support/tidegate-program.ts';

let story: Scenario;
let server: GitHttp | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
  await story.end();
});

type Statuses = Readonly<Record<string, string>>;

async function examined(exit: number, env: Record<string, string> = {}): Promise<{ statuses: Statuses; text: string }> {
  const ran = await story.run(['doctor', '--json'], { env });
  expect(ran.code, `${ran.out}${ran.err}`).toBe(exit);
  const { checks } = JSON.parse(ran.out) as DoctorJson;
  expect(checks.filter(({ status, hint }) => (status === 'ok') !== (hint === ''))).toEqual([]);
  return { statuses: Object.fromEntries(checks.map(({ name, status }) => [name, status])), text: ran.out };
}

function harden(): void {
  story.git('config', 'receive.denyNonFastForwards', 'true');
  story.git('config', 'receive.denyDeletes', 'true');
  story.git('config', 'core.fsync', 'committed');
}

test('a good repository: nothing failed, nothing changed, nothing left', async () => {
  story = new Scenario({ production: {} });
  harden();
  await story.tick();
  const refs = story.git('for-each-ref');
  const objects = story.git('count-objects', '-v');
  const { statuses } = await examined(0);
  const notOk = Object.entries(statuses).filter(
    ([name, status]) => status !== 'ok' && name !== 'state-space' && name !== 'git',
  );
  // A folder tells no time; unsigned words are worth a warning.
  expect(notOk).toEqual([
    ['clock', 'unknown'],
    ['configuration', 'warning'],
  ]);
  expect(Object.keys(statuses)).toHaveLength(16);
  expect(story.git('for-each-ref')).toBe(refs);
  expect(story.git('count-objects', '-v')).toBe(objects);
  expect(readdirSync(story.state).filter((name) => name.startsWith('.doctor'))).toEqual([]);
});

test('settings of the server, a program, a key and the configuration', async () => {
  story = new Scenario({ production: {} });
  story.push({
    'tidegate.yaml': `version: 1\npeople: { ana: { email: ana@example.org }, dan: { email: dan@example.org } }\nteams: { leads: [ana, dan] }\nledger: { signatures: required }\n`,
    'policies/allowed_signers': 'ana ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA\n',
    'pipelines/deploy.yaml':
      'stages:\n  - name: deploy\n    steps: [{ run: no-such-program-here now }, { deploy: target }]\n',
  });
  const { statuses, text } = await examined(1);
  expect(statuses).toMatchObject({
    'ledger-protected': 'warning',
    'server-fsync': 'warning',
    signers: 'warning',
    'signing-key': 'warning',
    programs: 'failed',
  });
  expect(text).toContain('dan must sign and has no key');
  expect(text).toContain('no-such-program-here (pipeline deploy, deploy: ');
  story.push({ 'tidegate.yaml': 'version: 1\npol: 10s\n' });
  expect((await examined(1)).statuses).toMatchObject({ configuration: 'failed', signers: 'unknown' });
});

test("a person's own key signs", async () => {
  story = new Scenario({ production: {} });
  const key = path.join(story.folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  const locked = path.join(story.folder, 'locked');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a secret', '-C', '', '-f', locked]);
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }).trim();
  story.push({ 'policies/allowed_signers': `ana ${publicKey}\n` });
  const signingWith = (file: string) => {
    const config = path.join(story.folder, 'gitconfig');
    writeFileSync(config, `[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = ${file}\n`);
    return { ...bareEnvironment('ana'), GIT_CONFIG_GLOBAL: config };
  };
  const good = await examined(0, signingWith(key));
  expect(good.statuses).toMatchObject({ 'signing-key': 'ok' });
  expect(good.text).toContain('your key signs as ana');
  expect((await examined(0, signingWith(locked))).statuses).toMatchObject({ 'signing-key': 'unknown' });
});

test('a branch in the way, a damaged ledger', async () => {
  story = new Scenario({ production: {} });
  story.push({ 'a.txt': 'x\n' }, 'in the way', 'tidegate');
  expect((await examined(1)).statuses).toMatchObject({ 'ledger-room': 'failed', 'ledger-writable': 'unknown' });
  story.git('update-ref', '-d', 'refs/heads/tidegate');
  await story.tick();
  expect((await examined(0)).statuses).toMatchObject({ 'ledger-sound': 'ok', 'ledger-room': 'ok' });
  story.git('update-ref', '-d', 'refs/heads/tidegate/production');
  const { statuses, text } = await examined(1);
  expect(statuses).toMatchObject({ 'ledger-sound': 'failed' });
  expect(text).toContain('was deleted on the remote');
});

test('over HTTP: what a server does not tell is unknown; a clock that is off, a refused login and a dead server fail', async () => {
  story = new Scenario({ production: {} });
  server = await startGitHttp({ root: story.folder });
  story.url = server.url('config.git');
  const { statuses } = await examined(0);
  expect(statuses).toMatchObject({
    remote: 'ok',
    clock: 'ok',
    'ledger-writable': 'ok',
    'ledger-protected': 'unknown',
    'server-fsync': 'unknown',
  });
  expect(server.requests.filter((request) => request.startsWith('POST') && request.includes('receive-pack'))).toEqual(
    [],
  );
  server.fault({ type: 'status', code: 403 }, { only: 'receive-pack' });
  expect((await examined(1)).statuses).toMatchObject({ remote: 'ok', 'ledger-writable': 'failed' });
  await server.close();
  expect((await examined(1)).statuses).toMatchObject({ remote: 'failed', clock: 'unknown', 'ledger-sound': 'unknown' });

  server = await startGitHttp({ root: story.folder, skewMs: 3_600_000 });
  story.url = server.url('config.git');
  expect((await examined(1)).statuses).toMatchObject({ clock: 'failed' });
});

test('a state folder that somebody works in, and one that cannot be', async () => {
  story = new Scenario({ production: {} });
  const controller = story.start(['run']);
  await controller.says(/production-1/);
  expect((await examined(0)).statuses).toMatchObject({ 'state-lock': 'warning' });
  controller.child.kill('SIGTERM');
  await controller.ended;
  expect((await examined(0)).statuses).toMatchObject({ 'state-lock': 'ok' });
  // A file where the folder should be is refused to root as well.
  const file = path.join(story.folder, 'file');
  writeFileSync(file, '');
  story.state = path.join(file, 'state');
  expect((await examined(1)).statuses).toMatchObject({ 'state-writable': 'failed', remote: 'ok', signers: 'unknown' });
});

test('without git', async () => {
  story = new Scenario({ production: {} });
  const bin = path.join(story.folder, 'bin');
  mkdirSync(bin);
  // The launcher needs a shell's few; git is not among them.
  for (const name of ['node', 'sh', 'dirname', 'readlink', 'uname', 'env']) {
    const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    if (existsSync(found)) execFileSync('ln', ['-s', found, path.join(bin, name)]);
  }
  const { statuses } = await examined(1, { PATH: bin });
  expect(statuses).toMatchObject({ git: 'failed', node: 'ok', remote: 'unknown' });
});
