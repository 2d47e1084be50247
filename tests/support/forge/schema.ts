// Requests and answers held against the slice of GitHub's OpenAPI description, and answers filled up to what it
// requires. An operation that is not in the slice, a parameter that GitHub does not know, a field that is missing:
// each is a violation.

import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };
type Parameter = { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema };
type Operation = {
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  readonly answers: Readonly<Record<string, Schema | null>>;
};
type Slice = { readonly operations: Record<string, Operation>; readonly schemas: Record<string, Schema> };

const SLICE = JSON.parse(readFileSync(new URL('openapi/github.json', import.meta.url), 'utf8')) as Slice;

/** Answers that any operation may have, whether its description says so or not. */
const ANYWHERE = [301, 304, 307, 401, 403, 404, 422, 429, 500, 502, 503];

const ajv = new Ajv({ strict: false, coerceTypes: false, schemas: [{ $id: 'github', schemas: SLICE.schemas }] });
const lenient = new Ajv({
  strict: false,
  coerceTypes: true,
  schemas: [{ $id: 'github', schemas: SLICE.schemas }],
});
addFormats.default(ajv);
addFormats.default(lenient);
for (const each of [ajv, lenient]) for (const name of ['repo.nwo', 'timestamp']) each.addFormat(name, true);

const compiled = new Map<string, ValidateFunction>();

export type Matched = { readonly key: string; readonly path: Readonly<Record<string, string>> };

/** The operation of a method and a path below the API's root. */
export function match(method: string, pathname: string): Matched | null {
  for (const key of Object.keys(SLICE.operations)) {
    const [wanted = '', template = ''] = key.split(' ');
    if (wanted !== method) continue;
    const pattern = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const found = pattern.exec(pathname);
    if (found === null) continue;
    const path = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { key, path: Object.fromEntries(path) };
  }
  return null;
}

export function requestViolations({ key, path }: Matched, query: URLSearchParams, body: Json): readonly string[] {
  const operation = operationOf(key);
  const found: string[] = [];
  for (const name of query.keys())
    if (!operation.parameters.some((one) => one.in === 'query' && one.name === name))
      found.push(`no parameter ${name}`);
  for (const parameter of operation.parameters) {
    const value = parameter.in === 'query' ? query.get(parameter.name) : path[parameter.name];
    if (value === null || value === undefined) {
      if (parameter.required) found.push(`${parameter.name} is missing`);
      continue;
    }
    const holder = { value };
    const schema = { type: 'object', properties: { value: parameter.schema } };
    found.push(...complaints(check(`${key} ${parameter.name}`, schema, lenient), holder, parameter.name));
  }
  if (operation.body === null) {
    if (body !== null) found.push('a body, where there is none');
    return found;
  }
  found.push(...complaints(check(`${key} body`, operation.body, ajv), body ?? {}, 'body'));
  const known = Object.keys((operation.body['properties'] ?? {}) as Schema);
  for (const name of Object.keys((body ?? {}) as Schema)) if (!known.includes(name)) found.push(`no field ${name}`);
  return found;
}

export function answerViolations(key: string, status: number, body: Json): readonly string[] {
  const answers = operationOf(key).answers;
  if (!Object.hasOwn(answers, String(status)))
    return ANYWHERE.includes(status) ? [] : [`${status} is no answer to ${key}`];
  const schema = answers[String(status)];
  if (schema === null || schema === undefined) return [];
  return complaints(check(`${key} ${status}`, schema, ajv), body, `answer ${status}`);
}

/** A value of a schema of this name: what is given, and the rest as its type asks. */
export function fill(name: string, given: Schema): Schema {
  return filled({ $ref: `#/schemas/${name}` }, given) as Schema;
}

function operationOf(key: string): Operation {
  const operation = SLICE.operations[key];
  if (operation === undefined) throw new Error(`no operation ${key}`);
  return operation;
}

function check(name: string, schema: Schema, by: Ajv): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = by.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/schemas/', '"github#/schemas/')));
  compiled.set(name, made);
  return made;
}

function complaints(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, 5).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
}

function filled(schema: Schema, given: Json | undefined): Json {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return filled(SLICE.schemas[ref.slice('#/schemas/'.length)] ?? {}, given);
  const one = alternative(schema);
  if (one !== null) return given === null ? null : filled(one, given);
  const type = schema['type'];
  const types = Array.isArray(type) ? type : [type];
  const isObject = types.includes('object') || schema['properties'] !== undefined;
  const isGivenObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (isObject && (isGivenObject || (given === undefined && !types.includes('null'))))
    return filledObject(schema, (given ?? {}) as Schema);
  if (Array.isArray(given) && schema['items'] !== undefined)
    return given.map((each: Json) => filled(schema['items'] as Schema, each));
  return given === undefined ? plain(schema, types) : given;
}

function filledObject(schema: Schema, given: Schema): Schema {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = (schema['required'] ?? []) as readonly string[];
  const made: Record<string, Json> = { ...given };
  for (const name of new Set([...required, ...Object.keys(given)])) {
    const property = properties[name];
    if (property !== undefined) made[name] = filled(property, given[name]);
  }
  return made;
}

function alternative(schema: Schema): Schema | null {
  const all = schema['allOf'];
  if (Array.isArray(all)) return Object.assign({}, ...all.map(resolved)) as Schema;
  const some = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (some === undefined || schema['properties'] !== undefined) return null;
  return some.find((each) => each['type'] === 'null') ?? some[0] ?? null;
}

function resolved(schema: Schema): Schema {
  const ref = schema['$ref'];
  return typeof ref === 'string' ? (SLICE.schemas[ref.slice('#/schemas/'.length)] ?? {}) : schema;
}

function plain(schema: Schema, types: readonly (Json | undefined)[]): Json {
  if (types.includes('null')) return null;
  const values = schema['enum'];
  if (Array.isArray(values)) return values[0] ?? null;
  if (types.includes('integer') || types.includes('number')) return 0;
  if (types.includes('boolean')) return false;
  if (types.includes('array')) return [];
  switch (schema['format']) {
    case 'uri':
      return 'https://forge.example/';
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'email':
      return 'nobody@example.org';
    default:
      return '';
  }
}
