// Taking back what was asked for and still waits: it is closed as a controller closes what it refuses.

import type { PendingRequest } from '../model/environment-state.ts';
import { sayVersion } from '../model/version.ts';
import { type Nothing, type Recorded, type Refused, reasonRefused, record, type Scene } from './act.ts';

/** `reason` may be empty. It bears no signature: it overrides nothing and starts nothing. */
export type CancelAsked = { readonly by: string; readonly reason: string };

/** `goesOn`: the open run, which a cancelled request does not end; null where none is. */
type NothingAsked = Nothing & { readonly goesOn: string | null };

export function cancelRequest({ environment }: Scene, { by, reason }: CancelAsked): Recorded | NothingAsked | Refused {
  const unreasoned = reasonRefused(reason, false);
  if (unreasoned !== null) return unreasoned;
  const { name, ledger } = environment;
  // A newer request replaces an older one: there is at most one.
  const request = ledger.state.requests.at(-1);
  if (request === undefined) {
    const says = `nothing that was asked for waits in ${name}; nothing was written`;
    return { type: 'nothing', says, goesOn: ledger.state.open.at(-1)?.id ?? null };
  }
  const what = sayRequest(request);
  const sentence = `${what}, asked for by ${request.by}, was cancelled by ${by}${reason === '' ? '' : `: ${reason}`}`;
  return record(
    { type: 'request-closed', request: request.id, sentence },
    { sign: false, says: `cancelled ${what}, asked for by ${request.by}` },
  );
}

function sayRequest(request: PendingRequest): string {
  if (request.type === 'deploy') return `the deployment of ${sayVersion(request.version)}`;
  return request.to === null ? 'the rollback' : `the rollback to ${sayVersion(request.to)}`;
}
