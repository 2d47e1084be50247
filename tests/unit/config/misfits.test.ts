// Our interpreter of schemas judges as ajv does: over values made from the schemas themselves and then spoiled.

import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { misfits } from '../../../engine/config/schema/misfits.ts';
import type { Schema } from '../../../engine/config/schema/shape.ts';
import { publishedSchemas } from '../../../engine/config/schemas.ts';

const ajv = new Ajv2020({ strict: false });

const LEAF_VALUES = [
  ...[
    'main',
    'v*',
    '10s',
    '1h30m',
    'x',
    '',
    'target',
    'latest',
    'GET',
    '09:00-18:00',
    'host:80',
    '2026-12-19',
    'a@b',
    'Ä',
  ],
  ...[0, 1, 2, 200, 99, 1.5, 70_000, true, false, null],
  ...[{}, [], ['main'], [200], { a: 1 }],
];

const LEAVES = fc.constantFrom<unknown>(...LEAF_VALUES);

/** Mostly what the schema asks for, sometimes anything. */
function valueFor(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const sound = soundFor(schema, depth);
  return fc.oneof({ weight: 40, arbitrary: sound }, { weight: 1, arbitrary: LEAVES });
}

function soundFor(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const {
    anyOf,
    properties,
    required,
    items,
    additionalProperties,
    enum: choices,
  } = schema as {
    anyOf?: Schema[];
    properties?: Record<string, Schema>;
    required?: string[];
    items?: Schema;
    additionalProperties?: Schema | false;
    enum?: unknown[];
  };
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((form) => soundFor(form, depth)));
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (choices !== undefined) return fc.constantFrom(...choices);
  if (properties !== undefined) {
    const members = Object.fromEntries(
      Object.entries(properties).map(([key, part]) => [key, valueFor(part, depth + 1)]),
    );
    const whole = fc.record({ ...members, unknown: LEAVES }, { requiredKeys: (required ?? []) as never });
    // A key that no schema knows must not stand in most values, or nothing else is ever judged.
    return fc.oneof({ weight: 1, arbitrary: whole }, { weight: 6, arbitrary: fewOf(members, required ?? []) });
  }
  if (items !== undefined) return fc.array(valueFor(items, depth + 1), { maxLength: 3 });
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(
      fc.constantFrom('ana', 'dan', 'PORT', 'Not A Name'),
      valueFor(additionalProperties, depth + 1),
      { maxKeys: 2 },
    );
  }
  const examples = (schema['examples'] ?? []) as unknown[];
  // By ajv's word: what we refused wrongly would never be drawn by ours.
  const fitting = [...LEAF_VALUES, ...examples].filter((value) => ajv.validate(schema, value));
  return fitting.length > 0 ? fc.constantFrom(...fitting) : LEAVES;
}

/** A map of many keys of which one is spoiled is spoiled: with all of them, hardly any value would be sound. */
function fewOf(members: Readonly<Record<string, fc.Arbitrary<unknown>>>, required: readonly string[]) {
  const optional = Object.keys(members).filter((key) => !required.includes(key));
  return fc.subarray(optional, { maxLength: Math.min(optional.length, 4) }).chain((keys) => {
    const few = Object.entries(members).filter(([key]) => keys.includes(key) || required.includes(key));
    return fc.record(Object.fromEntries(few));
  });
}

describe.each(Object.entries(publishedSchemas()))('%s', (_, schema) => {
  const validate = ajv.compile(schema);

  test('ajv and we agree on whether a value fits', () => {
    const judged = { fits: 0, misfits: 0 };
    fc.assert(
      fc.property(valueFor(schema), (value) => {
        const theirs = validate(value);
        judged[theirs ? 'fits' : 'misfits'] += 1;
        expect(misfits(value, schema).length === 0, JSON.stringify({ value, ajv: validate.errors })).toBe(theirs);
      }),
      { numRuns: 1_500, seed: 7 },
    );
    // Both answers were asked for, and not only by what is no map at all.
    expect(judged.fits).toBeGreaterThan(50);
    expect(judged.misfits).toBeGreaterThan(50);
  });
});
