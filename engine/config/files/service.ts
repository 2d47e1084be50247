// A service's configuration (environments/<env>/services/<service>.yaml) against the schema that its owners wrote for
// it (schemas/<service>.schema.json). The schema is as hostile as any file: it may be wrong, deep or slow, and never
// throws.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isRecord } from '../record.ts';

type Judgement =
  | { readonly type: 'fits' }
  | { readonly type: 'errors'; readonly errors: readonly ErrorObject[] }
  /** The schema could not be used; `message` says why. */
  | { readonly type: 'unusable'; readonly message: string };

export type ServiceSchema = {
  /** Compiled when it is asked for the first time: most schemas are read and not needed. */
  judge(value: unknown): Judgement;
};

export function openServiceSchema(schema: unknown): ServiceSchema {
  let compiled: ValidateFunction | string | null = null;
  return {
    judge(value) {
      compiled ??= compile(schema);
      if (typeof compiled === 'string') return { type: 'unusable', message: compiled };
      try {
        return compiled(value) ? { type: 'fits' } : { type: 'errors', errors: compiled.errors ?? [] };
      } catch (error) {
        return { type: 'unusable', message: reason(error) };
      }
    },
  };
}

function compile(schema: unknown): ValidateFunction | string {
  if (!isRecord(schema)) return 'a schema is a map';
  const slow = slowPattern(schema);
  if (slow !== null) return `the pattern ${slow} could take for ever: it repeats a repetition`;
  try {
    // Which draft it claims to be does not matter for the keywords in common; a remote meta-schema is never fetched.
    const { $schema: _draft, $id: _id, ...rest } = schema;
    // Not judged by the meta-schema, which takes ajv 40 ms to compile: compiling refuses what it cannot use.
    const ajv = new Ajv2020({
      allErrors: true,
      verbose: true,
      strict: false,
      validateSchema: false,
      meta: false,
      addUsedSchema: false,
      logger: false,
    });
    formats.default(ajv);
    return ajv.compile(rest);
  } catch (error) {
    return reason(error);
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 300 ? `${message.slice(0, 300)}…` : message;
}

/**
 * A regular expression that repeats a group which itself repeats can need exponential time: `(a+)+`. One is let
 * through only where each turn of the group begins with a mark that nothing else in it can match, as in
 * `[a-z]+(-[a-z]+)*`.
 */
function slowPattern(schema: unknown): string | null {
  if (Array.isArray(schema)) return schema.map(slowPattern).find((found) => found !== null) ?? null;
  if (!isRecord(schema)) return null;
  const named = isRecord(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : [];
  const slow = [schema['pattern'], ...named].find((pattern) => typeof pattern === 'string' && canTakeForEver(pattern));
  if (typeof slow === 'string') return `\`${slow.slice(0, 60)}\``;
  return (
    Object.values(schema)
      .map(slowPattern)
      .find((found) => found !== null) ?? null
  );
}

const REPEATED = '(?:[*+]|\\{\\d+,\\d*\\})';

/** Errs on the side of refusing: a repeated group that holds groups or alternatives is taken for slow. */
function canTakeForEver(pattern: string): boolean {
  const repeats = [...pattern.matchAll(/[*+]|\{\d+,/g)].length;
  if (new RegExp(`\\)${REPEATED}`).test(pattern) === false) return repeats > 4;
  if (new RegExp(`\\([^()]*\\([^()]*\\)[^()]*\\)${REPEATED}`).test(pattern)) return true;
  const groups = [...pattern.matchAll(new RegExp(`\\((?:\\?:)?([^()]*)\\)${REPEATED}`, 'g'))];
  return repeats > 8 || groups.length === 0 || groups.some(([, body = '']) => !beginsWithMark(body));
}

function beginsWithMark(body: string): boolean {
  const match = /^\\?([-._/,:;@ ])(?![*+?{])(.*)$/.exec(body);
  if (match === null) return !/[*+|]|\{\d+,/.test(body);
  const [, mark = '', rest = ''] = match;
  // A dash inside a class is a range there: `[a-z]` does not match it.
  const others = rest.replace(/([A-Za-z0-9])-([A-Za-z0-9])/g, '$1$2');
  return !others.includes(mark) && !/[.|]|\[\^|\\[WSD]/.test(others);
}
