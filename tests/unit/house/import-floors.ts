// Who may import whom: the table of the design, and a reader of imports that misses none (static, dynamic, type-only,
// `export from`, `import('…')` in a type). Must only look at the files it is given, so that it can be tried on bad
// ones.

import path from 'node:path';
import { isNode, type Node, type Offence, offence, parse, type SourceFile, visit } from './source.ts';

export const CORE = [
  'base',
  'model',
  'kinds',
  'config',
  'policy',
  'ledger',
  'release',
  'reconcile',
  'explain',
  'acts',
  'contract',
] as const;

const ADAPTERS = ['git', 'runner', 'forge', 'notify', 'host'] as const;
const FACE = ['base', 'model', 'explain', 'acts', 'contract', 'controller/commands', 'ports'];
const SHELL = [...CORE, 'mirror', 'ports'];

/**
 * Of config: what a kind of rule, step or target is written with. A hand on the file, schemas, templates: none knows
 * a kind.
 */
const WRITING = [
  'calendar',
  'cursor',
  'millis',
  'record',
  'rules',
  'schema/retry',
  'schema/scalar',
  'schema/shape',
  'schema/user-verification',
  'script-path',
  'suggest',
  'template',
  'url',
  'zone',
].map((file) => `config/${file}`);

/** A folder may always import itself. Where a folder within it has a row of its own, that row counts for it. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  // The pure part of steps and targets: every `kind.ts`, and the tables.
  kinds: ['base', 'model', ...WRITING],
  policy: ['base', 'model', ...WRITING],
  config: ['base', 'model', 'kinds', 'policy'],
  // A ledger holds rules, and says them in words.
  ledger: ['base', 'model', 'policy'],
  // What comes next by what was committed: it knows no rule and no ledger.
  release: ['base', 'model'],
  reconcile: ['base', 'model', 'kinds', 'policy', 'ledger', 'release'],
  explain: ['base', 'model', 'config', 'policy', 'ledger', 'reconcile'],
  acts: ['base', 'model', 'config', 'policy', 'ledger', 'reconcile', 'explain'],
  // Shapes stand above the answers that they are made from; no answer knows how it is printed.
  contract: ['base', 'model', 'explain'],
  // What a forge is to show of us: comments, statuses, deployments; `cli/text` is that of a terminal.
  mirror: ['base', 'model', 'explain'],
  ports: ['base', 'model'],
  ...Object.fromEntries(ADAPTERS.map((adapter) => [adapter, ['base', 'model', 'ports']])),
  // What the controller does itself for a kind: every `perform.ts`, and what stands beside it.
  steps: ['base', 'model', 'ports', 'kinds'],
  targets: ['base', 'model', 'ports', 'kinds'],
  // The playground of `npm start` stands in for a stranger's machine: it knows Git and processes, nothing of the
  // engine.
  demo: ['base', 'model', 'ports'],
  // The shell: what is written, what is seen, what is done, what people may ask for, and the loop above them.
  'controller/ledger': SHELL,
  'controller/observe': [...SHELL, 'controller/ledger'],
  'controller/effects': [...SHELL, 'controller/ledger', 'controller/observe'],
  // Releases are Git's alone: nothing that is observed of environments is asked, beside what is deployed.
  'controller/release': [...SHELL, 'controller/ledger'],
  'controller/commands': [...SHELL, 'controller/ledger', 'controller/observe', 'controller/release'],
  // What a forge shows of us: it plans a branch as the commands do.
  'controller/forge': [...SHELL, 'controller/ledger', 'controller/observe', 'controller/commands'],
  'controller/loop': [
    ...SHELL,
    ...['controller/ledger', 'controller/observe', 'controller/effects', 'controller/forge', 'controller/release'],
  ],
  server: FACE,
  cli: [...FACE, 'config', 'mirror', 'release'],
};

/** Files that wire everything together. Each is a program: it is started, never imported. */
const PROGRAMS: readonly string[] = ['engine/main.ts'];
/** Loads the `perform.ts` of a kind by the table of kinds; for programs alone. */
const LOADER = 'engine/performers.ts';
/** Programs that stand in a folder and keep to its floor, but are started and never imported either. */
const FOLDER_PROGRAMS: readonly string[] = ['engine/runner/supervisor.ts', 'engine/demo/watchdog.ts'];

/** Pure libraries: text and values in, values out. */
const CORE_PACKAGES: readonly string[] = [
  'yaml',
  'ajv',
  'ajv-formats',
  'typebox',
  'semver',
  'minimatch',
  '@marcbachmann/cel-js',
  'conventional-commits-parser',
];

