import { describe, expect, test } from 'vitest';
import { plainWords } from '../../../engine/runner/plain-words.ts';

describe('a line of plain words', () => {
  test.each([
    ['npm test', ['npm', 'test']],
    ['scripts/deploy.sh  --to=/srv/shop -v\n', ['scripts/deploy.sh', '--to=/srv/shop', '-v']],
    ['./a b@c:d,e+f', ['./a', 'b@c:d,e+f']],
  ])('%j is executed as it is', (line, words) => {
    expect(plainWords(line, {})).toEqual(words);
  });

  test.each([
    '',
    ' ',
    'a; b',
    'a && b',
    'a | b',
    'a > b',
    'a $B',
    'a `b`',
    'a *',
    'a ?',
    'a [b]',
    'a {b,c}',
    'a ~',
    'a "b"',
    "a 'b'",
    'a\\ b',
    'a # b',
    'a\nb',
    'a\tb',
    'a ! b',
    'A=1 b',
    'echo x',
    'exit 3',
    'cd /',
    '. ./x',
    'test -f x',
    'if x',
    'time x',
    'true',
    '-x',
    'ä',
  ])('%j needs a shell', (line) => {
    expect(plainWords(line, {})).toBeNull();
  });

  test('takes a value as it is, one word whatever is in it', () => {
    const env = { TIDEGATE_VALUE_1: 'a b; rm -rf $HOME' };
    expect(plainWords('sh deploy/"${TIDEGATE_VALUE_1}"/run.sh', env)).toEqual([
      'sh',
      'deploy/a b; rm -rf $HOME/run.sh',
    ]);
  });

  test.each(['"${TIDEGATE_VALUE_1}" x', '${TIDEGATE_VALUE_1}', 'x "${HOME}"', 'x "${TIDEGATE_VALUE_1} y"'])(
    '%j needs a shell',
    (line) => {
      expect(plainWords(line, { TIDEGATE_VALUE_1: 'v' })).toBeNull();
    },
  );
});
