// A real sshd on a loopback port for tests, with keys of its own; skipped by name where sshd is not installed.
// It must never read or write anything of the person who runs the tests: no agent, no ~/.ssh, no known hosts.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type Sshd = {
  /** `ssh://user@127.0.0.1:port/folder`. */
  url(folder: string): string;
  /** For git: how ssh finds its key and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** Where sshd is, or null. It insists on being started by its full path. */
export function findSshd(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, 'sshd')).find((file) => existsSync(file)) ?? null;
}

export async function startSshd(directory: string): Promise<Sshd> {
  const program = findSshd();
  if (program === null) throw new Error('sshd is not installed; ask findSshd() first');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path.join(directory, name)]);
  }
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const config = path.join(directory, 'sshd_config');
  writeFileSync(config, configText(directory, port));
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said = (said + part.toString('utf8')).slice(-4_000);
  });
  await answers(port, child, () => said);
  const ssh = ['ssh', '-F', 'none', '-i', path.join(directory, 'user'), '-oIdentitiesOnly=yes', '-oIdentityAgent=none'];
  ssh.push(
    '-oBatchMode=yes',
    '-oStrictHostKeyChecking=accept-new',
    `-oUserKnownHostsFile=${path.join(directory, 'known')}`,
  );
  return {
    url: (folder) => `ssh://${userInfo().username}@127.0.0.1:${port}${folder}`,
    env: { GIT_SSH_COMMAND: ssh.map((word) => `'${word}'`).join(' ') },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configText(directory: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${path.join(directory, 'host')}`,
    `AuthorizedKeysFile ${path.join(directory, 'user.pub')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${said()}`);
    if (await opens(port)) return;
    await pause(25);
  }
  throw new Error(`sshd gave no answer within 5 s: ${said()}`);
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
