// A diff in memory: one hunk a file, all old lines out and all new lines in. Longer than git's, and never wrong.

import { listFiles } from '../../engine/git/contents.ts';
import type { ObjectReader } from '../../engine/git/object-reader.ts';

export async function memoryDiff(
  reader: ObjectReader,
  from: string,
  to: string,
  paths: readonly string[],
  bytesMax = 1024 * 1024,
): Promise<string> {
  const below = paths.length === 0 ? [''] : paths;
  const before = new Map((await listFiles(reader, from, below)).map((file) => [file.path, file.oid]));
  const after = new Map((await listFiles(reader, to, below)).map((file) => [file.path, file.oid]));
  let text = '';
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) continue;
    const [out, into] = [await lines(reader, old), await lines(reader, now)];
    const names = `--- ${old === undefined ? '/dev/null' : `a/${path}`}\n+++ ${now === undefined ? '/dev/null' : `b/${path}`}\n`;
    const hunk = [...out.map((line) => `-${line}`), ...into.map((line) => `+${line}`)].join('\n');
    text += `diff --git a/${path} b/${path}\n${names}@@ -1,${out.length} +1,${into.length} @@\n${hunk}\n`;
  }
  if (text.length <= bytesMax) return text;
  return `${text.slice(0, text.lastIndexOf('\n', bytesMax) + 1)}... (cut after ${bytesMax} bytes)\n`;
}

async function lines(reader: ObjectReader, oid: string | undefined): Promise<readonly string[]> {
  if (oid === undefined) return [];
  const [bytes] = await reader.blobs([oid], Number.MAX_SAFE_INTEGER);
  return (bytes?.toString('utf8') ?? '').replace(/\n$/, '').split('\n');
}
