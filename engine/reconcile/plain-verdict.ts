// Verdicts that are not a policy's: what Tidegate itself has to say before anything may run.

import type { Status, Verdict } from '../model/verdict.ts';
import type { Draft } from './draft.ts';

export function plain(status: Status, name: string, sentence: string, waitsFor?: string): Verdict {
  return {
    status,
    name,
    sentence,
    until: null,
    waitsFor: status === 'waiting' && waitsFor !== undefined ? [waitsFor] : [],
    seen: {},
    overridden: false,
    tell: [],
    children: [],
  };
}

/** Null unless a person has suspended the environment and the suspension has not run out. */
export function suspendedVerdict(draft: Draft): Verdict | null {
  const { suspended } = draft.state;
  if (suspended === null || (suspended.until !== null && draft.now >= suspended.until)) return null;
  const sentence = `suspended by ${suspended.by}: ${suspended.reason}; \`tidegate resume ${draft.environment.name}\` ends it`;
  return { ...plain('waiting', 'suspended', sentence, 'resume'), until: suspended.until };
}
