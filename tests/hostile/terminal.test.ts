// Words of others on a terminal, in JSON and in the log. Precedents: CVE-2021-42574 (Trojan Source: bidi marks in
// source), CVE-2024-52005 (git passes the escape sequences of a server on).

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { harmlessJson, harmlessOutput, PLAIN, paint } from '../../engine/cli/paint.ts';
import { line } from '../../engine/cli/text/line.ts';
import type { News } from '../../engine/cli/wiring.ts';
import { openPlayLog } from '../../engine/demo/play-log.ts';
import { draftCommit } from '../../engine/ledger/commit.ts';
import { emptyTip } from '../../engine/ledger/tip.ts';
import { tidegate } from '../support/fake-wiring.ts';

const ESC = '\u001b';
const UNSEEN = '\u00ad\u034f\u115f\u180e\u200b\u200c\u200d\u2060\u2064\u3164\ufe0f\ufeff\uffa0\ufffb\u{e0041}\u{e0100}';
const HOSTILE = `${ESC}]0;owned\u0007${ESC}[2J\u009b2J\u007f\u202eevil\u2066\u200f\u061c\u2028${UNSEEN}`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}/u;

describe('CVE-2021-42574, CVE-2024-52005: a name or a reason that commands the terminal', () => {
  test('is shown as what it is', () => {
    expect(paint([line(HOSTILE)], PLAIN)).not.toMatch(RAW);
  });

  test('stays the same value in JSON, and is escaped there', () => {
    const text = harmlessJson({ tag: HOSTILE, [HOSTILE]: 1 }, 2);
    expect(text).not.toMatch(RAW);
    expect(JSON.parse(text)).toEqual({ tag: HOSTILE, [HOSTILE]: 1 });
  });

  test.each(['run', 'run --json'])('forges no line of what `%s` says', async (command) => {
    const news: News = { at: 0, level: 'warning', environment: `p${HOSTILE}\nforged`, sentence: `${HOSTILE}\nforged` };
    const { out } = await tidegate(command, {
      runController: async (_, { say }) => {
        for (const one of [news, news]) say(one);
        return 0;
      },
    });
    expect(out).not.toMatch(RAW);
    expect(out).toContain('forged');
    expect(out.trimEnd().split('\n')).toHaveLength(2);
  });

  test('forges no line of the log of `npm start`, also not in its fields', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-log-'));
    const file = path.join(folder, 'tidegate.log');
    const log = openPlayLog(
      file,
      () => 0,
      () => {},
    );
    log.warn(`tag ${HOSTILE}\nforged`, { tag: `${HOSTILE}\nforged` });
    log.close();
    const said = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect(said).not.toMatch(RAW);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('CVE-2021-42694 (names that look alike): characters that cannot be seen', () => {
  const LOOK = { isColored: true, columns: 80 };

  test.each([...UNSEEN].map((character) => [character.codePointAt(0)?.toString(16) ?? '', character]))(
    'U+%s does not make one name look like another, on a terminal or in the log',
    (_, character) => {
      const tag = `v1.${character}0`;
      for (const look of [PLAIN, LOOK]) {
        expect(paint([line(tag)], look)).not.toMatch(RAW);
        expect(paint([line(tag)], look)).not.toBe(paint([line('v1.0')], look));
        expect(harmlessOutput(tag, look)).not.toMatch(RAW);
      }
      expect(harmlessJson(tag)).not.toMatch(RAW);
      expect(JSON.parse(harmlessJson(tag))).toBe(tag);
    },
  );

  test.each(['👨‍👩‍👧', '👩🏽‍🚀', '⚠️', '❤️‍🔥', 'é', 'ș', '日本', 'שלום'])(
    '%s is left as it is: what it is made of has a shape',
    (text) => expect(paint([line(text)], PLAIN)).toBe(`${text}\n`),
  );

  test('stand in no message of the ledger, which people read with `git log`', () => {
    const record = {
      type: 'suspended',
      id: 'i',
      at: 0,
      by: `Dan${HOSTILE} <dan@example.org>`,
      reason: HOSTILE,
    } as const;
    const { message } = draftCommit(
      emptyTip('p'),
      [{ ...record, until: null }],
      new Map(),
      { id: 'c', name: 'n' },
      'x',
    );
    expect(message.replaceAll('\n', '')).not.toMatch(RAW);
    expect(message).toContain('\\u200b');
  });
});

describe('output of a step', () => {
  const COLORED = { isColored: true, columns: null };

  test.each([
    [`${ESC}[8mFAILED${ESC}[0m`, `FAILED${ESC}[0m`],
    [`${ESC}[1;08;31mFAILED${ESC}[0m`, `${ESC}[1;31mFAILED${ESC}[0m`],
    [`${ESC}[38;5;8mgrey${ESC}[48;2;8;8;8m`, `${ESC}[38;5;8mgrey${ESC}[48;2;8;8;8m`],
    [`${ESC}[38;5;1;8mFAILED`, `${ESC}[38;5;1mFAILED`],
    [`${ESC}[38;8mFAILED`, `${ESC}[38;8mFAILED`],
    [`${ESC}${ESC}[2J[8mFAILED`, 'FAILED'],
    [`${ESC}[8:0mFAILED`, 'FAILED'],
    [`FAIL${'\u200b'}ED`, 'FAIL\\u200bED'],
  ])('%j hides nothing by conceal codes or unseen characters, and keeps its colours', (text, shown) => {
    expect(harmlessOutput(text, COLORED)).toBe(shown);
  });

  test.each(['\u001b]0;title', '\u001bPdevice', '\u001b_app', '\u001b^private', '\u001bXstring'])(
    'that begins %j and never ends it hides no line after it',
    (open) => {
      const shown = harmlessOutput(`${open}\nmigration FAILED\n`, PLAIN);
      expect(shown).toContain('migration FAILED');
      expect(shown).not.toMatch(RAW);
    },
  );
});
