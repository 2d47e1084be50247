// Which rules a person's emergency lifts: those of policies whose `override` names that person. Nothing else, and nothing
// of a policy that has no `override`.

import type { PolicyConfig } from '../model/config.ts';
import type { Gates } from '../model/observed.ts';
import { isAmong } from './people.ts';

export type Emergency = { readonly emergency: boolean; readonly requestedBy: string | null };

/** `policy/rule` names. */
export function liftedBy(asked: Emergency, policies: readonly PolicyConfig[], gates: Gates): readonly string[] {
  const { requestedBy } = asked;
  if (!asked.emergency || requestedBy === null) return [];
  return policies
    .filter((policy) => policy.override !== null && isAmong(requestedBy, policy.override.by, gates))
    .flatMap((policy) => policy.rules.map((rule) => `${policy.name}/${rule.type}`));
}
