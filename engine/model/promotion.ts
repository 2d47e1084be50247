// What is brought from one environment to another: a proposal is a branch with one commit of ours, which somebody
// merges. Whether it was merged is told by Git alone: its contents are on the branch it is for.

import type { Instant } from '../base/instant.ts';
import type { Version } from './version.ts';

/** All branches of proposals are below this. */
export const PROPOSAL_FOLDER = 'promote/';

/** All that decides the commit of a proposal; as it is recorded. */
export type ProposalIntent = {
  /** `production/9f3c2d1`, with `+web` behind it where it is of one service. */
  readonly proposal: string;
  /** The branch that it is for, and where that stood. */
  readonly base: string;
  readonly baseHead: string;
  /** The environment that it comes from, and what ran there. */
  readonly source: string;
  readonly version: Version;
  /** Stands for what is taken over, whatever it is put on: the same contents have the same key. */
  readonly key: string;
  /** Null where it is of the whole environment. */
  readonly service: string | null;
  /** Files that it changes. */
  readonly paths: readonly string[];
  /** `pattern key`: of the files of that pattern only these keys. */
  readonly fields: readonly string[];
  /** Who wrote what it carries; absent where nobody can tell. */
  readonly carried?: readonly string[];
  /** The proposal that it takes the place of. */
  readonly supersedes: string | null;
  /** Who asked for it; null where it came by itself. */
  readonly requestedBy: string | null;
  readonly reason: string;
};

export type ProposalEnd = 'merged' | 'declined' | 'superseded' | 'obsolete' | 'refused';

export type StoredProposal = ProposalIntent & {
  readonly intendedAt: Instant;
  /** Our commit; null until its branch was there. */
  readonly head: string | null;
  /** Where people have taken the branch since, newest first, bounded: then it is theirs. */
  readonly touched: readonly string[];
  readonly merging: MergeState | null;
  readonly ended: {
    readonly how: ProposalEnd;
    /** What brought it, where it was merged. */
    readonly commit: string | null;
    readonly sentence: string;
    readonly at: Instant;
  } | null;
};

/** That we merge it; `failed`: why that came to nothing. */
export type MergeState = { readonly intendedAt: Instant; readonly failed: string | null };

/** A person asks for a proposal; the last word counts. */
export type PromotionRequest = {
  readonly id: string;
  readonly by: string;
  readonly at: Instant;
  /** Environments to take from; those of `promote.from` where empty. */
  readonly from: readonly string[];
  /** Empty: all. */
  readonly services: readonly string[];
  readonly reason: string;
};

/** What would be brought here now: of the environment, or of one service. */
export type Wanted = Pick<ProposalIntent, 'source' | 'version' | 'key' | 'service' | 'paths' | 'fields' | 'carried'>;

/** An open proposal as the remote has it now. */
export type ProposalSeen = {
  /** Of its branch; null where that is gone. */
  readonly tip: string | null;
  /** The commit that brought its contents to the branch that it is for. */
  readonly mergedBy: string | null;
  /** What git would make of it now; null where it is not ours alone, or is gone. */
  readonly merges: 'clean' | 'conflict' | 'nothing-left' | null;
};

/** What a decision about proposals may look at. */
export type PromotionFacts = {
  /** Null where the branch is not there. */
  readonly base: { readonly branch: string; readonly head: string } | null;
  /** Null where it is not known what would be brought: `waits` says why. */
  readonly wanted: readonly Wanted[] | null;
  readonly waits: string | null;
  /** Open proposals by name. */
  readonly seen: ReadonlyMap<string, ProposalSeen>;
  /** Names that have a branch on the remote. */
  readonly branches: ReadonlySet<string>;
  /** Open proposals of a version that the ledger of its source, as it was read, has not come to. */
  readonly ahead: readonly string[];
};

/** How long the contents of a source have run there and well: `since` now, `soakedMs` before. */
export type SourceHealth = { readonly since: Instant | null; readonly soakedMs: number };

export function proposalBranch(proposal: string): string {
  return `${PROPOSAL_FOLDER}${proposal}`;
}

export function isProposalOf(environment: string, proposal: string): boolean {
  const rest = proposal.startsWith(`${environment}/`) ? proposal.slice(environment.length + 1) : '';
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/.test(rest) && !/\.\.|\.lock$|\.$/.test(rest);
}

/** A push of ours that was under way when the proposal ended can land so much later. */
const RETURNS_WITHIN_MS = 600_000;

/** How long the ledger of a source may be behind what another controller has proposed of it. */
const BEHIND_MS = 600_000;

/** When it is taken for caught up; null where it is. Until then what is wanted may be what was wanted before. */
export function behindUntil(open: readonly StoredProposal[], ahead: readonly string[], now: Instant): Instant | null {
  const until = open.filter(({ proposal }) => ahead.includes(proposal)).map(({ intendedAt }) => intendedAt + BEHIND_MS);
  const last = Math.max(...until, now);
  return last > now ? last : null;
}

/** Its branch, should it come back as we made it, is a push of our own that landed late. */
export function mayReturn({ ended, head, touched }: StoredProposal, now: Instant): boolean {
  if (ended === null || head === null || touched.length > 0 || ended.how === 'declined') return false;
  return now - ended.at < RETURNS_WITHIN_MS;
}

export function isOpen({ ended }: StoredProposal): boolean {
  return ended === null;
}

export function promoteBranchId(proposal: string): string {
  return `promote-branch/${proposal}`;
}

export function mergeProposalId(proposal: string): string {
  return `merge-proposal/${proposal}`;
}
