// The look at a repository on this machine: its HEAD, loose refs and packed-refs are read in this process, without
// starting anything. Only the plain layout of git's `files` ref store is read; anything odd (reftable, worktrees,
// symbolic branches, includes, an unknown extension) answers 'native', and git itself looks.
// Loose refs are read before packed-refs: `git pack-refs` writes the pack first and deletes the loose file
// afterwards, so that no ref can be missed in between.

import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { boundedMap } from '../base/bounded-map.ts';
import type { RemoteRefs } from '../ports/git.ts';
import { type LookBounds, tooManyBytes, tooManyRefs } from './look-bounds.ts';
import { readLooseTag } from './loose-tag.ts';
import { refsBuilder } from './ls-refs.ts';
import { isOid } from './names.ts';
import { type PackedRefs, parsePackedRefs } from './packed-refs.ts';

type FileLook = {
  /** `learn` takes what git told about tags, so that the next look needs no git. */
  look(prefixes: readonly string[]): RemoteRefs | 'native';
  learn(refs: RemoteRefs): void;
};

const LOOSE_BYTES_MAX = 4_096;
const PEELED_REMEMBERED = 50_000;

export function createFileLook(folder: string, bounds: LookBounds): FileLook {
  /** Annotated tag to commit; null for a tag name that holds a commit itself. Ids never change their meaning. */
  const peeledBy = boundedMap<string, { readonly commit: string | null }>(PEELED_REMEMBERED);
  let packed: { readonly stamp: string; readonly refs: PackedRefs } | null = null;
  let configSeen = '';
  let configPlain = false;

  function isPlain(gitDir: string): boolean {
    const config = readText(path.join(gitDir, 'config'), bounds.bytesMax);
    if (config === null) return false;
    if (config !== configSeen) {
      configSeen = config;
      configPlain = isPlainConfig(config);
    }
    return configPlain;
  }

  function packedRefs(gitDir: string): PackedRefs | null {
    const file = path.join(gitDir, 'packed-refs');
    const found = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return { refs: new Map(), peeled: new Map(), fullyPeeled: true };
    const stamp = `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    if (packed?.stamp === stamp) return packed.refs;
    if (found.size > BigInt(bounds.bytesMax)) throw tooManyBytes(bounds);
    const refs = parsePackedRefs(readFileSync(file, 'utf8'), bounds.refsMax);
    if (refs === 'too-many') throw tooManyRefs(bounds);
    packed = refs === null ? null : { stamp, refs };
    return refs;
  }

  function read(gitDir: string, prefixes: readonly string[]): RemoteRefs | 'native' {
    const head = readText(path.join(gitDir, 'HEAD'), LOOSE_BYTES_MAX)?.trim();
    if (head === undefined || !isPlain(gitDir)) return 'native';
    const target = /^ref: (refs\/\S+)$/.exec(head)?.[1] ?? null;
    if (target === null && !isOid(head)) return 'native';

    const loose = readLoose(gitDir, target === null ? prefixes : [...prefixes, target], bounds);
    const packs = packedRefs(gitDir);
    if (loose === null || packs === null) return 'native';
    const refs = new Map([...matching(packs.refs, prefixes, target), ...loose]);
    if (refs.size > bounds.refsMax) throw tooManyRefs(bounds);

    const found = refsBuilder();
    if (target !== null) found.head(target);
    const at = target === null ? head : refs.get(target);
    if (at !== undefined) found.ref('HEAD', at);
    for (const [name, oid] of refs) {
      found.ref(name, oid);
      if (!name.startsWith('refs/tags/')) continue;
      const commit = peel(gitDir, packs, name, oid);
      if (commit === undefined) return 'native';
      if (commit !== null) found.peeled(name, commit);
    }
    return { ...found.done(), clockSkewMs: null };
  }

  /** Null: the name holds a commit itself. Undefined: only git can tell. */
  function peel(gitDir: string, packs: PackedRefs, name: string, oid: string): string | null | undefined {
    if (packs.refs.get(name) === oid) {
      const commit = packs.peeled.get(name);
      if (commit !== undefined) return commit;
      if (packs.fullyPeeled) return null;
    }
    const known = peeledBy.get(oid);
    if (known !== undefined) return known.commit;
    const commit = readLooseTag(gitDir, oid);
    if (commit !== undefined) peeledBy.set(oid, { commit });
    return commit;
  }

  return {
    look(prefixes) {
      const gitDir = findGitDir(folder);
      if (gitDir === null) return 'native';
      try {
        return read(gitDir, prefixes);
      } catch (cause) {
        // A file that goes away or is refused while we read: git tells it better.
        if (cause instanceof Error && 'syscall' in cause) return 'native';
        throw cause;
      }
    },
    learn(found) {
      for (const [name, oid] of found.refs) {
        if (name.startsWith('refs/tags/')) peeledBy.set(oid, { commit: found.peeled.get(name) ?? null });
      }
    },
  };
}

/** As git itself looks for it; a `.git` file (a worktree or submodule) is left to git. */
function findGitDir(folder: string): string | null {
  for (const candidate of [path.join(folder, '.git'), folder, path.join(`${folder}.git`, '.git'), `${folder}.git`]) {
    const found = statSync(candidate, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!found.isDirectory()) return null;
    if (isFolder(path.join(candidate, 'objects')) && isFolder(path.join(candidate, 'refs'))) return candidate;
  }
  return null;
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Extensions change where refs are; includes could hide one. Only `objectformat` is known to leave them alone. */
function isPlainConfig(config: string): boolean {
  if (/^\s*\[\s*include/im.test(config) || /worktree/i.test(config)) return false;
  let section = '';
  for (const raw of config.split('\n')) {
    const line = raw.trim();
    const header = /^\[\s*([^\s\]"]+)/.exec(line);
    if (header !== null) section = header[1]?.toLowerCase() ?? '';
    if (section !== 'extensions') continue;
    const body = line.replace(/^\[[^\]]*\]/, '').trim();
    const key = /^([\w-]+)/.exec(body)?.[1]?.toLowerCase();
    if (key !== undefined && key !== 'objectformat') return false;
  }
  return true;
}

function* matching(
  refs: ReadonlyMap<string, string>,
  prefixes: readonly string[],
  target: string | null,
): Iterable<[string, string]> {
  for (const [name, oid] of refs) {
    if (name === target || prefixes.some((prefix) => name.startsWith(prefix))) yield [name, oid];
  }
}

/** Null when a ref is not a plain file with an id (a symbolic branch, a link, a half-written file). */
function readLoose(gitDir: string, prefixes: readonly string[], bounds: LookBounds): Map<string, string> | null {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const take = (folder: string): boolean => {
    for (const entry of entriesOf(path.join(gitDir, folder))) {
      const name = `${folder}/${entry.name}`;
      const wanted = prefixes.some(
        (prefix) => name.startsWith(prefix) || (entry.isDirectory() && prefix.startsWith(`${name}/`)),
      );
      if (!wanted || seen.has(name) || name.endsWith('.lock')) continue;
      seen.add(name);
      if (entry.isDirectory()) {
        if (!take(name)) return false;
        continue;
      }
      const oid = entry.isFile() ? readText(path.join(gitDir, name), LOOSE_BYTES_MAX) : '';
      // Gone since the folder was read: deleted, or packed meanwhile, and then packed-refs has it.
      if (oid === null) continue;
      if (!isOid(oid.trim())) return false;
      found.set(name, oid.trim());
      if (found.size > bounds.refsMax) throw tooManyRefs(bounds);
    }
    return true;
  };
  return take('refs') ? found : null;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw cause;
  }
}

/**
 * Null when the file is not there, or longer than it may be. A named pipe in a file's place must not make us wait.
 */
function readText(file: string, bytesMax: number): string | null {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EISDIR')) return null;
    throw cause;
  }
  try {
    const { size } = fstatSync(handle);
    if (size > bytesMax) return null;
    const bytes = Buffer.alloc(size);
    const read = readSync(handle, bytes, 0, size, 0);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(handle);
  }
}
