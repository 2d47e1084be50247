// An emergency is for now. Once every override that it could have used has run out it overrides nothing any more, and
// must not stand in the way of what is offered since.

import { everyPolicy } from '../model/asked-policies.ts';
import { needsOneOf, versionName } from '../model/remedy.ts';
import { sayVersion } from '../model/version.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';

/**
 * True where the request behind the candidate was answered so. What the gates let in by themselves is not asked about
 * here.
 */
export function closeLapsed(draft: Draft, { request, emergency, version }: Candidate): boolean {
  const { gates, name, versions } = draft.environment;
  if (request === null || !emergency || gates === null) return false;
  const policies = everyPolicy(draft.environment, [versions.get(version.commit)]);
  const spansMs = policies.flatMap(({ override }) => override?.expiresMs ?? []);
  if (spansMs.length === 0) return false;
  const lapsesAt = request.at + Math.max(...spansMs);
  if (draft.now < lapsesAt) {
    draft.wake(lapsesAt);
    return false;
  }
  const sentence =
    `the emergency for which ${request.by} asked for ${sayVersion(version)} has run out, and the gates of ${name} do not let it in; ` +
    'a person may ask for it once more';
  const asks = { act: 'deploy', environment: name, version: versionName(version), emergency: true } as const;
  draft.event({ type: 'request-closed', request: request.id, sentence }, request.id);
  draft.say(sentence, needsOneOf(asks));
  return true;
}
