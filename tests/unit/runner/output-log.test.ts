import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tailOf } from '../../../engine/runner/log-tail.ts';
import { createMasker } from '../../../engine/runner/masking.ts';
import { openOutputLog } from '../../../engine/runner/output-log.ts';

const LAST = 64 * 1024;
const SECRET = 'correct-horse-battery';
let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-log-'));
  file = path.join(folder, 'runs', 'one', 'test.log');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function kept(chunks: readonly (string | Buffer)[], bytesMax = 1_000_000, secrets: readonly string[] = []) {
  const log = openOutputLog(file, bytesMax, createMasker(secrets));
  for (const chunk of chunks) log.write(Buffer.from(chunk));
  return log.end();
}

describe('the log of a job', () => {
  test('is made with its folders, for its owner only, and its digest is that of the file', () => {
    const output = kept(['one\n', 'two\n']);
    expect(fs.readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const logDigest = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    expect(output).toEqual({ tail: 'one\ntwo\n', logDigest, outputBytes: 8, problem: null });
  });

  test('is not there when nothing was printed, nor is an older one of the same name', () => {
    kept(['old']);
    expect(kept([])).toEqual({ tail: '', logDigest: null, outputBytes: 0, problem: null });
    expect(fs.existsSync(file)).toBe(false);
  });

  test('is whole up to the bound and 64 KiB beyond, byte for byte', () => {
    for (const size of [99, 100, 101, 5_000, 100 + LAST]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => 97 + (index % 26)));
      const chunks = [bytes.subarray(0, 37), bytes.subarray(37, 104), bytes.subarray(104)];
      expect(kept(chunks, 100).outputBytes).toBe(size);
      expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    }
  });

  test('keeps the first bytes and the last 64 KiB of more, and says how many are missing', () => {
    const output = kept(['a'.repeat(100), 'b'.repeat(1_000_000), 'c'.repeat(LAST - 2), '\nZ'], 100);
    const text = fs.readFileSync(file, 'utf8');
    expect(text).toBe(`${'a'.repeat(100)}\n… 1000000 bytes left out …\n${'c'.repeat(LAST - 2)}\nZ`);
    expect(output.outputBytes).toBe(1_000_100 + LAST);
    expect(output.tail.endsWith('cccc\nZ')).toBe(true);
  });

  test.each([
    ['across the bound', 95],
    ['right behind the bound', 100],
    ['ending at the bound', 100 - SECRET.length],
  ])('masks a secret %s', (_, position) => {
    for (const cut of [3, SECRET.length]) {
      const text = `${'.'.repeat(position)}${SECRET.slice(0, cut)}`;
      kept([text, `${SECRET.slice(cut)} end`], 100, [SECRET]);
      expect(fs.readFileSync(file, 'utf8')).toBe(`${'.'.repeat(position)}*** end`);
    }
  });

  test('masks a secret that the beginning of the kept end cuts through', () => {
    for (let inside = 1; inside < SECRET.length; inside++) {
      const end = 'z'.repeat(LAST - inside);
      kept(['a'.repeat(10), 'b'.repeat(LAST), SECRET, end], 10, [SECRET]);
      const text = fs.readFileSync(file, 'utf8');
      expect(text).not.toContain(`${SECRET.slice(-inside)}z`);
      expect(text.endsWith('z'.repeat(LAST - SECRET.length))).toBe(true);
    }
  });

  test('masks in the tail what only the taking out of control characters puts together', () => {
    const output = kept([`x ${SECRET.slice(0, 5)}\u0000${SECRET.slice(5)}`], 1_000, [SECRET]);
    expect(output.tail).toBe('x ***');
  });

  test('that cannot be written is said, and the job is not disturbed', () => {
    fs.writeFileSync(path.join(folder, 'runs'), 'a file where a folder should be');
    const output = kept(['one\n', 'two\n']);
    expect(output).toMatchObject({ logDigest: null, outputBytes: 8 });
    expect(output.problem).toContain('ENOTDIR');
  });
});

describe('a log that could be kept in part only', () => {
  test('has no digest: it would be that of something else', () => {
    const log = openOutputLog(file, 1_000, createMasker([]));
    log.write(Buffer.from('one\n'));
    // A disk that fills up in the middle: nothing else says so at this point.
    const full = vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    log.write(Buffer.from('two\n'));
    full.mockRestore();
    log.write(Buffer.from('three\n'));
    expect(log.end()).toMatchObject({
      logDigest: null,
      problem: 'ENOSPC: no space left on device, write',
      outputBytes: 14,
    });
    expect(fs.readFileSync(file, 'utf8')).toBe('one\n');
  });
});

describe('the tail', () => {
  test('is the last twenty lines', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(tailOf(Buffer.from(`${lines.join('\n')}\n`))).toBe(`${lines.slice(10).join('\n')}\n`);
    expect(tailOf(Buffer.from(lines.join('\n')))).toBe(lines.slice(10).join('\n'));
    expect(tailOf(Buffer.from(''))).toBe('');
    expect(tailOf(Buffer.from('\n'))).toBe('');
  });

  test('is at most 4 KiB of whole characters', () => {
    const tail = tailOf(Buffer.from(`${'ä'.repeat(5_000)}x`));
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4_096);
    expect(tail).toMatch(/^ä+x$/);
    // Cut in the middle of a character before it came here.
    expect(tailOf(Buffer.from('äb').subarray(1)).isWellFormed()).toBe(true);
  });

  test('has no colours and no characters that move a cursor', () => {
    expect(tailOf(Buffer.from('\u001b[31mred\u001b[0m\t\u0007\u0000ok\r\n10%\r20%\n'))).toBe('red\tok\n10%\n20%\n');
  });
});
