// What ajv found, as sentences for the file's author. Two things are done that ajv does not: of several forms that a value
// may take only the one that was meant is judged, and every sentence says how to mend.

import type { ErrorObject } from 'ajv';
import type { Cursor } from './cursor.ts';
import type { Path } from './document.ts';
import { isRecord } from './record.ts';
import { list, nearest, suggestion } from './suggest.ts';

/** Tells each error to the cursor, and returns the paths of what must be left out to go on. */
export function explain(errors: readonly ErrorObject[], cursor: Cursor): readonly Path[] {
  // A name that does not fit comes twice: as itself, and as the name of a key. The second says where.
  const told = meant(errors).filter((error) => error.propertyName === undefined || error.keyword === 'propertyNames');
  return told.map((error) => {
    const path = pathOf(error.instancePath);
    return explainOne(error, path, cursor.at(...path));
  });
}

function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Of each failed `anyOf`: the errors of the form that was meant, or the failure itself where none can be told. */
function meant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let left = [...errors];
  const choices = errors
    .filter((error) => error.keyword === 'anyOf')
    .sort((a, b) => a.schemaPath.length - b.schemaPath.length);
  for (const failed of choices) {
    if (!left.includes(failed)) continue;
    const form = formMeant(failed);
    left = left.filter((error) => {
      if (error === failed) return form === null;
      if (!within(error, failed)) return true;
      return form !== null && error.schemaPath.startsWith(`${failed.schemaPath}/${form}/`);
    });
  }
  return left;
}

function within(error: ErrorObject, failed: ErrorObject): boolean {
  const below = error.instancePath === failed.instancePath || error.instancePath.startsWith(`${failed.instancePath}/`);
  return below && error.schemaPath.startsWith(`${failed.schemaPath}/`);
}

/** The index of the form whose type, and for maps whose first required key, the value has. */
function formMeant(failed: ErrorObject): number | null {
  const forms = formsOf(failed);
  const typed = forms.filter(({ form }) => typesOf(form).includes(typeName(failed.data)));
  if (!isRecord(failed.data) || typed.length <= 1) return typed[0]?.index ?? null;
  const data = failed.data;
  const keyed = typed.filter(({ form }) => Object.hasOwn(data, firstKey(form)));
  return keyed.length === 1 ? (keyed[0]?.index ?? null) : null;
}

type Form = { readonly form: Readonly<Record<string, unknown>>; readonly index: number };

function formsOf(failed: ErrorObject): readonly Form[] {
  const forms: unknown = failed.parentSchema?.['anyOf'];
  return Array.isArray(forms) ? forms.flatMap((form, index) => (isRecord(form) ? [{ form, index }] : [])) : [];
}

function typesOf(form: Readonly<Record<string, unknown>>): readonly string[] {
  const type = form['type'];
  const types = Array.isArray(type) ? type.map(String) : [String(type)];
  return types.includes('integer') ? [...types, 'number'] : types;
}

function firstKey(form: Readonly<Record<string, unknown>>): string {
  const required = form['required'];
  return Array.isArray(required) ? String(required[0]) : '';
}

function explainOne(error: ErrorObject, path: Path, cursor: Cursor): Path {
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = keysOf(error.parentSchema);
      const near = nearest(key, known);
      const hint = near === null ? `the keys here are: ${list(known)}` : `did you mean \`${near}\`?`;
      cursor.error(`unknown key \`${shorten(key)}\``, hint, cursor.at(key).key());
      return [...path, key];
    }
    case 'required': {
      const key = String(params['missingProperty']);
      cursor.error(`\`${key}\` is missing`, `add \`${key}:\`${describe(error.parentSchema, key)}`, cursor.key());
      return path;
    }
    case 'propertyNames': {
      const key = String(params['propertyName']);
      cursor.error(
        `\`${shorten(key)}\` cannot be a name here`,
        `use ${says(error.parentSchema?.['propertyNames'])}`,
        cursor.at(key).key(),
      );
      return [...path, key];
    }
    case 'anyOf':
      cursor.error(
        noForm(error),
        `write ${formsOf(error)
          .map(({ form }) => formSays(form))
          .join(', or ')}`,
      );
      return path;
    case 'type':
      cursor.error(
        `this must be ${typeWords(error.schema)}, not ${valueWords(error.data)}`,
        describe(error.parentSchema).slice(3),
      );
      return path;
    case 'const':
      cursor.error(`this must be \`${String(params['allowedValue'])}\``, describe(error.parentSchema).slice(3));
      return path;
    case 'enum': {
      const values = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : [];
      cursor.error(
        `${valueWords(error.data)} is not one of the choices`,
        suggestion(String(error.data), values, 'choices'),
      );
      return path;
    }
    case 'pattern':
      cursor.error(`${valueWords(error.data)} does not fit`, `write ${says(error.parentSchema)}`);
      return path;
    default:
      cursor.error(`this ${error.message ?? 'does not fit'}`, describe(error.parentSchema).slice(3));
      return path;
  }
}

function noForm(error: ErrorObject): string {
  const data = error.data;
  if (!isRecord(data)) return `${valueWords(data)} does not fit here`;
  const keys = formsOf(error)
    .map(({ form }) => firstKey(form))
    .filter((key) => key !== '');
  const given = keys.filter((key) => Object.hasOwn(data, key));
  if (given.length > 1) return `${given.map((key) => `\`${key}\``).join(' and ')} cannot stand together`;
  const strange = Object.keys(data).find((key) => nearest(key, keys) !== null);
  const slip = strange === undefined ? '' : `: is \`${shorten(strange)}\` meant to be \`${nearest(strange, keys)}\`?`;
  return `this has none of ${keys.map((key) => `\`${key}\``).join(', ')}${slip}`;
}

function formSays(form: Readonly<Record<string, unknown>>): string {
  const key = firstKey(form);
  const types = typesOf(form);
  if (types.includes('object') && key !== '') return `\`${key}:\``;
  return String(form['description'] ?? types[0]);
}

function keysOf(schema: unknown): readonly string[] {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  return isRecord(properties) ? Object.keys(properties) : [];
}

/** ` — ` and what a key, or a value, is for; empty where the schema does not say. */
function describe(schema: unknown, key?: string): string {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  const about = key === undefined ? schema : isRecord(properties) ? properties[key] : undefined;
  const description = isRecord(about) ? about['description'] : undefined;
  if (typeof description !== 'string' || description === '') return '';
  return ` – ${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, '')}`;
}

function says(schema: unknown): string {
  const words = isRecord(schema)
    ? (schema['patternErrorMessage'] ?? (schema['pattern'] && `what matches ${schema['pattern']}`))
    : undefined;
  return typeof words === 'string' ? words : 'another value';
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

function typeWords(types: unknown): string {
  const names = Array.isArray(types) ? types.map(String) : [String(types)];
  return names.map((name) => TYPE_WORDS[name] ?? name).join(' or ');
}

function valueWords(value: unknown): string {
  const type = typeName(value);
  if (type === 'object' || type === 'array' || type === 'null') return TYPE_WORDS[type] ?? type;
  return `\`${shorten(String(value))}\``;
}

function shorten(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}…` : word;
}
