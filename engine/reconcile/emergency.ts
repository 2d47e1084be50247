// Which rules people have lifted for a version: those of policies whose `override` names them, once as many of them have
// spoken as it asks for, for as long as it lasts. Nothing else, and nothing of a policy that has no `override`.

import type { Instant } from '../base/instant.ts';
import type { OverrideConfig, PolicyConfig } from '../model/config.ts';
import { mustSign } from '../model/must-sign.ts';
import { includesPerson, speakerOf } from '../model/people.ts';
import type { Directory, PolicyFacts, Signed } from '../model/policy-facts.ts';
import type { Draft } from './draft.ts';
import type { Subject } from './subject.ts';

/** One person's exception for one version. */
export type Voice = {
  readonly by: string;
  /** Null for requests: whether they are signed, and by the asker, was seen to before (requests.ts). */
  readonly signed: Signed | null;
  readonly reason: string;
  readonly at: Instant;
  readonly until: Instant | null;
  /** `policy/rule`; empty means all that name the person. */
  readonly rules: readonly string[];
};

export type Lifting = Pick<PolicyFacts, 'lifted' | 'liftedUntil' | 'halfLifted'>;

export function liftedBy(
  draft: Draft,
  subject: Subject,
  policies: readonly PolicyConfig[],
  directory: Directory,
): Lifting {
  const voices = voicesFor(draft, subject);
  const lifted: string[] = [];
  const liftedUntil: Record<string, Instant> = {};
  const halfLifted: Record<string, string> = {};
  if (voices.length === 0) return { lifted, liftedUntil, halfLifted };
  for (const policy of policies) {
    for (const { type } of policy.rules) {
      const lapses = lapsesByPerson(policy, type, voices, directory, draft);
      const people = [...lapses.keys()];
      if (policy.override === null || people.length === 0) continue;
      const name = `${policy.name}/${type}`;
      const { by, people: needed } = policy.override;
      if (people.length >= needed) {
        lifted.push(name);
        // It ends when the voices that are left are too few.
        liftedUntil[name] = [...lapses.values()].toSorted((a, b) => b - a)[needed - 1] ?? draft.now;
      } else {
        halfLifted[name] =
          `${people.length} of ${needed} people lift it: ${people.join(', ')}; ` +
          `another of ${by.join(', ')} has to run \`tidegate override ${draft.environment.name} ` +
          `${subject.version.tag ?? subject.version.commit.slice(0, 12)} --reason …\``;
      }
    }
  }
  return { lifted, liftedUntil, halfLifted };
}

/** Everybody who asked for an exception for this very commit: by an emergency deployment, or by a word of its own. */
export function voicesFor(draft: Draft, subject: Subject): readonly Voice[] {
  const { state, environment } = draft;
  const signedBy = (id: string): Signed => environment.signers.get(id) ?? { type: 'unsigned' };
  const own = state.overrides
    .filter(({ version }) => version.commit === subject.version.commit)
    .map(({ id, by, reason, at, until, rules }) => ({ by, signed: signedBy(id), reason, at, until, rules }));
  const waiting = state.requests.flatMap((request) =>
    // An emergency for what is on its way already, and waits before a stage.
    request.type === 'deploy' && request.emergency && request.version.commit === subject.version.commit
      ? [{ by: request.by, reason: request.reason, at: request.at }]
      : [],
  );
  const asked = subject.emergency === null ? waiting : [subject.emergency, ...waiting];
  return [...own, ...asked.map((voice) => ({ ...voice, signed: null, until: null, rules: [] }))];
}

/** Each person once, with the instant at which the last of what that person said runs out. */
function lapsesByPerson(
  { name, override }: PolicyConfig,
  rule: string,
  voices: readonly Voice[],
  directory: Directory,
  { now, environment }: Draft,
): ReadonlyMap<string, Instant> {
  const lapses = new Map<string, Instant>();
  if (override === null || (override.rules !== null && !override.rules.includes(rule))) return lapses;
  const isSignedOnly = mustSign(environment);
  for (const voice of voices) {
    if (voice.rules.length > 0 && !voice.rules.includes(`${name}/${rule}`)) continue;
    if (override.reason === 'required' && voice.reason.trim() === '') continue;
    if (isSignedOnly && voice.signed !== null && voice.signed.type !== 'signed') continue;
    if (!isInForce(voice, override, now)) continue;
    const person = speakerOf(voice.by, voice.signed ?? { type: 'unsigned' }, directory);
    if (person === null || !includesPerson(override.by, person, directory)) continue;
    const lapsesAt = Math.min(voice.at + override.expiresMs, voice.until ?? Number.POSITIVE_INFINITY);
    lapses.set(person, Math.max(lapses.get(person) ?? lapsesAt, lapsesAt));
  }
  return lapses;
}

/** A little ahead is a clock that is a little off; far ahead is one that would make the override last for ever. */
const AHEAD_MS_MAX = 5 * 60_000;

function isInForce({ at, until }: Voice, { expiresMs }: OverrideConfig, now: Instant): boolean {
  const ageMs = now - at;
  return ageMs >= -AHEAD_MS_MAX && ageMs < expiresMs && (until === null || now < until);
}
