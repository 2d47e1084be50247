// `tidegate when`: the earliest moment at which a version can be live in each environment. It asks `whyOf`, as `why`
// does, at now and again at each instant at which that says the answer can change; it never finds an answer of its
// own. What people have to say is not foreseen: then it tells the earliest moment as far as time alone goes, and what
// is needed besides.

import { type Instant, sayInstant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment, Offer } from '../model/observed.ts';
import { NO_EVIDENCE, type Soaked } from '../model/policy-facts.ts';
import { sidesOf } from '../model/sides.ts';
import { endOfSearch, turnOf } from '../model/turn.ts';
import { ownIn, zoneOf } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { needsOfRules } from '../policy/needs.ts';
import { plain } from '../reconcile/plain-verdict.ts';
import { bareSentence, type Leaf, leafName, ownLeaf } from './leaves.ts';
import { whyOf } from './why.ts';

export type When = {
  readonly name: string;
  /** Null where people or the world have to act first, or where no time is early enough. */
  readonly earliest: Instant | null;
  /** As far as time alone goes; null where waiting would not help. */
  readonly notBefore: Instant | null;
  readonly isLive: boolean;
  /** In which its hour was written, by the rule that decides; null where none did. */
  readonly zone: string | null;
  /** The rules in the way now. */
  readonly blocked: readonly Leaf[];
  /** Of those that time clears not, what is still in the way at `notBefore`. */
  readonly needs: readonly Leaf[];
  /** People and teams who may override what is in the way now, or whose approval it waits for. */
  readonly overridableBy: readonly string[];
  /** The environment that has to run it first; null where none does. */
  readonly behind: When | null;
  readonly sentence: string;
};

/** In the order of the observation. `observed` must hold every environment that another one follows or soaks in. */
export function whenOf(observed: Observed, now: Instant, version: Version, timezone: string): readonly When[] {
  const known = new Map<string, When>();
  const of = (name: string, through: readonly string[]): When | null => {
    const found = known.get(name);
    const environment = observed.environments.find((each) => each.name === name);
    if (found !== undefined || environment === undefined || through.includes(name)) return found ?? null;
    const asked: Asked = { observed, now, version, timezone, source: (other) => of(other, [...through, name]) };
    const answer = inEnvironment(environment, asked);
    known.set(name, answer);
    return answer;
  };
  return observed.environments.flatMap(({ name }) => of(name, []) ?? []);
}

type Asked = {
  readonly observed: Observed;
  readonly now: Instant;
  readonly version: Version;
  readonly timezone: string;
  readonly source: (environment: string) => When | null;
};

function inEnvironment(environment: ObservedEnvironment, asked: Asked): When {
  const { observed, now, version } = asked;
  const { name } = environment;
  const present = whyOf(environment, observed, now, version);
  if (ownIn(present.verdict, 'current') !== undefined) {
    const since = environment.ledger.state.current?.since ?? now;
    const { sentence } = present.verdict;
    return { ...NOTHING, name, earliest: since, notBefore: since, isLive: true, sentence };
  }
  const ahead = aheadOf(environment, asked);
  const offered = ahead.follow === null ? environment : promoted(environment, version);
  const first = whyOf(offered, observed, now, version);
  const follows = ahead.follow === null ? [] : [followLeaf(name, ahead.follow)];
  const blocked = [...follows, ...first.leaves.filter(isBlocked)];
  const sources = [...(ahead.follow === null ? [] : [ahead.follow]), ...ahead.soaks];
  const start = Math.max(now, ...sources.map((when) => when.earliest ?? when.notBefore ?? now));
  const ended = walk(soaking(offered, version, sources), asked, start);
  const held = sources.filter(({ earliest }) => earliest === null);
  const needs = [...held.map((when) => followLeaf(name, when)), ...ended.needs];
  const isHopeless = ended.at === null || needs.some(({ verdict }) => verdict.status === 'denied');
  const known = {
    name,
    earliest: needs.length === 0 ? ended.at : null,
    notBefore: isHopeless ? null : ended.at,
    isLive: false,
    zone: ended.zone,
    blocked,
    needs,
    overridableBy: overridableBy(blocked, environment),
    behind: sources.toSorted((a, b) => order(b) - order(a))[0] ?? null,
  };
  return { ...known, sentence: sayWhen(known, asked, ended, first.verdict.sentence) };
}

const NOTHING = { zone: null, blocked: [], needs: [], overridableBy: [], behind: null } as const;

type Walked = {
  readonly at: Instant | null;
  readonly needs: readonly Leaf[];
  readonly zone: string | null;
  /** Where the search ended, if it found nothing. */
  readonly lookedTo: Instant;
};

/**
 * From look to look, as the `until` of a whole answer is found (model/turn.ts), but past what time alone never
 * clears. It stops where everything else allows.
 */
function walk(environment: ObservedEnvironment, { observed, now, version }: Asked, start: Instant): Walked {
  let at = start;
  let zone: string | null = null;
  for (let looks = 1; ; looks += 1) {
    const blocked = whyOf(environment, observed, at, version, now).leaves.filter(isBlocked);
    const changing = blocked.filter(({ verdict }) => verdict.until !== null && verdict.until > at);
    const next = turnOf(changing.map(({ verdict }) => ({ status: 'waiting', until: verdict.until }))).until;
    if (next === null) return { at, needs: blocked, zone, lookedTo: at };
    // The zone of the rule that decides, so that the hour is the one that its author wrote.
    const decisive = changing.find(({ verdict }) => verdict.until === next);
    zone = decisive === undefined ? null : zoneOf(decisive.verdict);
    const lookedTo = endOfSearch(start, next, looks);
    if (lookedTo !== null) return { at: null, needs: blocked, zone, lookedTo };
    at = next;
  }
}