export type Import = { readonly specifier: string | null; readonly start: number; readonly typeOnly: boolean };

export function floorOffences(files: readonly SourceFile[]): readonly Offence[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((found) => whyNot(file.path, found).map((why) => offence(file, found.start, why))),
  );
}

/**
 * Each circle of imports once, as the line of its first file that leads into it. Types count: what cannot be read
 * apart is not apart.
 */
export function circleOffences(files: readonly SourceFile[]): readonly Offence[] {
  const targets = new Map(files.map((file) => [file.path, localImports(file)]));
  const offences: Offence[] = [];
  const done = new Set<string>();
  for (const file of files) {
    const way = wayBack(file.path, targets, done);
    if (way === null) {
      done.add(file.path);
      continue;
    }
    const found = targets.get(file.path)?.find(({ target }) => target === way[1]);
    offences.push(offence(file, found?.start ?? 0, `circular import: ${way.join(' -> ')}`));
    done.add(file.path);
  }
  return offences;
}

export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  visit(parse(file), (node) => {
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
    if (IMPORTING.has(node.type) && isNode(node.source)) {
      found.push({ specifier: literal(node.source), start: node.start, typeOnly });
    }
    if (node.type === 'TSExternalModuleReference' && isNode(node.expression)) {
      found.push({ specifier: literal(node.expression), start: node.start, typeOnly });
    }
    const callee = node.callee;
    if (node.type === 'CallExpression' && isNode(callee) && callee.type === 'Identifier' && callee.name === 'require') {
      found.push({ specifier: null, start: node.start, typeOnly: false });
    }
  });
  return found;
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Null when the target is computed and therefore cannot be checked. */
function literal(node: Node): string | null {
  const inner = node.type === 'TSLiteralType' && isNode(node.literal) ? node.literal : node;
  return typeof inner.value === 'string' ? inner.value : null;
}

function whyNot(file: string, { specifier }: Import): readonly string[] {
  if (file === LOADER) return [];
  if (specifier === null) return ['an import whose target is computed cannot be checked'];
  const floor = floorOf(file);
  if (!specifier.startsWith('.')) return packageWhyNot(floor, specifier);
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith('engine/')) return [`${specifier} leaves engine/ and is not in the built package`];
  if (PROGRAMS.includes(target) || FOLDER_PROGRAMS.includes(target))
    return [`${target} is a program: nobody imports it`];
  if (PROGRAMS.includes(file)) return [];
  if (target === LOADER) return [`${target} is for programs: it knows adapters`];
  const allowed = FLOORS[floor];
  if (allowed === undefined) return [`engine/${floor} has no row in the table of import floors`];
  const stands = floorOf(target);
  const within = (name: string) =>
    stands === 'kinds' ? name === stands : target.startsWith(`engine/${name}/`) || target === `engine/${name}.ts`;
  if (stands === floor || allowed.some(within)) return [];
  return [`${floor} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing'}, not ${target}`];
}

function packageWhyNot(floor: string, specifier: string): readonly string[] {
  if (!isCore(floor) && floor !== 'ports') return [];
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (isCore(floor) && CORE_PACKAGES.includes(name)) return [];
  return [`${floor} is ${floor === 'ports' ? 'types' : 'pure'}: it may not import ${specifier}`];
}

/**
 * `engine/policy/window.ts` stands on the floor `policy`; a file directly in engine/ on one of its own name; the pure
 * part of steps and targets on one of theirs.
 */
export function floorOf(file: string): string {
  if (/^engine\/(steps|targets)\/([^/]+\/)?(kind|table)\.ts$/.test(file)) return 'kinds';
  const [, folder = '', within = ''] = file.split('/');
  return Object.hasOwn(FLOORS, `${folder}/${within}`) ? `${folder}/${within}` : folder;
}

export function isCore(floor: string): boolean {
  return CORE.some((name) => name === floor);
}

type LocalImport = { readonly target: string; readonly start: number };

function localImports(file: SourceFile): readonly LocalImport[] {
  return importsOf(file).flatMap(({ specifier, start }) =>
    specifier?.startsWith('.') ? [{ target: path.posix.join(path.posix.dirname(file.path), specifier), start }] : [],
  );
}

/**
 * The shortest way from a file back to itself through files not yet cleared, ends included; null when there is none.
 */
function wayBack(
  from: string,
  targets: ReadonlyMap<string, readonly LocalImport[]>,
  done: ReadonlySet<string>,
): readonly string[] | null {
  const ways: string[][] = [[from]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const { target } of targets.get(way.at(-1) ?? '') ?? []) {
      if (target === from) return [...way, target];
      if (seen.has(target) || done.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return null;
}
