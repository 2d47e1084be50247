// Gates do not hold against anyone who gets any step run by the controller's user. Where environments without rules
// stand beside such that have some, `tidegate doctor` names them: a push is enough to have a step run there. Which
// controller serves which cannot be seen from here, so it is never called wrong.

import type { Config } from '../model/config.ts';
import { rulesOf } from '../policy/gates-of.ts';
import { type Checked, notOk } from './doctor.ts';

/** Nothing where all are equally strong in this: all have rules, or none has. */
export function judgeParting(config: Config): readonly Checked[] {
  const all = Object.values(config.environments);
  const open = all.filter((environment) => rulesOf(environment, config).length === 0);
  const gated = all.filter((environment) => !open.includes(environment));
  if (open.length === 0 || gated.length === 0) return [];
  const names = open.map(({ name }) => name);
  return [
    notOk(
      'parted',
      'unknown',
      `a push is enough to have a step run in ${named(names)} (no rules), and gates, here of ${named(gated.map(({ name }) => name))}, do not hold against anyone who gets any step run by the controller's user`,
      `serve those without rules by a controller of their own, with a user and a key of its own: \`--environments ${names.length > NAMED_MAX ? '<names>' : names.join(',')}\` (docs/operations.md says how)`,
    ),
  ];
}

const NAMED_MAX = 6;

function named(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${names.slice(0, NAMED_MAX).join(', ')} and ${more} more` : names.join(', ');
}
