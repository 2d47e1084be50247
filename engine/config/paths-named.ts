// Which paths of the repository a script names: `sh tools/apply.sh`, `make -C build`, `cd app && ./x`, `x <
// data.json`. Rather one too many than one too few: what a step uses makes a new version where it changes, and a word
// that only looks like a file's name costs a version that nobody needed. What the shell alone knows stands for the
// folder before it.

import { HOLE, shellCommands } from '../model/shell-words.ts';
import { normalPath } from './script-path.ts';

export type Tree = {
  /** Whether a file or folder stands at this path. */
  has(path: string): boolean;
  isFolder(path: string): boolean;
};

/** The next word is a folder to work in. */
const INTO = new Set(['-C', '--directory', '--prefix', '--cwd', '--chdir', '--project-directory']);

/** What a program reads without being told so, where it works. */
const UNSAID: Readonly<Record<string, readonly string[]>> = {
  make: ['GNUmakefile', 'makefile', 'Makefile'],
  just: ['justfile', 'Justfile'],
  npm: ['package.json'],
  npx: ['package.json'],
  pnpm: ['package.json'],
  yarn: ['package.json'],
  docker: ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
};

/**
 * In no particular order. A folder stands for all that is in it. `script` has its expressions resolved as far as they
 * can be.
 */
export function pathsNamed(script: string, tree: Tree): readonly string[] {
  const found = new Set<string>();
  // Where the shell works, from the root, by how deep in `( … )`; null where nobody knows.
  const folders: (string | null)[] = [''];
  for (const { words, depth } of shellCommands(script)) {
    folders.length = Math.min(folders.length, depth + 1);
    while (folders.length <= depth) folders.push(folders.at(-1) ?? null);
    const here = folders[depth] ?? null;
    const [program = '', ...rest] = words.filter((word, index) => index > 0 || !/^\w+=/.test(word));
    if (program === 'cd' || program === 'pushd') {
      folders[depth] = intoFolder(
        rest.find((word) => !word.startsWith('-')),
        here,
      );
      addFolder(folders[depth] ?? null, tree, found);
      continue;
    }
    for (const name of UNSAID[program] ?? []) add(name, here, tree, found);
    for (const [index, word] of words.entries()) {
      if (INTO.has(words[index - 1] ?? '')) addFolder(intoFolder(word, here), tree, found);
      for (const name of namesIn(word)) add(name, here, tree, found);
    }
  }
  return [...found];
}

function intoFolder(word: string | undefined, here: string | null): string | null {
  if (word === undefined || here === null || word.includes(HOLE)) return null;
  return word === '.' ? here : joined(here, word);
}

function joined(here: string, name: string): string | null {
  if (name.startsWith('/') || name.startsWith('~')) return null;
  return normalPath(here === '' ? name : `${here}/${name}`);
}

function addFolder(folder: string | null, tree: Tree, found: Set<string>): void {
  if (folder !== null && folder !== '' && tree.isFolder(folder)) found.add(folder);
}

/**
 * A word as it stands, and what options, assignments and lists hold: `-fcompose.yaml`, `--file=x`, `@x`,
 * `./conf:/etc/conf`.
 */
function namesIn(word: string): readonly string[] {
  const parts = [word, ...word.split(/[\s=:,;@'"`(){}<>|&]+/)];
  const glued = /^-[A-Za-z](.+)$/.exec(word)?.[1];
  return [...new Set(glued === undefined ? parts : [...parts, glued])].filter((part) => part !== '');
}

function add(name: string, here: string | null, tree: Tree, found: Set<string>): void {
  if (here === null || name.startsWith('-')) return;
  const hole = name.indexOf(HOLE);
  const known = hole < 0 ? name : name.slice(0, name.lastIndexOf('/', hole) + 1);
  const path = known === '' ? null : joined(here, known);
  if (path === null || !tree.has(path)) return;
  // `npm test` names no folder `test`; `./test` and `test/` do.
  if (known.includes('/') || !tree.isFolder(path)) found.add(path);
}
