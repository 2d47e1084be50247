import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker } from '../../../engine/runner/masking.ts';

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
