// What a person who is about to make an exception is told first: which rules it overrides, which it does not and who
// may override those, who else has to agree. The decision's own functions answer it, with the exception among what
// they look at.

import type { Instant } from '../base/instant.ts';
import { ASKED_NOW } from '../explain/asked-now.ts';
import { bareSentence, type Leaf, leafName, leavesOf } from '../explain/leaves.ts';
import { type AskedPolicies, askedPolicies } from '../model/asked-policies.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { StoredOverride } from '../model/environment-state.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { personOf } from '../model/people.ts';
import type { Version } from '../model/version.ts';
import { coversRule, liftingOf } from '../policy/lifting.ts';
import { ask } from '../reconcile/ask.ts';
import { verdictOn } from '../reconcile/assess.ts';
import type { Candidate } from '../reconcile/candidate.ts';
import { Draft } from '../reconcile/draft.ts';
import { liftedBy } from '../reconcile/emergency.ts';
import { subjectOf } from '../reconcile/subject.ts';
import type { AskedDeploy } from './requests.ts';

type Exception = {
  readonly by: string;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly until: Instant | null;
  readonly signs: boolean;
};

/** What is in the way of a version, as far as it depends on people. */
type InTheWay = {
  /**
   * Rules that nobody who has spoken overrides: `hours/window: closed since … (only leads may override it)`.
   */
  readonly unlifted: readonly string[];
  /** Rules that more people have to override, each with who has to do what. */
  readonly halfLifted: readonly string[];
  /** Why waiting would not help; null where it might, or people who may override it still have to agree. */
  readonly denial: string | null;
};

/** For a deployment that is about to be asked for; null where the version is not known here. */
export function inTheWayOf(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  asked: AskedDeploy,
): InTheWay | null {
  const contents = environment.contents.get(version.commit);
  if (contents === undefined) return null;
  const { by, reason, emergency } = asked;
  const request = { id: ASKED_NOW, at: now, type: 'deploy', by, reason, version, emergency, skipTests: false } as const;
  const candidate: Candidate = {
    version,
    contents,
    kind: 'deploy',
    trigger: 'request',
    requestedBy: by,
    request,
    reason,
    emergency,
    skip: 'none',
    offer: null,
  };
  return inTheWay(new Draft(environment, observed, now), candidate);
}

/** For a version as it is now, no matter who brings it. */
export function inTheWayNow(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
): InTheWay | null {
  const contents = environment.contents.get(version.commit);
  if (contents === undefined) return null;
  const nobody = { requestedBy: null, request: null, reason: null, emergency: false, offer: null } as const;
  const trigger = version.tag === null ? 'commit' : 'tag';
  const candidate: Candidate = { ...nobody, version, contents, kind: 'deploy', trigger, skip: 'none' };
  return inTheWay(new Draft(environment, observed, now), candidate);
}

type Excepted =
  /** The rules that the person has a voice in, alone or with others. */
  | { readonly type: 'overrides'; readonly rules: readonly string[] }
  /** It would override nothing, or not what it names. */
  | { readonly type: 'refused'; readonly sentence: string };

export function exceptionOf(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  exception: Exception,
): Excepted {
  const refused = (sentence: string): Excepted => ({ type: 'refused', sentence });
  const { gates, name } = environment;
  if (gates === null) return refused('the gates at the head of the default branch cannot be read');
  const policies = askedFor(environment, version).flatMap(allPolicies);
  const known = unique(policies.flatMap(({ name: policy, rules }) => rules.map(({ type }) => `${policy}/${type}`)));
  if (known.length === 0) return refused(`${name} has no rules, so there is nothing to override`);
  const foreign = exception.rules.find((rule) => !known.includes(rule));
  if (foreign !== undefined) return refused(`${name} has no rule ${foreign}; it has ${known.join(', ')}`);
  const { lifted, own } = liftedWith(environment, observed, now, version, exception);
  const inVain = exception.rules.length > 0 ? exception.rules.filter((rule) => !lifted.has(rule)) : known;
  if (lifted.size > 0 && (exception.rules.length === 0 || inVain.length === 0)) {
    return { type: 'overrides', rules: [...lifted] };
  }
  const sentences = inVain.map((rule) => `${rule} (${own.get(rule) ?? whoLifts(rule, policies)})`);
  return refused(`${exception.by} does not override ${sentences.join('; nor ')}`);
}

