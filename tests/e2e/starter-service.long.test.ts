// The starter's web service as a real process: it shows a release the moment the symlink is switched, and is unwell
// when its database does not answer.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SERVICE = fileURLToPath(new URL('../../scripts/service.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidegate-service-'));
const live = join(folder, 'staging');
let service: ChildProcess;
let address = '';

beforeAll(async () => {
  mkdirSync(live);
  service = spawn(process.execPath, [SERVICE, live, String(await freePort())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await new Promise<string>((resolve, reject) => {
    service.stdout?.once('data', (line: Buffer) => resolve(/http:\S+/.exec(String(line))?.[0] ?? ''));
    service.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
});

afterAll(() => {
  service.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('says what is live, and whether it is well', async () => {
  expect(await ask('/health')).toMatchObject({
    status: 503,
    body: { status: 'failing', release: null, reason: 'nothing is deployed here yet' },
  });

  release('a1b2c3d', 'greeting: "Hello <b>you</b>"\ncolour: teal # calm\ndatabase: memory://\n');
  expect(await ask('/health')).toEqual({
    status: 200,
    body: { status: 'ok', environment: 'staging', release: 'a1b2c3d', reason: null },
  });
  expect(await ask('/config')).toEqual({
    status: 200,
    body: { greeting: 'Hello <b>you</b>', colour: 'teal', database: 'memory://' },
  });

  const closed = await freePort();
  release('v1.0.0', `greeting: Hello\ncolour: "red;} body{"\ndatabase: tcp://127.0.0.1:${closed}\n`);
  expect(await ask('/health')).toMatchObject({
    status: 503,
    body: { status: 'failing', release: 'v1.0.0', reason: expect.stringContaining('ECONNREFUSED') },
  });
  release('v1.0.1', 'greeting: Hello\ndatabase: unreachable://x\n');
  expect(await ask('/health')).toMatchObject({
    status: 503,
    body: { reason: 'no driver for the database unreachable://x' },
  });
});

test('shows a page into which no configuration can put markup', async () => {
  release('v2', 'greeting: <script>x</script>\ncolour: "red;} body{"\ndatabase: memory://\n');
  const page = await (await fetch(`${address}/`)).text();
  expect(page).toContain('&#60;script&#62;x');
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('red;}');
  expect((await fetch(`${address}/../../etc/passwd`)).status).toBe(404);
});

function release(name: string, config: string): void {
  mkdirSync(join(live, 'releases', name, 'services'), { recursive: true });
  writeFileSync(join(live, 'releases', name, 'services', 'web.yaml'), config);
  symlinkSync(join('releases', name), join(live, 'next'));
  renameSync(join(live, 'next'), join(live, 'current'));
}

async function ask(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(address + path);
  return { status: response.status, body: await response.json() };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const found = probe.address();
      probe.close(() => resolve(typeof found === 'object' && found !== null ? found.port : 0));
    });
  });
}
