// What a person may do about a verdict: what its rules and checks name, gathered from all that is in the way.

import { canonicalJson } from '../base/canonical-json.ts';
import type { Needs } from './remedy.ts';
import type { Verdict } from './verdict.ts';

/** Null where it is allowed, or where only time or the world can change it. */
export function needsIn(verdict: Verdict | null): Needs | null {
  if (verdict === null || verdict.status === 'allowed') return null;
  return joinedNeeds([verdict.needs ?? null, ...verdict.children.map(needsIn)]);
}

/** Each once, in the order asked. */
export function joinedNeeds(all: readonly (Needs | null)[]): Needs | null {
  const who = [...new Set(all.flatMap((needs) => needs?.who ?? []))];
  const remedies = all.flatMap((needs) => needs?.remedies ?? []);
  const once = [...new Map(remedies.map((remedy) => [canonicalJson(remedy), remedy])).values()];
  return once.length === 0 ? null : { who, remedies: once };
}
