// Does an answer have what a step asks of it? Objects by the members that are named, arrays and scalars exactly.

import type { JsonValue } from '../../model/config.ts';

/** Null when it has; else where it does not: `status.db is "down", wanted "up"`. */
export function jsonMismatch(wanted: JsonValue, found: unknown, path = ''): string | null {
  if (isObject(wanted)) {
    if (!isObject(found)) return difference(wanted, found, path);
    for (const [name, value] of Object.entries(wanted)) {
      const place = /^[A-Za-z_][\w-]*$/.test(name)
        ? `${path === '' ? '' : `${path}.`}${name}`
        : `${path}[${JSON.stringify(name)}]`;
      if (!Object.hasOwn(found, name)) return `${place} is missing, wanted ${short(value)}`;
      const mismatch = jsonMismatch(value, found[name], place);
      if (mismatch !== null) return mismatch;
    }
    return null;
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found)) return difference(wanted, found, path);
    if (found.length !== wanted.length)
      return `${path || 'the answer'} has ${found.length} items, wanted ${wanted.length}`;
    for (const [index, value] of wanted.entries()) {
      const mismatch = exactMismatch(value, found[index], `${path}[${index}]`);
      if (mismatch !== null) return mismatch;
    }
    return null;
  }
  return wanted === found ? null : difference(wanted, found, path);
}

/** Inside an array everything counts: an object there has no members beside the named ones. */
function exactMismatch(wanted: JsonValue, found: unknown, path: string): string | null {
  if (isObject(wanted) && isObject(found)) {
    const extra = Object.keys(found).find((name) => !Object.hasOwn(wanted, name));
    if (extra !== undefined) return `${path} has a member ${JSON.stringify(extra)} that is not wanted`;
    for (const [name, value] of Object.entries(wanted)) {
      if (!Object.hasOwn(found, name)) return `${path}.${name} is missing, wanted ${short(value)}`;
      const mismatch = exactMismatch(value, found[name], `${path}.${name}`);
      if (mismatch !== null) return mismatch;
    }
    return null;
  }
  return jsonMismatch(wanted, found, path);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> & { readonly [key: string]: JsonValue } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function difference(wanted: JsonValue, found: unknown, path: string): string {
  return `${path || 'the answer'} is ${short(found)}, wanted ${short(wanted)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