type Ahead = { readonly follow: When | null; readonly soaks: readonly When[] };

/** The environments that have to run it first: the one that is followed, and those that it has to soak in. */
function aheadOf(environment: ObservedEnvironment, { version, source }: Asked): Ahead {
  const { gates, offers, evidence } = environment;
  if (gates === null) return { follow: null, soaks: [] };
  const notYet = (when: When | null) => (when === null || when.isLive ? [] : [when]);
  const { follow } = gates.environment;
  const isOffered = offers.some((offer) => offer.version.commit === version.commit);
  const [followed] = follow.type === 'promoted' && !isOffered ? notYet(source(follow.from)) : [];
  const seen = (evidence.get(version.commit) ?? NO_EVIDENCE).soaks;
  const soaks = sidesOf(environment)
    .flatMap(({ policies }) => policies)
    .flatMap(({ rules }) => rules.flatMap((rule) => needsOfRules([rule]).soaks))
    // What failed there is not going to be well by being there again.
    .filter((name) => seen[name]?.type !== 'failed' && name !== followed?.name)
    .flatMap((name) => notYet(source(name)));
  return { follow: followed ?? null, soaks: [...new Set(soaks)] };
}

function order({ earliest }: When): number {
  return earliest ?? Number.POSITIVE_INFINITY;
}

/** As it will be offered once it is live where it comes from. */
function promoted(environment: ObservedEnvironment, version: Version): ObservedEnvironment {
  const contents = environment.contents.get(version.commit);
  const isFollowing = environment.gates?.environment.follow.type === 'promoted';
  if (contents === undefined || !isFollowing) return environment;
  const offer: Offer = {
    version,
    contents,
    trigger: 'promotion',
    author: '',
    tag: null,
    descends: true,
    passedOver: null,
  };
  return { ...environment, offers: [offer], weighed: [...environment.weighed, version] };
}

/** As it will be seen later: healthy since it went live in each of them. */
function soaking(environment: ObservedEnvironment, { commit }: Version, sources: readonly When[]): ObservedEnvironment {
  if (sources.length === 0) return environment;
  const before = environment.evidence.get(commit) ?? NO_EVIDENCE;
  const soaked = sources.flatMap(({ name, earliest, notBefore }): [string, Soaked][] => {
    const since = earliest ?? notBefore;
    return since === null ? [] : [[name, { type: 'healthy', since, soakedMs: 0 }]];
  });
  const evidence = { ...before, soaks: { ...before.soaks, ...Object.fromEntries(soaked) } };
  return { ...environment, evidence: new Map([...environment.evidence, [commit, evidence]]) };
}

function followLeaf(name: string, when: When): Leaf {
  const status = when.earliest === null && when.notBefore === null ? 'denied' : 'waiting';
  return ownLeaf(plain(status, 'follow', `${name} comes after ${when.name}: ${when.sentence}`, when.name));
}

function isBlocked({ verdict }: Leaf): boolean {
  return verdict.status !== 'allowed';
}

function overridableBy(blocked: readonly Leaf[], { gates }: ObservedEnvironment): readonly string[] {
  const groups = blocked
    .filter(({ rule }) => rule === 'approval')
    .flatMap(({ policy }) => gates?.named[policy]?.rules ?? [])
    .flatMap((rule) => (rule.type === 'approval' ? [...rule.require, ...rule.paths].map(({ from }) => from) : []));
  return [...new Set([...blocked.flatMap((leaf) => leaf.overridableBy), ...groups])];
}

function sayWhen(
  when: Omit<When, 'sentence'>,
  { now, timezone }: Asked,
  { zone, lookedTo }: Walked,
  allowed: string,
): string {
  const { earliest, notBefore, needs, behind, blocked } = when;
  const after = behind === null ? '' : `, after ${behind.name}`;
  const missing = needs.map((leaf) => `${leafName(leaf)} (${bareSentence(leaf)})`).join(' and ');
  if (earliest !== null && earliest <= now) return `now: ${allowed}`;
  if (earliest !== null) {
    const names = [...new Set(blocked.map(leafName))].join(', ');
    return `${sayInstant(earliest, zone ?? timezone)}${after}; until then ${names} ${blocked.length === 1 ? 'is' : 'are'} in the way`;
  }
  if (notBefore !== null && notBefore > now) {
    return `not before ${sayInstant(notBefore, zone ?? timezone)}${after}; it also needs ${missing}`;
  }
  if (notBefore !== null) return `as soon as ${missing} allows it; time alone does not hold it`;
  const looked = `not within ${Math.floor((lookedTo - now) / 86_400_000)} days`;
  if (missing === '') return `${looked}: the rules never allow it at the same time`;
  return needs.some(({ verdict }) => verdict.status === 'denied')
    ? `denied, and waiting does not help: ${missing}`
    : `${looked}: ${missing}`;
}
