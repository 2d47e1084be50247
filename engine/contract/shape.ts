// How the answers in JSON are described: plain JSON Schema, written once. The same value is published, checks every
// answer in the tests, and is the TypeScript type (TypeBox reads it off the schema and is not loaded at run time).
// Shapes are open, because fields may be added: only the tests refuse a field that no shape names.

import type { XStatic } from 'typebox/schema';
import { assert } from '../base/assert.ts';

/** The type of the answers that a schema describes. */
export type Shape<S> = ReadOnly<XStatic<S>>;

type ReadOnly<T> = T extends object ? { readonly [Key in keyof T]: ReadOnly<T[Key]> } : T;

export type Schema = { readonly [keyword: string]: unknown };
type Properties = Readonly<Record<string, Schema>>;

export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;
export const COUNT = { type: 'integer', minimum: 0 } as const;
export const NUMBER = { type: 'number' } as const;
export const COMMIT = { type: 'string', pattern: '^[0-9a-f]{40}$' } as const;

/** A map whose keys are all known: each is always there. */
export function object<const P extends Properties>(properties: P) {
  return { type: 'object', properties, required: keysOf(properties) } as const;
}

/** The same with keys that may be left out. */
export function objectWith<const P extends Properties, const O extends Properties>(properties: P, optional: O) {
  return { type: 'object', properties: { ...properties, ...optional }, required: keysOf(properties) } as const;
}

/** A map whose keys are names. */
export function mapOf<const V extends Schema>(value: V) {
  return { type: 'object', additionalProperties: value } as const;
}

export function listOf<const V extends Schema>(items: V) {
  return { type: 'array', items } as const;
}

export function choice<const V extends readonly string[]>(...values: V) {
  return { enum: values } as const;
}

export function orNull<const V extends Schema>(schema: V) {
  return { anyOf: [schema, { type: 'null' }] } as const;
}

export function either<const F extends readonly Schema[]>(...forms: F) {
  return { anyOf: forms } as const;
}

/** The same, with what people have to know to use it. */
export function says<const V extends Schema>(description: string, schema: V) {
  return { description, ...schema } as const;
}

/** TypeBox reads off a list that has a first what it cannot read off one that may be empty. */
function keysOf<P extends object>(properties: P): [Extract<keyof P, string>, ...Extract<keyof P, string>[]] {
  const keys: Extract<keyof P, string>[] = [];
  for (const key in properties) keys.push(key);
  const [first, ...others] = keys;
  assert(first !== undefined, 'an answer has at least one key');
  return [first, ...others];
}
