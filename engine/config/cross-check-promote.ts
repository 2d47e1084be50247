// What `promote:` says, seen together with other files: circles, names of branches that stand in each other's way,
// patterns that match nothing, a soak that no rule asks for.

import type { PromoteConfig } from '../model/config.ts';
import { referencesOf } from './cross-check-rules.ts';
import type { Finding } from './cursor.ts';
import { environmentOf, type FileIndex } from './file-index.ts';
import type { ParsedFile } from './parse.ts';

type Tree = { has(path: string): boolean };
type Found = Pick<Finding, 'message' | 'hint' | 'severity'>;

/** By environment. `usedBy`: the files that an environment's gates are in. */
export function promoteFindings(
  index: FileIndex,
  tree: Tree,
  usedBy: (file: ParsedFile) => readonly ParsedFile[],
): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, readonly Finding[]>();
  for (const [name, file] of index.environments) {
    const promote = environmentOf(file)?.promote;
    if (promote === undefined) continue;
    const findings = [
      circle(name, index),
      blocked(name, index),
      unsoaked(promote, usedBy(file)),
      ...promote.take.map((pattern) => unmatched(pattern, promote, index, tree)),
      ...promote.fields.map(({ pattern }) => unmatched(pattern, promote, index, tree)),
    ];
    found.set(
      name,
      findings.filter((each) => each !== null).map((each) => ({ ...promote.place, concern: 'gate', ...each })),
    );
  }
  return found;
}

function circle(start: string, index: FileIndex): Found | null {
  const seen = new Set<string>();
  const queue = [...sourcesOf(start, index)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === start) {
      const message = sourcesOf(start, index).includes(start)
        ? 'an environment cannot promote from itself'
        : `${start} is promoted from itself, by way of ${[...seen].join(' and ')}`;
      return { severity: 'error', message, hint: 'let what comes first follow a branch, and promote from nowhere' };
    }
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...sourcesOf(name, index));
  }
  return null;
}

function sourcesOf(name: string, index: FileIndex): readonly string[] {
  const file = index.environments.get(name);
  const settings = file === undefined ? null : environmentOf(file);
  const followed = settings?.follow.type === 'promoted' ? [settings.follow.from] : [];
  return [...followed, ...(settings?.promote?.from ?? [])];
}

/** Git keeps branches as paths: where there is a branch `promote`, there can be no `promote/production/9f3c2d1`. */
function blocked(name: string, index: FileIndex): Found | null {
  const own = `promote/${name}`;
  const content = index.repositoryFile?.content;
  const namespace = content?.kind === 'repository' ? content.value.ledger.namespace : 'refs/heads/tidegate';
  const followed = [...index.environments.values()].flatMap((file) => branchesOf(file));
  const standing = [...followed, namespace.replace(/^refs\/heads\//, '')];
  const taken = standing.find(
    (branch) => own === branch || own.startsWith(`${branch}/`) || branch.startsWith(`${own}/`),
  );
  if (taken === undefined) return null;
  return {
    severity: 'error',
    message: `the branch \`${taken}\` stands where the branches of proposals have to be (${own}/…)`,
    hint: 'give that branch another name: what is below promote/ belongs to proposals',
  };
}

function branchesOf(file: ParsedFile): readonly string[] {
  const follow = environmentOf(file)?.follow;
  if (follow?.type === 'branch') return follow.branch === null ? [] : [follow.branch];
  return follow?.type === 'tags' ? follow.on : [];
}

function unsoaked({ from, when }: PromoteConfig, files: readonly ParsedFile[]): Found | null {
  if (when !== 'soaked') return null;
  const asked = referencesOf(files, 'soak').map(({ name }) => name);
  const missing = from.find((source) => !asked.includes(source));
  if (missing === undefined) return null;
  return {
    severity: 'error',
    message: `no gate of this environment says how long it soaks in ${missing}`,
    hint: `add a policy with \`soak: { in: ${missing}, for: 48h }\` to \`policies\`, or write \`when: proven\``,
  };
}

/** Said where it can be known: of names, and of patterns of services. */
function unmatched(pattern: string, { from }: PromoteConfig, index: FileIndex, tree: Tree): Found | null {
  const known = from.filter((source) => index.environments.has(source));
  if (known.length === 0) return null;
  const isThere = known.some((source) =>
    /[*?[\]]/.test(pattern)
      ? !pattern.startsWith('services/') || (index.services.get(source) ?? []).length > 0
      : tree.has(`environments/${source}/${pattern.replace(/\/+$/, '')}`),
  );
  if (isThere) return null;
  return {
    severity: 'warning',
    message: `\`${pattern}\` matches nothing in environments/${known.join(' or environments/')}`,
    hint: 'correct the pattern, or add the file there',
  };
}
