// At most one candidate an environment: what a person asked for, else what `follow` offers, unless those contents run here
// already or are in quarantine. Contents are compared, never commits.

import { isKnownGood, type PendingRequest } from '../model/environment-state.ts';
import type { Offer } from '../model/observed.ts';
import type { RunKind, Trigger } from '../model/record.ts';
import { type Contents, sayVersion, type Version } from '../model/version.ts';
import type { Draft } from './draft.ts';

export type Candidate = {
  readonly version: Version;
  readonly contents: Contents;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly requestedBy: string | null;
  readonly request: PendingRequest | null;
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
  | { readonly type: 'none'; readonly sentence: string | null };

export function choose(draft: Draft): Choice {
  const request = draft.state.requests.find((pending) => pending.type === 'deploy');
  if (request?.type === 'deploy') {
    const contents = draft.environment.contents.get(request.version.commit);
    if (contents !== undefined) return { type: 'candidate', candidate: requested(request, contents) };
  }
  const offers = notPassedOver(draft);
  // `every` offers the oldest first and goes on behind what is in quarantine; `newest` never falls back to an older one.
  for (const offer of offers) {
    const choice = consider(draft, offer);
    if (choice.type !== 'none' || draft.environment.gates?.environment.supersede !== 'every') return choice;
  }
  return { type: 'none', sentence: null };
}

/** With `every`: what lies before the version that people went away from is behind them as well. */
function notPassedOver({ environment, state }: Draft): readonly Offer[] {
  const { offers, gates } = environment;
  const replaced = state.current?.replaced ?? null;
  if (replaced === null || gates?.environment.supersede !== 'every') return offers;
  return offers.slice(
    Math.max(
      0,
      offers.findLastIndex((offer) => offer.contents.digest === replaced),
    ),
  );
}

function consider(draft: Draft, offer: Offer): Choice {
  const { current, quarantine } = draft.state;
  if (current?.contents.digest === offer.contents.digest) {
    const renamed = offer.tag !== null && offer.version.tag !== current.version.tag;
    if (!renamed) return { type: 'none', sentence: null };
    // Adopting a tag that does not count would put every tag that does below it.
    const denial = tagDenial(draft, offer);
    return denial === null ? { type: 'adopt', offer } : { type: 'none', sentence: denial };
  }
  if (current !== null && current.replaced === offer.contents.digest) {
    const sentence = `${sayVersion(offer.version)} was replaced by ${sayVersion(current.version)} on request (${current.run}); a newer version goes on from here`;
    return { type: 'none', sentence };
  }
  const bad = quarantine.find((entry) => entry.digest === offer.contents.digest);
  if (bad !== undefined) {
    const sentence =
      `${sayVersion(offer.version)} is in quarantine since ${bad.run}: ${bad.sentence}; ` +
      `\`tidegate deploy ${draft.environment.name} ${offer.version.tag ?? offer.version.commit.slice(0, 12)} --reason …\` releases it`;
    return { type: 'none', sentence };
  }
  const returns = isKnownGood(draft.state, offer.contents.digest);
  return {
    type: 'candidate',
    candidate: {
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
    },
  };
}

/** Why a tag does not count, or null. */
export function tagDenial(draft: Draft, offer: Offer): string | null {
  const { tag, version } = offer;
  if (tag === null) return null;
  const seen = draft.state.tags.find((entry) => entry.tag === tag.name);
  const named = version.commit.slice(0, 7);
  if (seen !== undefined && seen.oid !== tag.oid) {
    const first = seen.commit.slice(0, 7);
    return `tag ${tag.name} was moved: it was first seen at ${first} and now names ${named}; tag the new commit with a new version`;
  }
  return tag.reachable
    ? null
    : `tag ${tag.name} is on ${named}, which is not on ${tag.on.join(' or ')}; merge that commit first`;
}

function requested(request: Extract<PendingRequest, { type: 'deploy' }>, contents: Contents): Candidate {
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
