// The stream that `git fast-import` reads (git help fast-import), and the commits that it makes of it: any number of
// them in one process, all objects in one synced pack before it ends. Deterministic: the same drafts have the same
// ids, on every machine. The temporary ref is removed by the stream's own last command.

import { Fault } from '../ports/fault.ts';
import type { GitPerson } from '../ports/git.ts';
import { cleanPerson, plainMessage, wholeSeconds } from './commit-words.ts';
import type { Git } from './exec.ts';
import { gitFault, isLockTrouble } from './failure.ts';
import { isOid } from './names.ts';
import { MODE_FOLDER } from './objects.ts';

export type TreeChange =
  | { readonly type: 'text'; readonly path: string; readonly mode: string; readonly content: string }
  /** An object that is in the repository already: a blob, a whole folder, a submodule's commit. */
  | { readonly type: 'entry'; readonly path: string; readonly mode: string; readonly oid: string }
  | { readonly type: 'delete'; readonly path: string };

export type CommitPlan = {
  /** Ids, or `draft:<index>` of an earlier plan. The first one's tree is what the changes are applied to. */
  readonly parents: readonly string[];
  readonly changes: readonly TreeChange[];
  readonly message: string;
  readonly author: GitPerson;
  readonly at: number;
};

const SCRATCH = 'refs/tidegate/scratch';

/** `oidLength`: 40 or 64, as the repository has it. */
export async function importCommits(
  git: Git,
  plans: readonly CommitPlan[],
  oidLength: number,
): Promise<readonly string[]> {
  if (plans.length === 0) return [];
  // One pack at once, never loose objects: a pack is synced and renamed into place, 3 ms for a commit and 10 ms for
  // 200.
  const args = ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--force'];
  const input = importStream(plans, oidLength);
  let ending = await git.run(args, { input });
  // Another process of ours held a lock that removing the scratch ref needs; the same stream makes the same ids.
  if (ending.code !== 0 && isLockTrouble(ending.stderr)) ending = await git.run(args, { input });
  const oids = ending.stdout.toString('latin1').split('\n').filter(isOid);
  if (ending.code === 0 && oids.length === plans.length) return oids;
  throw gitFault(ending, { what: 'write commits', secrets: [] });
}

export function importStream(plans: readonly CommitPlan[], oidLength: number): string {
  const parts: string[] = [];
  plans.forEach((plan, index) => {
    const [first, ...others] = plan.parents.map((parent) => parentName(parent, index));
    // Without this the scratch ref's tip, the draft before, would become the parent.
    parts.push(`reset ${SCRATCH}\n`);
    const { name, email } = cleanPerson(plan.author);
    const signed = `${name} <${email}> ${wholeSeconds(plan.at)} +0000`;
    parts.push(`commit ${SCRATCH}\nmark :${index + 1}\nauthor ${signed}\ncommitter ${signed}\n`);
    parts.push(data(plainMessage(plan.message)));
    if (first !== undefined) parts.push(`from ${first}\n`);
    for (const other of others) parts.push(`merge ${other}\n`);
    for (const change of plan.changes) parts.push(changeLine(change));
    parts.push('\n');
  });
  for (const index of plans.keys()) parts.push(`get-mark :${index + 1}\n`);
  parts.push(`reset ${SCRATCH}\nfrom ${'0'.repeat(oidLength)}\n\n`);
  return parts.join('');
}

function changeLine(change: TreeChange): string {
  switch (change.type) {
    case 'text':
      return `M ${change.mode} inline ${quotePath(change.path)}\n${data(change.content)}`;
    case 'entry':
      return `M ${change.mode === MODE_FOLDER ? '040000' : change.mode} ${change.oid} ${quotePath(change.path)}\n`;
    case 'delete':
      return `D ${quotePath(change.path)}\n`;
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function parentName(parent: string, index: number): string {
  const draft = /^draft:(\d+)$/.exec(parent)?.[1];
  if (draft !== undefined && Number(draft) < index) return `:${Number(draft) + 1}`;
  if (isOid(parent)) return parent;
  throw new Fault('usage', `${JSON.stringify(parent.slice(0, 80))} is neither a commit nor an earlier draft`, {
    retry: 'never',
    hint: 'name a full commit id or draft:<index>',
  });
}
