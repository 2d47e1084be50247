// Configuration that was made to hurt: answered with a problem at its place, and never by an exception; what unfolds
// or loops would have no answer within this life. Precedents: CVE-2019-11253 (Kubernetes: aliases that unfold into
// gigabytes), CVE-2017-18342 (PyYAML: a tag that runs code), CVE-2019-10744 (lodash: prototype keys), CVE-2022-25883
// (semver: a pattern that takes for ever). More of them stand in tests/unit/config/hostile.test.ts and the fuzzers.

import { describe, expect, test } from 'vitest';
import { problemLine } from '../../engine/base/problem.ts';
import { openDocument } from '../../engine/config/document.ts';
import { parseFile } from '../../engine/config/parse.ts';
import { environment, problems, read } from '../unit/config/repository.ts';

function said(text: string): readonly string[] {
  return parseFile('tidegate.yaml', text).findings.map(problemLine);
}

describe('CVE-2019-11253: files that grow when they are read', () => {
  test('aliases of aliases, nine to the ninth of them', () => {
    const level = (index: number) =>
      `a${index}: &a${index} [${Array(9)
        .fill(`*a${index - 1}`)
        .join(', ')}]\n`;
    const bomb = `a0: &a0 [${Array(9).fill('x').join(', ')}]\n${[1, 2, 3, 4, 5, 6, 7, 8].map(level).join('')}`;
    expect(said(bomb).join('\n')).toContain('aliases make this file too large');
  });

  test.each([
    ['an alias of itself', 'a: &a [*a]\n', 'values nest deeper than 64 levels'],
    ['a million brackets', '['.repeat(1_000_000), 'values nest deeper than 64 levels'],
    ['more than a mebibyte', 'x'.repeat(1_048_577), 'this file is larger than 1 MiB and was not read'],
  ])('%s', (_, text, sentence) => expect(said(text).join('\n')).toContain(sentence));
});

test('CVE-2017-18342: a tag of another language is an error at its place, and makes nothing', () => {
  expect(said('version: !!python/object/apply:os.system ["touch ran"]\n').join('\n')).toContain('is not known here');
});

test.each([
  ['a hundred problems of its values', 'version: 1\n'.repeat(5_000), 100],
  ['ten of its syntax, which are mostly echoes of the first', '\t- a\n'.repeat(5_000), 10],
])('of one file nobody is told more than %s', (_, text, most) => {
  expect(openDocument('tidegate.yaml', text).problems).toHaveLength(most);
});

test('a key that stands twice is an error, not whichever one of them a reader likes', () => {
  expect(said('version: 1\nversion: 1\n').some((line) => line.startsWith('tidegate.yaml:2:1: '))).toBe(true);
});

test('CVE-2019-10744: names of JavaScript are names like others', () => {
  const file = `${environment()}__proto__: { confirm: true }\nconstructor: 1\n`;
  const found = problems({ 'environments/production/environment.yaml': file });
  expect(found.map((line) => /unknown key `(\w+)`/.exec(line)?.[1])).toEqual(['__proto__', 'constructor']);
  expect(read({}).config?.environments['constructor']).toBeUndefined();
  expect(({} as Record<string, unknown>)['confirm']).toBeUndefined();
});

test('CVE-2022-25883: a pattern that takes for ever is not tried', () => {
  const files = {
    'schemas/web.schema.json': '{"properties":{"a":{"pattern":"^(a+)+$"}}}',
    'environments/production/services/web.yaml': `a: ${'a'.repeat(40)}!\n`,
  };
  expect(problems(files)).toHaveLength(1);
});
