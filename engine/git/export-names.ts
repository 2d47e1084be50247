// Which names out of a repository may be written to a disk. Pure. The precedents: `..` and absolute names, `.git` in
// all the spellings that some file system takes for it (CVE-2014-9390, CVE-2019-1352), and symlinks that leave the
// tree.

/** Why this name may not be written, or null. */
export function refuseName(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'it has a name that means another folder';
  if (name.includes('/') || name.includes('\0')) return 'it has a name with a slash inside';
  if (isDotGit(name)) return 'it contains a .git folder, which git would obey';
  if (process.platform === 'win32' && /[\\:*?"<>|]|[. ]$/.test(name)) return 'it has a name that Windows cannot hold';
  if (Buffer.byteLength(name) > 255) return 'it has a name longer than 255 bytes';
  return null;
}

/**
 * May a symlink at `path` with this target be written? Only relative targets that climb first and then descend by
 * plain names: then every step is a folder or a link that was itself checked, and the place meant is the place
 * reached. A `..` after a name could follow a link out of the tree.
 */
export function linkStaysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0') || target.length > 4096) return false;
  if (process.platform === 'win32' && /[\\:]/.test(target)) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const names = climbs < 0 ? [] : parts.slice(climbs);
  const depth = path.split('/').length - 1;
  return parts.length - names.length <= depth && names.every((part) => part !== '..' && !isDotGit(part));
}

function isDotGit(name: string): boolean {
  // HFS+ ignores these code points; NTFS ignores trailing dots and spaces, streams, and knows the short name.
  const plain = name.replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '').toLowerCase();
  return /^(\.git|git~1)[. ]*(:.*)?$/.test(plain);
}
