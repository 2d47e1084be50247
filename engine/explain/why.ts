// `tidegate why`: may this version run here now, and which rule says what. Asks `assess` and `verdictOn`, the
// functions that decide, so that the answer is the one that the controller acts on. Must never find an answer of its
// own.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { type Needs, needsOneOf, versionName } from '../model/remedy.ts';
import { pendingStage } from '../model/run.ts';
import { allOf, type Verdict } from '../model/verdict.ts';
import { sayChange, sayVersion, type Version } from '../model/version.ts';
import { type Assessment, assess, verdictOn } from '../reconcile/assess.ts';
import type { Candidate } from '../reconcile/candidate.ts';
import { Draft } from '../reconcile/draft.ts';
import { isGone, sayGone } from '../reconcile/is-gone.ts';
import { plain, suspendedVerdict } from '../reconcile/plain-verdict.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { sayIso } from './moment.ts';
import { sayDeed } from './say-run.ts';
import { followed, gateOf } from './standing.ts';
import { underWay } from './under-way.ts';

export type Why = {
  readonly environment: string;
  /** Null only where nothing runs and nothing is offered. */
  readonly version: Version | null;
  readonly now: Instant;
  readonly verdict: Verdict;
  readonly leaves: readonly Leaf[];
  /** The candidate is a return to a known-good version that came by `git revert` and is gated like any other. */
  readonly isRevert: boolean;
};

/**
 * Without `version`: the candidate, else what runs. `seenAt`: when this was observed, where `now` lies ahead of it.
 */
export function whyOf(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version?: Version,
  seenAt: Instant = now,
): Why {
  const draft = new Draft(environment, observed, now, seenAt);
  const { ledger } = environment;
  const answer =
    ledger.type === 'damaged'
      ? { version: version ?? null, verdict: plain('denied', 'ledger', `the ledger is damaged: ${ledger.sentence}`) }
      : version === undefined
        ? onCandidate(draft)
        : onVersion(draft, version);
  const { verdict } = answer;
  return { environment: environment.name, now, isRevert: false, ...answer, leaves: leavesOf(verdict, environment) };
}

type Answer = { readonly version: Version | null; readonly verdict: Verdict; readonly isRevert?: boolean };

function onCandidate(draft: Draft): Answer {
  const gated = atGate(draft);
  if (gated !== null) return gated;
  const assessment = assess(draft);
  if (assessment.choice.type === 'candidate') return onChoice(draft, assessment, assessment.choice.candidate);
  const { current, open } = draft.state;
  const run = open.at(-1);
  // What moves is what a person asks about, also where nothing newer is offered.
  if (run !== undefined) return { version: run.version, verdict: underWay(draft, run) };
  const [offer] = draft.environment.offers;
  const { sentence: none, needs = null } = assessment.choice.type === 'none' ? assessment.choice : NOTHING_SAID;
  const needed = needs === null ? {} : { needs };
  if (current !== null) return { version: current.version, verdict: running(draft, none) };
  if (none !== null && offer !== undefined)
    return { version: offer.version, verdict: { ...plain('denied', 'quarantine', none), ...needed } };
  if (draft.environment.gates === null) return { version: null, verdict: gatesVerdict(draft) };
  const sentence =
    draft.environment.ignored[0]?.sentence ??
    `no version is offered yet: ${draft.environment.name} follows ${followed(draft)}`;
  return { version: null, verdict: plain('waiting', 'follow', sentence, 'a version') };
}

const NOTHING_SAID = { sentence: null, needs: null } as const;

function onChoice(draft: Draft, { verdict }: Assessment, candidate: Candidate): Answer {
  const run = draft.state.open.at(-1);
  const asked = verdict ?? verdictOn(draft, candidate);
  const isRevert = candidate.trigger === 'revert';
  if (run === undefined) return { version: candidate.version, verdict: asked, isRevert };
  if (run.contents.digest === candidate.contents.digest) {
    return { version: candidate.version, verdict: underWay(draft, run) };
  }
  const sentence = `${run.id} (${sayDeed(run)}) is under way, and a run that has begun is not cut off`;
  const behind = plain('waiting', 'run', sentence, `run ${run.id}`);
  return { version: candidate.version, verdict: allOf(sentence, [behind, asked]), isRevert };
}

