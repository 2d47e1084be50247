import { describe, expect, test } from 'vitest';
import { maskText, maskUrl, parseRemoteUrl } from '../../../engine/git/remote-url.ts';

describe('where the configuration lives', () => {
  test.each([
    ['https://example.org/shop.git', 'http', 'https://example.org/shop.git'],
    ['http://127.0.0.1:8080/shop', 'http', 'http://127.0.0.1:8080/shop'],
    ['https://ana@example.org/shop', 'http', 'https://ana@example.org/shop'],
    ['ssh://git@example.org:2222/shop.git', 'ssh', 'ssh://git@example.org:2222/shop.git'],
    ['git+ssh://example.org/shop.git', 'ssh', 'ssh://example.org/shop.git'],
    ['ssh://git@[::1]:22/shop.git', 'ssh', 'ssh://git@[::1]:22/shop.git'],
    ['git@example.org:team/shop.git', 'ssh', 'git@example.org:team/shop.git'],
    ['example.org:shop', 'ssh', 'example.org:shop'],
    ['git@[::1]:shop', 'ssh', 'git@[::1]:shop'],
    ['file:///srv/git/shop.git', 'file', 'file:///srv/git/shop.git'],
    ['/srv/git/shop.git', 'file', '/srv/git/shop.git'],
    ['./shop.git', 'file', '/here/shop.git'],
    ['../shop:odd', 'file', '/shop:odd'],
  ])('%s is reached by %s', (text, transport, url) => {
    expect(parseRemoteUrl(text, '/here')).toMatchObject({ transport, url, login: null });
  });

  test.each([
    'ext::sh -c whoami',
    'fd::17',
    'EXT::sh',
    'transport-helper::address',
    'git://example.org/shop',
    'ftp://example.org/shop',
    'javascript://example.org',
    '--upload-pack=touch x',
    '-oProxyCommand=x:y',
    'ssh://-oProxyCommand=whoami/shop',
    'ssh://-oProxyCommand=whoami@example.org/shop',
    'ssh://%2DoProxyCommand=whoami/shop',
    'ssh://git@-host/shop',
    'git@-oProxyCommand=x:shop',
    'ssh://example.org/-shop',
    'ssh://example.org',
    'ssh://git:secret@example.org/shop',
    'ssh://exa;mple/shop',
    'https://',
    'https://exa mple/shop',
    'https://example.org/\nshop',
    '/srv/git\u0000/shop',
    'https://user:%0Apass@example.org/shop',
    'file://elsewhere/srv/git',
    '',
    'x'.repeat(5_000),
  ])('%j is refused', (text) => {
    expect(() => parseRemoteUrl(text, '/here')).toThrow(
      expect.objectContaining({ name: 'Fault', code: 'usage', retry: 'never' }),
    );
  });

  test('a password is taken out of the URL before git or a message sees it', () => {
    const remote = parseRemoteUrl('https://ana:pass%20word@example.org:8443/shop.git');
    expect(remote).toEqual({
      transport: 'http',
      url: 'https://example.org:8443/shop.git',
      shown: 'https://example.org:8443/shop.git',
      origin: 'https://example.org:8443',
      login: { username: 'ana', password: 'pass word' },
      folder: null,
    });
  });

  test('a refusal does not tell the secret either', () => {
    expect(() => parseRemoteUrl('ftp://ana:hush@example.org/x')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hush') }),
    );
  });
});

describe('masking', () => {
  test('users and passwords of URLs are masked wherever they stand', () => {
    expect(maskText("fatal: unable to access 'https://ana:hush@example.org/x/': no")).toBe(
      "fatal: unable to access 'https://***@example.org/x/': no",
    );
    expect(maskText('ssh://git@example.org/x and https://tok@b/c')).toBe('ssh://***@example.org/x and https://***@b/c');
    expect(maskUrl('https://a:b@c/d\u001b[31m')).toBe('https://***@c/d?[31m');
  });

  test('known secrets and authorization headers are masked', () => {
    expect(maskText('token s3cret s3cret!', ['s3cret', ''])).toBe('token *** ***!');
    expect(maskText('> Authorization: Basic YTpi')).toBe('> Authorization: Basic ***');
  });
});
