// `tidegate why <env> --gates`: what is in force, what the head says instead, who must agree. It asks the very
// functions that accept a change, so that what is shown is what will be done.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { formatDuration } from '../base/duration.ts';
import type { Instant } from '../base/instant.ts';
import { type GatesInForce, type GatesWord, type GateTerms, policyText } from '../model/gate-terms.ts';
import type { GatesChange, ObservedEnvironment } from '../model/observed.ts';
import type { Signed } from '../model/policy-facts.ts';
import { type Needs, needsOneOf } from '../model/remedy.ts';
import { type GatesPending, gatesPending, sayGroup, sayRejected } from '../reconcile/gates-pending.ts';
import { ASKED_NOW } from './asked-now.ts';

export { sayTerms } from '../policy/say-terms.ts';

export type GatesShown = {
  readonly environment: string;
  readonly now: Instant;
  readonly inForce: GatesInForce | null;
  readonly pending: GatesPending | null;
  readonly made: GatesChange['made'];
  /** Somebody who may has rejected the head's gates: only what is in force is asked. */
  readonly isSetAside: boolean;
};

export function gatesShownOf(environment: ObservedEnvironment, now: Instant): GatesShown {
  return {
    environment: environment.name,
    now,
    inForce: environment.ledger.state.gates,
    pending: gatesPending(environment, now),
    made: environment.gatesChange.made,
    isSetAside: environment.isHeadSetAside,
  };
}

/** One sentence for `status`; null where what is in force is what the head says. */
export function sayPending({ now, pending, made, isSetAside }: GatesShown): string | null {
  if (pending === null) return null;
  if (pending.kind === 'upgrade') return pending.accepting === null ? pending.waits : null;
  if (pending.accepting !== null) {
    return `the gates of ${pending.from.slice(0, 7)} come into force at the controller's next look: ${pending.accepting.because}`;
  }
  const who = made === null ? 'somebody' : nameOf(made.by);
  const since = made === null || made.at > now ? '' : ` ${formatDuration(now - made.at)} ago`;
  const what = pending.differences.slice(0, SAID_MAX).join(', ');
  const more = pending.differences.length > SAID_MAX ? ` and ${pending.differences.length - SAID_MAX} more` : '';
  const [rejected] = pending.answer?.rejectedBy ?? [];
  const no = rejected === undefined ? 'not accepted' : sayRejected(rejected);
  const standing =
    pending.kind !== 'change' ? no : `${no}; ${isSetAside ? 'only what is in force applies' : 'both apply'}`;
  const revert = made === null ? '' : `revert ${made.commit.slice(0, 7)}`;
  const or = revert === '' ? '' : `, or ${revert}`;
  const ways =
    rejected !== undefined
      ? `${revert === '' ? 'Change them again' : `To go on, ${revert}`}, or ${rejected.person ?? rejected.by} says yes after all`
      : pending.missing.length > 0
        ? `${pending.missing.join(', ')} must agree${or}`
        : `${pending.waits}${or}`;
  const deed = {
    first: `added this environment${since}`,
    removal: `took this environment out${since}`,
    change: `changed the gates${since} (${what}${more})`,
  }[pending.kind];
  return `${who} ${deed}, ${standing}. ${ways}`;
}

/** Null where nobody has to answer for it. */
export function pendingNeeds({ environment, pending }: GatesShown): Needs | null {
  if (pending === null || pending.kind === 'upgrade' || pending.accepting !== null || pending.isByRun) return null;
  return needsOneOf({ act: 'approve-gates', environment });
}

const SAID_MAX = 3;

/** `Ana` of `Ana <ana@example.org>`. */
function nameOf(identity: string): string {
  return identity.replace(/\s*<[^<>]*>\s*$/, '') || identity;
}

type Word = {
  readonly by: string;
  readonly answer: GatesWord['answer'];
  readonly reason: string;
  /** It will bear a signature; whose, only the signature itself can say. */
  readonly signs: boolean;
};

