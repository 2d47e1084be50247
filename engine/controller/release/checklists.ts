// What is not ticked off yet: in the checklists of releases that are proposed, and in that of the last one.

import type { ReleaseConfig } from '../../model/release-config.ts';
import type { GitRepository } from '../../ports/git.ts';
import { checklistFile, type OpenItem, openItems } from '../../release/checklist.ts';
import { releaseTags } from '../../release/tags.ts';
import { lookForRelease, tagNames, tipOf } from './gather.ts';
import { openProposals } from './proposals.ts';

export type OpenChecklist = {
  readonly file: string;
  /** Short name of the branch that has it. */
  readonly branch: string;
  readonly items: readonly OpenItem[];
};

export async function openChecklists(
  git: GitRepository,
  config: ReleaseConfig,
  defaultBranch: string,
): Promise<readonly OpenChecklist[]> {
  const { checklist } = config;
  if (checklist === null) return [];
  const ground = await lookForRelease(git, config, defaultBranch);
  const found: OpenChecklist[] = [];
  const read = async (branch: string, commit: string, tag: string) => {
    const file = checklistFile(checklist, tag);
    const text = await git.readText(commit, file);
    if (text !== null) found.push({ file, branch, items: openItems(text) });
  };
  for (const component of config.components) {
    for (const { branch, head, tag } of await openProposals(ground, component)) await read(branch, head, tag);
    const [last] = releaseTags(component.tag, tagNames(ground.refs));
    if (last !== undefined) await read(ground.to, tipOf(ground, ground.to), last.name);
  }
  return found;
}
