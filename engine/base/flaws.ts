// What is wrong with a value that somebody else wrote, said with the place where it stands: small checks, put
// together to shapes. What Tidegate would not have written has a flaw.

import { isObject, sayValue } from './foreign-value.ts';

/** What is wrong with a value, as `.contents[3].version is no version`; null when nothing is. */
export type Check = (value: unknown) => string | null;
export type Shape<T> = { readonly [Key in keyof T]-?: Check };

export function is(test: (value: unknown) => boolean, what: string): Check {
  return (value) => (test(value) ? null : ` is ${what}`);
}

export function orAbsent(check: Check): Check {
  return (value) => (value === undefined ? null : check(value));
}

export function orNull(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

export function oneOf<T extends string>(choices: Readonly<Record<T, true>>): Check {
  return is((value) => typeof value === 'string' && Object.hasOwn(choices, value), 'not one of the choices');
}

export function shape<T>(fields: Shape<T>): Check {
  const checks: [string, Check][] = Object.entries(fields);
  const known = new Set(Object.keys(fields));
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const [key, check] of checks) {
      const flaw = check(value[key]);
      if (flaw !== null) return value[key] === undefined ? `.${key} is missing` : `.${key}${flaw}`;
    }
    const unknown = Object.keys(value).find((key) => !known.has(key));
    return unknown === undefined ? null : ` has a field that nobody knows: ${sayValue(unknown)}`;
  };
}

export function listOf(check: Check, max: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return ' is no list';
    if (value.length > max) return ` has ${value.length} entries; ${max} are the most that are kept`;
    for (const [index, entry] of value.entries()) {
      const flaw = check(entry);
      if (flaw !== null) return `[${index}]${flaw}`;
    }
    return null;
  };
}

export function recordOf(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const [key, item] of Object.entries(value)) {
      const flaw = check(item);
      if (flaw !== null) return `.${key}${flaw}`;
    }
    return null;
  };
}

/** One of several shapes, told apart by their `type`. */
export function byType(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isObject(value)) return ' is no object';
    const { type } = value;
    if (typeof type !== 'string' || !Object.hasOwn(checks, type))
      return `.type is ${sayValue(type)}, which nobody knows`;
    return checks[type]?.(value) ?? null;
  };
}
