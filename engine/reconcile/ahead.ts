// Which version an environment goes for next: what a person asked for, else what `follow` offers, unless those
// contents run here already or are in quarantine. Contents are compared, never commits. Anyone who gathers facts asks
// the very function that decides: a version is granted on facts of its own or not at all.

import type { EnvironmentConfig } from '../model/config.ts';
import type { EnvironmentState, PendingRequest, Quarantined, SeenTag } from '../model/environment-state.ts';
import type { Offer } from '../model/observed.ts';
import { type Needs, needsOneOf, versionName } from '../model/remedy.ts';
import { sayChange, sayVersion, type Version } from '../model/version.ts';
import { goesForward } from './ways-out.ts';

export type DeployRequest = Extract<PendingRequest, { type: 'deploy' }>;
export type Queue = EnvironmentConfig['queue'];

/** What becomes of one offer. */
type Considered =
  | { readonly type: 'offer'; readonly offer: Offer }
  /** The offered version has the contents that run here: it only gets a new name. */
  | { readonly type: 'adopt'; readonly offer: Offer }
  | None;

/** `why`: quarantined: those contents failed here. left: people went away from it. tag: it does not count. */
export type None = {
  readonly type: 'none';
  readonly sentence: string | null;
  readonly why: 'nothing-new' | 'quarantined' | 'left' | 'tag';
  /** What a person may do about it. */
  readonly needs?: Needs;
};

const NOTHING_NEW: None = { type: 'none', sentence: null, why: 'nothing-new' };

/** What of its state says where an environment goes. */
type Going = Pick<
  EnvironmentState,
  'environment' | 'current' | 'contents' | 'quarantine' | 'requests' | 'tags' | 'held'
>;

/** A request stands before every offer until it is answered; whether its version can be had is not asked here. */
export type Ahead = { readonly type: 'request'; readonly request: DeployRequest } | Considered;

/** `offers`: with `latest` the first is the only one that counts; with `all` they are in order, oldest first. */
export function ahead(state: Going, offers: readonly Offer[], queue: Queue): Ahead {
  const request = state.requests.find((pending): pending is DeployRequest => pending.type === 'deploy');
  if (request !== undefined) return { type: 'request', request };
  const line = inLine(state, offers, queue);
  return line.find(({ type }) => type !== 'none') ?? line.at(-1) ?? NOTHING_NEW;
}

/** `all` goes on behind what does not count; `latest` never falls back to an older one. */
export function inLine(state: Going, offers: readonly Offer[], queue: Queue): readonly Considered[] {
  if (queue === 'latest') return offers.slice(0, 1).map((offer) => consider(state, offer));
  // What was in the line when a rollback was held has no turn before the answer to that.
  const answer = state.held === null ? -1 : offers.findIndex((offer) => goesForward(state, offer));
  return offers.slice(Math.max(0, answer)).map((offer) => consider(state, offer));
}

/** The version that facts have to be about; null where nothing is chosen. */
export function versionAhead(state: Going, offers: readonly Offer[], queue: Queue): Version | null {
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

function consider(state: Going, offer: Offer): Considered {
  const { current, quarantine, environment } = state;
  if (current?.contents.digest === offer.contents.digest) {
    const renamed = offer.tag !== null && offer.version.tag !== current.version.tag;
    if (!renamed) return NOTHING_NEW;
    // Adopting a tag that does not count would put every tag that does below it.
    const denial = tagDenial(state, offer);
    return denial === null ? { type: 'adopt', offer } : { type: 'none', sentence: denial, why: 'tag' };
  }
  if (current !== null && offer.passedOver !== null) {
    const by = `${sayVersion(current.version)} on request (${current.run}); a newer version goes on from here`;
    const left = sayVersion(offer.passedOver);
    const isIt = offer.passedOver.commit === offer.version.commit;
    const what = isIt
      ? `${left} was replaced by`
      : `${sayVersion(offer.version)} is not newer than ${left}, replaced by`;
    return { type: 'none', sentence: `${what} ${by}`, why: 'left' };
  }
  const bad = quarantine.find((entry) => entry.digest === offer.contents.digest);
  if (bad !== undefined) {
    const version = versionName(offer.version);
    const needs = needsOneOf({ act: 'deploy', environment, version, emergency: false });
    return { type: 'none', sentence: sayQuarantined(offer, bad), why: 'quarantined', needs };
  }
  return { type: 'offer', offer };
}

/** The same contents under another commit are the same version: what is no input does not help. */
function sayQuarantined({ version, contents }: Offer, bad: Quarantined): string {
  return (
    `${sayVersion(version)} is in quarantine since ${bad.run}: ${bad.sentence}; ` +
    `to deploy it by name releases it, and ${sayChange(contents)} makes a new version`
  );
}

/** What a person types to mean it. */
export function nameOf({ tag, commit }: Version): string {
  return tag ?? commit.slice(0, 12);
}

/** The tag as it was first seen, where it has been moved since. */
export function movedFrom({ tags }: Pick<Going, 'tags'>, { tag }: Offer): SeenTag | null {
  return tags.find((seen) => seen.tag === tag?.name && seen.oid !== tag.oid) ?? null;
}

/** Why a tag does not count, or null. */
export function tagDenial(state: Going, offer: Offer): string | null {
  const { tag, version } = offer;
  if (tag === null) return null;
  const seen = movedFrom(state, offer);
  const named = version.commit.slice(0, 7);
  if (seen !== null) {
    const first = seen.commit.slice(0, 7);
    return `tag ${tag.name} was moved: it was first seen at ${first} and now names ${named}; tag the new commit with a new version`;
  }
  return tag.reachable
    ? null
    : `tag ${tag.name} is on ${named}, which is not on ${tag.on.join(' or ')}; merge that commit first`;
}
