// A change of gates that is not accepted yet: what it is, who must agree, and whether it may be accepted now. Gates
// are never accepted with a version that people approved, by going back, or by an exception for a version; what is
// unknown accepts nothing.

import type { Instant } from '../base/instant.ts';
import type { OverrideConfig } from '../model/config.ts';
import { type AcceptedOn, areInForce, CHANGE_DIGITS, type GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { includesPerson } from '../model/people.ts';
import { withoutDropped } from '../model/sides.ts';
import { isAboutPeople } from '../policy/rules/table.ts';
import { type Answer, answerOf, groupsOf, madeBy, sayAsked, strangersOf, wordsOn } from './gates-answer.ts';
import { differences, onlyRemoves } from './gates-differ.ts';
import { canSign, whyNoWayOut } from './gates-way-out.ts';
import { silencedNos } from './standing-nos.ts';

export type Accepting = { readonly on: AcceptedOn; readonly words: readonly string[]; readonly because: string };

export type GatesPending = {
  readonly kind: 'first' | 'upgrade' | 'change' | 'removal';
  /** Of the gates in force; 0 where there are none. A word on this change names it. */
  readonly serial: number;
  readonly digest: string;
  /** The commit that they are read from. */
  readonly from: string;
  readonly before: GateTerms | null;
  readonly after: GateTerms | null;
  readonly differences: readonly string[];
  /** Null while it may not be accepted. */
  readonly accepting: Accepting | null;
  /** It is accepted with a run that the gates in force grant to a version which holds these gates itself. */
  readonly isByRun: boolean;
  /** Why not yet, in one sentence; empty where it is accepted now. */
  readonly waits: string;
  /** People and teams whose word is missing. */
  readonly missing: readonly string[];
  /** What was said and by whom; null where nobody in particular answers. */
  readonly answer: Answer | null;
  /** Ids of the words that count, for or against. */
  readonly heard: readonly string[];
  /** Where time alone changes this answer. */
  readonly until: Instant | null;
};

/** Null where what the head says is in force, or the head cannot be read. */
export function gatesPending(environment: ObservedEnvironment, now: Instant): GatesPending | null {
  const { ledger, gates, gatesChange, config } = environment;
  if (ledger.type === 'damaged') return null;
  const { state } = ledger;
  const inForce = state.gates;
  if (inForce === null && (state.current !== null || state.open.length > 0)) return upgraded(environment);
  if (gates === null) {
    if (inForce === null || inForce.terms === null || !gatesChange.isRemoved) return null;
    return settled(environment, now, 'removal', inForce.terms, null, gatesChange.removedDigest, gatesChange.removedIn);
  }
  const from = config ?? '';
  if (inForce === null || inForce.terms === null) {
    return settled(environment, now, 'first', null, gates.terms, gates.digest, from);
  }
  if (areInForce(inForce, gates)) return null;
  return settled(environment, now, 'change', inForce.terms, gates.terms, gates.digest, from);
}

function upgraded({ gatesChange, gates, config, name }: ObservedEnvironment): GatesPending {
  const { upgrade } = gatesChange;
  const common = {
    kind: 'upgrade',
    serial: 0,
    before: null,
    isByRun: false,
    missing: [],
    answer: null,
    heard: [],
    until: null,
  } as const;
  if (upgrade === null) {
    const ofHead = { digest: gates?.digest ?? '', from: config ?? '', after: gates?.terms ?? null, differences: [] };
    if (gates !== null && isByOperator(gatesChange, gates.digest)) {
      return { ...common, ...ofHead, accepting: { on: 'operator', words: [], because: OPERATOR }, waits: '' };
    }
    return {
      ...common,
      ...ofHead,
      accepting: null,
      waits:
        `nobody knows which gates let the newest run of ${name} in: its commit is gone from the repository. ` +
        'Put that commit back, or let the person who runs the controller accept the gates of the head',
    };
  }
  const because = `the ledger is older than gates.json: what let the newest run in is in force`;
  return {
    ...common,
    digest: upgrade.digest,
    from: upgrade.from,
    after: upgrade.terms,
    differences: [],
    accepting: { on: 'upgrade', words: [], because },
    waits: '',
  };
}

function settled(
  environment: ObservedEnvironment,
  now: Instant,
  kind: 'first' | 'change' | 'removal',
  before: GateTerms | null,
  after: GateTerms | null,
  digest: string,
  from: string,
): GatesPending {
  const serial = environment.ledger.state.gates?.serial ?? 0;
  const common = { kind, serial, digest, from, before, after, differences: differences(before, after) };
  const accepted = (on: AcceptedOn, because: string, words: readonly string[] = []): GatesPending => {
    return {
      ...common,
      accepting: { on, words, because },
      isByRun: false,
      waits: '',
      missing: [],
      answer: null,
      heard: words,
      until: null,
    };
  };
  if (isByOperator(environment.gatesChange, digest)) return accepted('operator', OPERATOR);
  const change = { serial, digest };
  const noWayOut = after === null ? null : whyNoWayOut(after, environment, now);
  const waiting = (waits: string, more: Partial<GatesPending> = {}): GatesPending => {
    return {
      ...common,
      accepting: null,
      isByRun: false,
      waits,
      missing: [],
      answer: null,
      heard: [],
      until: null,
      ...more,
    };
  };
  // Without anybody in particular to ask, gates that nobody could leave again still want one word from one person.
  const unasked = (on: AcceptedOn, because: string): GatesPending => {
    if (noWayOut === null) return accepted(on, because);
    const directory = after ?? { people: {}, teams: {} };
    const words = wordsOn(environment, change, directory, after !== null && wantsSigned(after), now);
    const yes = words.find(
      (word) => word.answer === 'approved' && (word.flaw === null || Object.keys(directory.people).length === 0),
    );
    if (yes !== undefined) return accepted('words', `${yes.person ?? yes.by} accepts them: ${noWayOut}`, [yes.id]);
    return waiting(`${noWayOut}; somebody has to accept that in so many words`);
  };
  if (before === null) return first(environment, change, now, { accepted, waiting, unasked });
  const isRemoval =
    after !== null && noWayOut === null && onlyRemoves(before, after) && (canSign(after) || !canSign(before));
  const silenced = isRemoval ? silencedNos(environment, before, after, now) : [];
  if (isRemoval && silenced.length === 0) {
    return accepted('removals', 'only people, addresses or keys were taken away');
  }
  const groups = groupsOf(before);
  if (groups.length > 0) {
    const answer = answerOf(environment, before, change, now);
    if (answer.isGiven) return accepted('words', `accepted by ${voicesOf(answer).join(', ')}`, answer.words);
    const lifted = liftedWholly(environment, before, change, now);
    if (lifted !== null && answer.rejectedBy.length === 0 && !answer.hasUnchecked) {
      return accepted(
        'override',
        `accepted by ${lifted.people.join(', ')}, who may override every rule that answers`,
        lifted.words,
      );
    }
    const [no] = silenced;
    const unheard = no === undefined ? '' : `${no} would not be heard any more; `;
    return waiting(`${unheard}${sayMissing(answer)}`, {
      answer,
      heard: heardIn(answer),
      missing: missingOf(answer),
      until: answer.until,
    });
  }
  const hasRules = before.policies.length > 0 || before.stages.some(({ policies }) => policies.length > 0);
  if (!hasRules) return unasked('nothing-in-force', 'no gate was in force');
  const isByRun = after !== null && noWayOut === null;
  return waiting(
    noWayOut ??
      (after === null
        ? 'no rule in force is about people, and a version that holds this change can never run: put the environment back, or let the person who runs the controller accept it'
        : 'no rule in force is about people: it is accepted with the next version that holds it and that the gates in force let in'),
    { isByRun },
  );
}

const OPERATOR = 'the person who runs this controller accepts them (--accept-gates)';

function isByOperator({ operatorAccepts }: ObservedEnvironment['gatesChange'], digest: string): boolean {
  return operatorAccepts !== null && operatorAccepts.length >= CHANGE_DIGITS && digest.startsWith(operatorAccepts);
}

type Outcomes = {
  readonly accepted: (on: AcceptedOn, because: string, words?: readonly string[]) => GatesPending;
  readonly waiting: (waits: string, more?: Partial<GatesPending>) => GatesPending;
  readonly unasked: (on: AcceptedOn, because: string) => GatesPending;
};

/**
 * A new environment, beside others with rules about people: whom `changes` names answers, else any of those rules.
 */
function first(
  environment: ObservedEnvironment,
  change: { readonly serial: number; readonly digest: string },
  now: Instant,
  { accepted, waiting, unasked }: Outcomes,
): GatesPending {
  const { guards } = environment.gatesChange;
  // Where no rule is about people anybody brings in a `changes`: beside others it opens nothing.
  const ruled = guards.filter(({ terms }) => groupsOf({ ...terms, changes: null }).length > 0);
  const guarding = ruled.length > 0 ? ruled : guards;
  const deciding = guarding.filter(({ terms }) => terms.changes !== null);
  const asked = deciding.length > 0 ? deciding : guarding;
  if (asked.length === 0) return unasked('first-sight', 'the environment is new');
  const answers = asked.map((guard) => ({ guard, answer: answerOf(environment, guard.terms, change, now) }));
  for (const { guard, answer } of answers) {
    const whole = answer.groups.find(({ missing }) => missing === 0);
    if (whole === undefined || answer.rejectedBy.length > 0 || answer.hasUnchecked) continue;
    const because = `the environment is new; accepted by ${whole.approvedBy.join(', ')}, by ${whole.asks} of ${guard.environment}`;
    return accepted('words', because, answer.words);
  }
  const [chief] = answers;
  const names = [...new Set(answers.flatMap(({ answer }) => answer.groups.flatMap(({ from }) => from)))];
  const rejected = answers.flatMap(({ answer }) => answer.rejectedBy)[0];
  const others = [...new Set(asked.map((guard) => guard.environment))];
  return waiting(
    rejected === undefined
      ? `the environment is new, and gates about people are in force in ${others.join(', ')}: somebody of ${names.join(', ')} has to accept it`
      : sayRejected(rejected),
    { answer: chief?.answer ?? null, heard: answers.flatMap(({ answer }) => heardIn(answer)), missing: names },
  );
}

/** Null unless each rule that answers can be overridden, and people who may have done so for this very change. */
function liftedWholly(
  environment: ObservedEnvironment,
  terms: GateTerms,
  change: { readonly serial: number; readonly digest: string },
  now: Instant,
): { readonly people: readonly string[]; readonly words: readonly string[] } | null {
  if (terms.changes !== null) return null;
  const directory = withoutDropped(terms, environment.gates);
  const words = wordsOn(environment, change, directory, wantsSigned(terms), now);
  const asking = new Set(groupsOf(terms).map(({ asks }) => asks));
  const policies = [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)];
  const used = new Map<string, string>();
  for (const { name, rules, override } of policies) {
    if (!asking.has(name)) continue;
    const kinds = rules.filter(isAboutPeople).map(({ type }) => type);
    if (override === null || !kinds.every((kind) => override.rules === null || override.rules.includes(kind)))
      return null;
    const voices = words.filter(
      (word) =>
        word.answer === 'overridden' &&
        word.flaw === null &&
        word.person !== null &&
        now < word.at + override.expiresMs &&
        (override.reason === 'optional' || word.reason.trim() !== '') &&
        includesPerson(override.by, word.person, directory) &&
        !(isAuthorAsked(terms, override) && isMadeBy(word.person, environment, terms)),
    );
    // Somebody whom nobody can place may be any of those who override it.
    if (voices.length < override.people + (isAuthorAsked(terms, override) ? strangersOf(environment, terms) : 0))
      return null;
    for (const { id, person } of voices) used.set(id, person ?? '');
  }
  return { people: [...new Set(used.values())], words: [...used.keys()] };
}

