// What a person typed, as a commit: a full id, a tag, a branch, or an abbreviated commit; tags before branches, as
// git does. Only names that git would accept as such are looked up, so that nothing is read as an option, a range or
// a path.

import { isOid, isRefName, trackingName } from './names.ts';
import type { ObjectReader } from './object-reader.ts';

export async function resolveName(reader: ObjectReader, name: string): Promise<string | null> {
  if (isOid(name)) return await reader.peel(name);
  const refs = name.startsWith('refs/') ? [name] : [`refs/tags/${name}`, `refs/heads/${name}`];
  const candidates = refs.filter(isRefName).map(trackingName);
  if (/^[0-9a-f]{4,63}$/.test(name)) candidates.push(name);
  const found = await reader.info(candidates.map((candidate) => `${candidate}^{commit}`));
  return found.find((info) => info?.kind === 'commit')?.oid ?? null;
}
