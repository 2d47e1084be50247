import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { guardProcess } from '../../../engine/cli/guard-process.ts';
import { makeTerminal } from '../../../engine/cli/terminal.ts';

function streams() {
  const out = Object.assign(new PassThrough(), { columns: 100, isTTY: true });
  const err = Object.assign(new PassThrough(), { isTTY: true });
  const input = Object.assign(new PassThrough(), { isTTY: true });
  return { out, err, input, terminal: makeTerminal({ stdin: input, stdout: out, stderr: err } as never) };
}

describe('the terminal', () => {
  test('takes a reader that went away as the end of interest', () => {
    const { out, terminal } = streams();
    terminal.writeOut('before');
    out.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(terminal.isClosed()).toBe(true);
    terminal.writeOut('after');
    expect(String(out.read())).toBe('before');
  });

  test('asks on standard error and takes the line', async () => {
    const { out, err, input, terminal } = streams();
    let asked = '';
    err.on('data', (data: Buffer) => {
      asked += data.toString();
    });
    const answer = terminal.ask('Type ROLLBACK to go on: ');
    input.write('ROLLBACK\n');
    expect(await answer).toBe('ROLLBACK');
    expect(asked).toContain('Type ROLLBACK to go on: ');
    expect(out.read()).toBeNull();
  });

  test('has no answer where the input ends', async () => {
    const { input, terminal } = streams();
    const answer = terminal.ask('Type ROLLBACK to go on: ');
    input.end();
    expect(await answer).toBeNull();
  });
});

test('what nobody caught is a defect: a plain sentence, exit 70, no stack unless asked for', () => {
  const said: string[] = [];
  const exits: number[] = [];
  const { terminal } = streams();
  const fake = Object.assign(new EventEmitter(), { env: {}, exit: (code: number) => exits.push(code) });
  guardProcess(fake as never, { ...terminal, writeErr: (text) => said.push(text) });
  fake.emit('unhandledRejection', new Error('nobody awaited this'));
  expect(exits).toEqual([70]);
  expect(said.join('')).toContain('nobody awaited this');
  expect(said.join('')).toContain('report');
  expect(said.join('')).not.toContain('process.test.ts');
});

describe('the program as a process', () => {
  const main = path.join(import.meta.dirname, '..', '..', '..', 'engine', 'main.ts');

  test('prints its version without loading what it does not need', () => {
    const list = `import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => { process.stderr.write(url + '\\n'); return next(url, context); } });`;
    const preload = `data:text/javascript,${encodeURIComponent(list)}`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', preload, main, '--version'], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).toContain('/engine/cli/program.ts');
    expect(stderr).not.toMatch(/\/engine\/(reconcile|config|git|runner|controller|policy|ledger)\//);
    expect(stderr).not.toMatch(/node_modules\/(?!commander)/);
  });

  test('is silent when its output is cut off', async () => {
    const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (data: Buffer) => {
      complaint += data.toString();
    });
    const exit = await new Promise((resolve) => child.on('close', resolve));
    expect({ exit, complaint }).toEqual({ exit: 0, complaint: '' });
  });
});
