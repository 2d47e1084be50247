// Whose a place and a secret are. What stands in ledgers and what the operator said is put together here; the place
// itself has the last word about a target.

import type { PolicyConfig } from './config.ts';
import type { StoredSecret } from './environment-state.ts';
import type { Directory } from './policy-facts.ts';

export type Owners = {
  /**
   * Environments by the place of their target: what their ledgers claim, and where one that runs has claimed nothing
   * yet, what the head says.
   */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** What the operator's `--grants` say. */
  readonly grants: readonly Grant[];
  /**
   * Secrets that nobody has claimed yet, by name, with the environments that run already and name them: who comes
   * after those does not come first.
   */
  readonly presumed: ReadonlyMap<string, readonly string[]>;
  /** Of environments that something here belongs to, all gates that have to allow what others want of them. */
  readonly gates: ReadonlyMap<string, readonly AnsweringGates[]>;
};

/** Policies of an environment and of its stages, with the people that go with them. */
export type AnsweringGates = Directory & { readonly policies: readonly PolicyConfig[] };

/** `secret` names one, or all that begin with what stands before a final `*`. */
export type Grant = { readonly environment: string; readonly secret: string };

export const NO_OWNERS: Owners = { places: new Map(), grants: [], presumed: new Map(), gates: new Map() };

/**
 * Environments that a secret belongs to; empty for one that nobody has claimed. What the operator says now stands
 * before what the ledger has.
 */
export function ownersOf(
  secret: string,
  claimed: readonly StoredSecret[],
  grants: readonly Grant[],
): readonly string[] {
  const granted = grants.flatMap((grant) => (covers(grant.secret, secret) ? [grant.environment] : []));
  if (granted.length > 0) return [...new Set(granted)];
  return claimed.flatMap((claim) => (claim.secret === secret ? [claim.environment] : []));
}

export function isGranted(secret: string, environment: string, grants: readonly Grant[]): boolean {
  return grants.some((grant) => grant.environment === environment && covers(grant.secret, secret));
}

function covers(pattern: string, secret: string): boolean {
  return pattern.endsWith('*') ? secret.startsWith(pattern.slice(0, -1)) : pattern === secret;
}

/**
 * Who may say yes for an environment to what another wants of it: all groups that its rules about approvals name,
 * those by path whatever was changed, in each of its gates that has any. Empty where none names anybody; null where
 * nobody can say.
 */
export function mayAnswerFor(environment: string, { gates }: Owners): readonly AnsweringGates[] | null {
  const own = gates.get(environment);
  if (own === undefined) return null;
  const asked = own.map((gate) => ({ ...gate, policies: gate.policies.flatMap(peopleOf) }));
  return asked.some(({ policies }, at) => policies.length === 0 && own[at]?.policies.length !== 0) ? [] : asked;
}

/** Whether it has no gate at all: what belongs to it can be had through it by anybody. */
export function isOpenToAll(environment: string, { gates }: Owners): boolean {
  return gates.get(environment)?.every(({ policies }) => policies.length === 0) ?? false;
}

function peopleOf(policy: PolicyConfig): readonly PolicyConfig[] {
  const rules = policy.rules.flatMap((rule) => {
    if (rule.type !== 'approval') return [];
    const byPath = rule.paths.map(({ from, count }) => ({ from, count }));
    return [{ ...rule, require: [...rule.require, ...byPath], paths: [], remindMs: null, escalate: null }];
  });
  return rules.length === 0 ? [] : [{ ...policy, rules }];
}
