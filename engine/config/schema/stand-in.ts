// A value that fits a schema, for the place of one that does not: what stands around a slip is then still read, and
// what is wrong there is said too. Nobody ever sees a stand-in, and nothing is said of one.

import { formsOf, misfits, propertiesOf, typesOf } from './misfits.ts';
import type { Schema } from './shape.ts';

export function standIn(schema: Schema): unknown {
  const form = formsOf(schema)[0];
  if (form !== undefined) return standIn(form);
  const {
    const: only,
    default: byDefault,
    enum: choices,
    examples,
    items,
    required,
    minItems,
    minimum,
    minProperties,
  } = schema;
  if (only !== undefined) return only;
  if (Array.isArray(choices)) return choices[0];
  switch (typesOf(schema)[0]) {
    case 'object': {
      const first = minProperties === undefined ? [] : Object.keys(propertiesOf(schema)).slice(0, 1);
      const keys = Array.isArray(required) && required.length > 0 ? required.map(String) : first;
      return Object.fromEntries(keys.map((key) => [key, standIn(propertiesOf(schema)[key] ?? {})]));
    }
    case 'array':
      return minItems === undefined ? [] : [standIn((items ?? {}) as Schema)];
    case 'string':
      return (
        ['x', byDefault, ...(Array.isArray(examples) ? examples : []), '1s'].find((word) => fits(word, schema)) ?? 'x'
      );
    case 'integer':
    case 'number':
      return minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function fits(value: unknown, schema: Schema): boolean {
  return misfits(value, schema).length === 0;
}
