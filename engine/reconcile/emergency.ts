// Which rules a person's emergency lifts: those of policies whose `override` names that person, for as long as that
// override lasts. Nothing else, and nothing of a policy that has no `override`.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { Gates } from '../model/observed.ts';
import { isAmong } from './people.ts';

export type Emergency = {
  readonly emergency: boolean;
  readonly requestedBy: string | null;
  /** When it was asked for. */
  readonly since: Instant;
};

/** `policy/rule` names. */
export function liftedBy(
  asked: Emergency,
  policies: readonly PolicyConfig[],
  directory: Pick<Gates, 'people' | 'teams'>,
  now: Instant,
): readonly string[] {
  const { requestedBy } = asked;
  if (!asked.emergency || requestedBy === null) return [];
  return policies
    .filter(
      ({ override }) =>
        override !== null &&
        isAmong(requestedBy, override.by, directory) &&
        isInForce(now - asked.since, override.expiresMs),
    )
    .flatMap((policy) => policy.rules.map((rule) => `${policy.name}/${rule.type}`));
}

/** A little ahead is a clock that is a little off; far ahead is one that would make the override last for ever. */
const AHEAD_MS_MAX = 5 * 60_000;

function isInForce(ageMs: number, expiresMs: number): boolean {
  return ageMs >= -AHEAD_MS_MAX && ageMs < expiresMs;
}
