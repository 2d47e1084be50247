// What is refused, and in which words: failures of git, hostile names, HTTP that only git can speak.

import { describe, expect, test } from 'vitest';
import { gitEnvironment } from '../../../engine/git/environment.ts';
import { linkStaysInside, refuseName } from '../../../engine/git/export-names.ts';
import { gitFault, isLockTrouble } from '../../../engine/git/failure.ts';
import { httpIsSpecial } from '../../../engine/git/http-is-special.ts';
import { parseRemoteUrl } from '../../../engine/git/remote-url.ts';

const failed = (stderr: string, secrets: string[] = []) =>
  gitFault(
    { code: 128, signal: null, stdout: Buffer.alloc(0), stderr, stopped: null },
    { what: 'fetch from x', secrets },
  );

describe('what git said becomes a Fault', () => {
  test.each([
    ["fatal: Authentication failed for 'https://x/'", 'remote-auth', 'later'],
    ['fatal: could not read Username for x: terminal prompts disabled', 'remote-auth', 'later'],
    ['git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'remote-auth', 'later'],
    ['fatal: unable to access x: The requested URL returned error: 403', 'remote-auth', 'later'],
    ["fatal: unable to access 'x': Could not resolve host: x", 'remote-unreachable', 'later'],
    ['fatal: unable to access x: The requested URL returned error: 502', 'remote-unreachable', 'later'],
    ["fatal: '/x' does not appear to be a git repository", 'remote-unreachable', 'later'],
    ['fatal: early EOF', 'remote-unreachable', 'later'],
    ['ssh: connect to host x port 22: Connection timed out', 'remote-timeout', 'later'],
    ["fatal: couldn't find remote ref refs/heads/gone", 'ref-moved', 'now'],
    ['error: object file objects/ab/cd is empty', 'repository-damaged', 'now'],
    ['fatal: loose object abcd (stored in x) is corrupt', 'repository-damaged', 'now'],
    ['fatal: bad object refs/origin/heads/main', 'repository-damaged', 'now'],
    ['fatal: write error: No space left on device', 'disk-full', 'later'],
    ["fatal: sha1 file 'x/tmp_pack_a' write error. Out of diskspace", 'disk-full', 'later'],
    ["error: cannot update ref 'refs/x': couldn't write '/s/repo.git/refs/x.lock'", 'disk-full', 'later'],
    ["fatal: Unable to create 'x/packed-refs.lock': Permission denied", 'state-unwritable', 'later'],
    ['fatal: something else entirely', 'git-failed', 'later'],
  ])('%s', (stderr, code, retry) => expect(failed(stderr)).toMatchObject({ name: 'Fault', code, retry }));

  test("the far side's disk is not ours", () => {
    expect(failed('remote: fatal: No space left on device\nfatal: the remote end hung up').code).toBe(
      'remote-unreachable',
    );
  });

  test('secrets, control characters and long stories are taken out', () => {
    const fault = failed(`fatal: https://a:b@x/ s3cret\u001b[31m ${'x'.repeat(5_000)}`, ['s3cret']);
    expect(fault.message).toContain('https://***@x/ ***');
    expect(fault.message).not.toMatch(/s3cret|a:b|\p{Cc}/u);
    expect(fault.message.length).toBeLessThan(600);
  });

  test('time and size are told as such', () => {
    const ending = {
      code: null,
      signal: 'SIGKILL',
      stdout: Buffer.alloc(0),
      stderr: '',
      stopped: 'timed-out',
    } as const;
    expect(gitFault(ending, { what: 'fetch from x', secrets: [], timeoutMs: 30_000 })).toMatchObject({
      code: 'remote-timeout',
      message: 'could not fetch from x within 30 s',
    });
    expect(gitFault({ ...ending, stopped: 'too-large' }, { what: 'y', secrets: [] }).code).toBe('remote-too-large');
  });

  test('a lock is another process, not a failure', () => {
    expect(isLockTrouble("error: cannot lock ref 'refs/origin/heads/main': is at a but expected b")).toBe(true);
    expect(isLockTrouble('fatal: Authentication failed')).toBe(false);
  });
});

describe('names that may not reach a disk', () => {
  test.each([
    '',
    '.',
    '..',
    'a/b',
    'a\0b',
    '.git',
    '.GIT',
    '.Git ',
    '.git.',
    'git~1',
    'GIT~1',
    '.g\u200cit',
    '.git::$INDEX_ALLOCATION',
    'x'.repeat(300),
  ])('%j', (name) => expect(refuseName(name)).not.toBeNull());

  test.each(['.gitignore', '.gitmodules', '.github', 'git', '..a', 'a b', 'ä', '-rf', 'a\nb'])('%j may', (name) =>
    expect(refuseName(name)).toBeNull(),
  );

  test.each([
    ['a', 'b', true],
    ['deep/a', '../b', true],
    ['deep/a', './b/c', true],
    ['deep/er/a', '../..', true],
    ['a', '..', false],
    ['a', '/b', false],
    ['deep/a', '../../b', false],
    ['deep/a', 'b/../../c', false],
    ['a', 'b/..', false],
    ['a', '.git/config', false],
    ['a', 'b/.GIT/config', false],
    ['a', '', false],
    ['a', 'x\0y', false],
  ])('a link %s to %j stays inside: %s', (path, target, inside) => expect(linkStaysInside(path, target)).toBe(inside));
});

describe('HTTP that only git can speak', () => {
  const https = 'https://example.org/shop';
  const http = 'http://127.0.0.1:1/shop';
  test.each<[string, string[], Record<string, string>, boolean]>([
    [https, ['core.bare', 'http.useragent', 'http.postbuffer'], {}, false],
    [https, ['http.proxy'], {}, true],
    [https, ['http.https://example.org/.extraheader'], {}, true],
    [https, ['http.sslCAInfo'], {}, true],
    [http, ['http.sslCAInfo'], { SSL_CERT_FILE: '/x', GIT_SSL_CAINFO: '/x' }, false],
    [https, [], { GIT_SSL_NO_VERIFY: '1' }, true],
    [https, [], { HTTPS_PROXY: 'http://p' }, true],
    [http, [], { HTTPS_PROXY: 'http://p' }, false],
    [http, [], { HTTP_PROXY: 'http://p' }, false],
    [http, [], { http_proxy: 'http://p' }, true],
    [http, [], { all_proxy: 'http://p' }, true],
    [http, [], { http_proxy: 'http://p', no_proxy: 'localhost,127.0.0.1' }, false],
    [https, [], { https_proxy: 'http://p', NO_PROXY: '.org' }, false],
    [https, [], { https_proxy: 'http://p', NO_PROXY: 'ple.org' }, true],
    [https, [], { https_proxy: 'http://p', NO_PROXY: '*' }, false],
  ])('%s with %j and %j: %s', (url, keys, env, special) => expect(httpIsSpecial(url, keys, env)).toBe(special));
});

describe('the environment that git runs in', () => {
  const remote = parseRemoteUrl('https://example.org/shop.git');
  const settings = (env: Readonly<Record<string, string>>) =>
    Array.from({ length: Number(env['GIT_CONFIG_COUNT']) }, (_, index) => [
      env[`GIT_CONFIG_KEY_${index}`],
      env[`GIT_CONFIG_VALUE_${index}`],
    ]);

  test('what points elsewhere or prints secrets is dropped, and what the user chose is kept', () => {
    const env = gitEnvironment(
      {
        GIT_DIR: '/elsewhere',
        GIT_INDEX_FILE: 'x',
        GIT_TRACE_CURL: '1',
        GIT_SSH_COMMAND: 'ssh -v',
        GIT_ASKPASS: 'ask',
        SSH_AUTH_SOCK: 's',
        https_proxy: 'p',
      },
      remote,
      '/cache',
    );
    expect(env).toMatchObject({
      GIT_DIR: '/cache',
      GIT_SSH_COMMAND: 'ssh -v',
      GIT_ASKPASS: 'ask',
      SSH_AUTH_SOCK: 's',
      https_proxy: 'p',
    });
    expect(env['GIT_TRACE_CURL'] ?? env['GIT_INDEX_FILE']).toBeUndefined();
    expect(env['GIT_ALLOW_PROTOCOL']).toBe('http:https:ssh:file');
  });

  test("settings come after the user's own", () => {
    const env = gitEnvironment(
      { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' },
      remote,
      '/cache',
    );
    expect(settings(env)[0]).toEqual(['a.b', 'c']);
    expect(settings(env)).toContainEqual(['remote.tidegate.url', 'https://example.org/shop.git']);
  });

  test('a token is given only for the origin of the remote, through a helper, and stands in no setting', () => {
    const env = gitEnvironment({ TIDEGATE_GIT_TOKEN: 's3cret' }, remote, '/cache');
    const helpers = settings(env).filter(([key]) => key?.startsWith('credential.'));
    expect(helpers.map(([key]) => key)).toEqual(Array(2).fill('credential.https://example.org.helper'));
    expect(JSON.stringify(settings(env))).not.toContain('s3cret');
    expect(env).toMatchObject({ TIDEGATE_REMOTE_USERNAME: 'x-access-token', TIDEGATE_REMOTE_PASSWORD: 's3cret' });
    expect(env['TIDEGATE_GIT_TOKEN']).toBeUndefined();
    const ssh = gitEnvironment({ TIDEGATE_GIT_TOKEN: 's3cret' }, parseRemoteUrl('git@example.org:shop'), '/cache');
    expect(JSON.stringify(ssh)).not.toContain('s3cret');
  });
});
