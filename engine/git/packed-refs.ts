// Git's packed-refs file (git help pack-refs): `<id> <name>` lines in order, each annotated tag followed by
// `^<commit>`. Pure. Null for a form that we do not know.

export type PackedRefs = {
  readonly refs: ReadonlyMap<string, string>;
  readonly peeled: ReadonlyMap<string, string>;
  /** The header promises that a tag without a `^` line is no annotated tag. */
  readonly fullyPeeled: boolean;
};

export function parsePackedRefs(text: string, refsMax: number): PackedRefs | null | 'too-many' {
  const refs = new Map<string, string>();
  const peeled = new Map<string, string>();
  let fullyPeeled = false;
  let last = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      fullyPeeled ||= / (fully-)?peeled( |$)/.test(line);
      continue;
    }
    if (line.startsWith('^')) {
      const oid = line.slice(1);
      if (last === '' || !/^[0-9a-f]{40,64}$/.test(oid)) return null;
      peeled.set(last, oid);
      continue;
    }
    const space = line.indexOf(' ');
    if (space !== 40 && space !== 64) return null;
    last = line.slice(space + 1);
    refs.set(last, line.slice(0, space));
    if (refs.size > refsMax) return 'too-many';
  }
  return { refs, peeled, fullyPeeled };
}
