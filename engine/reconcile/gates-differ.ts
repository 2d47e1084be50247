// In which of their parts two sets of gates differ, and whether the one only takes people away from the other.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { PolicyConfig } from '../model/config.ts';
import { type GateTerms, gateText, policyText } from '../model/gate-terms.ts';
import { foldAddress } from '../model/people.ts';
import { asksForSignatures, namedIn } from '../policy/gates-of.ts';

/** In a few words each, for people: `window removed`, `team leads changed`. Empty where both mean the same. */
export function differences(before: GateTerms | null, after: GateTerms | null): readonly string[] {
  if (before === null) return ['the environment is new'];
  if (after === null) return ['the environment is removed'];
  const names = new Set([...before.stages, ...after.stages].map(({ name }) => name));
  const stages = [...names].flatMap((name) => {
    const [old, now] = [before, after].map((terms) => terms.stages.find((stage) => stage.name === name));
    const policies = ofPolicies(old?.policies ?? [], now?.policies ?? []).map((said) => `stage ${name}: ${said}`);
    if (old === undefined || now === undefined) {
      return policies.length > 0 ? policies : [`stage ${name} ${old === undefined ? 'added' : 'removed'}`];
    }
    return [
      ...policies,
      ...(old.skippable === now.skippable
        ? []
        : [`stage ${name} ${now.skippable ? 'may be skipped' : 'may not be skipped any more'}`]),
      ...(old.touches === now.touches ? [] : [`stage ${name} ${now.touches ? 'deploys' : 'deploys no longer'}`]),
    ];
  });
  const found = [
    ...ofPolicies(before.policies, after.policies),
    ...stages,
    ...OTHERS.flatMap(([key, said]) => (isSame(before[key], after[key]) ? [] : [`${said} changed`])),
    ...ofTeams(before, after),
    ...(isEmpty(before.people) || isEmpty(after.people) ? [] : ofMaps('person', before.people, after.people)),
    ...(isSame(before.keys, after.keys) || ![before, after].every(asksForSignatures) ? [] : ['signing keys changed']),
  ];
  if (found.length > 0 || gateText(before) === gateText(after)) return found;
  return ['the order of stages changed'];
}

/** A team that came or went with the rule that names it was not added or removed itself. */
function ofTeams(before: GateTerms, after: GateTerms): readonly string[] {
  const [old, now] = [before, after].map((terms) => new Set(namedIn(terms)));
  const isBoth = ([team]: readonly [string, unknown]) => old?.has(team) === true && now?.has(team) === true;
  const named = (teams: GateTerms['teams']) => Object.fromEntries(Object.entries(teams).filter(isBoth));
  return ofMaps('team', named(before.teams), named(after.teams));
}

/** Where nothing is about people, they are not among the gates. */
function isEmpty(people: GateTerms['people']): boolean {
  return Object.keys(people).length === 0;
}

const OTHERS = [
  ['follow', 'what it follows'],
  ['queue', 'how versions queue'],
  ['confirm', '`confirm`'],
  ['rollbackBy', 'who may roll back'],
  ['onFailure', '`on_failure`'],
  ['changes', 'who accepts changes of gates'],
  ['signatures', 'whether words must be signed'],
  ['paths', '`paths`'],
  ['secrets', 'secrets'],
] as const satisfies readonly (readonly [keyof GateTerms, string])[];

function ofPolicies(before: readonly PolicyConfig[], after: readonly PolicyConfig[]): readonly string[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before, after].map((policies) => policies.find((policy) => policy.name === name));
    if (old === undefined) return [`${name} added`];
    if (now === undefined) return [`${name} removed`];
    return policyText(old) === policyText(now) ? [] : [`${name} changed`];
  });
}

function ofMaps(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [`${what} ${name} added`];
    if (!Object.hasOwn(after, name)) return [`${what} ${name} removed`];
    return isSame(before[name], after[name]) ? [] : [`${what} ${name} changed`];
  });
}

/**
 * True where people, addresses, keys or members are taken away and nothing else is different. Whether those who are
 * left can still answer is not asked here.
 */
export function onlyRemoves(before: GateTerms, after: GateTerms): boolean {
  const { people, teams, keys } = after;
  if (gateText({ ...before, people, teams, keys }) !== gateText(after)) return false;
  return (
    isWithin(keys, before.keys) &&
    Object.entries(teams).every(([name, members]) => isWithin(members, before.teams[name] ?? [])) &&
    Object.keys(before.teams).every((name) => Object.hasOwn(teams, name)) &&
    Object.entries(people).every(([name, person]) => {
      const old = before.people[name];
      return old !== undefined && isWithin(entriesOf(person), entriesOf(old));
    })
  );
}

/**
 * Every address and login of a person, each as a text of its own; an address that is not there is none. What is one
 * address here is one where people are looked up, and nothing else is.
 */
function entriesOf(person: object): readonly string[] {
  return Object.entries(person).flatMap(([key, value]: [string, unknown]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((item) => (item === null ? [] : [`${key} ${foldAddress(canonicalJson(item as Json))}`]));
  });
}

function isWithin(smaller: readonly string[], larger: readonly string[]): boolean {
  return smaller.every((item) => larger.includes(item));
}

function isSame(one: unknown, other: unknown): boolean {
  return sortedText(one) === sortedText(other);
}

function sortedText(value: unknown): string {
  return canonicalJson((Array.isArray(value) ? value.toSorted() : value) as Json);
}
