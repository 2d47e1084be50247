// A diff in a comment tells what changes and no secret.

import { expect, test } from 'vitest';
import { maskedDiff } from '../../../engine/mirror/masked-diff.ts';

function ofLines(...lines: readonly string[]): string {
  const diff = ['diff --git a/app.yaml b/app.yaml', 'index 1..2 100644', '--- a/app.yaml', '+++ b/app.yaml', ...lines];
  return maskedDiff(`${diff.join('\n')}\n`)[0]?.text ?? '';
}

test.each([
  ['+DB_PASSWORD: hunter2', '+DB_PASSWORD: (hidden)'],
  ['+  "apiKey": "abc",', '+  "apiKey": (hidden)'],
  ['-GITHUB_TOKEN=ghp_1', '-GITHUB_TOKEN=(hidden)'],
  ['+  - client_secret: x: y', '+  - client_secret: (hidden)'],
  [' passphrase = open sesame', ' passphrase = (hidden)'],
  ['+url: postgres://shop:hunter2@db/shop', '+url: postgres://shop:(hidden)@db/shop'],
  ['+replicas: 3', '+replicas: 3'],
  ['+author: ana', '+author: ana'],
  ['@@ -1 +1 @@ token: x', '@@ -1 +1 @@ token: x'],
])('%s', (line, shown) => {
  expect(ofLines(line)).toBe(shown);
});

test('a value of several lines is hidden to its end', () => {
  const shown = ofLines('+private_key: |', '+  -----BEGIN', '+  MIIE: abc', '+replicas: 2');
  expect(shown.split('\n')).toEqual(['+private_key: |', '+  (hidden)', '+  (hidden)', '+replicas: 2']);
});

test('each file stands for itself, a new one and one that went too', () => {
  const diff = [
    'diff --git a/a b/a',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/a',
    '@@ -0,0 +1 @@',
    '+one',
    'diff --git a/b b/b',
    'deleted file mode 100644',
    '@@ -1 +0,0 @@',
    '-two',
  ];
  expect(maskedDiff(diff.join('\n')).map(({ path }) => path)).toEqual(['a', 'b']);
  expect(maskedDiff('')).toEqual([]);
});
