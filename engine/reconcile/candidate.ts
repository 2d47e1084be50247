// At most one candidate an environment: the version that is ahead, with all that a run of it would be opened with.

import { isKnownGood } from '../model/environment-state.ts';
import type { ObservedEnvironment, Offer } from '../model/observed.ts';
import type { RunKind, Trigger } from '../model/record.ts';
import { isFollowChanged, settingsOf } from '../model/sides.ts';
import { type Contents, sayVersion, type Version } from '../model/version.ts';
import { ahead, type DeployRequest, type None } from './ahead.ts';
import type { Draft } from './draft.ts';

export type Candidate = {
  readonly version: Version;
  readonly contents: Contents;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly requestedBy: string | null;
  readonly request: DeployRequest | null;
  readonly reason: string | null;
  readonly emergency: boolean;
  readonly skip: 'none' | 'skippable';
  /** Null for what a person asked for by name. */
  readonly offer: Offer | null;
};

export type Choice =
  | { readonly type: 'candidate'; readonly candidate: Candidate }
  /** The offered version has the contents that run here: it only gets a new name. */
  | { readonly type: 'adopt'; readonly offer: Offer }
  | None;

export function choose(draft: Draft): Choice {
  const { state, environment } = draft;
  const chosen = ahead(state, environment.offers, queueOf(environment));
  switch (chosen.type) {
    case 'request': {
      const { request } = chosen;
      const contents = environment.contents.get(request.version.commit);
      // It is refused for that, and nothing else is offered until it is.
      return contents === undefined
        ? { type: 'none', sentence: null, why: 'nothing-new' }
        : { type: 'candidate', candidate: requested(request, contents) };
    }
    case 'offer':
      return { type: 'candidate', candidate: offered(draft, chosen.offer) };
    case 'adopt':
      return isFollowChanged(environment) ? notFollowed(chosen.offer) : chosen;
    case 'none':
      return chosen;
  }
}

/** A name that only comes by what the head follows is no name yet: what runs would go by it from then on. */
function notFollowed({ version }: Offer): None {
  const sentence = `${sayVersion(version)} has the contents that run here, but what is followed was changed and not accepted yet`;
  return { type: 'none', sentence, why: 'nothing-new' };
}

/** As in force. Where no gates are known nothing is let in: which of several would be next does not matter then. */
export function queueOf(environment: Pick<ObservedEnvironment, 'gates' | 'ledger'>): 'latest' | 'all' {
  return settingsOf(environment)?.queue ?? 'latest';
}

function offered({ state }: Draft, offer: Offer): Candidate {
  const returns = isKnownGood(state, offer.contents.digest);
  return {
    version: offer.version,
    contents: offer.contents,
    kind: returns ? 'rollback' : 'deploy',
    trigger: returns ? 'revert' : offer.trigger,
    requestedBy: offer.author,
    request: null,
    reason: null,
    emergency: false,
    skip: returns ? 'skippable' : 'none',
    offer,
  };
}

function requested(request: DeployRequest, contents: Contents): Candidate {
  return {
    version: request.version,
    contents,
    kind: 'deploy',
    trigger: 'request',
    requestedBy: request.by,
    request,
    reason: request.reason,
    emergency: request.emergency,
    skip: request.skipTests ? 'skippable' : 'none',
    offer: null,
  };
}
