// What waits for somebody to merge it: proposals of promotions, and branches that hold a rollback.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { isOpen, proposalBranch, type StoredProposal } from '../model/promotion.ts';
import { sayVersion, type Version } from '../model/version.ts';

export type Proposal = {
  /** What people call it by: `production/v1.4.2`; of a rollback its branch. */
  readonly name: string;
  readonly environment: string;
  readonly kind: 'promotion' | 'restore';
  readonly branch: string;
  /** The branch that it is for. */
  readonly base: string;
  /** Its commit; null while its branch is not there yet. */
  readonly head: string | null;
  /** What it brings; null for a rollback. */
  readonly from: { readonly environment: string; readonly version: Version } | null;
  /** `theirs`: people have committed to it. */
  readonly state: 'opening' | 'open' | 'theirs' | 'conflict';
  readonly service: string | null;
  readonly paths: readonly string[];
  /** Who wrote what it carries; null where nobody can tell. */
  readonly authors: readonly string[] | null;
  readonly requestedBy: string | null;
  readonly since: Instant;
  readonly sentence: string;
};

/** Oldest first. */
export function proposalsIn({ environments }: Pick<Observed, 'environments'>): readonly Proposal[] {
  return environments.flatMap(proposalsOf).toSorted((a, b) => a.since - b.since);
}

export function proposalsOf(environment: ObservedEnvironment): readonly Proposal[] {
  const promoted = (environment.ledger.state.proposals ?? []).filter(isOpen);
  return [...promoted.map((proposal) => promotion(environment, proposal)), ...restoring(environment)];
}

function promotion({ name, promotion: facts }: ObservedEnvironment, proposal: StoredProposal): Proposal {
  const { head, base, source, version, service, paths, carried, requestedBy, intendedAt, merging } = proposal;
  const seen = facts?.seen.get(proposal.proposal);
  const state = stateOf(proposal, seen);
  return {
    name: proposal.proposal,
    environment: name,
    kind: 'promotion',
    branch: proposalBranch(proposal.proposal),
    base,
    head: seen?.tip ?? head,
    from: { environment: source, version },
    state,
    service,
    paths,
    authors: carried ?? null,
    requestedBy,
    since: intendedAt,
    sentence: merging?.failed ?? `${sayVersion(version)} of ${source}${saidOf(state, base)}`,
  };
}

function stateOf(
  { head }: StoredProposal,
  seen: { readonly tip: string | null; readonly merges: string | null } | undefined,
) {
  if (head === null) return 'opening';
  if (seen !== undefined && seen.tip !== null && seen.tip !== head) return 'theirs';
  return seen?.merges === 'conflict' ? 'conflict' : 'open';
}

function saidOf(state: Proposal['state'], base: string): string {
  switch (state) {
    case 'opening':
      return ', whose branch is being made';
    case 'open':
      return '';
    case 'theirs':
      return ', and people have committed to it';
    case 'conflict':
      return `, which conflicts with ${base}`;
  }
}

function restoring({ name, ledger }: ObservedEnvironment): readonly Proposal[] {
  const { held } = ledger.state;
  if (held === null || held.branch === null) return [];
  const { branch, into, commit, sentence, at } = held;
  return [
    {
      name: branch,
      environment: name,
      kind: 'restore',
      branch,
      base: into,
      head: commit,
      from: null,
      state: 'open',
      service: null,
      paths: [],
      authors: null,
      requestedBy: null,
      since: at,
      sentence,
    },
  ];
}

/** By its name or its branch; by its environment, where that has only one. */
export function proposalNamed(observed: Pick<Observed, 'environments'>, typed: string): Proposal | null {
  const all = proposalsIn(observed);
  const named = all.find(({ name, branch }) => typed === name || typed === branch);
  const there = all.filter(({ environment }) => environment === typed);
  return named ?? (there.length === 1 ? (there[0] ?? null) : null);
}
