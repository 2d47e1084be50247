// One folder a kind of step or target: its `kind.ts` is named for it and once in the table, and what it means stands
// nowhere else. The words (`run`, `files`, …) mean other things too; they are kinds where a file knows steps, targets
// or their work.

import path from 'node:path';
import { importsOf } from './import-floors.ts';
import { type Offence, offence, parse, type SourceFile, visit } from './source.ts';

export type WorkKinds = {
  readonly tables: readonly string[];
  /** Files that say a kind's name all the same. */
  readonly asking: Readonly<Record<string, readonly string[]>>;
};

const KNOWS =
  /\b(StepConfig|TargetConfig|StageConfig|PipelineConfig|EnvironmentConfig|JobSpec|InProcessWork|ProcessWork|Planned)\b|(steps|targets)\/table\.ts|\.(steps|target|work)\b/;

/** Folders beside a table. */
export function foldersOf(files: readonly SourceFile[], table: string): readonly string[] {
  const shelf = path.posix.dirname(table);
  const folders = files.flatMap((file) => {
    const [, folder] = new RegExp(`^${shelf}/([^/]+)/`).exec(file.path) ?? [];
    return folder ?? [];
  });
  return [...new Set(folders)].sort();
}

export function workKindOffences(files: readonly SourceFile[], kinds: WorkKinds): readonly Offence[] {
  const shelves = kinds.tables.map((table) => ({ table, folders: foldersOf(files, table) }));
  const names = shelves.flatMap(({ folders }) => folders).map(keyOf);
  return [
    ...files.flatMap((file) => {
      const shelf = shelves.find(({ table }) => table === file.path);
      return shelf === undefined ? [] : tableOffences(file, shelf.folders, files);
    }),
    ...files.flatMap((file) => namingOffences(file, names, kinds)),
  ];
}

/** `wait-for/` is the folder of the kind `wait_for`. */
function keyOf(folder: string): string {
  return folder.replaceAll('-', '_');
}

function tableOffences(
  table: SourceFile,
  folders: readonly string[],
  files: readonly SourceFile[],
): readonly Offence[] {
  const imported = importsOf(table).map(({ specifier }) => specifier);
  return folders.flatMap((folder) => {
    const name = path.posix.join(path.posix.dirname(table.path), folder, 'kind.ts');
    const own = files.find((file) => file.path === name);
    if (own === undefined) return [offence(table, 0, `${folder} has no kind.ts`)];
    const inTable = imported.filter((from) => from === `./${folder}/kind.ts`).length === 1;
    const performs = files.some((file) => file.path === name.replace(/kind\.ts$/, 'perform.ts'));
    const plansOwn = own.text.includes(`kind: '${keyOf(folder)}'`);
    return [
      ...(inTable ? [] : [offence(table, 0, `${folder} is not in the table once`)]),
      ...(own.text.includes(`key: '${keyOf(folder)}'`) ? [] : [offence(own, 0, `it is not named ${keyOf(folder)}`)]),
      ...(performs === plansOwn ? [] : [offence(own, 0, 'work of its own and perform.ts: one is there alone')]),
    ];
  });
}

function namingOffences(file: SourceFile, names: readonly string[], kinds: WorkKinds): readonly Offence[] {
  const shelf = kinds.tables.map((table) => path.posix.dirname(table)).find((one) => file.path.startsWith(`${one}/`));
  const own = shelf === undefined ? '' : keyOf(file.path.slice(shelf.length + 1).split('/')[0] ?? '');
  const allowed = kinds.asking[file.path] ?? [];
  const found: Offence[] = [];
  const seen = new Set<string>();
  const isKnown = shelf !== undefined || KNOWS.test(file.text);
  visit(parse(file), (node) => {
    const name = names.find((one) => one === node.value && one !== own);
    if (name === undefined || node.type !== 'Literal' || !isKnown) return;
    seen.add(name);
    if (!allowed.includes(name))
      found.push(offence(file, node.start, `'${name}' is said by name: let its kind answer`));
  });
  const left = allowed.filter((name) => !seen.has(name));
  return [...found, ...left.map((name) => offence(file, 0, `'${name}' is not said here any more`))];
}
