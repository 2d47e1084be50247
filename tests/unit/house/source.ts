// Source files as the house rules see them: parsed with their types, every node reachable, every offence with its
// place. TypeScript 7 has no JavaScript API; the parser that vite carries anyway reads TypeScript and keeps
// positions.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';

export type SourceFile = { readonly path: string; readonly text: string };

/** A node of the ESTree, with the members that the checkers ask for; each must be looked at before it is used. */
export type Node = { readonly type: string; readonly start: number; readonly end: number } & {
  readonly [Member in Members]?: unknown;
};

type Members =
  | 'alternate'
  | 'argument'
  | 'arguments'
  | 'async'
  | 'await'
  | 'body'
  | 'callee'
  | 'computed'
  | 'consequent'
  | 'declaration'
  | 'declarations'
  | 'exported'
  | 'exportKind'
  | 'expression'
  | 'importKind'
  | 'init'
  | 'key'
  | 'kind'
  | 'left'
  | 'literal'
  | 'meta'
  | 'name'
  | 'object'
  | 'operator'
  | 'property'
  | 'right'
  | 'shorthand'
  | 'source'
  | 'specifiers'
  | 'test'
  | 'typeAnnotation'
  | 'typeName'
  | 'value';

export type Offence = { readonly file: string; readonly line: number; readonly text: string; readonly why: string };

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** All files with one of the endings below some folders of the project, sorted, with paths from the root. */
export function readSources(
  folders: readonly string[],
  endings: readonly string[],
  root: string = ROOT,
): readonly SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(path.join(root, name), 'utf8') }));
}

export function parse(file: SourceFile): Node {
  return parseAst(file.text, { lang: 'ts', sourceType: 'module' }) as unknown as Node;
}

/** Calls back for every node, with its parent and the key under which the parent holds it. */
export function visit(node: Node, call: (node: Node, parent: Node | null, key: string) => void): void {
  const stack: { node: Node; parent: Node | null; key: string }[] = [{ node, parent: null, key: '' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    call(next.node, next.parent, next.key);
    for (const [key, value] of Object.entries(next.node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) stack.push({ node: child, parent: next.node, key });
      }
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function offence(file: SourceFile, start: number, why: string): Offence {
  const line = file.text.slice(0, start).split('\n').length;
  return { file: file.path, line, text: (file.text.split('\n')[line - 1] ?? '').trim(), why };
}

/** What a failing test prints: a place that an editor opens, the rule, and the line itself. */
export function listing(offences: readonly Offence[]): string {
  return [...offences]
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .map(({ file, line, text, why }) => `${file}:${line}: ${why}\n    ${text}`)
    .join('\n');
}
