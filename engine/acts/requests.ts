// What a person who is about to ask for something is told first: whether it can be had at all. The same functions
// answer that refuse the request in the controller, so that nothing is written which would only be refused.

import type { Instant } from '../base/instant.ts';
import { ASKED_NOW } from '../explain/asked-now.ts';
import { isKnownGood, type PendingRequest } from '../model/environment-state.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Signed } from '../model/policy-facts.ts';
import type { Version } from '../model/version.ts';
import { Draft } from '../reconcile/draft.ts';
import { refuseRequests, stalledOn } from '../reconcile/requests.ts';

/** `signs`: it will bear a signature; whose, only the signature itself can say. */
type Asked = { readonly by: string; readonly reason: string; readonly signs: boolean };
export type AskedDeploy = Asked & { readonly emergency: boolean };
export type AskedRollback = Asked & { readonly to: Version | null };

/** A sentence where this deployment would be refused whatever the gates say. */
export function deployRefusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  asked: AskedDeploy,
): string | null {
  const { by, reason, emergency } = asked;
  const request = { type: 'deploy', by, reason, version, emergency, skipTests: false } as const;
  return refusal(environment, observed, now, request, asked.signs);
}

/** A sentence where there is nothing to roll back to, or this person may not. */
export function rollbackRefusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  asked: AskedRollback,
): string | null {
  return refusal(environment, observed, now, rollbackOf(asked), asked.signs);
}

function rollbackOf({ by, reason, to }: AskedRollback) {
  return { type: 'rollback', by, reason, to } as const;
}

/**
 * What could be rolled back to, newest first: each succeeded here, is not in quarantine, and does not run now (unless
 * nobody knows what runs, because a run stalled half-way).
 */
export function knownGood({ ledger }: ObservedEnvironment): readonly Version[] {
  const { state } = ledger;
  const { current } = state;
  const earlier = state.contents
    .filter((known) => isKnownGood(state, known.digest) && known.digest !== current?.contents.digest)
    .map((known) => known.version);
  return current !== null && stalledOn(state) !== null ? [current.version, ...earlier] : earlier;
}

function refusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  asked: Unrecorded,
  signs: boolean,
): string | null {
  const { ledger } = environment;
  if (ledger.type === 'damaged') return `the ledger is damaged: ${ledger.sentence}`;
  const draft = new Draft(withRequest(environment, now, asked, signs), observed, now);
  refuseRequests(draft);
  return draft.plan().because[0]?.sentence ?? null;
}

type Unrecorded = PendingRequest extends infer Pending
  ? Pending extends PendingRequest
    ? Omit<Pending, 'id' | 'at'>
    : never
  : never;

/** The environment as it would be with this request in its ledger. */
function withRequest(
  environment: ObservedEnvironment,
  now: Instant,
  asked: Unrecorded,
  signs: boolean,
): ObservedEnvironment {
  const { ledger, signers } = environment;
  const requests: readonly PendingRequest[] = [{ ...asked, id: ASKED_NOW, at: now }];
  const mine: readonly (readonly [string, Signed])[] = signs ? [[ASKED_NOW, { type: 'signed', by: asked.by }]] : [];
  return {
    ...environment,
    ledger: { ...ledger, state: { ...ledger.state, requests } },
    signers: new Map([...signers, ...mine]),
  };
}

/** The same for a rollback. */
export function withRollback(
  environment: ObservedEnvironment,
  now: Instant,
  asked: AskedRollback,
): ObservedEnvironment {
  return withRequest(environment, now, rollbackOf(asked), asked.signs);
}
