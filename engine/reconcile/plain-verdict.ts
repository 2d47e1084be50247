// Verdicts that are not a policy's: what Tidegate itself has to say before anything may run.

import type { Suspended } from '../model/environment-state.ts';
import { personOf } from '../model/people.ts';
import type { Directory } from '../model/policy-facts.ts';
import { needsOneOf } from '../model/remedy.ts';
import type { OwnCheck, OwnVerdict, Status } from '../model/verdict.ts';
import type { Draft } from './draft.ts';
import type { Subject } from './subject.ts';

export function plain(status: Status, name: OwnCheck, sentence: string, waitsFor?: string): OwnVerdict {
  return {
    node: 'own',
    status,
    name,
    sentence,
    until: null,
    waitsFor: status === 'waiting' && waitsFor !== undefined ? [waitsFor] : [],
    seen: {},
    overridden: false,
    notices: [],
    children: [],
  };
}

/**
 * Null unless a person has suspended the environment, or all of them, and the suspension has not run out. Who stopped
 * the line for all may still deploy by name: somebody has to fix what it was stopped for. Without a subject: as for a
 * stranger.
 */
export function suspendedVerdict(draft: Draft, subject: Subject | null = null): OwnVerdict | null {
  const suspension = suspensionOf(draft, subject);
  if (suspension === null) return null;
  const { sentence } = suspension;
  switch (suspension.type) {
    case 'damaged':
      return plain('waiting', 'suspended', sentence, 'the ledger of the whole repository');
    case 'own':
      return {
        ...plain('waiting', 'suspended', sentence, 'resume'),
        until: suspension.until,
        needs: needsOneOf({ act: 'resume', environment: draft.environment.name }),
      };
    case 'all':
      return {
        ...plain('waiting', 'suspended', sentence, 'resume of all'),
        until: suspension.until,
        needs: needsOneOf({ act: 'resume', environment: null }),
      };
  }
}

export type Suspension =
  /** Whether a person has suspended all of them cannot be read. */
  | { readonly type: 'damaged'; readonly sentence: string }
  | (Suspended & { readonly type: 'own' | 'all'; readonly sentence: string });

/** What makes the environment wait for a person who lets it go on, as data. */
export function suspensionOf(draft: Draft, subject: Subject | null = null): Suspension | null {
  const { repository } = draft.observed;
  if (repository.type === 'damaged') {
    const sentence = `the ledger of the whole repository is damaged: ${repository.sentence}; nothing new starts until a person has looked`;
    return { type: 'damaged', sentence };
  }
  const own = inForce(draft.state.suspended, draft.now);
  if (own !== null) {
    const sentence = `suspended by ${own.by}: ${own.reason}`;
    return { ...own, type: 'own', sentence };
  }
  const all = inForce(repository.state.suspended, draft.now);
  if (all === null || isSame(draft, subject, all.by)) return null;
  const sentence = `all environments were suspended by ${all.by}: ${all.reason}; ${all.by} may still deploy by name`;
  return { ...all, type: 'all', sentence };
}

function inForce(suspended: Suspended | null, now: number): Suspended | null {
  return suspended !== null && (suspended.until === null || now < suspended.until) ? suspended : null;
}

/** The holder of the line, by person where the head knows people, else by the very name. */
function isSame({ environment, settings }: Draft, subject: Subject | null, holder: string): boolean {
  const by = subject?.requestedBy ?? null;
  if (by === null) return false;
  const directory: Directory = environment.gates ?? settings ?? { people: {}, teams: {} };
  const person = personOf(by, directory);
  return person === null ? by === holder : person === personOf(holder, directory);
}
