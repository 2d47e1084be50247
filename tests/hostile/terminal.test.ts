// Words of others on a terminal, in JSON and in the log. Precedents: CVE-2021-42574 (Trojan Source: bidi marks in source),
// CVE-2024-52005 (git passes the escape sequences of a server on).

import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { WriteStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { harmlessJson, harmlessOutput, PLAIN, paint } from '../../engine/cli/paint.ts';
import { jsonLog, textLog } from '../../engine/host/log.ts';
import { line } from '../../engine/view/line.ts';

const ESC = '\u001b';
const HOSTILE = `${ESC}]0;owned\u0007${ESC}[2J\u009b2J\u007f\u202eevil\u2066\u200f\u061c`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe('CVE-2021-42574, CVE-2024-52005: a name or a reason that commands the terminal', () => {
  test('is shown as what it is', () => {
    expect(paint([line(HOSTILE)], PLAIN)).not.toMatch(RAW);
  });

  test('stays the same value in JSON, and is escaped there', () => {
    const text = harmlessJson({ tag: HOSTILE, [HOSTILE]: 1 }, 2);
    expect(text).not.toMatch(RAW);
    expect(JSON.parse(text)).toEqual({ tag: HOSTILE, [HOSTILE]: 1 });
  });

  test('forges no line of the log, also not in its fields', async () => {
    const written: string[] = [];
    const stream = new PassThrough();
    stream.on('data', (chunk) => written.push(String(chunk)));
    const log = textLog(stream as unknown as WriteStream);
    log.warn(`tag ${HOSTILE}\nforged`, { tag: `${HOSTILE}\nforged` });
    jsonLog(stream).warn(HOSTILE, { tag: HOSTILE });
    stream.end();
    await finished(stream);
    const said = written.join('');
    expect(said).not.toMatch(RAW);
    expect(said.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('output of a step', () => {
  test.each(['\u001b]0;title', '\u001bPdevice', '\u001b_app', '\u001b^private', '\u001bXstring'])(
    'that begins %j and never ends it hides no line after it',
    (open) => {
      const shown = harmlessOutput(`${open}\nmigration FAILED\n`, PLAIN);
      expect(shown).toContain('migration FAILED');
      expect(shown).not.toMatch(RAW);
    },
  );
});
