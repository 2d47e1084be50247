// Which versions gates may be asked about here: what is on its way, what people asked for, and what is offered and
// may run. Finding out about a version costs; a list of hundreds is only looked at from its beginning.

import type { Offer, VersionConfig } from '../../model/observed.ts';
import type { Contents, Version } from '../../model/version.ts';
import { inLine, type Queue, versionAhead } from '../../reconcile/ahead.ts';
import type { Weighed } from './evidence.ts';
import type { GroundState } from './facts-ground.ts';

/** With `queue: all` the first that may run is the next one; a few more for who asks what comes after it. */
const OFFERS_MAX = 3;

/** `contents`: of commits that a request or a command names. Each commit once. */
export function inPlay(
  state: GroundState,
  offers: readonly Offer[],
  queue: Queue,
  contents: ReadonlyMap<string, Contents>,
  versions: ReadonlyMap<string, VersionConfig>,
): readonly Weighed[] {
  const asked = state.requests.flatMap((request) =>
    request.type === 'deploy' ? [request.version] : request.to === null ? [] : [request.to],
  );
  const named = new Map<string, Version>();
  for (const version of [state.current?.version, ...offers.map((offer) => offer.version), ...asked]) {
    if (version !== undefined) named.set(version.commit, version);
  }
  const weighed = new Map<string, Weighed>();
  const weigh = (version: Version, here: Contents) =>
    weighed.set(version.commit, { version, contents: here, config: versions.get(version.commit) });
  if (state.current !== null) weigh(state.current.version, state.current.contents);
  for (const [commit, here] of contents) weigh(named.get(commit) ?? { commit, tag: null }, here);
  const next = inLine(state, offers, queue).flatMap((each) => (each.type === 'offer' ? [each.offer] : []));
  for (const offer of (next.length > 0 ? next : offers).slice(0, OFFERS_MAX)) weigh(offer.version, offer.contents);
  // Of several tags on one commit the one counts that it would run under, and before that the one that it runs under.
  const chosen = versionAhead(state, offers, queue);
  const here = chosen === null ? undefined : (weighed.get(chosen.commit)?.contents ?? contents.get(chosen.commit));
  if (chosen !== null && here !== undefined) weigh(chosen, here);
  // What was approved is what was offered when the run began.
  for (const run of state.open) weigh(run.version, run.contents);
  return [...weighed.values()];
}
