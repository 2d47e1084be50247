// Whose exceptions are heard for a version: an emergency that it was asked for in, and words of their own. A word
// that has to be signed and is not is not heard, nor one of somebody whom nobody knows. What they override is judged
// in policy/lifting.ts.

import type { PolicyConfig } from '../model/config.ts';
import { policyText } from '../model/gate-terms.ts';
import { mustSign } from '../model/must-sign.ts';
import { speakerOf } from '../model/people.ts';
import type { Directory, Signed } from '../model/policy-facts.ts';
import { type Side, withoutDropped } from '../model/sides.ts';
import { type Lifting, liftingOf, type Voice } from '../policy/lifting.ts';
import type { Draft } from './draft.ts';
import type { Subject } from './subject.ts';

export function liftedBy(draft: Draft, subject: Subject, policies: readonly PolicyConfig[], side: Side): Lifting {
  const directory = liftersOf(draft, side);
  const asked = side.standing === 'head' ? policies.map((policy) => liftableAtHead(draft, policy)) : policies;
  const change = draft.environment.evidence.get(subject.version.commit)?.change ?? null;
  return liftingOf(asked, voicesFor(draft, subject, directory), { now: draft.now, directory, change });
}

/** Who may override a rule is for what is in force to say, without those whom the head has dropped. */
function liftersOf({ environment }: Draft, side: Side): Directory {
  return side.standing === 'in-force' ? withoutDropped(side, environment.gates) : side;
}

/**
 * A rule that stands at the head only, or is another there, may also be overridden by whom any exception in force
 * names, each by name: it was never agreed to. Who came to a team at the head since is not among them, nor a team
 * that is called like one of them.
 */
function liftableAtHead({ sides }: Draft, policy: PolicyConfig): PolicyConfig {
  const inForce = sides.find(({ standing }) => standing === 'in-force');
  const own = [...(inForce?.policies ?? []), ...(inForce?.stages ?? []).flatMap((stage) => stage.policies)];
  if (
    inForce === undefined ||
    own.some((known) => known.name === policy.name && policyText(known) === policyText(policy))
  )
    return policy;
  const teamsAtHead = sides.find(({ standing }) => standing === 'head')?.teams ?? {};
  const others = own.flatMap(({ override }) => override ?? []);
  const members = others
    .flatMap((override) => override.by)
    .flatMap((name) => [name, ...(Object.hasOwn(inForce.teams, name) ? (inForce.teams[name] ?? []) : [])])
    .filter((name) => Object.hasOwn(inForce.people, name) && !Object.hasOwn(teamsAtHead, name));
  const by = [...new Set([...members, ...(policy.override?.by ?? [])])];
  const [any] = policy.override === null ? others : [policy.override];
  return any === undefined ? policy : { ...policy, override: { ...any, by, people: 1, rules: null } };
}

/** Everybody who asked for an exception for this very commit: by an emergency deployment, or by a word of its own. */
function voicesFor({ state, environment }: Draft, subject: Subject, directory: Directory): readonly Voice[] {
  const isSignedOnly = mustSign(environment);
  const own = state.overrides.flatMap(({ id, by, version, reason, at, until, rules }) => {
    if (version.commit !== subject.version.commit) return [];
    const signed = environment.signers.get(id) ?? UNSIGNED;
    if (isSignedOnly && signed.type !== 'signed') return [];
    const person = speakerOf(by, signed, directory);
    return person === null ? [] : [{ person, reason, at, until, rules }];
  });
  const waiting = state.requests.flatMap((request) =>
    // An emergency for what is on its way already, and waits before a stage.
    request.type === 'deploy' && request.emergency && request.version.commit === subject.version.commit
      ? [{ by: request.by, reason: request.reason, at: request.at }]
      : [],
  );
  const asked = subject.emergency === null ? waiting : [subject.emergency, ...waiting];
  return own.concat(
    asked.flatMap(({ by, reason, at }) => {
      // Whether a request is signed, and by the asker, was seen to before (requests.ts).
      const person = speakerOf(by, UNSIGNED, directory);
      return person === null ? [] : [{ person, reason, at, until: null, rules: [] }];
    }),
  );
}

const UNSIGNED: Signed = { type: 'unsigned' };
