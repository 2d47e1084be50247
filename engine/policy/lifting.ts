// Which rules people have lifted: those of policies whose `override` names them, once as many of them have spoken as it asks
// for, for as long as it lasts. Nothing else, and nothing of a policy that has no `override`. Judged here for everybody:
// for decisions, for what a person is told before an exception, and for `tidegate test`.

import type { Instant } from '../base/instant.ts';
import type { OverrideConfig, PolicyConfig } from '../model/config.ts';
import { believedFrom, isDatedAhead } from '../model/dated-ahead.ts';
import { includesPerson } from '../model/people.ts';
import type { Directory, PolicyFacts } from '../model/policy-facts.ts';

/** One person's exception for one version. Whether it had to be signed, and is, was seen to before. */
export type Voice = {
  /** As the lists of policies name people. */
  readonly person: string;
  readonly reason: string;
  readonly at: Instant;
  readonly until: Instant | null;
  /** `policy/rule`; empty means all that name the person. */
  readonly rules: readonly string[];
};

export type Lifting = Pick<PolicyFacts, 'lifted' | 'liftedUntil' | 'liftedFrom' | 'halfLifted'>;

type Hearing = {
  readonly now: Instant;
  readonly directory: Directory;
  /** What another person has to run where one is not enough. */
  readonly command: string;
};

export function liftingOf(policies: readonly PolicyConfig[], voices: readonly Voice[], hearing: Hearing): Lifting {
  const lifted: string[] = [];
  const liftedUntil: Record<string, Instant> = {};
  const liftedFrom: Record<string, Instant> = {};
  const halfLifted: Record<string, string> = {};
  const ahead = voices.filter(({ at }) => isDatedAhead(at, hearing.now)).map(({ at }) => believedFrom(at));
  if (voices.length === 0) return { lifted, liftedUntil, halfLifted };
  for (const policy of policies) {
    for (const { type } of policy.rules) {
      const lapses = lapsesByPerson(policy, type, voices, hearing);
      const people = [...lapses.keys()];
      // Whether they will be enough is seen when it comes to it.
      if (policy.override !== null && ahead.length > 0) liftedFrom[`${policy.name}/${type}`] = Math.min(...ahead);
      if (policy.override === null || people.length === 0) continue;
      const name = `${policy.name}/${type}`;
      const { by, people: needed } = policy.override;
      if (people.length >= needed) {
        lifted.push(name);
        // It ends when the voices that are left are too few.
        liftedUntil[name] = [...lapses.values()].toSorted((a, b) => b - a)[needed - 1] ?? hearing.now;
      } else {
        halfLifted[name] =
          `${people.length} of ${needed} people lift it: ${people.join(', ')}; ` +
          `another of ${by.join(', ')} has to run \`${hearing.command}\``;
      }
    }
  }
  return { lifted, liftedUntil, liftedFrom, halfLifted };
}

/** Whether an override is for this kind of rule of its policy. */
export function coversRule({ rules }: OverrideConfig, rule: string): boolean {
  return rules === null || rules.includes(rule);
}

/** Each person once, with the instant at which the last of what that person said runs out. */
function lapsesByPerson(
  { name, override }: PolicyConfig,
  rule: string,
  voices: readonly Voice[],
  { now, directory }: Hearing,
): ReadonlyMap<string, Instant> {
  const lapses = new Map<string, Instant>();
  if (override === null || !coversRule(override, rule)) return lapses;
  for (const voice of voices) {
    if (voice.rules.length > 0 && !voice.rules.includes(`${name}/${rule}`)) continue;
    if (override.reason === 'required' && voice.reason.trim() === '') continue;
    if (isDatedAhead(voice.at, now) || !includesPerson(override.by, voice.person, directory)) continue;
    const lapsesAt = Math.min(voice.at + override.expiresMs, voice.until ?? Number.POSITIVE_INFINITY);
    if (now < lapsesAt) lapses.set(voice.person, Math.max(lapses.get(voice.person) ?? lapsesAt, lapsesAt));
  }
  return lapses;
}
