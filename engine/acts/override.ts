// One person's exception for one version, with what it overrides. It asks for no deployment; what overrides nothing
// is refused.

import type { Instant } from '../base/instant.ts';
import { sayUntil } from '../explain/moment.ts';
import { sayVersion, type Version } from '../model/version.ts';
import {
  type Asker,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
  signingFor,
} from './act.ts';
import { exceptionOf, mayOmitReason } from './exceptions.ts';
import { sayMeant, versionMeant } from './version-meant.ts';

export type OverrideAsked = Asker & {
  /** As it was named. */
  readonly version: Version;
  /** `policy/rule`; none for all that name the person. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** Null: for as long as each policy says. */
  readonly forMs: number | null;
};

/**
 * `version` is the one on its way here that the named one means; `overrides` the rules they have a voice in.
 */
export function overrideRules(
  { environment, observed, now, timezone }: Scene,
  { version: named, rules, reason, forMs, ...asker }: OverrideAsked,
): (Recorded & { readonly version: Version; readonly overrides: readonly string[] }) | Refused {
  const { by } = asker;
  const version = versionMeant(environment, named);
  const unreasoned = reasonRefused(reason, !mayOmitReason(environment, version, by));
  if (unreasoned !== null) return unreasoned;
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const until: Instant | null = forMs === null ? null : now + forMs;
  const said = { by, rules, reason, until, signs: signing.sign };
  const exception = exceptionOf(environment, observed, now, version, said);
  if (exception.type === 'refused') return refuse(exception.sentence);
  const { name } = environment;
  const meant = sayMeant(name, named, version);
  const span = until === null ? '' : ` until ${sayUntil(until, now, timezone)}`;
  const done = record(
    { type: 'overridden', version, rules, reason, until },
    {
      sign: signing.sign,
      warnings: meant === null ? [] : [{ type: 'same-version', sentence: meant }],
      says: `${by} overrides ${exception.rules.join(', ')} for ${sayVersion(version)} in ${name}${span}`,
    },
  );
  return { ...done, version, overrides: exception.rules };
}
