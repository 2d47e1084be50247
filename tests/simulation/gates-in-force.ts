// What is in force in each environment, folded from what really landed, and whether each acceptance was right: the
// rules of docs/changing-gates.md in words of their own. No line of the engine's gates is used here. It asks for what
// is necessary, never for what is sufficient: where it objects, nothing may be in force.

import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import { nameOf, SLACK_MS } from './gate-truth.ts';
import { type Landed, reaches } from './ledger-truth.ts';
import type { Machine } from './machine.ts';
import type { Team } from './repository-model.ts';
import { allGates, isOnlyFewer, lifters, partsOf, type Terms, termsAt, termsKey } from './terms.ts';
import type { World } from './world.ts';

type Acceptance = Extract<LedgerRecord, { type: 'gates-accepted' }>;

export type InForce = {
  readonly serial: number;
  readonly from: string;
  readonly on: Acceptance['on'];
  /** Null for an environment that was removed. */
  readonly terms: Terms | null;
  readonly at: number;
};

/** Who answers for a change. */
type Group = { readonly team: Team; readonly count: number; readonly isMakerOut: boolean };
type Voice = { readonly answer: 'approved' | 'rejected' | 'overridden'; readonly at: number };

export class GatesInForce {
  readonly #world: World;
  readonly #accepted = new Map<string, InForce[]>();
  /** Decided by a controller and on their way to the remote. */
  readonly #decided = new Map<string, InForce & { readonly machine: string; readonly environment: string }>();
  readonly #keys = new Map<string, string>();
  readonly #digests = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * What a controller may take for in force now: the newest, what that replaced a moment ago, what it has just
   * decided.
   */
  knownBy(machine: Machine, environment: string): readonly InForce[] {
    const { timeline } = this.#world;
    const landed = this.#accepted.get(environment) ?? [];
    const known = landed.filter((_, index) => {
      const next = landed[index + 1];
      return next === undefined || next.at > timeline.now - SLACK_MS;
    });
    const own = [...this.#decided.values()].filter(
      (one) =>
        one.machine === machine.name && one.environment === environment && one.serial > (known.at(-1)?.serial ?? 0),
    );
    return [...known, ...own];
  }

  newest(environment: string): InForce | null {
    return this.#accepted.get(environment)?.at(-1) ?? null;
  }

