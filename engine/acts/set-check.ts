// Recording what a build found out about a commit, for the `checks` of policies. It belongs to a commit and not to an
// environment, so it stands in the ledger of the whole repository.

import { CHECK_NAME_SAYS, isCheckName } from '../model/check-name.ts';
import { sayVersion, type Version } from '../model/version.ts';
import { type Recorded, type Refused, record, refuse } from './act.ts';

export type CheckAsked = {
  readonly version: Version;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'pending';
  /** What was measured, where something was. */
  readonly value: number | null;
};

export function setCheck({ version, name, status, value }: CheckAsked): Recorded | Refused {
  const unnamed = checkNameRefused(name);
  if (unnamed !== null) return unnamed;
  const said = status === 'pending' ? 'is pending' : status;
  const number = value === null ? '' : ` with ${value}`;
  return record(
    { type: 'check-recorded', commit: version.commit, name, status, value },
    { sign: false, says: `recorded for ${sayVersion(version)}: ${name} ${said}${number}` },
  );
}

/** Null where a check may have this name. */
export function checkNameRefused(name: string): Refused | null {
  if (isCheckName(name)) return null;
  return refuse(`${JSON.stringify(name)} cannot be the name of a check`, `use ${CHECK_NAME_SAYS}`, 'malformed');
}
