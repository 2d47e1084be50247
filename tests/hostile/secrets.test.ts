// Passwords in addresses that are refused: people paste them unescaped, and the refusal is what gets copied into
// tickets. Precedent: CVE-2020-5260 (git: a URL whose parts are read differently by two readers, credentials to the
// wrong host).

import { describe, expect, test } from 'vitest';
import { parseRemoteUrl } from '../../engine/git/remote-url.ts';
import { createMasker } from '../../engine/runner/masking.ts';

function said(url: string): string {
  try {
    const { login: _, ...shown } = parseRemoteUrl(url);
    return JSON.stringify(shown);
  } catch (cause) {
    return JSON.stringify([String(cause), cause]);
  }
}

describe('a password in an address', () => {
  test.each([
    "ftp://bob:s3cr'et@host/x",
    'ssh://bob:s3cr"et@host/x',
    'https://bob:s3cr/et@host/x',
    'https://bob:s3cr et@host/x',
    'ftp://bob:s3cr@et@host/x',
    'https://bob:s3cr\u0001et@host/x',
    'https://bob:s3cr%0aet@host/x',
    'svn+ssh://bob:s3cr/et@host',
    'ext::https://bob:s3cr@et@host',
    'bob:s3cret@host:path',
    'https://bob:s3cr\\et@host:99999/x',
  ])('CVE-2020-5260: %j is told to nobody', (url) => {
    expect(said(url)).not.toMatch(/s3cr|et@/);
  });

  test('ssh goes to no other host than the one that was checked: git ends it at the first colon', () => {
    expect(() => parseRemoteUrl('evil:x@github.example:path')).toThrow('takes no password');
  });
});

test('a masked value that is written byte by byte does not pass', () => {
  const secret = 'p@ss-w0rd-€';
  const stream = createMasker([secret]).stream();
  const bytes = [...Buffer.from(`a ${secret} b ${Buffer.from(secret).toString('base64')} c`)];
  const out = Buffer.concat([...bytes.map((byte) => stream.push(Buffer.from([byte]))), stream.flush()]).toString();
  expect(out).toBe('a *** b *** c');
});