function onVersion(draft: Draft, version: Version): Answer {
  const { state, environment } = draft;
  const isIt = (other: Version) =>
    other.commit === version.commit && (version.tag === null || other.tag === version.tag);
  const gated = atGate(draft);
  if (gated?.version !== null && gated !== null && isIt(gated.version)) return gated;
  const assessment = assess(draft);
  if (assessment.choice.type === 'candidate' && isIt(assessment.choice.candidate.version)) {
    return onChoice(draft, assessment, assessment.choice.candidate);
  }
  // Judged as offered: a tag that was moved or stands beside the branch says so itself.
  const offer = environment.offers.find((each) => isIt(each.version));
  if (offer !== undefined) {
    const single = {
      ...environment,
      offers: [offer],
      ledger: { ...environment.ledger, state: { ...state, requests: [] } },
    };
    const other = new Draft(single, draft.observed, draft.now, draft.seenAt);
    const judged = assess(other);
    if (judged.choice.type === 'candidate') return onChoice(other, judged, judged.choice.candidate);
  }
  const refused = tagRefused(draft, version);
  if (refused !== null) return { version, verdict: refused };
  const contents = offer?.contents ?? environment.contents.get(version.commit);
  if (contents === undefined) {
    return {
      version,
      verdict: plain('denied', 'version', `${sayVersion(version)} cannot be read from the repository`),
    };
  }
  const open = state.open.find((run) => run.contents.digest === contents.digest && run.failure === null);
  if (open !== undefined) return { version, verdict: underWay(draft, open) };
  if (state.current?.contents.digest === contents.digest) return { version, verdict: running(draft, null) };
  const bad = state.quarantine.find((entry) => entry.digest === contents.digest);
  if (bad !== undefined) {
    const sentence =
      `in quarantine since ${bad.run}: ${bad.sentence}; to deploy it by name releases it, ` +
      `and ${sayChange(contents)} makes a new version`;
    const needs = deploying(environment.name, version);
    return { version, verdict: { ...plain('denied', 'quarantine', sentence), needs } };
  }
  return { version, verdict: asIfAsked(draft, version, contents) };
}

/** Nobody asked for it and `follow` does not offer it: what the gates would say if somebody did. */
function asIfAsked(draft: Draft, version: Version, contents: Candidate['contents']): Verdict {
  const { name } = draft.environment;
  const request = {
    type: 'deploy',
    id: 'why',
    by: '',
    at: draft.now,
    reason: '',
    version,
    emergency: false,
    skipTests: false,
  } as const;
  const candidate: Candidate = {
    version,
    contents,
    kind: 'deploy',
    trigger: 'request',
    requestedBy: null,
    request,
    reason: null,
    emergency: false,
    skip: 'none',
    offer: null,
  };
  const verdict = verdictOn(draft, candidate);
  const sentence = `${name} follows ${followed(draft)}, which does not bring it: a person has to ask for it by name`;
  const asked = { ...plain('allowed', 'follow', sentence), needs: deploying(name, version) };
  return allOf(verdict.sentence, [asked, verdict]);
}

function deploying(environment: string, version: Version): Needs {
  return needsOneOf({ act: 'deploy', environment, version: versionName(version), emergency: false });
}

/** An open run that waits before a stage: its answer is the one that matters. */
function atGate(draft: Draft): Answer | null {
  const run = draft.state.open.at(-1);
  if (run === undefined) return null;
  const gate = gateOf(draft, run);
  if (gate === null) return null;
  const stage = pendingStage(run)?.name ?? '';
  const begun = plain('allowed', 'run', `${run.id} is open and waits before ${stage}`);
  return { version: run.version, verdict: allOf(gate.sentence, [begun, gate]) };
}

/** What runs may run, also while the head is broken; why nothing newer comes is said as well. */
function running(draft: Draft, nothingNewer: string | null): Verdict {
  const { current } = draft.state;
  const since = current === null ? '' : ` since ${sayIso(current.since)} (${current.run})`;
  const broken = draft.environment.gates === null ? `nothing new can come: ${gatesVerdict(draft).sentence}` : null;
  const suspended = suspendedVerdict(draft);
  const newer = nothingNewer ?? broken ?? suspended?.sentence ?? 'nothing newer is offered';
  return plain('allowed', 'current', `runs here${since}; ${newer}`);
}

function gatesVerdict({ observed, environment }: Draft): Verdict {
  if (isGone(environment)) return plain('denied', 'configuration', sayGone(environment.name));
  return plain('denied', 'configuration', `the configuration at the head of ${observed.defaultBranch} cannot be used`);
}

/** A tag that `follow` does not offer because something is wrong with it. */
function tagRefused(draft: Draft, version: Version): Verdict | null {
  const { tag } = version;
  if (tag === null) return null;
  const seen = draft.state.tags.find((entry) => entry.tag === tag);
  if (seen !== undefined && seen.commit !== version.commit) {
    const sentence = `tag ${tag} was moved: it was first seen at ${seen.commit.slice(0, 7)} and now names ${version.commit.slice(0, 7)}; tag the new commit with a new version`;
    return plain('denied', 'tag', sentence);
  }
  const ignored = draft.environment.ignored.find((passed) => passed.tag === tag);
  if (ignored === undefined) return null;
  const { sentence, needs } = ignored;
  return { ...plain('denied', 'tag', sentence), ...(needs === undefined ? {} : { needs }) };
}
