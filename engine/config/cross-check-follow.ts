// What environments follow, seen together: circles of promotion, and branches that belong to the ledger.

import type { Finding } from './cursor.ts';
import { environmentOf, type FileIndex } from './file-index.ts';
import type { ParsedFile } from './parse.ts';

/** By environment. */
export function checkPromotions(index: FileIndex): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, readonly Finding[]>();
  for (const [name, file] of index.environments) {
    const circle = circleFrom(name, index);
    if (circle === null) continue;
    const message =
      circle.length === 1
        ? 'an environment cannot follow itself'
        : `these environments follow each other: ${[...circle, name].join(' → ')}`;
    found.set(name, [finding(file, message, 'let one of them follow a branch or tags')]);
  }
  return found;
}

function circleFrom(start: string, index: FileIndex): readonly string[] | null {
  const path: string[] = [];
  let name = start;
  while (!path.includes(name)) {
    path.push(name);
    const file = index.environments.get(name);
    const follow = file === undefined ? undefined : environmentOf(file)?.follow;
    if (follow?.type !== 'promoted') return null;
    name = follow.from;
  }
  return name === start ? path : null;
}

/** By environment. */
export function checkNamespace(index: FileIndex): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, readonly Finding[]>();
  const content = index.repositoryFile?.content;
  const namespace = content?.kind === 'repository' ? content.value.ledger.namespace : 'refs/heads/tidegate';
  for (const [name, file] of index.environments) {
    const follow = environmentOf(file)?.follow;
    const branches = follow?.type === 'branch' ? [follow.branch] : follow?.type === 'tags' ? follow.on : [];
    const taken = branches.find((branch) => branch !== null && within(`refs/heads/${branch}`, namespace));
    if (taken === undefined) continue;
    found.set(name, [
      finding(
        file,
        `\`${taken}\` belongs to the ledger (${namespace})`,
        'follow another branch: the ledger records what happened, it is no source',
      ),
    ]);
  }
  return found;
}

function within(ref: string, namespace: string): boolean {
  return ref === namespace || ref.startsWith(`${namespace}/`);
}

function finding(file: ParsedFile, message: string, hint: string): Finding {
  const place = file.content?.kind === 'environment' ? file.content.followAt : { file: file.path, line: 1, column: 1 };
  return { ...place, severity: 'error', message, hint, concern: 'gate' };
}
