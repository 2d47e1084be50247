// Which version an environment goes for next: what a person asked for, else what `follow` offers, unless those contents run
// here already or are in quarantine. Contents are compared, never commits. Whoever gathers facts asks the very function
// that decides: a version is granted on facts of its own or not at all.

import type { EnvironmentConfig } from '../model/config.ts';
import type { EnvironmentState, PendingRequest } from '../model/environment-state.ts';
import type { Offer } from '../model/observed.ts';
import { sayChange, sayVersion, type Version } from '../model/version.ts';

export type DeployRequest = Extract<PendingRequest, { type: 'deploy' }>;
export type Queue = EnvironmentConfig['supersede'];

/** What becomes of one offer. */
type Considered =
  | { readonly type: 'offer'; readonly offer: Offer }
  /** The offered version has the contents that run here: it only gets a new name. */
  | { readonly type: 'adopt'; readonly offer: Offer }
  | { readonly type: 'none'; readonly sentence: string | null };

/** A request stands before every offer until it is answered; whether its version can be had is not asked here. */
export type Ahead = { readonly type: 'request'; readonly request: DeployRequest } | Considered;

/** `offers`: with `newest` the first is the only one that counts; with `every` they are in order, oldest first. */
export function ahead(state: EnvironmentState, offers: readonly Offer[], queue: Queue): Ahead {
  const request = state.requests.find((pending): pending is DeployRequest => pending.type === 'deploy');
  if (request !== undefined) return { type: 'request', request };
  const line = inLine(state, offers, queue);
  return line.find(({ type }) => type !== 'none') ?? line.at(-1) ?? { type: 'none', sentence: null };
}

/** `every` goes on behind what does not count; `newest` never falls back to an older one. */
export function inLine(state: EnvironmentState, offers: readonly Offer[], queue: Queue): readonly Considered[] {
  return (queue === 'every' ? offers : offers.slice(0, 1)).map((offer) => consider(state, offer));
}

/** The version that facts have to be about; null where nothing is chosen. */
export function versionAhead(state: EnvironmentState, offers: readonly Offer[], queue: Queue): Version | null {
  const chosen = ahead(state, offers, queue);
  switch (chosen.type) {
    case 'request':
      return chosen.request.version;
    case 'offer':
    case 'adopt':
      return chosen.offer.version;
    case 'none':
      return null;
  }
}

function consider(state: EnvironmentState, offer: Offer): Considered {
  const { current, quarantine, environment } = state;
  if (current?.contents.digest === offer.contents.digest) {
    const renamed = offer.tag !== null && offer.version.tag !== current.version.tag;
    if (!renamed) return { type: 'none', sentence: null };
    // Adopting a tag that does not count would put every tag that does below it.
    const denial = tagDenial(state, offer);
    return denial === null ? { type: 'adopt', offer } : { type: 'none', sentence: denial };
  }
  if (current !== null && offer.passedOver !== null) {
    const by = `${sayVersion(current.version)} on request (${current.run}); a newer version goes on from here`;
    const left = sayVersion(offer.passedOver);
    const isIt = offer.passedOver.commit === offer.version.commit;
    const what = isIt
      ? `${left} was replaced by`
      : `${sayVersion(offer.version)} is not newer than ${left}, replaced by`;
    return { type: 'none', sentence: `${what} ${by}` };
  }
  const bad = quarantine.find((entry) => entry.digest === offer.contents.digest);
  if (bad !== undefined) {
    const sentence =
      `${sayVersion(offer.version)} is in quarantine since ${bad.run}: ${bad.sentence}; ` +
      `\`tidegate deploy ${environment} ${offer.version.tag ?? offer.version.commit.slice(0, 12)} --reason …\` releases it, ` +
      `and ${sayChange(offer.contents)} makes a new version`;
    return { type: 'none', sentence };
  }
  return { type: 'offer', offer };
}

/** Why a tag does not count, or null. */
export function tagDenial({ tags }: EnvironmentState, { tag, version }: Offer): string | null {
  if (tag === null) return null;
  const seen = tags.find((entry) => entry.tag === tag.name);
  const named = version.commit.slice(0, 7);
  if (seen !== undefined && seen.oid !== tag.oid) {
    const first = seen.commit.slice(0, 7);
    return `tag ${tag.name} was moved: it was first seen at ${first} and now names ${named}; tag the new commit with a new version`;
  }
  return tag.reachable
    ? null
    : `tag ${tag.name} is on ${named}, which is not on ${tag.on.join(' or ')}; merge that commit first`;
}
