// What the permissions of files forbid is forbidden to root only when root gives up the right to pass over them. A
// program that is started behind these words has given it up; it is root still, and reads whatever root owns.

import { spawnSync } from 'node:child_process';

const GIVING_UP = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] as const;

/** Nothing for anybody but root; null where root cannot give it up: a test that needs this is skipped by name. */
export const AS_MERE_USER: readonly string[] | null = asMereUser();

function asMereUser(): readonly string[] | null {
  if (process.getuid?.() !== 0) return [];
  const [program, ...options] = GIVING_UP;
  return spawnSync(program, [...options, 'true']).status === 0 ? GIVING_UP : null;
}
