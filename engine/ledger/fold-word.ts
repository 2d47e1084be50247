// What people, machines and tags said: answers, exceptions, results of checks, locks. Records that change no run.

import type { EnvironmentState, StoredApproval } from '../model/environment-state.ts';
import { isSamePlace, placeProblem } from '../model/ledger-place.ts';
import type { EventRecord } from '../model/record.ts';
import { APPROVALS_MAX, CHECKS_MAX, LOCKS_MAX, OFFERED_MAX, OVERRIDES_MAX, SECRETS_MAX } from './bounds.ts';

type Word = Extract<
  EventRecord,
  {
    type:
      | 'approved'
      | 'rejected'
      | 'approval-tag-seen'
      | 'overridden'
      | 'offered'
      | 'check-recorded'
      | 'lock-taken'
      | 'secret-claimed'
      | 'ledger-placed';
  }
>;

/** The change, or a sentence that says why the record cannot follow. */
export function foldWord(state: EnvironmentState, record: Word): Partial<EnvironmentState> | string {
  switch (record.type) {
    case 'approved':
    case 'rejected': {
      const { id, by, at, version, planDigest, reason } = record;
      const answer = record.type;
      return remember(state, { id, by, answer, version, planDigest, reason, at, tag: null, ...signatureOf(record) });
    }
    case 'approval-tag-seen': {
      const { id, at, tag, oid, commit, answer, person, reason } = record;
      if (state.approvals.some((approval) => approval.tag?.name === tag)) return `${tag} is known already`;
      const version = { commit, tag: null };
      return remember(state, {
        id,
        by: person,
        answer,
        version,
        planDigest: null,
        reason,
        at,
        tag: { name: tag, oid },
        ...(record.signedBy === undefined ? {} : { signedBy: record.signedBy }),
      });
    }
    case 'overridden': {
      const { id, by, at, version, rules, reason, until } = record;
      const override = { id, by, version, rules, reason, at, until, ...signatureOf(record) };
      return { overrides: [...state.overrides, override].slice(-OVERRIDES_MAX) };
    }
    case 'offered': {
      const { digest, version, at } = record;
      if (state.offered.some((other) => other.digest === digest && other.commit === version.commit)) {
        return `${version.commit.slice(0, 7)} is known to wait already`;
      }
      return { offered: [{ digest, commit: version.commit, at }, ...state.offered].slice(0, OFFERED_MAX) };
    }
    case 'check-recorded': {
      const { commit, name, status, value, at, by } = record;
      const others = state.checks.filter((check) => check.commit !== commit || check.name !== name);
      return { checks: [{ commit, name, status, value, at, by }, ...others].slice(0, CHECKS_MAX) };
    }
    case 'lock-taken': {
      const { lock, environment, holder: run } = record;
      const others = state.locks.filter((held) => held.lock !== lock);
      return { locks: [{ lock, environment, run }, ...others].slice(0, LOCKS_MAX) };
    }
    case 'secret-claimed':
      return claimSecret(state, record);
    case 'ledger-placed':
      return place(state, record);
  }
}

/** The first claim stands; only the operator gives a secret to another environment, or to several. */
function claimSecret(
  state: EnvironmentState,
  { secret, environment, holder: run, because }: Extract<Word, { type: 'secret-claimed' }>,
): Partial<EnvironmentState> | string {
  const owners = state.secrets.filter((claimed) => claimed.secret === secret);
  const other = owners.find((claimed) => claimed.environment !== environment);
  if (because === 'first' && other !== undefined) return `the secret ${secret} belongs to ${other.environment}`;
  const replaced = owners.filter((claimed) => claimed.environment === environment || claimed.because === 'first');
  const kept = state.secrets.filter((claimed) => !replaced.includes(claimed));
  if (kept.length >= SECRETS_MAX) return `${SECRETS_MAX} secrets have an owner already, and none is forgotten`;
  return { secrets: [...kept, { secret, environment, run, because }] };
}

/** What could not be read back is not written. */
function place(
  state: EnvironmentState,
  { namespace, repository }: Extract<Word, { type: 'ledger-placed' }>,
): Partial<EnvironmentState> | string {
  const wrong = placeProblem({ namespace, repository });
  if (wrong !== null) return wrong;
  if (state.place !== undefined && isSamePlace(state.place, { namespace, repository }))
    return 'the ledger is there already';
  return { place: { namespace, repository } };
}

/** Records of the ledger of the whole repository. */
export function isRepositoryWide({ type }: EventRecord): boolean {
  return REPOSITORY_WIDE.has(type);
}

const REPOSITORY_WIDE: ReadonlySet<string> = new Set([
  'check-recorded',
  'lock-taken',
  'secret-claimed',
  'ledger-placed',
]);

/** One environment, or all of them at once. */
export function isForBoth(record: EventRecord): boolean {
  return record.type === 'suspended' || record.type === 'resumed';
}

export function signatureOf(record: { readonly signature?: string }): { readonly signature?: string } {
  return record.signature === undefined ? {} : { signature: record.signature };
}

/** Where there are too many, what was said again goes first, then old approvals; a no is the last to be forgotten. */
function remember(state: EnvironmentState, approval: StoredApproval): Partial<EnvironmentState> {
  const approvals = [...state.approvals, approval];
  while (approvals.length > APPROVALS_MAX) {
    const again = approvals.findIndex((word, at) => approvals.slice(at + 1).some((later) => isAbout(later, word)));
    const yes = approvals.findIndex(({ answer }) => answer === 'approved');
    approvals.splice(again >= 0 ? again : Math.max(0, yes), 1);
  }
  return { approvals };
}

/** The same person, by name and by key, on the same version. */
function isAbout(later: StoredApproval, word: StoredApproval): boolean {
  const signs = (approval: StoredApproval) => approval.signature !== undefined || approval.signedBy !== undefined;
  return later.by === word.by && later.version.commit === word.version.commit && signs(later) === signs(word);
}
