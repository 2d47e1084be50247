import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmlessOutput, PLAIN } from '../../../engine/cli/paint.ts';
import { tailOf } from '../../../engine/runner/log-tail.ts';
import { createMasker, isTooShort } from '../../../engine/runner/masking.ts';

const SECRET = 'hunter2/+secret';

/** The stream's answer to the text in pieces that end at these places. */
function maskedInPieces(values: readonly string[], text: string, cuts: readonly number[]): string {
  const stream = createMasker(values).stream();
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  const out = ends.map((to) => {
    const piece = Buffer.from(stream.push(Buffer.from(bytes.subarray(from, to))));
    from = to;
    return piece;
  });
  return Buffer.concat([...out, stream.flush()]).toString();
}

describe('what is masked', () => {
  const mask = (text: string) => createMasker([SECRET]).text(text);

  test('the value wherever it stands', () => {
    expect(mask(`a ${SECRET} b${SECRET}`)).toBe('a *** b***');
  });

  test('base64, alone and inside a longer text such as an Authorization header', () => {
    expect(mask(Buffer.from(SECRET).toString('base64'))).toBe('***');
    for (const user of ['a', 'ab', 'abc', 'ana@example.org']) {
      const header = mask(`Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}`);
      expect(header).toContain('***');
      // At most the characters that the neighbours share are left.
      expect(header.length).toBeLessThan(`Basic ${Buffer.from(`${user}:`).toString('base64')}***xx`.length + 2);
    }
  });

  test('the forms of URLs, of forms in either case of hex, and of JSON', () => {
    const value = 'p ä"ss/word';
    const masker = createMasker([value]);
    for (const form of [
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
      encodeURIComponent(value).toLowerCase(),
      JSON.stringify(value).slice(1, -1),
    ]) {
      expect(masker.text(`<${form}>`)).toBe('<***>');
    }
  });

  test('each line of a secret of many lines, and one whose end was trimmed', () => {
    const key = '-----BEGIN KEY-----\nabcdefghijkl\n-----END KEY-----\n';
    const masker = createMasker([key]);
    expect(masker.text('x abcdefghijkl y')).toBe('x *** y');
    expect(masker.text(key.trim())).toBe('***');
  });

  test('nothing shorter than four bytes, since it would blacken every word', () => {
    expect(createMasker(['on', '']).text('once upon')).toBe('once upon');
  });

  test('the whole stretch where secrets overlap', () => {
    expect(createMasker(['abcd', 'cdef']).text('xabcdefy')).toBe('x***y');
    expect(maskedInPieces(['abcd', 'cdef'], 'xabcdefy', [5])).toBe('x***y');
    expect(maskedInPieces(['abcd', 'abcdef'], 'xabcdefy', [5])).toBe('x***y');
  });
});

describe('a secret with something in the middle that is not seen', () => {
  const PARTS = [
    ...[
      '\u001b[31m',
      '\u001b[0;1;38;5;12m',
      '\u001b[K',
      '\u001b]0;title\u0007',
      '\u001b]8;;x\u001b\\',
      '\u001b(B',
      '\u001b7',
    ],
    ...['\u0000', '\u0007', '\u0008', '\u007f', '\u001b[1m\u001b[4m'],
  ];

  test.each(PARTS)('%j hides nothing', (part) => {
    for (let at = 1; at < SECRET.length; at += 1) {
      const text = `a ${SECRET.slice(0, at)}${part}${SECRET.slice(at)} b`;
      expect(createMasker([SECRET]).text(text)).toBe('a *** b');
      expect(maskedInPieces([SECRET], text, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19])).toBe('a *** b');
    }
  });

  test('nor between all of its letters, nor in its other forms', () => {
    const parted = [...SECRET].join('\u001b[32m');
    expect(createMasker([SECRET]).text(`${parted} ${[...btoa(SECRET)].join('\u001b[0m')}`)).toBe('*** ***');
  });

  test('what stands around it stays as it was', () => {
    const text = `\u001b[1mbold\u001b[0m ${SECRET} \u001b[31mred\u001b[0m\n`;
    expect(createMasker([SECRET]).text(text)).toBe(text.replace(SECRET, '***'));
    expect(createMasker([SECRET]).text('10%\r20%\r\n\ttab\u001b')).toBe('10%\r20%\r\n\ttab\u001b');
  });

  test('anyone who takes out what is not seen finds no secret, however the stream was cut', () => {
    const pieces = fc.constantFrom(
      'hun',
      'ter2',
      'hunter2',
      '\u001b[31m',
      '\u001b[',
      '\u001b',
      '\u0007',
      'x',
      '\n',
      '1m',
      'er2',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), fc.array(fc.nat(60), { maxLength: 5 }), (parts, cuts) => {
        const text = parts.join('');
        const masked = maskedInPieces(['hunter2'], text, cuts);
        expect(harmlessOutput(masked, PLAIN)).not.toContain('hunter2');
        // As the log does: what is taken out of the tail is more than that.
        expect(createMasker(['hunter2']).text(tailOf(Buffer.from(masked)))).not.toContain('hunter2');
      }),
      { numRuns: 3_000 },
    );
  });

  test('an endless sequence is not held for ever', () => {
    const stream = createMasker([SECRET]).stream();
    let given = 0;
    for (let count = 0; count < 100; count += 1)
      given += stream.push(Buffer.from(`${SECRET[0]}${'\u001b[1m'.repeat(100)}`)).length;
    expect(given).toBeGreaterThan(20_000);
  });

  test('one that is too short is not masked, and that is known', () => {
    expect(['', ' ', 'abc', 'ab\n', 'abcd', 'ä1'].map(isTooShort)).toEqual([false, false, true, true, false, true]);
  });
});

describe('a stream', () => {
  test('gives what is no secret at once, so that a log can be followed', () => {
    const stream = createMasker([SECRET]).stream();
    expect(stream.push(Buffer.from('hello\n')).toString()).toBe('hello\n');
    expect(stream.push(Buffer.from('hi hunt')).toString()).toBe('hi ');
    expect(stream.push(Buffer.from('ing\n')).toString()).toBe('hunting\n');
  });

  test('is the same however it is cut, and no secret is left in it', () => {
    const piece = fc.constantFrom('abab', 'ab', 'ba', 'x', 'abcabd', 'abc', 'hunter', 'hunter22', '2', 'ä', '\n');
    const secrets = fc.subarray(['abab', 'babx', 'abcabd', 'hunter22', 'r22ä'], { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        secrets,
        (words, cuts, values) => {
          const text = words.join('');
          const whole = createMasker(values).text(text);
          expect(maskedInPieces(values, text, cuts)).toBe(whole);
          for (const value of values) expect(whole).not.toContain(value);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('holds back no more than a secret is long, also when secrets follow each other for ever', () => {
    const stream = createMasker(['aaaa']).stream();
    let given = 0;
    for (let index = 0; index < 1_000; index++) given += stream.push(Buffer.from('aaa')).length;
    expect(given).toBe(3);
    expect(stream.flush().toString()).toBe('');
  });
});
