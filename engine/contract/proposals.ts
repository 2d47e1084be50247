// What the commands about proposals print: those that wait, and what merging one came to.

import type { Proposal } from '../explain/proposals.ts';
import { instantJson, instantShape } from './instant.ts';
import { COMMIT, choice, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';
import { versionJson, versionShape } from './version.ts';

const proposalShape = object({
  name: says('What it is merged by.', TEXT),
  environment: TEXT,
  kind: choice('promotion', 'restore'),
  branch: TEXT,
  base: says('The branch that it is to be merged into.', TEXT),
  head: says('Null while its branch is not there yet.', orNull(COMMIT)),
  from: orNull(object({ environment: TEXT, version: versionShape })),
  state: says('`theirs`: people have committed to it.', choice('opening', 'open', 'theirs', 'conflict')),
  service: orNull(TEXT),
  paths: listOf(TEXT),
  authors: says('Who wrote what it carries; null where nobody can tell.', orNull(listOf(TEXT))),
  requestedBy: orNull(TEXT),
  since: instantShape,
  sentence: TEXT,
});

export const proposalsAnswer = object({ proposals: listOf(proposalShape) });
export const mergeAnswer = object({
  proposal: TEXT,
  branch: TEXT,
  base: TEXT,
  commit: says('What the branch that it was for is at now.', COMMIT),
});

export function proposalsJson(proposals: readonly Proposal[]): Shape<typeof proposalsAnswer> {
  return {
    proposals: proposals.map(({ from, since, ...rest }) => ({
      ...rest,
      from: from === null ? null : { environment: from.environment, version: versionJson(from.version) },
      since: instantJson(since),
    })),
  };
}

export function mergeJson({ name, branch, base }: Proposal, commit: string): Shape<typeof mergeAnswer> {
  return { proposal: name, branch, base, commit };
}
