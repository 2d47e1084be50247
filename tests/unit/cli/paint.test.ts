import { describe, expect, test } from 'vitest';
import { harmlessOutput, PLAIN, paint, wantsColor } from '../../../engine/cli/paint.ts';
import { hanging, line, strong, styled } from '../../../engine/cli/text/line.ts';
import { table } from '../../../engine/cli/text/table.ts';

const ESC = '\u001b';
const COLORED = { isColored: true, columns: null };

describe('painting', () => {
  test('colours what has a meaning, and nothing else', () => {
    expect(paint([line('is ', styled('good', 'Ready'))], COLORED)).toBe(`is ${ESC}[32mReady${ESC}[39m\n`);
    expect(paint([line('is ', styled('good', 'Ready'))], PLAIN)).toBe('is Ready\n');
  });

  test('sets a colour once for the words of a line', () => {
    const lines = [hanging(2, styled('dim', 'one two three four five six'))];
    expect(paint(lines, { isColored: true, columns: 20 })).toBe(
      `${ESC}[2mone two three four${ESC}[22m\n  ${ESC}[2mfive six${ESC}[22m\n`,
    );
  });

  test('breaks between words and goes on below the beginning of the column', () => {
    const rows = table([[strong('production'), 'waits until Monday, because the window is closed on Saturdays']], 2);
    expect(paint(rows, { isColored: false, columns: 40 })).toBe(
      '  production  waits until Monday,\n              because the window is\n              closed on Saturdays\n',
    );
  });

  test('never breaks a word that fits on no line, so that it can be copied', () => {
    const url = `https://git.example.org/${'x'.repeat(60)}`;
    expect(paint([hanging(2, 'see ', url, ' for more')], { isColored: false, columns: 40 })).toBe(
      `see\n  ${url}\n  for more\n`,
    );
  });

  test('breaks no line for a pipe', () => {
    const long = 'word '.repeat(60).trim();
    expect(paint([line(long)], PLAIN)).toBe(`${long}\n`);
  });

  test('makes control characters of others visible, colours included', () => {
    expect(paint([line(`v1${ESC}[31m\u0007\u009b2J\r\u202e`)], COLORED)).toBe('v1\\x1b[31m\\x07\\x9b2J\\x0d\\u202e\n');
  });
});

describe('output of steps', () => {
  const output = `${ESC}[32mok${ESC}[0m\r\n${ESC}]0;title\u0007${ESC}[2Jprogress 1\rprogress 2\n${ESC}Pdevice${ESC}\\end\u0008`;

  test('keeps its colours where colours are wanted, and no other sequence', () => {
    expect(harmlessOutput(output, COLORED)).toBe(`${ESC}[32mok${ESC}[0m\nprogress 1\nprogress 2\nend\\x08`);
  });

  test('is plain where colours are not', () => {
    expect(harmlessOutput(output, PLAIN)).toBe('ok\nprogress 1\nprogress 2\nend\\x08');
  });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('colour with %j on a terminal: %j is %j', (env, isTerminal, wanted) => {
  expect(wantsColor(env, isTerminal)).toBe(wanted);
});
