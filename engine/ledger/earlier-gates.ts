// Gates that earlier versions of Tidegate wrote: the fields that they did not have, and what was meant without them.
// Completed before anything is looked at, so that an upgrade makes no ledger unreadable. Anyone who adds a field to
// what the gates hold adds it here, with the value that the configuration gives it where nobody writes it: then
// nothing differs from the head. A field that gets another name is listed with the words it had.

import { isObject } from '../base/foreign-value.ts';
import type { GateTerms } from '../model/gate-terms.ts';

type Members = Readonly<Record<string, unknown>>;

type LaterField = {
  readonly key: string;
  /** Types of the rules that have it; null for the exception of a policy. */
  readonly of: readonly string[] | null;
  /** The text, number or flag that its absence means. */
  readonly means: (policy: Members) => unknown;
};

/** In the order in which they came. */
const LATER: readonly LaterField[] = [
  { key: 'author', of: null, means: ({ rules }) => (excludesAuthors(rules) ? 'excluded' : 'counts') },
  { key: 'userVerification', of: ['approval', 'signature'], means: () => 'optional' },
];

type Renamed = {
  readonly was: string;
  readonly now: string;
  /** Values that have another word today. */
  readonly words: readonly (readonly [was: string, now: string])[];
};

/** Later than all of LATER. `of`: the type of the rules that have the field; null for a field of the whole. */
const RENAMED: readonly (Renamed & { readonly of: string | null })[] = [
  { of: 'window', was: 'running', now: 'onWindowClose', words: [['stop-before-next-stage', 'pause']] },
  { of: 'train', was: 'freezeMs', now: 'cutoffMs', words: [] },
  {
    of: null,
    was: 'supersede',
    now: 'queue',
    words: [
      ['newest', 'latest'],
      ['every', 'all'],
    ],
  },
];

/**
 * The same with every field that there is today. What is no gates stays what it is: the shape says what is wrong with
 * it.
 */
export function completedTerms(terms: unknown): unknown {
  return inWordsOfToday(LATER.reduce((before, field) => edited(before, field, added), terms));
}

/**
 * The same as each earlier version would have written them, the newest first: without the fields that came later,
 * where they say what their absence meant. The digest of gates that are in force since then is that of one of these.
 */
export function earlierTerms(terms: GateTerms): readonly GateTerms[] {
  const found: unknown[] = [inEarlierWords(terms)];
  for (const field of LATER.toReversed()) found.push(edited(found.at(-1), field, leftOut));
  return found as GateTerms[];
}

function inWordsOfToday(terms: unknown): unknown {
  return reworded(terms, RENAMED);
}

function inEarlierWords(terms: unknown): unknown {
  const back = RENAMED.map(({ of, was, now, words }) => {
    return { of, was: now, now: was, words: words.map(([old, today]) => [today, old] as const) };
  });
  return reworded(terms, back);
}

function reworded(terms: unknown, renamed: typeof RENAMED): unknown {
  const named = (members: Members, type: unknown) => renamed.filter(({ of }) => of === type).reduce(withName, members);
  const inRule = (rule: Members) => named(rule, rule['type'] ?? '');
  const below = inPolicies(terms, (policy) => ({ ...policy, ...mapped(policy, 'rules', inRule) }));
  return isObject(below) ? named(below, null) : below;
}

/** A field that has both names stays as it is, and the shape refuses it. */
function withName(members: Members, { was, now, words }: Renamed): Members {
  if (!Object.hasOwn(members, was) || Object.hasOwn(members, now)) return members;
  const { [was]: value, ...rest } = members;
  return { ...rest, [now]: words.find(([old]) => old === value)?.[1] ?? value };
}

/** What an author could not approve, an author does not override either: as the configuration has it. */
function excludesAuthors(rules: unknown): boolean {
  if (!Array.isArray(rules)) return false;
  return rules.some((rule: unknown) => isObject(rule) && rule['type'] === 'approval' && rule['author'] === 'excluded');
}

type Edit = (members: Members, key: string, means: unknown) => Members;

function added(members: Members, key: string, means: unknown): Members {
  return Object.hasOwn(members, key) ? members : { ...members, [key]: means };
}

function leftOut(members: Members, key: string, means: unknown): Members {
  return members[key] === means
    ? Object.fromEntries(Object.entries(members).filter(([name]) => name !== key))
    : members;
}

function edited(terms: unknown, field: LaterField, edit: Edit): unknown {
  return inPolicies(terms, (policy) => editedPolicy(policy, field, edit));
}

function inPolicies(terms: unknown, inPolicy: (policy: Members) => Members): unknown {
  if (!isObject(terms)) return terms;
  return {
    ...terms,
    ...mapped(terms, 'policies', inPolicy),
    ...mapped(terms, 'stages', (stage) => ({ ...stage, ...mapped(stage, 'policies', inPolicy) })),
  };
}

function editedPolicy(policy: Members, { key, of, means }: LaterField, edit: Edit): Members {
  const { override } = policy;
  if (of === null) return isObject(override) ? { ...policy, override: edit(override, key, means(policy)) } : policy;
  const inRule = (rule: Members) => {
    const { type } = rule;
    return typeof type === 'string' && of.includes(type) ? edit(rule, key, means(policy)) : rule;
  };
  return { ...policy, ...mapped(policy, 'rules', inRule) };
}

function mapped(members: Members, key: string, each: (item: Members) => Members): Members {
  const items = members[key];
  if (!Array.isArray(items)) return {};
  return { [key]: items.map((item: unknown) => (isObject(item) ? each(item) : item)) };
}
