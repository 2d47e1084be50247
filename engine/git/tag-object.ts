// An annotated tag read as an object: who made it, what it says, what it stands for. Its name and words are hostile
// text.

import type { TagObject } from '../ports/git.ts';
import type { ObjectReader } from './object-reader.ts';
import { parseTagObject } from './objects.ts';

/** Longer words are cut: people answer in a sentence. */
const MESSAGE_LENGTH_MAX = 64 * 1024;

export async function readTagObject(
  reader: Pick<ObjectReader, 'raw' | 'peel'>,
  oid: string,
): Promise<TagObject | null> {
  const { kind, bytes } = await reader.raw(oid);
  const parsed = kind === 'tag' ? parseTagObject(bytes) : null;
  if (parsed === null) return null;
  const message = parsed.message.slice(0, MESSAGE_LENGTH_MAX);
  return { oid, ...parsed, message, commit: await reader.peel(oid) };
}
