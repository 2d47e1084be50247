// What has one owner and is named by several environments: a place for a target, a secret. Warned about before the
// second one's run is refused or waits. Never an error: one environment's file must not be able to stop another.

import type { Problem } from '../base/problem.ts';
import type { Config, EnvironmentConfig } from '../model/config.ts';

export function sharedOwnerWarnings({ environments }: Config): readonly Problem[] {
  const all = Object.values(environments);
  const places = sharers(all, ({ target }) => (target.claim === null ? [] : [target.claim]));
  const secrets = sharers(all, (environment) => environment.secrets);
  return [
    ...warnings(places, (place, { name }, others) => ({
      message: `${place} is also the target of ${others}: it belongs to whichever is there first, and refuses the other`,
      hint: `give each its own, such as \`to: ${place}-${name}\``,
    })),
    ...warnings(secrets, (secret, { name }, others) => ({
      message: `the secret ${secret} is also named by ${others}: it belongs to whichever runs with it first, and the other waits for its people`,
      hint: `start the controller with \`--grants ${name}=${secret}\` where both shall have it, or give each its own`,
    })),
  ];
}

type Sharers = ReadonlyMap<string, readonly EnvironmentConfig[]>;

function sharers(all: readonly EnvironmentConfig[], named: (one: EnvironmentConfig) => readonly string[]): Sharers {
  const users = new Map<string, EnvironmentConfig[]>();
  for (const one of all) for (const name of new Set(named(one))) users.set(name, [...(users.get(name) ?? []), one]);
  return new Map([...users].filter(([, sharing]) => sharing.length > 1));
}

function warnings(
  shared: Sharers,
  say: (name: string, one: EnvironmentConfig, others: string) => Pick<Problem, 'message' | 'hint'>,
): readonly Problem[] {
  return [...shared].flatMap(([name, users]) =>
    users.map((one): Problem => {
      const others = users.filter((other) => other !== one).map((other) => other.name);
      return { ...one.place, severity: 'warning', ...say(name, one, others.join(', ')) };
    }),
  );
}