  decided(machine: Machine, environment: string, record: Acceptance): void {
    if (this.#decided.has(record.id)) return;
    const { serial, from, on } = record;
    const at = this.#world.timeline.now;
    this.#decided.set(record.id, {
      serial,
      from,
      on,
      terms: this.#termsOf(record, environment),
      at,
      machine: machine.name,
      environment,
    });
  }

  /** Null where it was right, else why not. */
  landed(environment: string, record: Acceptance): string | null {
    const accepted = this.#accepted.get(environment) ?? [];
    const before = accepted.at(-1) ?? null;
    const at = this.#decided.get(record.id)?.at ?? this.#world.timeline.now;
    const terms = this.#termsOf(record, environment);
    const { serial, from, on } = record;
    this.#accepted.set(environment, [...accepted, { serial, from, on, terms, at: this.#world.timeline.now }]);
    if (serial !== (before?.serial ?? 0) + 1) return `gates ${serial} follow gates ${before?.serial ?? 0}`;
    return this.#misread(record, environment, terms) ?? this.#unjust(environment, record, before, terms, at);
  }

  #termsOf({ from, gates }: Acceptance, environment: string): Terms | null {
    return gates === null ? null : termsAt(this.#world.modelAt(from), environment);
  }

  /** It is of a commit that the branch had, which can be read, and one digest is one set of gates. */
  #misread({ from, gates, digest }: Acceptance, environment: string, terms: Terms | null): string | null {
    const { heads } = this.#world;
    if (!heads.has(from)) return `${from.slice(0, 7)}, which they are read from, was never the head`;
    const { broken, environments } = this.#world.modelAt(from);
    // Of an environment that was taken out no file is left that could be broken.
    const isBroken = typeof broken === 'object' && broken.environment === environment && environments[environment];
    if (broken === 'repository' || isBroken) return `${from.slice(0, 7)}, which they are read from, cannot be read`;
    if (gates === null && environments[environment] !== undefined)
      return `${environment} is there at ${from.slice(0, 7)}`;
    if (gates !== null && terms === null) return `${environment} is not there at ${from.slice(0, 7)}`;
    const key = termsKey(terms);
    if ((this.#keys.get(digest) ?? key) !== key) return `${digest.slice(0, 12)} means two sets of gates`;
    if ((this.#digests.get(key) ?? digest) !== digest) return `${digest.slice(0, 12)} has another name as well`;
    this.#keys.set(digest, key);
    this.#digests.set(key, digest);
    return null;
  }

  #unjust(
    environment: string,
    record: Acceptance,
    before: InForce | null,
    after: Terms | null,
    at: number,
  ): string | null {
    const old = before?.terms ?? null;
    const voices = this.#voices(environment, record);
    if (after !== null && isBlocked(after) && ![...voices.values()].some(({ answer }) => answer !== 'rejected'))
      return 'nobody could leave them again, and nobody has said yes to that';
    switch (record.on) {
      case 'first-sight':
        if (old !== null) return 'the environment is not new';
        return this.#guards(environment, after, at).length === 0 ? null : 'others guard a new environment';
      case 'nothing-in-force':
        return old !== null && allGates(old).length === 0 && old.changes === null ? null : 'gates were in force';
      case 'removals':
        if (old === null || after === null) return 'there were none';
        return isOnlyFewer(old, after) ? null : 'more than people and members is different';
      case 'words':
        return this.#unsaid(environment, record, before, after, voices, at);
      case 'override':
        return old === null ? 'there is nothing to override' : notLifted(old, voices);
      case 'run':
        return this.#notByRun(environment, record, old, after);
      default:
        return `nobody in this life may accept them on ${record.on}`;
    }
  }

  #unsaid(
    environment: string,
    record: Acceptance,
    before: InForce | null,
    after: Terms | null,
    voices: ReadonlyMap<string, Voice>,
    at: number,
  ): string | null {
    const old = before?.terms ?? null;
    const yes = [...voices].flatMap(([name, { answer }]) => (answer === 'rejected' ? [] : [name]));
    if (old === null || before === null) {
      const guards = this.#guards(environment, after, Number.POSITIVE_INFINITY);
      const isHeard = guards.some(({ terms }) =>
        groupsOf(terms).some((group) => membersOf(group, terms, yes).length >= group.count),
      );
      return isHeard || (guards.length === 0 && yes.length > 0) ? null : `said yes to by ${yes.join(', ') || 'nobody'}`;
    }
    const groups = groupsOf(old);
    if (groups.length === 0) return yes.length > 0 ? null : 'nobody has said yes';
    const no = [...voices].find(
      ([name, voice]) =>
        voice.answer === 'rejected' &&
        voice.at < at - SLACK_MS &&
        groups.some((group) => membersOf(group, old, [name]).length > 0),
    );
    if (no !== undefined) return `${no[0]} has rejected them`;
    const makers = this.#makers(environment, before.from, record.from);
    for (const group of groups) {
      const heard = membersOf(group, old, yes).filter((name) => !group.isMakerOut || !makers.has(name));
      if (heard.length < group.count)
        return `${group.count} of ${group.team} have to say yes, and ${yes.join(', ') || 'nobody'} did (made by ${[...makers].join(', ')})`;
    }
    return null;
  }

  #notByRun(environment: string, record: Acceptance, old: Terms | null, after: Terms | null): string | null {
    if (old === null || groupsOf(old).length > 0) return 'people answer for them';
    const run = this.#before(environment, record)
      .map((one) => one.record)
      .findLast((one) => one.type === 'run-opened');
    if (run?.type !== 'run-opened' || run.kind !== 'deploy') return 'no run was granted';
    if (run.emergency || run.lifted !== undefined) return `${run.run} was let in by an exception`;
    const isPast = this.#before(environment, record).some(
      (one) => one.record.type === 'stage-started' && one.record.run === run.run && one.record.stage === 'deploy',
    );
    if (old.stageGates.length > 0 && !isPast) return `${run.run} has not been let through its stages`;
    const own = termsAt(this.#world.modelAt(run.version.commit), environment);
    return termsKey(own) === termsKey(after) ? null : `the version of ${run.run} does not hold them`;
  }

  /** Gates about people in force elsewhere, but where both were first seen together. */
  #guards(environment: string, after: Terms | null, at: number): readonly { readonly terms: Terms }[] {
    const { ledger } = this.#world;
    const found: { readonly terms: Terms }[] = [];
    for (const [name, accepted] of this.#accepted) {
      const last = accepted.at(-1);
      if (name === environment || last === undefined || ledger.spoilt.has(name)) continue;
      // Anyone who looks may not know yet what landed a moment ago.
      if (accepted.some((one) => one.at > at - SLACK_MS)) continue;
      const { terms, on, from } = last;
      if (terms === null || groupsOf(terms).length === 0) continue;
      const then = termsAt(this.#world.modelAt(from), environment);
      const isTogether = on === 'first-sight' && then !== null && termsKey(then) === termsKey(after);
      if (!isTogether) found.push({ terms });
    }
    return found;
  }

  /** The last word of each person on this very change, recorded or by a tag that is on the remote. */
  #voices(environment: string, record: Acceptance): ReadonlyMap<string, Voice> {
    const voices = new Map<string, Voice>();
    const isIt = (serial: number, digest: string) => serial === record.serial - 1 && record.digest.startsWith(digest);
    for (const { at, record: word } of this.#before(environment, record)) {
      const said = saidIn(word);
      if (said !== null && isIt(said.serial, said.digest)) voices.set(said.by, { answer: said.answer, at });
    }
    for (const tag of this.#world.gateTags) {
      if (tag.environment !== environment || !isIt(tag.serial, tag.digest) || voices.has(tag.by)) continue;
      if (this.#world.remote.refs.has(`refs/tags/${tag.name}`)) voices.set(tag.by, { answer: tag.answer, at: tag.at });
    }
    return voices;
  }

  /** What the ledger had before it. */
  #before(environment: string, record: Acceptance): readonly Landed[] {
    const landed = this.#world.ledger.of(environment);
    const place = landed.findIndex((one) => one.record.id === record.id);
    return landed.slice(0, Math.max(0, place));
  }

  /**
   * The one who certainly made some of what is different: of each part the last who changed it. An earlier hand at it
   * may be gone.
   */
  #makers(environment: string, since: string, to: string): ReadonlySet<string> {
    const { attic, models } = this.#world;
    const partsAt = (commit: string) => partsOf(termsAt(this.#world.modelAt(commit), environment));
    const [before, after] = [partsAt(since), partsAt(to)];
    // Of an environment that was removed only its being there is different.
    const isRemoved = after.size === 0;
    const open = new Set([...before.keys(), ...after.keys()].filter((part) => before.get(part) !== after.get(part)));
    const makers = new Set<string>();
    for (let at = to; open.size > 0 && !reaches(attic, since, at); ) {
      const object = attic.kept(at)?.object;
      const parent = object?.type === 'commit' ? object.parents[0] : undefined;
      if (object?.type !== 'commit' || parent === undefined) break;
      if (models.has(at)) {
        const [now, then] = [partsAt(at), partsAt(parent)];
        const changed = [...open].filter((part) => now.get(part) !== then.get(part));
        for (const part of changed) open.delete(part);
        if (changed.length > 0) makers.add(object.author.email.split('@')[0] ?? '');
        if (changed.length > 0 && isRemoved) break;
      }
      at = parent;
    }
    return makers;
  }
}

