// Some values of one YAML file, put into another: its comments, its order and all else stay as they are.

import { type Document, isScalar, parseDocument, stringify } from 'yaml';

type File = { readonly document: Document; readonly value: unknown };

/** What a file has at each key (`image.tag`), as JSON; null for what is not there. Null where it cannot be read. */
export function fieldsOf(text: string, keys: readonly string[]): Readonly<Record<string, string | null>> | null {
  const file = read(text);
  if (file === null) return null;
  return Object.fromEntries(keys.map((key) => [key, valueAt(file, key)]));
}

/**
 * `into` with the values that `from` has at these keys; what `from` does not have stays. Null where one cannot be
 * read.
 */
export function withFields(into: string, from: string, keys: readonly string[]): string | null {
  const source = read(from);
  if (source === null) return null;
  let text = into;
  for (const key of keys) {
    const target = read(text);
    if (target === null) return null;
    const wanted = valueAt(source, key);
    if (wanted === null || wanted === valueAt(target, key)) continue;
    const put = spliced(text, from, target, source, key) ?? set(target, source, key);
    if (put === null) return null;
    text = put;
  }
  return text;
}

/** Only the characters of the value change; null where it does not mean the same then. */
function spliced(text: string, from: string, target: File, source: File, key: string): string | null {
  const [there, here] = [source, target].map(({ document }) => document.getIn(key.split('.'), true));
  if (!isScalar(there) || !isScalar(here) || !there.range || !here.range) return null;
  const [start, end] = here.range;
  const put = text.slice(0, start) + from.slice(there.range[0], there.range[1]) + text.slice(end);
  return hasValue(put, source, key) ? put : null;
}

function set({ document }: File, source: File, key: string): string | null {
  try {
    document.setIn(key.split('.'), at(source.value, key));
  } catch {
    return null;
  }
  const put = document.toString({ lineWidth: 0 });
  return hasValue(put, source, key) ? put : null;
}

function hasValue(text: string, source: File, key: string): boolean {
  const file = read(text);
  return file !== null && valueAt(file, key) === valueAt(source, key);
}

/** Broken files and bombs of aliases are not read. */
function read(text: string): File | null {
  try {
    const document = parseDocument(text);
    return document.errors.length > 0 ? null : { document, value: document.toJS() };
  } catch {
    return null;
  }
}

function valueAt({ value }: File, key: string): string | null {
  return JSON.stringify(at(value, key)) ?? null;
}

function at(value: unknown, key: string): unknown {
  let found = value;
  for (const step of key.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === step)?.[1];
  }
  return found;
}

/** With a value that is a text, unless what stands there is a number or true or false and this is one too. */
export function withValue(into: string, key: string, value: string): string | null {
  const target = read(into);
  if (target === null) return null;
  const present = at(target.value, key);
  const typed = typeof present === 'string' || present === undefined ? value : plainOf(present, value);
  const nested = key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), typed);
  return withFields(into, stringify(nested), [key]);
}

function plainOf(present: unknown, value: string): unknown {
  if (typeof present === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (typeof present === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}
