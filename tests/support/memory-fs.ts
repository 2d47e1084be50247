// A file system in a Map, as far as isomorphic-git asks for one. Nothing of it ever touches a disk.

export type MemoryFs = {
  readonly promises: {
    mkdir(name: string): Promise<void>;
    readFile(name: string, options?: string | { encoding?: string }): Promise<Uint8Array | string>;
    writeFile(name: string, content: Uint8Array | string): Promise<void>;
    readonly [other: string]: unknown;
  };
};

type Stat = { readonly type: 'file' | 'dir'; readonly size: number };

export function memoryFs(): MemoryFs {
  const files = new Map<string, Uint8Array>();
  const folders = new Map<string, Set<string>>([['/', new Set()]]);

  function statOf(name: string): Stat {
    const path = normal(name);
    const content = files.get(path);
    if (content !== undefined) return { type: 'file', size: content.length };
    if (folders.has(path)) return { type: 'dir', size: 0 };
    throw failure('ENOENT', name);
  }

  function place(path: string): Set<string> {
    const found = folders.get(parentOf(path));
    if (found === undefined) throw failure('ENOENT', path);
    return found;
  }

  async function stat(name: string) {
    const { type, size } = statOf(name);
    return {
      type,
      size,
      mode: type === 'dir' ? 0o40000 : 0o100644,
      mtimeMs: 0,
      ctimeMs: 0,
      ino: 0,
      dev: 0,
      uid: 0,
      gid: 0,
      isFile: () => type === 'file',
      isDirectory: () => type === 'dir',
      isSymbolicLink: () => false,
    };
  }

  return {
    promises: {
      stat,
      lstat: stat,
      async readFile(name: string, options?: string | { encoding?: string }) {
        const content = files.get(normal(name));
        if (content === undefined) throw failure('ENOENT', name);
        const encoding = typeof options === 'string' ? options : options?.encoding;
        return encoding === undefined ? content : Buffer.from(content).toString('utf8');
      },
      async writeFile(name: string, content: Uint8Array | string) {
        const path = normal(name);
        place(path).add(lastOf(path));
        files.set(path, typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content));
      },
      async unlink(name: string) {
        const path = normal(name);
        if (!files.delete(path)) throw failure('ENOENT', name);
        place(path).delete(lastOf(path));
      },
      async readdir(name: string) {
        const found = folders.get(normal(name));
        if (found === undefined) throw failure('ENOENT', name);
        return [...found].sort();
      },
      async mkdir(name: string) {
        const path = normal(name);
        if (folders.has(path)) throw failure('EEXIST', name);
        place(path).add(lastOf(path));
        folders.set(path, new Set());
      },
      async rmdir(name: string) {
        const path = normal(name);
        if (folders.get(path)?.size !== 0) throw failure('ENOTEMPTY', name);
        folders.delete(path);
        place(path).delete(lastOf(path));
      },
      async readlink(name: string) {
        throw failure('EINVAL', name);
      },
      async symlink(_target: string, name: string) {
        throw failure('EPERM', name);
      },
    },
  };
}

function normal(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function failure(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: ${name}`), { code });
}
