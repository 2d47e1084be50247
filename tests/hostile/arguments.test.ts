// Names that git or ssh would take for an option, a program or another host, and values that would become shell.
// Precedents: CVE-2017-1000117 (ssh://-oProxyCommand), CVE-2018-17456 (submodule URL with a dash), CVE-2022-24066 and
// CVE-2022-25912 (simple-git: --upload-pack, ext::), GitHub Actions script injection (`${{ }}` pasted into a shell).

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { branchProblem, tagPatternProblem } from '../../engine/config/ref-name.ts';
import { assertOid, assertRefName } from '../../engine/git/names.ts';
import { parseRemoteUrl } from '../../engine/git/remote-url.ts';
import { resolveScript } from '../../engine/model/template.ts';
import { plainWords } from '../../engine/runner/plain-words.ts';

describe('an address of a repository', () => {
  test.each([
    ['CVE-2017-1000117', 'ssh://-oProxyCommand=touch%20x/p'],
    ['CVE-2017-1000117', 'ssh://%2doProxyCommand=x/p'],
    ['CVE-2017-1000117', 'ssh://-oProxyCommand=x@host/p'],
    ['CVE-2017-1000117', '-oProxyCommand=x:p'],
    ['CVE-2018-17456', '-u./payload'],
    ['CVE-2018-17456', 'ssh://host/-u./payload'],
    ['CVE-2022-24066', '--upload-pack=touch x'],
    ['CVE-2022-25912', 'ext::sh -c touch% x'],
    ['CVE-2022-25912', 'EXT::sh'],
    ['CVE-2022-25912', 'fd::17'],
    ['CVE-2022-25912', 'transport::ext::sh'],
    ['newline in a URL (CVE-2020-5260)', 'https://host/x\nhost=evil'],
  ])('%s: %j is refused', (_, url) => {
    expect(() => parseRemoteUrl(url)).toThrow('is refused');
  });
});

describe('a name of a ref', () => {
  test.each(['--upload-pack=x', '-oProxyCommand=x', '-', 'a\nb', '$(touch x) y', 'a..b', '@{-1}', ':/x', 'HEAD^{/x}'])(
    'CVE-2022-24066: %j reaches no command of git',
    (name) => {
      expect(branchProblem(name)).not.toBeNull();
      expect(() => assertRefName(name)).toThrow();
      expect(() => assertOid(name)).toThrow();
      if (!name.includes('*')) expect(tagPatternProblem(name)).not.toBeNull();
    },
  );
});

describe('GitHub Actions script injection', () => {
  const values = [
    '$(echo owned)',
    '`echo owned`',
    '"; echo owned; "',
    "'; echo owned; '",
    'a\necho owned',
    '-n',
    '*',
    '$IFS',
  ];
  test.each(values)('a tag named %j is one word of text to the shell', (tag) => {
    for (const text of [
      'printf %s ${{ version.tag }}',
      'printf %s "${{ version.tag }}"',
      'printf %s a${{ version.tag }}',
    ]) {
      const { script, env } = resolveScript(text, { 'version.tag': tag });
      expect(script).not.toContain(tag.trim());
      const out = execFileSync('/bin/sh', ['-c', script], {
        env: { ...env, PATH: process.env['PATH'] },
        encoding: 'utf8',
      });
      expect(out).toBe(text.includes(' a$') ? `a${tag}` : tag);
      const words = plainWords(script, env);
      if (words !== null) expect(words).toHaveLength(3);
    }
  });
});
