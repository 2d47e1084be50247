// How file kinds are described: plain JSON Schema, written once. The same value validates (ajv), is published for
// editors, and is the TypeScript type (TypeBox reads the type off the schema; nothing of it is loaded at run time).

import type { XStatic } from 'typebox/schema';

/** The type of the values that a schema accepts. */
export type Shape<S> = XStatic<S>;

export type Schema = { readonly [keyword: string]: unknown };

/**
 * A map whose keys are all known. An unknown one is an error, so that a slip of the hand is never a silent default.
 */
export function object<const P extends Readonly<Record<string, Schema>>, const R extends readonly (keyof P & string)[]>(
  description: string,
  properties: P,
  required: R,
) {
  return { type: 'object', description, properties, required, additionalProperties: false } as const;
}

/** A map whose keys people choose, within the names that `keys` allows. */
export function mapOf<const V extends Schema, const M extends Schema>(
  description: string,
  keys: Schema,
  value: V,
  more: M,
) {
  return { type: 'object', description, propertyNames: keys, additionalProperties: value, ...more } as const;
}

export function listOf<const V extends Schema, const M extends Schema>(description: string, items: V, more: M) {
  return { type: 'array', description, items, ...more } as const;
}

export function text<const M extends Schema>(description: string, more: M) {
  return { type: 'string', description, minLength: 1, ...more } as const;
}

export function choice<const V extends readonly string[]>(description: string, values: V, byDefault: V[number]) {
  return { enum: values, description, default: byDefault } as const;
}

/** Without one of them that holds when it is left out. */
export function choiceOf<const V extends readonly string[]>(description: string, values: V) {
  return { enum: values, description } as const;
}

export function flag<const D extends boolean>(description: string, byDefault: D) {
  return { type: 'boolean', description, default: byDefault } as const;
}

/** One of several forms. Each form says what it is, for the sentence that is shown when none fits. */
export function either<const F extends readonly Schema[]>(description: string, forms: F) {
  return { description, anyOf: forms } as const;
}

/** As base/duration.ts reads them, with so few digits that no sum is beyond what a number can hold. */
const DURATION = '^([0-9]{1,9}ms|[0-9]{1,6}(s|m|h|d|w))+$';

export function duration<const M extends Schema>(description: string, more: M) {
  return {
    type: 'string',
    description,
    pattern: DURATION,
    maxLength: 40,
    patternErrorMessage: 'a duration such as 500ms, 10s, 15m, 4h, 2d, or a sum such as 1h30m',
    ...more,
  } as const;
}

/**
 * A script is read for the files that it names, for every environment that runs it; a longer one belongs in a file.
 */
export const SCRIPT_LENGTH_MAX = 65_536;

/** Environments, pipelines, policies, stages, people, teams: names that become parts of paths, refs and ids. */
export const NAME_PATTERN = '^[a-z0-9][a-z0-9-]{0,62}$';
export const NAME_SAYS = 'small letters, digits and dashes, at most 63, beginning with a letter or digit';

export const NAMES = { pattern: NAME_PATTERN, patternErrorMessage: NAME_SAYS } as const;

const VARIABLE_PATTERN = '^(?!TIDEGATE_)[A-Za-z_][A-Za-z0-9_]*$';
const VARIABLE_SAYS = 'letters, digits and _, not beginning with a digit or with TIDEGATE_';
export const VARIABLES = { pattern: VARIABLE_PATTERN, patternErrorMessage: VARIABLE_SAYS } as const;

export function name<const M extends Schema>(description: string, more: M) {
  return { type: 'string', description, pattern: NAME_PATTERN, patternErrorMessage: NAME_SAYS, ...more } as const;
}
