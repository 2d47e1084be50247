// Whose ledger a decision about an environment looks at besides its own: what it follows, where it soaks, whom it
// shares a lock with. When one of those has moved, it is decided again.

import { remembered } from '../../base/remembered.ts';
import { policiesNamed } from '../../model/asked-policies.ts';
import type { Config, PolicyConfig } from '../../model/config.ts';
import { type Needs, needsOf } from '../../policy/needs.ts';

/** What the gates in force name, which the head may not. */
type Leaning = { readonly soaks: readonly string[]; readonly locks: readonly string[] };

/** Environments whose success or health counts here. */
export function sourcesOf(config: Config, environment: string): readonly string[] {
  const settings = config.environments[environment];
  const follow = settings?.follow;
  const followed = follow?.type === 'promoted' ? [follow.from] : [];
  return [
    ...new Set([
      ...followed,
      ...(settings?.promote?.from ?? []),
      ...(needsByEnvironment(config).get(environment)?.soaks ?? []),
    ]),
  ];
}

/** The locks that each environment's own policies name; stages have none. */
export const locksByEnvironment = remembered((config: Config): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const { name, policies } of Object.values(config.environments)) {
    const { locks } = needsOf(policiesNamed(policies, config.policies));
    if (locks.length > 0) found.set(name, locks);
  }
  return found;
});

/** What the gates of each environment ask for, its stages' included, by the head. */
export const needsByEnvironment = remembered(
  (config: Config): ReadonlyMap<string, Needs> =>
    new Map(Object.keys(config.environments).map((name) => [name, needsOf(policiesAt(config, name))])),
);

/** Of an environment and of its stages. */
function policiesAt(config: Config, environment: string): readonly PolicyConfig[] {
  const settings = config.environments[environment];
  const stages = settings === undefined ? [] : (config.pipelines[settings.pipeline]?.stages ?? []);
  return policiesNamed([...(settings?.policies ?? []), ...stages.flatMap(({ policies }) => policies)], config.policies);
}

/** Environments whose target is in the place of another's, with those others. */
const placesShared = remembered((config: Config): ReadonlyMap<string, readonly string[]> => {
  const users = new Map<string, string[]>();
  for (const { name, target } of Object.values(config.environments)) {
    const place = target.claim;
    if (place !== null) users.set(place, [...(users.get(place) ?? []), name]);
  }
  const several = [...users.values()].filter((names) => names.length > 1);
  return new Map(
    several.flatMap((names) => names.map((name) => [name, names.filter((other) => other !== name)] as const)),
  );
});

/**
 * Environments whose decision may look at the ledger of one of these. `leaning`: what their gates were last seen to
 * ask.
 */
export function dependentsOf(
  moved: readonly string[],
  config: Config | null,
  leaning: ReadonlyMap<string, Leaning>,
): readonly string[] {
  if (config === null || moved.length === 0) return [];
  const locks = locksByEnvironment(config);
  const locked = moved.some((name) => locks.has(name));
  const shared = placesShared(config);
  return Object.keys(config.environments).filter((name) => {
    const asks = leaning.get(name);
    if (shared.get(name)?.some((other) => moved.includes(other)) === true) return true;
    if ((locked && locks.has(name)) || (asks?.locks.length ?? 0) > 0) return true;
    return [...sourcesOf(config, name), ...(asks?.soaks ?? [])].some((source) => moved.includes(source));
  });
}
