// What a person may do about a whole answer: what its rules and checks name, an emergency where that would override
// all that is in the way, and a rollback where the version is one that ran well here before.

import { joinedNeeds } from '../model/needs.ts';
import { type Needs, type Remedy, versionName } from '../model/remedy.ts';
import type { Why } from './why.ts';

/** Null where nobody has to do anything, or where only time or the world can change it. */
export function needsOf(why: Why): Needs | null {
  // What is allowed may still have to be asked for by name.
  if (why.verdict.status === 'allowed') return joinedNeeds(why.leaves.map(({ verdict }) => verdict.needs ?? null));
  const wide = [emergencyIn(why), returnIn(why)].filter((remedy) => remedy !== null);
  return joinedNeeds([...why.leaves.map(({ verdict }) => verdict.needs ?? null), { who: [], remedies: wide }]);
}

/** Null where it would not override everything that is in the way. */
export function emergencyIn(why: Why): Remedy | null {
  const { environment, version } = why;
  const blocked = blockedIn(why);
  if (version === null || blocked.length === 0 || blocked.some(({ overridableBy }) => overridableBy.length === 0))
    return null;
  return { act: 'deploy', environment, version: versionName(version), emergency: true };
}

export function returnIn({ environment, version, verdict, isRevert }: Why): Remedy | null {
  if (version === null || !isRevert || verdict.status === 'allowed') return null;
  return { act: 'rollback', environment, version: versionName(version) };
}

function blockedIn({ leaves }: Why): Why['leaves'] {
  return leaves.filter(({ verdict }) => verdict.status !== 'allowed');
}