function groupsOf({ changes, ...terms }: Terms): readonly Group[] {
  if (changes !== null) return [{ team: changes.by, count: changes.count, isMakerOut: changes.author === 'excluded' }];
  return approvals({ changes, ...terms });
}

function approvals(terms: Terms): readonly Group[] {
  return allGates(terms).flatMap(([, gate]) =>
    gate.type === 'approval' ? [{ team: 'crew' as const, count: gate.count, isMakerOut: true }] : [],
  );
}

function membersOf(
  { team }: Pick<Group, 'team'>,
  { teams, people }: Terms,
  names: readonly string[],
): readonly string[] {
  return names.filter((name) => teams[team].includes(name) && people.includes(name));
}

/** A group has fewer people than must agree. */
function isBlocked(terms: Terms): boolean {
  return [...groupsOf(terms), ...approvals(terms)].some(
    (group) => membersOf(group, terms, terms.people).length < group.count,
  );
}

/** Anyone who rejects them sets the head's gates aside where both sides give a say. */
export function mayBeSetAside(by: string, inForce: Terms, head: Terms): boolean {
  return [inForce, head].every((terms) => groupsOf(terms).some((group) => membersOf(group, terms, [by]).length > 0));
}

function notLifted(old: Terms, voices: ReadonlyMap<string, Voice>): string | null {
  if (old.changes !== null) return '`changes` answers, which nobody overrides';
  const asking = allGates(old).filter(([, gate]) => gate.type === 'approval');
  if (asking.length === 0) return 'no rule answers';
  const yes = [...voices].flatMap(([name, { answer }]) => (answer === 'overridden' ? [name] : []));
  const unlifted = asking.find(([, { override }]) => {
    if (override === null) return true;
    return membersOf({ team: lifters(override) }, old, yes).length < override.people;
  });
  return unlifted === undefined ? null : `${unlifted[0]} was not overridden`;
}

const ANSWERS: Readonly<Record<string, Voice['answer']>> = {
  'gates-approved': 'approved',
  'gates-rejected': 'rejected',
  'gates-overridden': 'overridden',
};

export function saidIn(record: LedgerRecord) {
  switch (record.type) {
    case 'gates-approved':
    case 'gates-rejected':
    case 'gates-overridden': {
      const answer = ANSWERS[record.type] ?? 'rejected';
      return { by: nameOf(record.by), answer, serial: record.serial, digest: record.digest };
    }
    case 'gates-tag-seen': {
      const { person, answer, serial, digest } = record;
      return { by: nameOf(person), answer, serial, digest };
    }
    default:
      return null;
  }
}
