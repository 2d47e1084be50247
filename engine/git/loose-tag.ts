// What a tag's object id stands for, read from the loose object of a repository on this machine: a tag that was just
// pushed is still loose. Undefined when it is packed or odd, and git must be asked.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { parseTag } from './objects.ts';

const LOOSE_BYTES_MAX = 64 * 1024;
const TAG_DEPTH_MAX = 4;

/** The commit that an annotated tag points at; null when the id is no tag; undefined when unknown. */
export function readLooseTag(gitDir: string, oid: string): string | null | undefined {
  let at = oid;
  for (let depth = 0; depth < TAG_DEPTH_MAX; depth += 1) {
    const found = readLoose(gitDir, at);
    if (found === null) return undefined;
    if (found.kind !== 'tag') return depth === 0 ? null : at;
    const target = parseTag(found.body);
    if (target === null) return undefined;
    if (target.type !== 'tag') return target.object;
    at = target.object;
  }
  return undefined;
}

function readLoose(gitDir: string, oid: string): { readonly kind: string; readonly body: Buffer } | null {
  const file = path.join(gitDir, 'objects', oid.slice(0, 2), oid.slice(2));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size > LOOSE_BYTES_MAX) return null;
  try {
    const bytes = inflateSync(readFileSync(file), { maxOutputLength: 4 * LOOSE_BYTES_MAX });
    const nul = bytes.indexOf(0);
    const kind = bytes.toString('latin1', 0, nul).split(' ')[0] ?? '';
    return { kind, body: bytes.subarray(nul + 1) };
  } catch {
    return null;
  }
}
