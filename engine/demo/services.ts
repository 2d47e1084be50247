// The starter's web services, one process an environment, each on its own loopback port, serving what is deployed
// below the state folder. They run in a session of their own, so that Ctrl-C on a terminal reaches only the one that
// started them, which then ends them after the controller; and none outlives it (watchdog.ts).

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../ports/fault.ts';

type ServiceOptions = {
  readonly environment: string;
  /** The program: scripts/service.mjs of the starter. */
  readonly program: string;
  readonly port: number;
  /** Where the target puts its releases; the service serves the one that `current` in it points at. */
  readonly folder: string;
  readonly log: string;
};

export type Service = {
  readonly environment: string;
  readonly url: string;
  readonly pid: number;
  /** How it ended, in words; resolves also when it was asked to. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
};

const READY_MS_MAX = 15_000;
const STOP_MS_MAX = 2_000;

/** Resolves when the service listens; a Fault that names its log when it does not. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { environment, port, log } = options;
  mkdirSync(path.dirname(log), { recursive: true });
  mkdirSync(options.folder, { recursive: true });
  const output = openSync(log, 'a', 0o600);
  const from = fstatSync(output).size;
  const child = spawn(process.execPath, ['--import', watchdogUrl(), options.program, options.folder, String(port)], {
    cwd: options.folder,
    detached: true,
    stdio: ['pipe', output, output],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  closeSync(output);
  const ended = endOf(child);
  const service = {
    environment,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    ended,
    stop: () => stop(child, ended),
  };
  const sentence = await Promise.race([ended, listening(log, from, service.url)]);
  if (sentence === null) return service;
  await service.stop();
  throw new Fault('spawn-failed', `the service of ${environment} ${sentence}`, {
    retry: 'never',
    hint: `its output is in ${log}`,
  });
}

/** For `node --import`: what it loads ends the process when its standard input closes. */
export function watchdogUrl(): string {
  return new URL(`./watchdog${path.extname(import.meta.url)}`, import.meta.url).href;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
}

/** It says its address once it listens. Asking the port would not do: anyone else has taken it would answer too. */
async function listening(log: string, from: number, url: string): Promise<string | null> {
  const until = performance.now() + READY_MS_MAX;
  while (performance.now() < until) {
    if (readFileSync(log).subarray(from).includes(url)) return null;
    await delay(20);
  }
  return `did not listen on ${url} within ${READY_MS_MAX / 1_000} s`;
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const sure = delay(STOP_MS_MAX, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  await ended;
  patience.abort();
  await sure;
}
