// What people asked for and cannot have: answered with a record, so that the asker is told and nothing waits for ever.

import { problemLine } from '../base/problem.ts';
import { isKnownGood, type PendingRequest } from '../model/environment-state.ts';
import { sayVersion, type Version } from '../model/version.ts';
import type { Draft } from './draft.ts';
import { isAmong } from './people.ts';

export function refuseRequests(draft: Draft): void {
  for (const request of draft.state.requests) {
    const sentence = refusal(draft, request);
    if (sentence === null) continue;
    draft.event({ type: 'request-closed', request: request.id, sentence }, request.id);
    draft.say(sentence);
  }
}

function refusal(draft: Draft, request: PendingRequest): string | null {
  if (request.type === 'deploy') {
    const said = sayVersion(request.version);
    if (!draft.environment.contents.has(request.version.commit)) return `${said} is not a commit of this repository`;
    // A commit never changes: waiting would not help, and nothing else is offered while it waits.
    const config = draft.environment.versions.get(request.version.commit);
    const problem =
      config?.type === 'problems' ? config.problems.find(({ severity }) => severity === 'error') : undefined;
    return problem === undefined ? null : `${said} has a configuration that cannot be used: ${problemLine(problem)}`;
  }
  const by = draft.environment.gates?.environment.rollbackBy ?? null;
  if (by !== null && draft.environment.gates !== null && !isAmong(request.by, by, draft.environment.gates)) {
    return `${request.by} may not roll ${draft.environment.name} back: \`rollback.by\` names ${by.join(', ')}`;
  }
  // While a run is open, the request is about that run: cancelling it goes back to what is in place.
  if (draft.state.open.length > 0 && (request.to === null || isCurrent(draft, request.to))) return null;
  if (rollbackTarget(draft, request.to) !== null) return null;
  return request.to === null
    ? `${draft.environment.name} has no earlier known-good version`
    : `${sayVersion(request.to)} never succeeded in ${draft.environment.name}, or runs there already; \`tidegate deploy\` can bring it`;
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
};

/** The newest known-good contents that are not the current ones; with `to`, those of that version. */
export function rollbackTarget(draft: Draft, to: Version | null): RollbackTarget | null {
  const wanted = to === null ? null : draft.environment.contents.get(to.commit)?.digest;
  const current = draft.state.current?.contents.digest;
  const found = draft.state.contents.find(
    (known) =>
      known.digest !== current &&
      isKnownGood(draft.state, known.digest) &&
      (to === null || known.digest === wanted || known.version.commit === to.commit),
  );
  if (found === undefined) return null;
  return { version: to ?? found.version, digest: found.digest, inputs: found.inputs };
}
