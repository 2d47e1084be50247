// What people asked for and cannot have: answered with a record, so that the asker is told and nothing waits for
// ever.

import { problemLine } from '../base/problem.ts';
import { type EnvironmentState, isKnownGood, type PendingRequest } from '../model/environment-state.ts';
import { mustSign, mustSignRollback } from '../model/must-sign.ts';
import { isAmong, personOf, speakerOf } from '../model/people.ts';
import { isPassing, type Signed } from '../model/policy-facts.ts';
import type { Deployed } from '../model/record.ts';
import type { Run } from '../model/run.ts';
import { withoutDropped } from '../model/sides.ts';
import { sayVersion, type Version } from '../model/version.ts';
import type { Draft } from './draft.ts';
import { isExempt } from './kinds.ts';

export function refuseRequests(draft: Draft): void {
  for (const request of draft.unchecked) {
    draft.say(`${sayUnchecked(draft, request)}; it is tried again`);
  }
  for (const request of draft.state.requests) {
    const sentence = refusal(draft, request);
    if (sentence === null) {
      if (isPassing(draft.environment.signers.get(request.id))) {
        draft.say(
          `${sayUnchecked(draft, request)}; a rollback counts here without one as well, so it goes as an unsigned one`,
        );
      }
      continue;
    }
    draft.event({ type: 'request-closed', request: request.id, sentence }, request.id);
    draft.say(sentence);
  }
}

/** An emergency for a version that a run brings overrides that run's gates, and is answered when the run ends. */
export function closeAnswered(draft: Draft, run: Run): void {
  for (const request of draft.state.requests) {
    if (request.type !== 'deploy' || !request.emergency || request.version.commit !== run.version.commit) continue;
    draft.event(
      { type: 'request-closed', request: request.id, sentence: `${run.id} was bringing that version already` },
      request.id,
    );
  }
}

/** Who asked, if it matters: an unsigned name is a claim, and a signature speaks for nobody but its signer. */
function unconfirmed(draft: Draft, request: PendingRequest): string | null {
  const { environment } = draft;
  const { gates, signers } = environment;
  const found = signers.get(request.id);
  // Only rollbacks are still here with one that could not be checked yet: where a mere claim is enough, it is one.
  const signed: Signed = found === undefined || isPassing(found) ? { type: 'unsigned' } : found;
  const isSignedOnly = request.type === 'deploy' ? mustSign(environment) : mustSignRollback(environment);
  const what = whatAsked(draft, request);
  switch (signed.type) {
    case 'invalid':
      return `${what}, but the signature does not hold: ${signed.sentence}`;
    case 'unsigned':
      return isSignedOnly
        ? `${what} without a signature, and \`ledger.signatures\` is required: ask again with --sign`
        : null;
    case 'signed': {
      const directory = gates ?? draft.settings ?? { people: {}, teams: {} };
      const signer = speakerOf(request.by, signed, directory);
      if (signer !== null && signer === personOf(request.by, directory)) return null;
      return `${what}, but the signature is ${signed.by}'s`;
    }
  }
}

function sayUnchecked(draft: Draft, request: PendingRequest): string {
  const signed = draft.environment.signers.get(request.id);
  const why = signed?.type === 'invalid' ? `: ${signed.sentence}` : '';
  return `${whatAsked(draft, request)}, and the signature could not be looked at yet${why}`;
}

function whatAsked({ environment }: Draft, request: PendingRequest): string {
  return `${request.by} asked to ${request.type === 'deploy' ? 'deploy to' : 'roll back'} ${environment.name}`;
}

