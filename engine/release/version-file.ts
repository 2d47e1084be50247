// A version number in a file that people keep, set where a pointer says: only the characters of that value change.

import { isScalar, parseDocument } from 'yaml';

/** RFC 6901. Null where it is none. */
export function pointerKeys(pointer: string): readonly string[] | null {
  if (!pointer.startsWith('/')) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export type SetVersion =
  | { readonly type: 'set'; readonly text: string }
  | { readonly type: 'problem'; readonly sentence: string };

/** JSON is read as the YAML that it is; quotes stay as they were. */
export function withVersion(text: string, pointer: string, version: string): SetVersion {
  const keys = pointerKeys(pointer);
  const document = readable(text);
  if (keys === null || document === null) return { type: 'problem', sentence: 'it cannot be read as JSON or YAML' };
  const node = document.getIn(keys, true);
  if (!isScalar(node) || !node.range) return { type: 'problem', sentence: `it has no value at ${pointer}` };
  const [start, end] = node.range;
  const written = text.slice(start, end);
  const quote = written.startsWith('"') ? '"' : written.startsWith("'") ? "'" : '';
  // Without quotes 1.5 would be a number, and so would 1.0.
  const put = text.slice(0, start) + (quote === '' ? version : `${quote}${version}${quote}`) + text.slice(end);
  return readable(put)?.getIn(keys) === version
    ? { type: 'set', text: put }
    : { type: 'problem', sentence: `what stands at ${pointer} cannot be replaced` };
}

function readable(text: string) {
  try {
    const document = parseDocument(text);
    return document.errors.length > 0 ? null : document;
  } catch {
    return null;
  }
}
