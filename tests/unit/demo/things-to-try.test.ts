// The lines that `npm start` prints to be copied: for this machine, this folder and this person.

import { describe, expect, test } from 'vitest';
import { quote, shown, type ThingsOptions, thingsToTry } from '../../../engine/demo/things-to-try.ts';

const options: ThingsOptions = {
  repository: '/srv/my project/.tidegate/config.git',
  clone: '/srv/my project/.tidegate/clone',
  directory: '/srv/my project',
  typed: '/srv/my project/bin/tidegate',
  urls: new Map([['development', 'http://127.0.0.1:7101']]),
  nextTag: 'v1.3.0',
  knowsIdentity: true,
  platform: 'linux',
};

function lines(change: Partial<ThingsOptions>): string {
  return thingsToTry({ ...options, ...change })
    .flatMap((thing) => thing.lines)
    .join('\n');
}

describe('the things to try', () => {
  test('are short where one stands above everything', () => {
    expect(lines({})).toContain('git clone --quiet .tidegate/config.git .tidegate/clone\ncd .tidegate/clone\n');
    expect(lines({})).toContain('cd ../..\n./bin/tidegate why production --repo .tidegate/config.git');
  });

  test('name whole paths, quoted, where one stands elsewhere', () => {
    const elsewhere = lines({ directory: '/tmp' });
    expect(elsewhere).toContain("cd '/srv/my project/.tidegate/clone'");
    expect(elsewhere).toContain('\ncd /tmp\n');
    expect(elsewhere).toContain(
      `'/srv/my project/bin/tidegate' why production --repo '/srv/my project/.tidegate/config.git'`,
    );
  });

  test('call an installed program by its name', () => {
    expect(lines({ typed: 'tidegate' })).toContain('\ntidegate why production ');
  });

  test('tell git who commits, where it would ask', () => {
    expect(lines({ knowsIdentity: true })).not.toContain('user.email');
    expect(lines({ knowsIdentity: false })).toContain('-c user.email=you@example.org ');
  });

  test("speak to macOS's sed as it likes", () => {
    expect(lines({ platform: 'darwin' })).toContain(`sed -i '' "s|`);
    expect(lines({ platform: 'linux' })).toContain(`sed -i "s|`);
  });
});

describe('words for a shell', () => {
  test.each([
    ['plain', 'plain'],
    ['a/b.c-d_e:f@g', 'a/b.c-d_e:f@g'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf .)', "'$(rm -rf .)'"],
    ['', "''"],
  ])('%s is quoted as %s', (word, expected) => {
    expect(quote(word)).toBe(expected);
  });

  test.each([
    ['/a/b/c', '/a/b', 'c'],
    ['/a/b', '/a/b', '.'],
    ['/a/x', '/a/b', '/a/x'],
    ['/a/b/..c', '/a/b', '/a/b/..c'],
  ])('%s seen from %s is %s', (file, directory, expected) => {
    expect(shown(file, directory)).toBe(expected);
  });
});
