#!/usr/bin/env node
// Starts Tidegate on a Node that is new enough: this one, or else the one that was installed with it as a package.
// Old syntax on purpose, so that Node 18 can still say what is wrong. In a checkout it runs the sources as they are, in
// the published package `dist` (Node does not run TypeScript below node_modules).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 26;
/** The CLI's exit code for what the world, and not Tidegate or its user's files, got wrong. */
const EXIT_FAULT = 3;

const launcher = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(launcher));
const source = path.join(root, 'engine', 'main.ts');
const built = path.join(root, 'dist', 'main.js');
const isCheckout = existsSync(source);

if (isCheckout && !existsSync(path.join(root, 'node_modules'))) {
  fail(`its packages are not installed yet. Run \`npm ci\` in ${root}.`);
} else if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache(compileCache());
  await import(pathToFileURL(isCheckout ? source : built).href);
} else {
  const exe = bundledNode();
  if (exe) restart(exe);
}

/** Compiled code is kept where only this user can write: anyone who writes a cache decides what runs. */
function compileCache() {
  if (process.env.NODE_COMPILE_CACHE) return process.env.NODE_COMPILE_CACHE;
  if (isCheckout) return path.join(root, 'node_modules', '.cache', 'tidegate');
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'tidegate', 'compiled');
}

function bundledNode() {
  const require = nodeModule.createRequire(import.meta.url);
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin-' : 'node-';
  const name = `${prefix + system}-${process.arch}`;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return path.join(path.dirname(manifest), require(manifest).bin.node);
  } catch {
    const again = isCheckout ? `\`npm ci\` in ${root}` : '`npm install --global tidegate`';
    fail(
      'it needs Node ' +
        NODE_MAJOR_MIN +
        ' or later; this is ' +
        process.version +
        ', and its own runtime (the optional ' +
        'package ' +
        name +
        ') is not installed. Run ' +
        again +
        ' without --omit=optional, or put a newer Node first on PATH.',
    );
    return null;
  }
}

/** The same process where the platform can replace it, else a child that gets our signals and gives us its end. */
function restart(exe) {
  const argv = process.execArgv.concat(launcher, process.argv.slice(2));
  if (process.execve) process.execve(exe, [exe].concat(argv), process.env);
  const child = spawn(exe, argv, { stdio: 'inherit' });
  child.on('error', (error) => fail(`its own runtime ${exe} does not start: ${error.message}`));
  // A terminal sends Ctrl-C to both of us; passing it on would make it two.
  const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP', 'SIGUSR2'] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  if (process.stdin.isTTY) process.on('SIGINT', () => {});
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code === null ? 1 : code);
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

function fail(sentence) {
  console.error(`tidegate cannot start: ${sentence}`);
  process.exitCode = EXIT_FAULT;
}
