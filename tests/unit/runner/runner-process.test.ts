import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processJob } from '../../contract/runner.ts';
import { type Bench, openBench } from './bench.ts';

const TOKEN = 'correct-horse/battery+staple';
let bench: Bench;
// Of each test alone: the runner is one for all of them.
let a: string;
beforeAll(() => {
  bench = openBench({ env: { TOKEN, UNNAMED: 'must-not-be-handed-over', TZ: 'UTC' } });
});
beforeEach(() => {
  a = randomUUID();
});
afterAll(() => bench.dispose());

function program(name: string, text: string, mode = 0o755): void {
  fs.writeFileSync(path.join(bench.directory, name), text, { mode });
}

describe('how a job ends', () => {
  test.each([
    ['true', { outcome: 'succeeded', exitCode: 0, signal: null }, /^succeeded after \d/],
    ['exit 3', { outcome: 'failed', exitCode: 3, signal: null }, /^exit code 3 after \d/],
    ['kill -SEGV $$', { outcome: 'failed', exitCode: null, signal: 'SIGSEGV' }, /^ended by SIGSEGV after \d/],
    ["(kill -SEGV $(exec sh -c 'echo $PPID')); exit $?", { outcome: 'failed', exitCode: 139 }, /a shell says SIGSEGV/],
    ['no-such-program --x', { outcome: 'failed', exitCode: 127 }, /no-such-program was not found/],
    ['./no-such-file', { outcome: 'failed', exitCode: 127 }, /\.\/no-such-file was not found/],
    ['./not-executable', { outcome: 'failed', exitCode: 126 }, /\.\/not-executable cannot be executed/],
    ['./no-interpreter', { outcome: 'failed' }, /\.\/no-interpreter was not found, or its interpreter was not/],
    [
      './with-returns',
      { outcome: 'failed' },
      /with-returns ends in a carriage return \(CR\).*asks for \/bin\/sh\\r.*save it with line ends of LF/,
    ],
    ['x=1; no-such-program', { outcome: 'failed', exitCode: 127 }, /a command was not found/],
  ])('%s', async (script, ending, sentence) => {
    program('not-executable', '#!/bin/sh\n', 0o644);
    program('no-interpreter', '#!/no/such/interpreter\n');
    program('with-returns', '#!/bin/sh\r\necho hello\r\n');
    const end = await bench.run(a, script);
    expect(end).toMatchObject(ending);
    expect(end.sentence).toMatch(sentence);
  });

  test.each([
    ['false\necho done\n', 'failed', ''],
    ['false; echo done', 'failed', ''],
    ['echo "$NOT_SET_ANYWHERE"\necho done', 'failed', undefined],
    ['(exit 4)\necho done', 'failed', ''],
    ['x=$(false)\necho done', 'failed', ''],
    ['false || true\nif false; then :; fi\necho done', 'succeeded', 'done\n'],
    ['echo "${NOT_SET_ANYWHERE:-none}"\necho done', 'succeeded', 'none\ndone\n'],
    ['set +eu\nfalse\necho "done$NOT_SET_ANYWHERE"', 'succeeded', 'done\n'],
  ])('a script ends at its first failure: %j', async (script, outcome, tail) => {
    const end = await bench.run(a, script);
    expect(end).toMatchObject({ outcome, ...(tail === undefined ? {} : { tail }) });
    if (outcome === 'failed') expect(end.tail).not.toContain('done');
  });

  test('a pipe fails with any of its commands, where the shell has that', async () => {
    const hasPipefail = spawnSync('/bin/sh', ['-c', 'set -o pipefail']).status === 0;
    const end = await bench.run(a, 'false | cat\necho done');
    expect(end.outcome).toBe(hasPipefail ? 'failed' : 'succeeded');
  });

  test('without its folder it is errored, and the sentence names the folder', async () => {
    const place = { ...bench.place(a), directory: path.join(bench.directory, 'gone') };
    for (const script of ['ls', 'ls; ls']) {
      const end = await bench.runner.start(processJob(`${a} ${script}`, script), place).ended;
      expect(end).toMatchObject({ outcome: 'errored', exitCode: null });
      expect(end.sentence).toContain(`${place.directory} is not there`);
    }
  });

  test('with too long a command it is errored, and the runner goes on', async () => {
    const end = await bench.run('long', `: ${'x'.repeat(300_000)}`);
    expect(end).toMatchObject({ outcome: 'errored' });
    expect(end.sentence).toContain('too long');
    expect(await bench.run('next', 'true')).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('a line that is executed without a shell', () => {
  // The same words, once plainly and once behind `exec`, which only a shell knows.
  test.each([
    'env',
    './args a --b=c d',
    './no-shebang x',
    'no-such-program',
    './args  two  spaces',
    'sh args',
    '/',
    './args/x',
  ])('%s does as it does in one', async (line) => {
    program('args', '#!/bin/sh\nfor arg in "$0" "$@"; do echo "<$arg>"; done; pwd; exit 4\n');
    program('no-shebang', 'echo from a file without an interpreter, $1\n');
    const direct = await bench.run(a, line);
    const shell = await bench.run(`${a}-shell`, `exec ${line}`);
    const neutral = (text: string) =>
      text
        .replace(/^(TIDEGATE_JOB|TIDEGATE_OUTPUT|OLDPWD|_|SHLVL)=.*\n/gm, '')
        .replace(/^\/bin\/sh: 1: (exec: )?/m, '');
    expect(direct).toMatchObject({ outcome: shell.outcome, exitCode: shell.exitCode });
    expect(neutral(direct.tail).split('\n').sort()).toEqual(neutral(shell.tail).split('\n').sort());
  });
});

describe('what a job is given', () => {
  test('its folder, a folder for temporary files, an empty stdin, and the environment that it was told of', async () => {
    const end = await bench.run(a, 'pwd; cat; test -d "$TMPDIR" && test -w "$TMPDIR"; env', {
      env: { GREETING: 'a $b "c"' },
    });
    expect(end.outcome).toBe('succeeded');
    const log = bench.log(a);
    expect(log).toContain(`${fs.realpathSync(bench.directory)}\n`);
    expect(log).toContain('GREETING=a $b "c"\n');
    expect(log).toContain(`TIDEGATE_JOB=${a}\n`);
    expect(log).not.toContain('UNNAMED');
    expect(log).not.toContain('TOKEN');
    expect(log).not.toContain('NODE_');
  });

  test('the programs that its own PATH leads to, with a shell and without', async () => {
    fs.mkdirSync(path.join(bench.directory, 'tools'), { recursive: true });
    program('tools/only-here', '#!/bin/sh\necho found\n');
    const env = { PATH: `${path.join(bench.directory, 'tools')}:${process.env['PATH']}` };
    expect(await bench.run(`${a}1`, 'only-here', { env })).toMatchObject({ tail: 'found\n' });
    expect(await bench.run(`${a}2`, ': ; only-here', { env })).toMatchObject({ tail: 'found\n' });
    expect(await bench.run(`${a}3`, 'only-here')).toMatchObject({ exitCode: 127 });
  });

  test('/dev/stderr and /dev/stdout can be opened, and lines of both keep their order', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, index) => `echo ${index} > /dev/std${index % 2 === 0 ? 'out' : 'err'}`,
    );
    await bench.run(a, `${lines.join('\n')}\necho x >&2\necho y`);
    expect(bench.log(a)).toBe(`${Array.from({ length: 40 }, (_, index) => `${index}\n`).join('')}x\ny\n`);
  });
});

describe('secrets', () => {
  test('reach the job, and never its log or its ending', async () => {
    const forms = 'printf %s "$TOKEN" | base64; printf "u:%s" "$TOKEN" | base64';
    const split = `printf 'split: %s' correct-hor; sleep 0.2; printf '%s\\n' se/battery+staple`;
    const end = await bench.run(a, `test -n "$TOKEN" && echo "plain: $TOKEN" && ${forms} && ${split}`, {
      secrets: ['TOKEN'],
    });
    expect(end.outcome).toBe('succeeded');
    const log = bench.log(a);
    expect(log).toContain('plain: ***\n');
    expect(log).toContain('split: ***\n');
    for (const text of [log, JSON.stringify(end)]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(TOKEN.slice(8));
      expect(text).not.toContain(Buffer.from(TOKEN).toString('base64').slice(0, 12));
    }
  });
});

describe('output without end', () => {
  test('is bounded on disk, and costs no memory', async () => {
    const rssKiB = () =>
      Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${bench.runner.supervisorPid()}/status`, 'utf8'))?.[1]);
    await bench.run('small', 'yes | head -c 3M', { outputBytesMax: 1_000_000, secrets: ['TOKEN'] });
    const before = rssKiB();
    const end = await bench.run('large', 'yes | head -c 200M; echo the end', {
      outputBytesMax: 1_000_000,
      secrets: ['TOKEN'],
    });
    expect(end).toMatchObject({ outcome: 'succeeded', outputBytes: 200 * 1024 * 1024 + 8 });
    expect(end.tail.endsWith('y\nthe end\n')).toBe(true);
    expect(fs.statSync(bench.place('large').log).size).toBeLessThan(1_100_000);
    expect(bench.log('large')).toMatch(/… \d+ bytes left out …\n/);
    expect(rssKiB() - before).toBeLessThan(32 * 1024);
  });
});
