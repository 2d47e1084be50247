// The published schemas are the ones that validate, are sound JSON Schema, and say something about every key.
// `UPDATE=1 npx vitest run tests/unit/config/schemas.test.ts` writes them again.

import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { KEYWORDS } from '../../../engine/config/schema/misfits.ts';
import { publishedSchemas } from '../../../engine/config/schemas.ts';

const FOLDER = new URL('../../../editor/', import.meta.url);
const SCHEMAS = Object.entries(publishedSchemas());

/** Words for people and editors, which decide nothing. */
const ANNOTATIONS = ['$schema', 'title', 'description', 'examples', 'default', 'patternErrorMessage', 'writeOnly'];

describe.each(SCHEMAS)('%s', (name, schema) => {
  test('stands in editor/ as it validates', () => {
    const file = new URL(name, FOLDER);
    if (process.env['UPDATE'] === '1') writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test('is JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  });

  test('uses only keywords that are judged', () => {
    const known = new Set<string>([...KEYWORDS, ...ANNOTATIONS]);
    expect(
      schemasWithin(schema)
        .flatMap(Object.keys)
        .filter((keyword) => !known.has(keyword)),
    ).toEqual([]);
  });

  test('says what every key is for', () => {
    const mute = schemasWithin(schema).flatMap((part) =>
      Object.entries((part['properties'] ?? {}) as Record<string, { description?: string }>)
        .filter(([, property]) => !property.description)
        .map(([key]) => key),
    );
    expect(mute).toEqual([]);
  });
});

type Part = Readonly<Record<string, unknown>>;

function schemasWithin(schema: Part): readonly Part[] {
  const below = [
    ...Object.values((schema['properties'] ?? {}) as Record<string, Part>),
    ...((schema['anyOf'] ?? []) as Part[]),
    ...[schema['items'], schema['additionalProperties'], schema['propertyNames']].filter(
      (part): part is Part => typeof part === 'object' && part !== null,
    ),
  ];
  return [schema, ...below.flatMap(schemasWithin)];
}
