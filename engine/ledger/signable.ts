// What a person's signature is over: everything that a record says, and in which environment, as one canonical text.
// The state keeps enough of approvals, overrides and requests to make the same text again, so that a signature can be
// checked long after its record was folded. Never leaves out a field that means something: what is not signed can be
// changed.

import { unreachable } from '../base/assert.ts';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { formatInstant } from '../base/instant.ts';
import type { PendingRequest, StoredApproval, StoredOverride } from '../model/environment-state.ts';
import type { GatesWord } from '../model/gate-terms.ts';
import { type EventRecord, kindOf } from './records/table.ts';

/** Records that speak for a person. */
export type SignableRecord = Extract<EventRecord, { readonly signature?: string }>;

/** `environment` is the ledger that it stands in; `_all` for the whole repository. */
export function signableText(environment: string, record: SignableRecord): string {
  const { clock: _clock, signature: _signature, at, ...said } = record;
  const until = 'until' in said && said.until !== null ? { until: formatInstant(said.until) } : {};
  return canonicalJson({ environment, at: formatInstant(at), ...said, ...until } as Json);
}

export function isSignable(record: Pick<EventRecord, 'type'>): record is SignableRecord {
  return Object.hasOwn(kindOf(record.type).fields, 'signature');
}

/** Of one given by a command. An approval tag is no record of ours: the tag itself is what is signed there. */
export function signableOfApproval(environment: string, approval: StoredApproval): string {
  const { id, by, at, answer, version, planDigest, reason } = approval;
  return signableText(environment, { type: answer, id, by, at, version, planDigest: planDigest ?? '', reason });
}

export function signableOfOverride(environment: string, override: StoredOverride): string {
  const { id, by, at, version, rules, reason, until } = override;
  return signableText(environment, { type: 'overridden', id, by, at, version, rules, reason, until });
}

export function signableOfRequest(environment: string, request: PendingRequest): string {
  const { id, by, at, reason } = request;
  switch (request.type) {
    case 'deploy': {
      const { version, emergency, skipTests } = request;
      return signableText(environment, {
        type: 'deploy-requested',
        id,
        by,
        at,
        version,
        reason,
        emergency,
        skipTests,
      });
    }
    case 'rollback':
      return signableText(environment, { type: 'rollback-requested', id, by, at, to: request.to, reason });
    default:
      return unreachable(request);
  }
}

export function signableOfGatesWord(environment: string, word: GatesWord): string {
  const { id, by, at, answer, serial, digest, reason } = word;
  return signableText(environment, { type: `gates-${answer}`, id, by, at, serial, digest, reason });
}
