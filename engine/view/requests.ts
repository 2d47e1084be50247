// What a person who is about to ask for something is told first: whether it can be had at all. The same functions answer
// that refuse the request in the controller, so that nothing is written which would only be refused.

import type { Instant } from '../base/instant.ts';
import { isKnownGood, type PendingRequest } from '../model/environment-state.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { ask } from '../reconcile/ask.ts';
import { verdictOn } from '../reconcile/assess.ts';
import type { Candidate } from '../reconcile/candidate.ts';
import { Draft } from '../reconcile/draft.ts';
import { refuseRequests, stalledOn } from '../reconcile/requests.ts';
import { subjectOf } from '../reconcile/subject.ts';
import { bareSentence, type Leaf, leafName, leavesOf, OWN_POLICY } from './leaves.ts';

export type Asked = { readonly by: string; readonly reason: string };
export type AskedDeploy = Asked & { readonly emergency: boolean };
export type AskedRollback = Asked & { readonly to: Version | null };

/** A sentence where this deployment would be refused whatever the gates say. */
export function deployRefusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
): string | null {
  const nobody = { by: '', reason: '' };
  return refusal(environment, observed, now, {
    ...nobody,
    type: 'deploy',
    version,
    emergency: false,
    skipTests: false,
  });
}

/** A sentence where there is nothing to roll back to, or this person may not. */
export function rollbackRefusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  asked: AskedRollback,
): string | null {
  return refusal(environment, observed, now, { ...asked, type: 'rollback' });
}

/** What could be rolled back to, newest first: each succeeded here, is not in quarantine, and does not run now (unless
 *  nobody knows what runs, because a run stalled half-way). */
export function knownGood({ ledger }: ObservedEnvironment): readonly Version[] {
  const { state } = ledger;
  const { current } = state;
  const earlier = state.contents
    .filter((known) => isKnownGood(state, known.digest) && known.digest !== current?.contents.digest)
    .map((known) => known.version);
  return current !== null && stalledOn(state) !== null ? [current.version, ...earlier] : earlier;
}

/** What the gates would say to this request: `denied` means that waiting would not help. */
export function askedVerdict(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  asked: AskedDeploy,
): Verdict | null {
  const candidate = candidateOf(environment, now, version, asked);
  return candidate === null ? null : verdictOn(new Draft(environment, observed, now), candidate);
}

/**
 * The rules that are in the way of `version` now and that an emergency asked for by this person does not lift, each as
 * `business-hours/window: closed since …`. Empty when the emergency gets it through. What Tidegate itself says
 * (suspended, clock, …) is not counted: no emergency is about that.
 */
export function unliftedRules(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  asked: Asked,
): readonly string[] {
  const candidate = candidateOf(environment, now, version, { ...asked, emergency: true });
  const { gates } = environment;
  if (candidate === null || gates === null) return [];
  const whole = verdictOn(new Draft(environment, observed, now), candidate);
  const ofStages = gates.stages.flatMap((stage) => stage.policies);
  const draft = new Draft(environment, observed, now);
  const leaves = [
    ...leavesOf(whole, environment),
    ...leavesOf(ask(draft, subjectOf(candidate), ofStages, gates), environment),
  ];
  const blocked = leaves.filter(({ policy, verdict }) => policy !== OWN_POLICY && verdict.status !== 'allowed');
  return [...new Set(blocked.map(sayUnlifted))];
}

function candidateOf(
  { contents }: ObservedEnvironment,
  now: Instant,
  version: Version,
  asked: AskedDeploy,
): Candidate | null {
  const known = contents.get(version.commit);
  if (known === undefined) return null;
  const { by, reason, emergency } = asked;
  return {
    version,
    contents: known,
    kind: 'deploy',
    trigger: 'request',
    requestedBy: by,
    request: { ...recorded(now), type: 'deploy', by, reason, version, emergency, skipTests: false },
    reason,
    emergency,
    skip: 'none',
    offer: null,
  };
}

function sayUnlifted(leaf: Leaf): string {
  const who = leaf.liftedBy.length === 0 ? 'nobody may lift it' : `only ${leaf.liftedBy.join(', ')} may lift it`;
  return `${leafName(leaf)}: ${bareSentence(leaf)} (${who})`;
}

function refusal(environment: ObservedEnvironment, observed: Observed, now: Instant, asked: Unrecorded): string | null {
  const { ledger } = environment;
  if (ledger.type === 'damaged') return `the ledger is damaged: ${ledger.sentence}`;
  const draft = new Draft(withRequest(environment, now, asked), observed, now);
  refuseRequests(draft);
  return draft.plan().because[0]?.sentence ?? null;
}

type Unrecorded = PendingRequest extends infer Pending
  ? Pending extends PendingRequest
    ? Omit<Pending, 'id' | 'at'>
    : never
  : never;

/** The environment as it would be with this request in its ledger. */
export function withRequest(environment: ObservedEnvironment, now: Instant, asked: Unrecorded): ObservedEnvironment {
  const { ledger } = environment;
  const requests: readonly PendingRequest[] = [{ ...asked, ...recorded(now) }];
  return { ...environment, ledger: { ...ledger, state: { ...ledger.state, requests } } };
}

function recorded(now: Instant) {
  return { id: 'asked-now', at: now } as const;
}
