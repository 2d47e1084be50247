// Indexes that earlier versions of Tidegate wrote: what they had no field for. Read as empty, and never held against
// them.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { isObject } from '../base/foreign-value.ts';
import { emptyState } from '../model/environment-state.ts';

type Members = Readonly<Record<string, unknown>>;

/** What an index may lack, and what that means. */
const LATER: Members = {
  gates: null,
  gateWords: [],
  approvals: [],
  overrides: [],
  leftovers: [],
  offered: [],
  starts: [],
  postmortemsDue: [],
  checks: [],
  locks: [],
  secrets: [],
  target: null,
};
/** Of those, what the records of runs tell, which there were before. */
const LATER_OF_RUNS: Members = { starts: [], leftovers: [] };
const LATER_OF_CONTENTS: Members = { healthySince: null, healthyMs: 0 };

/** Fields that had another name, each with it. */
const RENAMED: Readonly<Record<string, string>> = { incidents: 'postmortemsDue' };

/** The same with everything that there is a field for today, in the order that is written today. */
export function completed(written: Members): Members {
  const index = inWordsOfToday(written);
  const contents: unknown = index['contents'];
  const whole: Members = {
    ...index,
    ...missing(LATER, index),
    ...(Array.isArray(contents) ? { contents: contents.map(completedEntry) } : {}),
    ...(isBeforeLeft(index['current']) ? { current: completedCurrent(index['current'], contents) } : {}),
  };
  const order = Object.keys(emptyState('')).filter((key) => Object.hasOwn(whole, key));
  return { ...Object.fromEntries(order.map((key) => [key, whole[key]])), ...without(whole, order) };
}

/** A field under both of its names stays, and the shape refuses it. */
function inWordsOfToday(index: Members): Members {
  const named = (key: string): string => {
    const today = Object.hasOwn(RENAMED, key) ? RENAMED[key] : undefined;
    return today === undefined || Object.hasOwn(index, today) ? key : today;
  };
  return Object.fromEntries(Object.entries(index).map(([key, value]) => [named(key), value]));
}

function completedEntry(entry: unknown): unknown {
  return isObject(entry) ? { ...entry, ...missing(LATER_OF_CONTENTS, entry) } : entry;
}

/** It had only the digest of what people went away from first. */
function isBeforeLeft(current: unknown): current is Members {
  return isObject(current) && Object.hasOwn(current, 'replaced') && !Object.hasOwn(current, 'left');
}

function completedCurrent(current: Members, contents: unknown): Members {
  const { replaced, ...rest } = current;
  const known: unknown = Array.isArray(contents)
    ? contents.find((entry: unknown) => isObject(entry) && entry['digest'] === replaced)
    : undefined;
  return { ...rest, left: isObject(known) ? [{ version: known['version'], digest: replaced }] : [] };
}

function without(members: Members, keys: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([key]) => !keys.includes(key)));
}

/** Whether a text says what the state folds to, in all that the text has fields for. */
export function saysTheSame(text: string, folded: string): boolean {
  if (text === folded) return true;
  const [said, meant] = [parsed(text), parsed(folded)];
  if (said === null || meant === null) return false;
  // The format says what a reader must know, and nothing of the state.
  const [one, other] = [completed(said), withoutLater(meant, said)].map(({ format: _format, ...rest }) => rest);
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}

/**
 * As `folded`, but what the earlier index could not know of records that it had is as if it had never been: when runs
 * began, how long contents were healthy. Everything else comes from records that are younger than the field: without
 * it they are left out.
 */
function withoutLater(folded: Members, said: Members): Members {
  const contents: unknown = folded['contents'];
  const before: unknown = said['contents'];
  const kept =
    Array.isArray(contents) && Array.isArray(before)
      ? contents.map((entry: unknown, place) => {
          const old: unknown = before[place];
          return isObject(entry) && isObject(old) ? { ...entry, ...missing(LATER_OF_CONTENTS, old) } : entry;
        })
      : contents;
  return { ...folded, ...missing(LATER_OF_RUNS, said), contents: kept, current: currentAsSaid(folded, said) };
}

function currentAsSaid({ current }: Members, said: Members): unknown {
  if (!isObject(current) || !isBeforeLeft(said['current'])) return current;
  const left: unknown = current['left'];
  const first: unknown = Array.isArray(left) ? left.at(-1) : undefined;
  const replaced = isObject(first) ? first['digest'] : null;
  if (replaced !== said['current']['replaced']) return current;
  return { ...current, left: completedCurrent(said['current'], said['contents'])['left'] };
}

function missing(later: Members, from: Members): Members {
  return Object.fromEntries(Object.entries(later).filter(([key]) => !Object.hasOwn(from, key)));
}

function parsed(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
