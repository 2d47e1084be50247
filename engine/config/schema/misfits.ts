// What in a value does not fit a schema of ours. An interpreter of the few JSON Schema keywords that schema/ uses:
// compiling the same schemas with ajv costs 60 ms at every start, walking them costs nothing until a file comes. Of
// several forms that a value may take (`anyOf`) only the one that was meant is judged. A property test holds it to
// ajv's judgement.

import type { Path } from '../document.ts';
import { isRecord } from '../record.ts';
import type { Schema } from './shape.ts';

export type Misfit = {
  readonly path: Path;
  readonly keyword: Keyword;
  readonly schema: Schema;
  readonly value: unknown;
  /** The key that is unknown, missing or misnamed; empty for other keywords. */
  readonly key: string;
};

/** Everything that is judged here. Whatever else stands in a schema of ours is for people and editors. */
export const KEYWORDS = [
  'type',
  'const',
  'enum',
  'anyOf',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'items',
  'minProperties',
  'required',
  'properties',
  'additionalProperties',
  'propertyNames',
] as const;

type Keyword = (typeof KEYWORDS)[number];

export function misfits(value: unknown, schema: Schema, path: Path = []): readonly Misfit[] {
  const forms = formsOf(schema);
  if (forms.length > 0) return ofForms(value, schema, forms, path);
  const wrong = (keyword: Keyword, key = ''): readonly Misfit[] => [{ path, keyword, schema, value, key }];
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => hasType(value, type))) return wrong('type');
  if (schema['const'] !== undefined && value !== schema['const']) return wrong('const');
  const choices = schema['enum'];
  if (Array.isArray(choices) && !choices.includes(value)) return wrong('enum');
  if (typeof value === 'string') return textKeywords(value, schema).flatMap((keyword) => wrong(keyword));
  if (typeof value === 'number') return numberKeywords(value, schema).flatMap((keyword) => wrong(keyword));
  if (Array.isArray(value)) return ofList(value, schema, path);
  return isRecord(value) ? ofMap(value, schema, path) : [];
}

function textKeywords(value: string, schema: Schema): readonly Keyword[] {
  const { minLength, maxLength, pattern } = schema as { minLength?: number; maxLength?: number; pattern?: string };
  if (minLength !== undefined && value.length < minLength) return ['minLength'];
  if (maxLength !== undefined && value.length > maxLength) return ['maxLength'];
  return pattern !== undefined && !new RegExp(pattern, 'u').test(value) ? ['pattern'] : [];
}

function numberKeywords(value: number, schema: Schema): readonly Keyword[] {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (minimum !== undefined && value < minimum) return ['minimum'];
  return maximum !== undefined && value > maximum ? ['maximum'] : [];
}

function ofList(value: readonly unknown[], schema: Schema, path: Path): readonly Misfit[] {
  const { minItems, maxItems, uniqueItems, items } = schema as {
    minItems?: number;
    maxItems?: number;
    uniqueItems?: boolean;
    items?: Schema;
  };
  const found: Misfit[] = [];
  const wrong = (keyword: Keyword, at: Path): void => {
    found.push({ path: at, keyword, schema, value, key: '' });
  };
  if (minItems !== undefined && value.length < minItems) wrong('minItems', path);
  if (maxItems !== undefined && value.length > maxItems) wrong('maxItems', path);
  if (uniqueItems === true) {
    // Lists that must not repeat hold texts and numbers only.
    const seen = new Set<unknown>();
    for (const [index, item] of value.entries()) {
      if (seen.has(item)) wrong('uniqueItems', [...path, index]);
      seen.add(item);
    }
  }
  if (items !== undefined) found.push(...value.flatMap((item, index) => misfits(item, items, [...path, index])));
  return found;
}

function ofMap(value: Readonly<Record<string, unknown>>, schema: Schema, path: Path): readonly Misfit[] {
  const found: Misfit[] = [];
  const keys = Object.keys(value);
  const wrong = (keyword: Keyword, key: string): void => {
    found.push({ path, keyword, schema, value, key });
  };
  const properties = propertiesOf(schema);
  const {
    minProperties,
    required = [],
    additionalProperties,
    propertyNames,
  } = schema as {
    minProperties?: number;
    required?: readonly string[];
    additionalProperties?: Schema | false;
    propertyNames?: Schema;
  };
  if (minProperties !== undefined && keys.length < minProperties) wrong('minProperties', '');
  for (const key of required) if (!Object.hasOwn(value, key)) wrong('required', key);
  for (const key of keys) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (propertyNames !== undefined && misfits(key, propertyNames).length > 0) wrong('propertyNames', key);
    else if (known !== undefined) found.push(...misfits(value[key], known, [...path, key]));
    else if (additionalProperties === false) wrong('additionalProperties', key);
    else if (additionalProperties !== undefined)
      found.push(...misfits(value[key], additionalProperties, [...path, key]));
  }
  return found;
}

function ofForms(value: unknown, schema: Schema, forms: readonly Schema[], path: Path): readonly Misfit[] {
  const form = formMeant(value, forms);
  return form === null ? [{ path, keyword: 'anyOf', schema, value, key: '' }] : misfits(value, form, path);
}

/**
 * The form whose type, and for maps whose first required key, the value has. Forms are written so that this decides.
 */
function formMeant(value: unknown, forms: readonly Schema[]): Schema | null {
  const typed = forms.filter((form) =>
    typesOf(form).some((type) => hasType(value, type === 'integer' ? 'number' : type)),
  );
  if (!isRecord(value) || typed.length <= 1) return typed[0] ?? null;
  const keyed = typed.filter((form) => Object.hasOwn(value, firstKey(form)));
  return keyed.length === 1 ? (keyed[0] ?? null) : null;
}

export function formsOf(schema: Schema): readonly Schema[] {
  const forms = schema['anyOf'];
  return Array.isArray(forms) ? forms : [];
}

/** What a form of a map is known by. */
export function firstKey(form: Schema): string {
  const required = form['required'];
  return Array.isArray(required) ? String(required[0]) : '';
}

export function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
}

export function typesOf(schema: Schema): readonly string[] {
  const type = schema['type'];
  if (type === undefined) return [];
  return Array.isArray(type) ? type : [String(type)];
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}