function refusal(draft: Draft, request: PendingRequest): string | null {
  const claim = unconfirmed(draft, request);
  if (claim !== null) return claim;
  if (request.type === 'deploy') {
    const { tag, commit } = request.version;
    const seen = draft.state.tags.find((entry) => entry.tag === tag);
    // What a tag was first seen at is what it means here; another commit can be asked for as itself.
    if (seen !== undefined && seen.commit !== commit) {
      return `tag ${seen.tag} was moved: it was first seen at ${seen.commit.slice(0, 7)} and now names ${commit.slice(0, 7)}; deploy the commit by its id`;
    }
    const said = sayVersion(request.version);
    if (!draft.environment.contents.has(request.version.commit)) return `${said} is not a commit of this repository`;
    // A commit never changes: waiting would not help, and nothing else is offered while it waits.
    const config = draft.environment.versions.get(request.version.commit);
    const problem =
      config?.type === 'problems' ? config.problems.find(({ severity }) => severity === 'error') : undefined;
    return problem === undefined ? null : `${said} has a configuration that cannot be used: ${problemLine(problem)}`;
  }
  // For what is in force to say, without those whom the head has dropped; also where the head cannot be read.
  const { settings } = draft;
  const by = settings?.rollbackBy ?? null;
  if (by !== null && settings !== null && !isAmong(request.by, by, withoutDropped(settings, draft.environment.gates))) {
    return `${request.by} may not roll ${draft.environment.name} back: \`rollback.by\` names ${by.join(', ')}`;
  }
  const open = draft.state.open.at(-1);
  // Without a version named it would go one further back than what is just being put back, which nobody can mean.
  if (request.to === null && open !== undefined && isExempt(open)) {
    return `${open.id} is rolling ${draft.environment.name} back to ${sayVersion(open.version)} already; name another version with --to`;
  }
  // While a run is open, the request is about that run: cancelling it goes back to what is in place.
  if (draft.state.open.length > 0 && (request.to === null || isCurrent(draft, request.to))) return null;
  if (rollbackTarget(draft, request.to) !== null) return null;
  return request.to === null
    ? `${draft.environment.name} has no earlier known-good version`
    : `${sayVersion(request.to)} never succeeded in ${draft.environment.name}, or runs there already; to deploy it can bring it`;
}

function isCurrent(draft: Draft, to: Version): boolean {
  const { current } = draft.state;
  if (current === null) return false;
  return (
    current.version.commit === to.commit ||
    current.contents.digest === draft.environment.contents.get(to.commit)?.digest
  );
}

export type RollbackTarget = {
  readonly version: Version;
  readonly digest: string;
  readonly inputs: Readonly<Record<string, string | null>>;
  /** What the rollback replaces; null where nothing is known to run. */
  readonly from: Deployed | null;
};

/** The newest known-good contents that are not the current ones; with `to`, those of that version. */
export function rollbackTarget(draft: Draft, to: Version | null): RollbackTarget | null {
  const wanted = to === null ? null : draft.environment.contents.get(to.commit)?.digest;
  const { current: running } = draft.state;
  const current = running?.contents.digest;
  const leftBy = stalledOn(draft.state);
  if (leftBy !== null && running !== null && (to === null || wanted === current)) {
    return { version: to ?? running.version, ...running.contents, from: leftBy };
  }
  const found = draft.state.contents.find(
    (known) =>
      known.digest !== current &&
      isKnownGood(draft.state, known.digest) &&
      (to === null || known.digest === wanted || known.version.commit === to.commit),
  );
  if (found === undefined) return null;
  return { version: to ?? found.version, digest: found.digest, inputs: found.inputs, from: leftBy ?? running };
}

/**
 * The version that a stall left in place, whole or in parts: the current one, which succeeded before it, is then what
 * a rollback goes back to. Null without a stall, and where a person's own rollback stalled: what they left was no
 * good.
 */
export function stalledOn(state: EnvironmentState): Deployed | null {
  const { stalled, newest, contents, current } = state;
  const stalling = newest.find((run) => run.id === stalled?.run);
  const failed = stalling?.trigger === 'failure' ? newest.find((run) => run.id === stalling.cause) : stalling;
  const known = contents.find((entry) => entry.digest === failed?.digest);
  if (failed === undefined || known === undefined || current === null) return null;
  if (failed.kind === 'rollback' && failed.trigger === 'request') return null;
  return { version: failed.version, contents: { digest: known.digest, inputs: known.inputs } };
}
