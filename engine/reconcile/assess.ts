// The verdict on an environment's candidate: what Tidegate itself must be sure of first, then the policies at the
// head of the default branch, and, where the change also touched the gates, the policies that were in force before
// (both must allow).

import { problemLine } from '../base/problem.ts';
import type { GatedStage } from '../model/gate-terms.ts';
import { needsOneOf } from '../model/remedy.ts';
import { isFollowChanged, type Side } from '../model/sides.ts';
import { allOf, type OwnVerdict, type Verdict } from '../model/verdict.ts';
import { sayVersion } from '../model/version.ts';
import { sayFollow } from '../policy/say-terms.ts';
import { tagDenial } from './ahead.ts';
import { ask } from './ask.ts';
import { type Candidate, type Choice, choose } from './candidate.ts';
import { clockVerdict } from './clock.ts';
import type { Draft } from './draft.ts';
import { gatesVerdict } from './gates-verdict.ts';
import { isGone, sayGone } from './is-gone.ts';
import { liftedIn } from './lifted.ts';
import { secretsVerdict, targetVerdict } from './owners.ts';
import { plain, suspendedVerdict } from './plain-verdict.ts';
import { subjectOf } from './subject.ts';
import { goesForward, sayHeld, sayStalled, stalledNeeds } from './ways-out.ts';

export type Assessment = {
  readonly choice: Choice;
  /** Null when there is no candidate. */
  readonly verdict: Verdict | null;
};

export function assess(draft: Draft): Assessment {
  const choice = choose(draft);
  if (choice.type !== 'candidate') return { choice, verdict: null };
  const verdict = verdictOn(draft, choice.candidate);
  const unknown = unknownVerdict(draft, choice.candidate);
  if (unknown === null) return { choice, verdict };
  return { choice, verdict: allOf(unknown.sentence, [unknown, ...verdict.children]) };
}

/** What was found out about another version says nothing about this one, not even under another tag. */
function unknownVerdict({ environment: { weighed } }: Draft, { version }: Candidate): OwnVerdict | null {
  if (weighed.some(({ commit, tag }) => commit === version.commit && tag === version.tag)) return null;
  const sentence = `nothing was found out about ${sayVersion(version)} yet: it is decided at the next look`;
  return plain('waiting', 'facts', sentence, 'the next look');
}

export function verdictOn(draft: Draft, candidate: Candidate): Verdict {
  const verdict = verdictNow(draft, candidate);
  return draft.lookAhead(verdict, (later) => verdictNow(later, candidate));
}

function verdictNow(draft: Draft, candidate: Candidate): Verdict {
  const own = ownVerdicts(draft, candidate).filter((verdict) => verdict !== null);
  if (draft.environment.gates === null) return allOf('', own);
  const subject = subjectOf(candidate);
  const [first, ...others] = draft.sides.map((side) => ask(draft, subject, side.policies, side).children);
  const decided = first ?? [];
  // What both sides say in the same words is said once, and what only the head asks and allows is not worth a line,
  // unless somebody overrode it: a run that an exception let in accepts no gates.
  const said = new Set(decided.flatMap(sayings));
  const more = others.flatMap((verdicts) =>
    verdicts.filter(
      (verdict) =>
        (verdict.status !== 'allowed' || liftedIn(verdict).length > 0) &&
        !sayings(verdict).every((each) => said.has(each)),
    ),
  );
  const verdicts = [...own, ...decided, ...more];
  const sentence =
    decided.length === 0 ? 'no gate is set (`policies: []`)' : verdicts.map(({ sentence: each }) => each).join('; ');
  return allOf(sentence, verdicts);
}

function sayings({ status, sentence }: Verdict): readonly string[] {
  return [`${status} ${sentence}`];
}

function ownVerdicts(draft: Draft, candidate: Candidate): readonly (OwnVerdict | null)[] {
  const asked = candidate.request !== null;
  return [
    configVerdict(draft),
    clockVerdict(draft),
    suspendedVerdict(draft, subjectOf(candidate)),
    gatesVerdict(draft),
    uncheckedVerdict(draft),
    asked ? null : stalledVerdict(draft),
    asked ? null : heldVerdict(draft, candidate),
    tagVerdict(draft, candidate),
    historyVerdict(draft, candidate),
    followVerdict(draft, candidate),
    versionVerdict(draft, candidate),
    targetVerdict(draft, candidate),
    secretsVerdict(draft, candidate),
  ];
}

function configVerdict(draft: Draft): OwnVerdict | null {
  const { gates, problems } = draft.environment;
  if (gates !== null) return null;
  const { name } = draft.environment;
  if (isGone(draft.environment)) return plain('denied', 'configuration', sayGone(name));
  const first = problems.find((problem) => problem.severity === 'error');
  const what = first === undefined ? `environments/${name} is not there` : problemLine(first);
  return plain(
    'denied',
    'configuration',
    `the configuration at the head of ${draft.observed.defaultBranch} cannot be used: ${what}`,
  );
}

