// Texts that were made to hurt: each is answered with problems, soon, and nothing is thrown.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { configKind } from '../../../engine/config/kinds.ts';
import { parseFile, unreadFile } from '../../../engine/config/parse.ts';
import { environment, problems, read, SOUND, tree } from './repository.ts';

const FILE = 'tidegate.yaml';

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]\n${'abcdefgh'
  .split('')
  .slice(1)
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
  .join('\n')}\n`;

describe('a text made to hurt', () => {
  test.each([
    [
      'larger than a mebibyte',
      'x'.repeat(1_048_577),
      '1:1: this file is larger than 1 MiB and was not read (configuration is small; keep data elsewhere)',
    ],
    ['a bomb of aliases', BOMB, '1:26: aliases make this file too large (write the values out, or fewer of them)'],
    ['an alias of itself', 'a: &a [*a]\n', '1:7: values nest deeper than 64 levels (flatten the file)'],
    [
      'an alias of nothing',
      'a: *nowhere\n',
      '1:4: no anchor `&nowhere` stands before this alias (define it, or quote the text)',
    ],
    ['a million brackets', '['.repeat(1_000_000), '1:1: values nest deeper than 64 levels (flatten the file)'],
    ['nested lists on one line', '- '.repeat(500_000), '1:1: values nest deeper than 64 levels (flatten the file)'],
    [
      'a tag of another language',
      'version: !!js/function x\n',
      '1:24: the tag `tag:yaml.org,2002:js/function` is not known here (remove it: values are plain text, numbers, lists and maps)',
    ],
    ['a NUL', 'version: 1\u0000\n', '1:1: this file is not text: it holds a NUL character (save it as UTF-8)'],
    ['a list for a key', '? [a]\n: b\nversion: 1\n', '1:3: a key must be plain text (write `key: value`)'],
    ['nothing', '', '1:1: this file is empty (see docs/configuration.md for what belongs into it)'],
    [
      'a list for a map',
      '- version: 1\n',
      '1:1: this must be a map, not a list (what holds for the whole configuration repository)',
    ],
  ])('%s', (_, text, line) => {
    expect(parseFile(FILE, text).findings.map(problemLine)).toContain(`${FILE}:${line}`);
  });

  test.each([
    'tidegate.yaml',
    'environments/production/environment.yaml',
    'environments/production/services/web.yaml',
    'pipelines/deploy.yaml',
    'policies/business-hours.yaml',
    'schemas/web.schema.json',
    'policies/business-hours.yml',
  ])('%s that is too large to be read is answered as if it had been', (path) => {
    expect(unreadFile(path, 'too-large')).toEqual(parseFile(path, 'x'.repeat(1_048_577)));
  });

  test('a file that is too large spoils no other', () => {
    const files = { ...SOUND, 'policies/big.yaml': '' };
    const parsed = Object.entries(files).map(([path, text]) =>
      path === 'policies/big.yaml' ? unreadFile(path, 'too-large') : parseFile(path, text),
    );
    const { config, environments, problems: found } = assemble(parsed, tree(files));
    expect(config?.environments['production']?.policies).toEqual(['business-hours']);
    expect(environments['production']?.gate).toEqual([]);
    expect(found.map(problemLine)).toContain(
      'policies/big.yaml:1:1: this file is larger than 1 MiB and was not read (configuration is small; keep data elsewhere)',
    );
  });

  test('many keys cost no more than reading them', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(parseFile(FILE, text).findings.length).toBeGreaterThan(0);
  });

  test('of thousands of errors in one file ten are told', () => {
    const text = Array.from({ length: 5_000 }, () => 'a: b: c').join('\n');
    expect(parseFile(FILE, text).findings).toHaveLength(10);
  });

  test.each([
    ['a bomb of aliases', BOMB],
    ['a list of aliases of nothing', `a: [${Array(43).fill('*nowhere').join(', ')}]\n`],
    [
      'lists that nest too deep, side by side',
      `a: [${Array(43)
        .fill('['.repeat(70) + ']'.repeat(70))
        .join(', ')}]\n`,
    ],
  ])('%s is told once', (_, text) => {
    expect(parseFile(FILE, text).findings).toHaveLength(1);
  });

  test('an anchor of a key is one like any other', () => {
    const { findings } = parseFile('environments/production/services/web.yaml', '&name web: { title: *name }\n');
    expect(findings).toEqual([]);
  });

  test('names of JavaScript are names like others', () => {
    const found = problems({
      'environments/production/environment.yaml': `${environment()}__proto__: { confirm: true }\nconstructor: 1\n`,
    });
    expect(found).toEqual([
      'environments/production/environment.yaml:5:1: unknown key `__proto__` (the keys here are: description, follow, pipeline, policies, target, url, variables, secrets, queue, confirm, paths, rollback and 1 more)',
      'environments/production/environment.yaml:6:1: unknown key `constructor` (the keys here are: description, follow, pipeline, policies, target, url, variables, secrets, queue, confirm, paths, rollback and 1 more)',
    ]);
    const { config } = read({ 'environments/constructor/environment.yaml': environment() });
    expect(config?.environments['constructor']?.name).toBe('constructor');
    expect(read({}).config?.environments['constructor']).toBeUndefined();
  });

  test.each([
    ['a reference to itself', '{"$ref":"#"}'],
    ['a reference to another host', '{"$ref":"https://example.org/x.json"}'],
    ['a pattern that takes for ever', '{"properties":{"a":{"pattern":"^(a+)+$"}}}'],
    ['a pattern that is none', '{"properties":{"a":{"pattern":"("}}}'],
    ['another draft', '{"$schema":"http://json-schema.org/draft-04/schema#","$id":"x","type":"array"}'],
    ['a list', '[]'],
  ])('a schema of a service with %s', (_, schema) => {
    const found = problems({
      'schemas/web.schema.json': schema,
      'environments/production/services/web.yaml': `a: ${'a'.repeat(40)}!\n`,
    });
    expect(found).toHaveLength(1);
  });

  test('any text is answered', () => {
    const paths = [
      FILE,
      'environments/a/environment.yaml',
      'pipelines/a.yaml',
      'policies/a.yaml',
      'environments/a/services/s.yaml',
      'schemas/s.schema.json',
    ];
    const word = fc.constantFrom(
      'version',
      'follow',
      'stages',
      'window',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a',
      '*a',
      '|',
      '${{',
      '}}',
      '1',
      '~',
      '!!x',
      '#',
      '\t',
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
      fc.string({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.tuple(...paths.map(() => text)), (texts) => {
        const files = paths.map((path, index) => parseFile(path, texts[index] ?? ''));
        const { problems: found } = assemble(files, tree({}));
        expect(found.every((problem) => problem.line >= 0 && problem.column >= 0)).toBe(true);
      }),
      { numRuns: 1_500, seed: 11 },
    );
  });
});

describe('which paths are read', () => {
  test.each([
    ['tidegate.yaml', 'repository'],
    ['environments/production/environment.yaml', 'environment'],
    ['environments/production/services/web.yaml', 'service'],
    ['environments/production/services/deep/web.yaml', null],
    ['environments/production/compose.yaml', null],
    ['environments/production.yaml', 'misplaced'],
    ['environments/production/environment.yml', 'misplaced'],
    ['environments/README.md', null],
    ['pipelines/deploy.yaml', 'pipeline'],
    ['pipelines/deploy.yml', 'misplaced'],
    ['pipelines/README.md', null],
    ['policies/hours.yaml', 'policy'],
    ['policies/calendars/ro.yaml', 'calendar'],
    ['policies/calendars/ro.yml', 'misplaced'],
    ['policies/calendars/shop/ro.yaml', 'misplaced'],
    ['policies/calendars/README.md', null],
    ['policies/calendars.yaml', 'policy'],
    ['policies/allowed_signers', null],
    ['schemas/web.schema.json', 'service-schema'],
    ['schemas/web.json', null],
    ['scripts/test.sh', null],
    ['tidegate.yml', 'misplaced'],
    ['docs/tidegate.yaml', null],
    ['', null],
  ])('%s: %s', (path, kind) => {
    expect(configKind(path)).toBe(kind);
  });

  test.each([
    ['environments/production/services/web.yml', 'environments/production/services/web.yaml', 'warning'],
    ['environments/production/services/web.YAML', 'environments/production/services/web.yaml', 'warning'],
    ['environments/production/service/web.yaml', 'environments/production/services/web.yaml', 'warning'],
    ['environments/production/Services/web.yaml', 'environments/production/services/web.yaml', 'warning'],
    ['environments/production/environment.yml', 'environments/production/environment.yaml', 'error'],
    ['environments/production/Environment.yaml', 'environments/production/environment.yaml', 'error'],
    ['environments/production/environment.json', 'environments/production/environment.yaml', 'error'],
    ['environments/production.YML', 'environments/production/environment.yaml', 'error'],
    ['pipelines/x.yml', 'pipelines/x.yaml', 'error'],
    ['policies/Foo.YAML', 'policies/Foo.yaml', 'error'],
    ['policies/foo.json', 'policies/foo.yaml', 'error'],
    ['policies/calendar/ro.yaml', 'policies/calendars/ro.yaml', 'error'],
    ['policies/test/ro.yaml', 'policies/tests/ro.yaml', 'error'],
    ['policies/allowed-signers', 'policies/allowed_signers', 'error'],
    ['policies/allowed_signers.txt', 'policies/allowed_signers', 'error'],
    ['policy/foo.yaml', 'policies/foo.yaml', 'warning'],
    ['Policies/foo.yml', 'policies/foo.yaml', 'warning'],
    ['polices/foo.yaml', 'policies/foo.yaml', 'warning'],
    ['pipeline/deploy.yaml', 'pipelines/deploy.yaml', 'warning'],
    ['enviroments/production/environment.yaml', 'environments/production/environment.yaml', 'warning'],
    ['environment/production/environment.yml', 'environments/production/environment.yaml', 'warning'],
    ['schemas/web.schema.yaml', 'schemas/web.schema.json', 'warning'],
    ['schema/web.schema.json', 'schemas/web.schema.json', 'warning'],
    ['Tidegate.yaml', 'tidegate.yaml', 'error'],
    ['tidegate.json', 'tidegate.yaml', 'error'],
  ])('%s is near to %s', (path, meant, severity) => {
    expect(parseFile(path, 'x: 1')).toMatchObject({
      findings: [{ severity, message: 'a file of this name is not read', hint: `rename it to ${meant}` }],
      content: null,
    });
  });

  test.each([
    'environments/production/compose.yml',
    'environments/production/k8s/web.yml',
    'environments/production/env.yaml',
    'policies/README.md',
    'schemas/common.json',
    'policy/main.rego',
    'pipeline/README.md',
    'docs/policies/foo.yaml',
    'tests/foo.yaml',
    'services/web.yml',
  ])('%s is no business of ours', (path) => {
    expect(parseFile(path, 'x: 1')).toMatchObject({ findings: [], role: null });
  });
});