/** The one who made a change does not override alone a rule under which they could not have accepted it. */
function isAuthorAsked(terms: GateTerms, { author }: OverrideConfig): boolean {
  return author === 'excluded' || groupsOf(terms).some((group) => group.author === 'excluded');
}

/** Unknown is not nobody. */
function isMadeBy(person: string, environment: ObservedEnvironment, terms: GateTerms): boolean {
  const made = madeBy(environment, terms);
  return made === null || made.includes(person);
}

function sayMissing(answer: Answer): string {
  const [rejected] = answer.rejectedBy;
  if (rejected !== undefined) return sayRejected(rejected);
  if (answer.isAuthorUnknown) {
    return 'who changed the gates cannot be found out, and a rule in force excludes those who did';
  }
  const needs = answer.groups.filter(({ missing }) => missing > 0).map((group) => sayGroup(group, group.missing));
  const ignored = answer.ignored.slice(0, IGNORED_SAID_MAX).map((said) => `; ${said}`);
  if (needs.length === 0) return `a no could not be looked at yet${ignored.join('')}`;
  return `needs a yes by ${[...new Set(needs)].join(' and ')}${ignored.join('')}`;
}

/** `1 of leads (ana, mia), asked by changes`. */
export function sayGroup(group: Answer['groups'][number], count: number): string {
  const nobody = group.missing > 0 && group.open.length === 0 ? ' (nobody is left who may)' : '';
  return `${count} of ${sayAsked(group)}${nobody}, asked by ${group.asks}`;
}

const IGNORED_SAID_MAX = 3;

/** `rejected by ana: too loose`. */
export function sayRejected({ person, by, reason }: Answer['rejectedBy'][number]): string {
  return `rejected by ${person ?? by}${reason === '' ? '' : `: ${reason}`}`;
}

function heardIn({ words, rejectedBy }: Answer): readonly string[] {
  return [...words, ...rejectedBy.map(({ id }) => id)];
}

function missingOf({ groups }: Answer): readonly string[] {
  return [...new Set(groups.filter(({ missing }) => missing > 0).flatMap(({ from }) => from))];
}

function voicesOf({ groups }: Answer): readonly string[] {
  return [...new Set(groups.flatMap(({ approvedBy }) => approvedBy))];
}