function stalledVerdict(draft: Draft): OwnVerdict | null {
  const { stalled } = draft.state;
  if (stalled === null) return null;
  const sentence = `stalled since ${sayStalled(draft.state, stalled)}`;
  return { ...plain('denied', 'stalled', sentence), needs: stalledNeeds(draft.state) };
}

function heldVerdict(draft: Draft, { offer }: Candidate): OwnVerdict | null {
  const { held } = draft.state;
  if (held === null || draft.environment.holdLifted !== null) return null;
  if (offer !== null && goesForward(draft.state, offer)) return null;
  return plain(
    'waiting',
    'held',
    sayHeld(held),
    held.branch === null ? `a revert on ${held.into}` : `merge of ${held.branch}`,
  );
}

/** Something newer in its place may be the opposite of what was asked for. */
function uncheckedVerdict({ unchecked, environment: { name } }: Draft): OwnVerdict | null {
  const [request] = unchecked;
  if (request === undefined) return null;
  const sentence = `what ${request.by} asked for comes first, once its signature could be looked at, unless it is cancelled`;
  const needs = needsOneOf({ act: 'cancel', environment: name });
  return { ...plain('waiting', 'signature', sentence, 'a signature that can be checked'), needs };
}

function tagVerdict(draft: Draft, candidate: Candidate): OwnVerdict | null {
  const denial = candidate.offer === null ? null : tagDenial(draft.state, candidate.offer);
  return denial === null ? null : plain('denied', 'tag', denial);
}

/** A force-push that drops what runs here is noticed, never silently accepted. */
function historyVerdict(draft: Draft, candidate: Candidate): OwnVerdict | null {
  const { current } = draft.state;
  if (candidate.offer === null || candidate.offer.descends || current === null) return null;
  const sentence =
    `the followed branch was rewritten: ${sayVersion(current.version)}, which runs here, is no longer in its history; ` +
    'to deploy it by name accepts the new history';
  const version = candidate.version.commit.slice(0, 12);
  const needs = needsOneOf({ act: 'deploy', environment: draft.environment.name, version, emergency: false });
  return { ...plain('denied', 'history', sentence), needs };
}

/** Following something else is a gate too: until that is accepted nothing is offered, no matter whose it is. */
function followVerdict(draft: Draft, candidate: Candidate): OwnVerdict | null {
  const { gates, name } = draft.environment;
  const { settings } = draft;
  if (candidate.offer === null || gates === null || settings === null) return null;
  if (!isFollowChanged(draft.environment)) return null;
  const sentence = `what ${name} follows was changed and not accepted yet (in force: ${sayFollow(settings.follow)}; at the head: ${sayFollow(gates.terms.follow)})`;
  const needs = needsOneOf({ act: 'approve-gates', environment: name });
  return { ...plain('waiting', 'follow', sentence, 'gates to be accepted'), needs };
}

function versionVerdict(draft: Draft, candidate: Candidate): OwnVerdict | null {
  const config = draft.environment.versions.get(candidate.version.commit);
  const said = sayVersion(candidate.version);
  if (config === undefined) return plain('denied', 'version', `${said} cannot be read from the repository`);
  if (config.type === 'problems') {
    const first = config.problems.find((problem) => problem.severity === 'error');
    const what = first === undefined ? '' : `: ${problemLine(first)}`;
    return plain('denied', 'version', `${said} has a configuration that cannot be used${what}`);
  }
  const { gates } = draft.environment;
  const names = new Set(config.pipeline.stages.map((stage) => stage.name));
  const missing = draft.sides.flatMap(gatedAfterTouch).find((stage) => !names.has(stage.name));
  if (missing !== undefined)
    return plain('denied', 'version', `${said} lacks the stage ${missing.name}, which is gated`);
  const secret = secretNotInForce(draft, config.environment.secrets);
  if (secret !== undefined) {
    const sentence = `${said} names the secret ${secret}, which is not among those of the gates in force`;
    return plain('waiting', 'secrets', sentence, 'gates to be accepted');
  }
  const own = config.pipeline.stages.flatMap((stage) => stage.policies);
  const unknown = own.find((policy) => gates !== null && !Object.hasOwn(gates.named, policy));
  if (unknown === undefined) return null;
  return plain(
    'denied',
    'version',
    `${said} names the policy ${unknown}, which the head of ${draft.observed.defaultBranch} does not have`,
  );
}

/**
 * Gates of earlier stages stand before the first touch, wherever a version puts that; those of later ones need their
 * stage.
 */
function gatedAfterTouch({ stages }: Side): readonly GatedStage[] {
  const first = stages.findIndex(({ touches }) => touches);
  return stages.slice(first + 1).filter(({ policies }) => policies.length > 0);
}

function secretNotInForce({ settings }: Draft, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => settings !== null && !settings.secrets.includes(secret));
}
