// docs/configuration.md: every YAML example is sound, and every key of every file is explained, there or on the page
// of its rule.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasErrors, problemLine } from '../../../engine/base/problem.ts';
import { publishedSchemas } from '../../../engine/config/schemas.ts';
import { TEMPLATE_NAMES } from '../../../engine/model/template.ts';
import { environment, read, SOUND } from './repository.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const TEXT = readFileSync(new URL('configuration.md', DOCS), 'utf8');
const PAGES = [...readdirSync(new URL('policies/', DOCS)).map((name) => `policies/${name}`), 'promotion.md'].map(
  (name) => readFileSync(new URL(name, DOCS), 'utf8'),
);

/** What the examples speak of beside themselves. */
const AROUND = {
  ...SOUND,
  'tidegate.yaml': 'version: 1\npeople: { ana: {}, dan: {} }\nteams: { leads: [ana] }\n',
  'environments/production/environment.yaml': environment({ url: 'http://h', variables: '{ PORT: 1 }' }),
  'environments/staging/environment.yaml': environment({ url: 'http://h', variables: '{ PORT: 1 }' }),
  'scripts/apply.sh': '',
  'scripts/observe.sh': '',
  'shared/nginx/nginx.conf': '',
};

const EXAMPLES = [...TEXT.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, path = '', text = '']) => ({
  path,
  text,
}));

describe('examples', () => {
  test('all say which file they are', () => {
    expect(EXAMPLES).toHaveLength([...TEXT.matchAll(/```yaml/g)].length);
    expect(EXAMPLES.length).toBeGreaterThan(6);
  });

  test.each(EXAMPLES)('$path', ({ path, text }) => {
    const { problems } = read({ ...AROUND, [path]: text });
    expect(hasErrors(problems), problems.map(problemLine).join('\n')).toBe(false);
    expect(problems.filter((problem) => problem.file === path && problem.line > 1).map(problemLine)).toEqual([]);
  });
});

test('every key is explained or shown', () => {
  const missing = Object.values(publishedSchemas())
    .flatMap(keysWithin)
    .filter((key) => {
      const said = new RegExp(`\`(?:[a-z_]+\\.)?${key}[\`.]|\\b${key}: `);
      return ![TEXT, ...PAGES].some((text) => said.test(text));
    });
  expect([...new Set(missing)]).toEqual([]);
});

test('every expression is named', () => {
  expect(Object.keys(TEMPLATE_NAMES).filter((name) => !TEXT.includes(`\`${name}\``))).toEqual([]);
});

type Part = Readonly<Record<string, unknown>>;

function keysWithin(schema: Part): readonly string[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Part>;
  const below = [
    ...Object.values(properties),
    ...((schema['anyOf'] ?? []) as Part[]),
    schema['items'],
    schema['additionalProperties'],
  ];
  return [
    ...Object.keys(properties),
    ...below.flatMap((part) => (typeof part === 'object' && part !== null ? keysWithin(part as Part) : [])),
  ];
}
