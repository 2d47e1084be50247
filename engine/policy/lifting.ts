// Which rules people have overridden: those of policies whose `override` names them, once as many have spoken as
// it asks for, for as long as it lasts. Nothing else, and nothing of a policy that has no `override`. Judged here for
// everybody: for decisions, for what a person is told before an exception, and for `tidegate test`.

import type { Instant } from '../base/instant.ts';
import type { OverrideConfig, PolicyConfig } from '../model/config.ts';
import { believedFrom, isDatedAhead } from '../model/dated-ahead.ts';
import { includesPerson } from '../model/people.ts';
import type { Change, Directory, PolicyFacts } from '../model/policy-facts.ts';
import { makersOf, visible } from './makers.ts';

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

export type Lifting = Pick<PolicyFacts, 'lifted' | 'liftedUntil' | 'liftedFrom' | 'halfLifted' | 'ownLifted'>;

type Hearing = {
  readonly now: Instant;
  readonly directory: Directory;
  /** What the version changes; null where that cannot be known. */
  readonly change: Pick<Change, 'authors'> | null;
};

export function liftingOf(policies: readonly PolicyConfig[], voices: readonly Voice[], hearing: Hearing): Lifting {
  const lifted: string[] = [];
  const liftedUntil: Record<string, Instant> = {};
  const liftedFrom: Record<string, Instant> = {};
  const halfLifted: Record<string, string> = {};
  const ownLifted: Record<string, string> = {};
  const ahead = voices.filter(({ at }) => isDatedAhead(at, hearing.now)).map(({ at }) => believedFrom(at));
  if (voices.length === 0) return { lifted, liftedUntil, halfLifted };
  const barred = barredFrom(hearing);
  for (const policy of policies) {
    if (policy.override === null) continue;
    const { made, oneMore } = policy.override.author === 'excluded' ? barred : NOBODY_BARRED;
    const needed = policy.override.people + (oneMore === null ? 0 : 1);
    const another = `another of ${policy.override.by.join(', ')} has to override it as well`;
    for (const { type } of policy.rules) {
      const name = `${policy.name}/${type}`;
      const lapses = lapsesByPerson(policy, type, voices, hearing);
      // Whether they will be enough is seen when it comes to it.
      if (ahead.length > 0) liftedFrom[name] = Math.min(...ahead);
      const own = [...lapses.keys()].filter((person) => made.has(person));
      for (const person of own) lapses.delete(person);
      const people = [...lapses.keys()];
      if (people.length >= needed) {
        lifted.push(name);
        // It ends when the voices that are left are too few.
        liftedUntil[name] = [...lapses.values()].toSorted((a, b) => b - a)[needed - 1] ?? hearing.now;
      } else if (people.length > 0) {
        const why = oneMore === null ? '' : ` (one more than asked for: ${oneMore})`;
        halfLifted[name] = `${people.length} of ${needed} people${why} override it: ${people.join(', ')}; ${another}`;
      } else if (own.length > 0) {
        ownLifted[name] =
          `${own.join(' and ')} made this change, and nobody overrides what they could not approve; ${another}`;
      }
    }
  }
  return { lifted, liftedUntil, liftedFrom, halfLifted, ownLifted };
}

type Barred = { readonly made: ReadonlySet<string>; readonly oneMore: string | null };

const NOBODY_BARRED: Barred = { made: new Set(), oneMore: null };

/**
 * The one who made it does not override it where the policy says so. Where somebody may have made it whom nobody can
 * tell, one person alone is not enough; asking for it makes nobody its author here, or no emergency could be asked
 * for.
 */
function barredFrom({ change, directory }: Hearing): Barred {
  if (change === null) return { made: new Set(), oneMore: 'who made this change cannot be found out' };
  const { made, strangers } = makersOf(change.authors, directory);
  const [stranger] = strangers;
  return {
    made,
    oneMore: stranger === undefined ? null : `${visible(stranger)}, who made it, has no place in \`people\``,
  };
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
): Map<string, Instant> {
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
