// One module a kind: each is a file of its own, named for it and once in its table, and what it means stands nowhere
// else. To write `{ type: 'run-ended' }` is to make one, and free to everybody; to ask for one by its name is
// knowledge of it.

import path from 'node:path';
import { importsOf } from './import-floors.ts';
import { isNode, type Node, type Offence, offence, parse, type SourceFile, visit } from './source.ts';

export type Kinds = {
  /** Where they are: all files but these are kinds. */
  readonly folder: string;
  readonly table: string;
  readonly apart: readonly string[];
  /** What joins the words of a name: file names have hyphens. */
  readonly joint: '-' | '_';
  /** Whether a text that is a kind's name can mean it, there and in that place. */
  means(file: SourceFile, kind: string, parent: Node | null): boolean;
  /** Files that ask for some by name all the same. */
  readonly asking: Readonly<Record<string, readonly string[]>>;
};

/** The kinds, by the names of their files. */
export function kindsIn(files: readonly SourceFile[], { folder, table, apart, joint }: Kinds): readonly string[] {
  return files
    .filter((file) => path.posix.dirname(file.path) === folder)
    .map((file) => path.posix.basename(file.path))
    .filter((name) => `${folder}/${name}` !== table && !apart.includes(name))
    .map((name) => name.replace(/\.ts$/, '').replaceAll('-', joint));
}

export function kindOffences(files: readonly SourceFile[], kinds: Kinds): readonly Offence[] {
  const names = kindsIn(files, kinds);
  const table = files.find((file) => file.path === kinds.table);
  return [
    ...(table === undefined ? [] : tableOffences(table, names)),
    ...files.flatMap((file) => {
      const own = names.find((name) => file.path === `${kinds.folder}/${fileOf(name)}`);
      const others = names.filter((name) => name !== own);
      return [...(own === undefined ? [] : moduleOffences(file, own)), ...namingOffences(file, others, kinds)];
    }),
  ];
}

function fileOf(name: string): string {
  return `${name.replaceAll('_', '-')}.ts`;
}

/** Each is imported once and stands in the table once. */
function tableOffences(table: SourceFile, names: readonly string[]): readonly Offence[] {
  const imported = importsOf(table).map(({ specifier }) => specifier);
  const keys: string[] = [];
  visit(parse(table), (node) => {
    if (node.type === 'Property' && isNode(node.key)) keys.push(String(node.key.value ?? node.key.name));
  });
  return names.flatMap((name) => {
    const isOnce = [imported.filter((from) => from === `./${fileOf(name)}`), keys.filter((key) => key === name)].every(
      (found) => found.length === 1,
    );
    return isOnce ? [] : [offence(table, 0, `${name} is not in the table once`)];
  });
}

/** It says once which kind it is: that of its name. */
function moduleOffences(file: SourceFile, name: string): readonly Offence[] {
  const said: string[] = [];
  visit(parse(file), (node, parent, key) => {
    if (isMade(parent, key) && typeof node.value === 'string') said.push(node.value);
  });
  return said.includes(name) ? [] : [offence(file, 0, `it is named ${name} and has no \`type: '${name}'\``)];
}

function namingOffences(file: SourceFile, names: readonly string[], kinds: Kinds): readonly Offence[] {
  if (file.path === kinds.table) return [];
  const allowed = kinds.asking[file.path] ?? [];
  const found: Offence[] = [];
  const seen = new Set<string>();
  visit(parse(file), (node, parent, key) => {
    const name = names.find((one) => one === node.value);
    if (name === undefined || node.type !== 'Literal' || isMade(parent, key) || !kinds.means(file, name, parent))
      return;
    seen.add(name);
    if (allowed.includes(name)) return;
    found.push(offence(file, node.start, `'${name}' is asked for by name: let its module answer`));
  });
  const left = allowed.filter((name) => !seen.has(name));
  return [...found, ...left.map((name) => offence(file, 0, `'${name}' is not asked for here any more`))];
}

function isMade(parent: Node | null, key: string): boolean {
  return parent?.type === 'Property' && key === 'value' && isNode(parent.key) && parent.key.name === 'type';
}