/** A sentence where this word could not count; null where it would. */
export function gatesRefusal(environment: ObservedEnvironment, now: Instant, word: Word): string | null {
  const pending = gatesPending(environment, now);
  const { name } = environment;
  if (pending === null) return `what is in force in ${name} is what the head says: there is nothing to answer`;
  if (pending.kind === 'upgrade') return pending.waits === '' ? 'the controller has to look first' : pending.waits;
  if (pending.accepting !== null) return `nobody has to answer: ${pending.accepting.because}`;
  const after = gatesPending(withWord(environment, pending, now, word), now);
  if (after?.heard.includes(ASKED_NOW) === true) return null;
  if (pending.isByRun) return pending.waits;
  const why = after?.answer?.ignored ?? [];
  return why.at(-1) ?? after?.waits ?? 'it would not count';
}

function withWord(
  environment: ObservedEnvironment,
  { serial, digest }: GatesPending,
  now: Instant,
  { by, answer, reason, signs }: Word,
): ObservedEnvironment {
  const { ledger, signers } = environment;
  const said: GatesWord = { id: ASKED_NOW, by, answer, serial, digest, reason, at: now, tag: null };
  const state = { ...ledger.state, gateWords: [...ledger.state.gateWords, said] };
  // With which key is seen when it is made.
  const signed: Signed = { type: 'signed', by, isVerified: true };
  const mine: readonly (readonly [string, Signed])[] = signs ? [[ASKED_NOW, signed]] : [];
  return { ...environment, ledger: { ...ledger, state }, signers: new Map([...signers, ...mine]) };
}

/**
 * Whether two environments wait for one and the same change: one word then serves both. An environment that comes or
 * goes is a change of its own, whatever gates it has.
 */
export function isSameChange(one: GatesPending, other: GatesPending): boolean {
  return one.kind === 'change' && other.kind === 'change' && changeText(one) === changeText(other);
}

/** What is different, before and after, without what only tells environments apart. */
function changeText({ before, after, differences }: GatesPending): string {
  if (before === null || after === null) return '';
  const parts = [policiesOf(before), policiesOf(after)] as const;
  const names = new Set([...parts[0].keys(), ...parts[1].keys()]);
  const policies = [...names]
    .filter((name) => parts[0].get(name) !== parts[1].get(name))
    .map((name) => [name, parts[0].get(name) ?? null, parts[1].get(name) ?? null]);
  const others = KEYS.filter((key) => textOf(before[key]) !== textOf(after[key])).map((key) => [
    key,
    textOf(before[key]),
    textOf(after[key]),
  ]);
  return canonicalJson([differences, policies, stagesOf(before, after), others]);
}

/** Those that are different; all of them where some come, go or change places. */
function stagesOf(before: GateTerms, after: GateTerms): Json {
  const shapes = [before, after].map(({ stages }) =>
    stages.map(({ name, skippable, touches, policies }): Json => {
      return { name, skippable, touches, policies: policies.map((policy) => policy.name).toSorted() };
    }),
  );
  const [old = [], now = []] = shapes;
  const isInPlace = old.length === now.length && before.stages.every(({ name }, at) => after.stages[at]?.name === name);
  return isInPlace
    ? now
        .map((stage, at) => (textOf(old[at]) === textOf(stage) ? null : [old[at] ?? null, stage]))
        .filter((pair) => pair !== null)
    : shapes;
}

const KEYS = [
  'follow',
  'paths',
  'secrets',
  'queue',
  'confirm',
  'rollbackBy',
  'onFailure',
  'changes',
  'signatures',
  'people',
  'teams',
  'keys',
] as const satisfies readonly (keyof GateTerms)[];

function policiesOf(terms: GateTerms): ReadonlyMap<string, string> {
  const policies = [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)];
  return new Map(policies.map((policy) => [policy.name, policyText(policy)]));
}

function textOf(value: unknown): string {
  return canonicalJson(value as Json);
}

type Group = Parameters<typeof sayGroup>[0];

/** All that it asks for, no matter who has agreed so far. */
export function sayGroupAsked(group: Group & { readonly count: number }): string {
  return sayGroup(group, group.count);
}