/** Whether this person, without a reason, has a voice in every rule that it would be one in with a reason. */
export function mayOmitReason(environment: ObservedEnvironment, version: Version, by: string): boolean {
  const counts = askedFor(environment, version).map((asked) => {
    const person = personOf(by, asked.side);
    const voiceIn = (reason: string) => {
      const voices = person === null ? [] : [{ person, reason, at: 0, until: null, rules: [] }];
      const hearing = { now: 0, directory: asked.side, change: { authors: [] }, command: '' };
      const { lifted, halfLifted } = liftingOf(allPolicies(asked), voices, hearing);
      return lifted.length + Object.keys(halfLifted).length;
    };
    return { without: voiceIn(''), withOne: voiceIn('any') };
  });
  return counts.some(({ withOne }) => withOne > 0) && counts.every(({ without, withOne }) => without === withOne);
}

function inTheWay(draft: Draft, candidate: Candidate): InTheWay {
  const { environment } = draft;
  const subject = subjectOf(candidate);
  const asked = askedFor(environment, candidate.version);
  const stages = asked.map(({ side, ofStages }) => ask(draft, subject, ofStages, side));
  const own = leavesOf(verdictOn(draft, candidate), environment);
  const blocked = [...own, ...stages.flatMap((verdict) => leavesOf(verdict, environment))].filter(
    ({ verdict }) => verdict.status !== 'allowed',
  );
  const ofPeople = blocked.filter(({ verdict }) => verdict.node !== 'own');
  const denied = own.filter((leaf) => leaf.verdict.status === 'denied' && halfOf(leaf) === null);
  return {
    unlifted: unique(ofPeople.flatMap((leaf) => (halfOf(leaf) === null ? [sayUnlifted(leaf)] : []))),
    halfLifted: unique(
      ofPeople.flatMap((leaf) => (halfOf(leaf) === null ? [] : [`${leafName(leaf)}: ${halfOf(leaf)}`])),
    ),
    denial: denied.length === 0 ? null : unique(denied.map(({ verdict }) => verdict.sentence)).join('; '),
  };
}

/** Who else has to override it, where somebody has already. */
function halfOf({ verdict }: Leaf): string | null {
  return verdict.node === 'rule' && verdict.voices?.type === 'too-few' ? verdict.voices.sentence : null;
}

/**
 * The rules that this exception has a voice in, alone or with others; and those in which it has none, being their
 * author's.
 */
function liftedWith(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  { by, rules, reason, until, signs }: Exception,
): { readonly lifted: ReadonlySet<string>; readonly own: ReadonlyMap<string, string> } {
  const { ledger } = environment;
  const said: StoredOverride = { id: ASKED_NOW, by, version, rules, reason, at: now, until };
  const state = { ...ledger.state, overrides: [said], requests: [] };
  const signers = new Map(signs ? ([[ASKED_NOW, { type: 'signed', by }]] as const) : []);
  const draft = new Draft({ ...environment, ledger: { ...ledger, state }, signers }, observed, now);
  const subject = {
    version,
    digest: environment.contents.get(version.commit)?.digest ?? '',
    kind: 'deploy',
    trigger: 'commit',
    requestedBy: null,
    request: null,
    emergency: null,
    run: null,
  } as const;
  const liftings = askedFor(environment, version).map((asked) =>
    liftedBy(draft, subject, allPolicies(asked), asked.side),
  );
  return {
    lifted: new Set(liftings.flatMap(({ lifted, halfLifted }) => [...lifted, ...Object.keys(halfLifted)])),
    own: new Map(liftings.flatMap(({ ownLifted = {} }) => Object.entries(ownLifted))),
  };
}

function askedFor(environment: ObservedEnvironment, version: Version): readonly AskedPolicies[] {
  return askedPolicies(environment, [environment.versions.get(version.commit)]);
}

function allPolicies({ own, ofStages }: AskedPolicies): readonly PolicyConfig[] {
  return [...own, ...ofStages];
}

function whoLifts(rule: string, policies: readonly PolicyConfig[]): string {
  const overrides = policies.flatMap(({ name, rules, override }) =>
    override !== null && rules.some(({ type }) => `${name}/${type}` === rule && coversRule(override, type))
      ? [override]
      : [],
  );
  return sayWho([...new Set(overrides.flatMap(({ by }) => by))]);
}

function sayUnlifted(leaf: Leaf): string {
  return `${leafName(leaf)}: ${bareSentence(leaf)} (${sayWho(leaf.overridableBy)})`;
}

function sayWho(people: readonly string[]): string {
  return people.length === 0 ? 'nobody may override it' : `only ${people.join(', ')} may override it`;
}

function unique(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}
