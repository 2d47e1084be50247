// What stands behind the question mark, as a question understands it. A word that a question has no use for is
// refused: nobody should believe that it did something.

import type { FastifyRequest } from 'fastify';
import { badQuestion } from '../refusal.ts';

const VALUE_LENGTH_MAX = 200;

/** Null for what was not given. */
export function queryOf<Name extends string>(
  { query }: FastifyRequest,
  names: readonly Name[],
): (name: Name) => string | null {
  const given = new Map(typeof query === 'object' && query !== null ? Object.entries(query) : []);
  for (const [name, value] of given) {
    if (!names.some((known) => known === name)) {
      const known = names.length === 0 ? 'it takes none' : `known: ${names.join(', ')}`;
      throw badQuestion(`there is no parameter ${JSON.stringify(name.slice(0, VALUE_LENGTH_MAX))} here`, known);
    }
    if (typeof value !== 'string' || value === '' || value.length > VALUE_LENGTH_MAX) {
      throw badQuestion(`${name} cannot be read`, `once, and 1 to ${VALUE_LENGTH_MAX} characters`);
    }
  }
  return (name) => {
    const value: unknown = given.get(name);
    return typeof value === 'string' ? value : null;
  };
}

export function required(name: string, value: string | null): string {
  if (value === null) throw badQuestion(`which ${name}?`, `give it as ?${name}=`);
  return value;
}

export function limitOf(text: string | null): number {
  if (text === null) return 20;
  if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
  throw badQuestion('limit is not a number of runs', 'a whole number from 1 to 999');
}

export function paramOf({ params }: FastifyRequest, name: string): string {
  const given = new Map(typeof params === 'object' && params !== null ? Object.entries(params) : []);
  const value: unknown = given.get(name);
  return typeof value === 'string' ? value : '';
}
