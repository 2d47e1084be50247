// A commit on top of a ledger's last one may still take back what that said: an index of before there were gates, a
// lower count. Records only add; what they fold to is never less than it was.

import type { EnvironmentState } from '../../model/environment-state.ts';

/** What `after`, which was written on top of `before`, does not know any more; null where it goes on from it. */
export function whySetBack(before: EnvironmentState, after: EnvironmentState): string | null {
  for (const [count, said] of COUNTS) {
    if (after[count] < before[count]) return `${after[count]} ${said}, where there were ${before[count]}`;
  }
  return whyGatesSetBack(before, after) ?? whyAllSetBack(before, after);
}

const COUNTS = [
  ['seq', 'records'],
  ['runs', 'runs'],
  ['epoch', 'epochs'],
] as const;

function whyGatesSetBack({ gates: before }: EnvironmentState, { gates: after }: EnvironmentState): string | null {
  if (before === null) return null;
  if (after === null) return `no gates in force, where gates ${before.serial} were`;
  if (after.serial < before.serial) return `gates ${after.serial} in force, where gates ${before.serial} were`;
  return after.serial > before.serial || after.digest === before.digest
    ? null
    : `other gates ${after.serial} in force than there were`;
}

/** In the ledger of the whole repository. */
function whyAllSetBack(before: EnvironmentState, after: EnvironmentState): string | null {
  if (before.place !== undefined && after.place === undefined) return 'no place of the ledger, where there was one';
  const lost = before.secrets.find(({ secret }) => !after.secrets.some((claimed) => claimed.secret === secret));
  return lost === undefined ? null : `no owner of the secret ${lost.secret}, where ${lost.environment} was`;
}

export function saySetBack(ref: string, known: string, oid: string | null, why: string): string {
  const good = known.slice(0, 12);
  const commit = `$(git commit-tree -p FETCH_HEAD -m 'as it was' '${good}^{tree}')`;
  return (
    `the ledger ${ref} was set back on the remote: ${oid?.slice(0, 7)} has ${why} at ${known.slice(0, 7)}; go on from there with ` +
    `\`git fetch <remote> ${ref} && git push <remote> ${commit}:${ref}\` (docs/restore.md)`
  );
}
