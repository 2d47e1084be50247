// What the model forge knows beside its repository: accounts, pull requests, reviews, comments, statuses,
// deployments; and the switches by which a test makes it behave as GitHub does on a bad day.

import type { Clock } from '../../../engine/ports/clock.ts';
import type { Method, ModelGit } from './model-git.ts';

export type Account = { login: string; readonly id: number };

export type ModelPull = {
  readonly number: number;
  readonly head: { readonly repositoryId: number; readonly owner: string; readonly ref: string; sha: string };
  readonly base: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  isDraft: boolean;
  readonly author: Account;
  createdAt: number;
  updatedAt: number;
  mergedAt: number | null;
  mergeCommit: string | null;
  isQueued: boolean;
  autoMerge: Method | null;
  /** Reads of the one until `mergeable` is known. */
  unknownFor: number;
  /** List reads that do not show it yet. */
  hiddenFor: number;
  readonly requested: Account[];
};

export type ModelReview = {
  readonly id: number;
  readonly number: number;
  readonly by: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit: string | null;
  readonly at: number;
};

export type ModelComment = {
  readonly id: number;
  readonly number: number;
  readonly by: Account;
  body: string;
  edits: number;
};
export type ModelStatus = {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly by: Account;
};
export type ModelRun = {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly app: number;
  readonly conclusion: string | null;
};
export type ModelDeployment = {
  readonly id: number;
  readonly sha: string;
  readonly task: string;
  readonly environment: string;
  readonly isProduction: boolean;
  readonly by: Account;
  readonly states: { readonly id: number; readonly state: string; readonly description: string }[];
};

/** How it behaves; each can be changed at any time. */
export type ModelRules = {
  isQueueRequired: boolean;
  /** Rules that the base branch has, and that are not met: merging is refused with 405. */
  isBlocked: boolean;
  allowsAutoMerge: boolean;
  methods: Method[];
  squashMessage: 'default' | 'blank';
  /** So many merges are refused with 405, although nothing is in the way. */
  baseModified: number;
  /** List reads that do not show what was just opened. */
  listLag: number;
  /** Reads of a pull request until `mergeable` is known. */
  mergeableAfter: number;
};

export class ModelState {
  readonly owner = 'acme';
  name = 'shop';
  repositoryId = 7_001;
  readonly git: ModelGit;
  readonly clock: Clock;
  readonly accounts: Account[] = [];
  readonly pulls: ModelPull[] = [];
  readonly reviews: ModelReview[] = [];
  readonly comments: ModelComment[] = [];
  readonly statuses: ModelStatus[] = [];
  readonly runs: ModelRun[] = [];
  readonly deployments: ModelDeployment[] = [];
  readonly rules: ModelRules = {
    isQueueRequired: false,
    isBlocked: false,
    allowsAutoMerge: true,
    methods: ['merge', 'squash', 'rebase'],
    squashMessage: 'default',
    baseModified: 0,
    listLag: 0,
    mergeableAfter: 0,
  };
  #ids = 1_000;

  constructor(git: ModelGit, clock: Clock) {
    this.git = git;
    this.clock = clock;
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  account(login: string): Account {
    const found = this.accounts.find((one) => one.login === login);
    if (found !== undefined) return found;
    const made = { login, id: this.nextId() };
    this.accounts.push(made);
    return made;
  }

  pull(number: number): ModelPull | null {
    this.refresh();
    return this.pulls.find((one) => one.number === number) ?? null;
  }

  touch(pull: ModelPull): void {
    pull.updatedAt = this.clock.now();
  }

  /** A branch that moved moves the head of its open pull requests, and takes back what is known of merging them. */
  refresh(): void {
    for (const pull of this.pulls) {
      if (pull.state !== 'open' || pull.head.repositoryId !== this.repositoryId) continue;
      const tip = this.git.read(pull.head.ref);
      if (tip === null) {
        pull.state = 'closed';
        this.touch(pull);
        continue;
      }
      const base = this.git.read(pull.base);
      if (base !== null && this.git.isMergedInto(tip, base)) {
        this.markMerged(pull, base);
        continue;
      }
      if (tip === pull.head.sha) continue;
      pull.head.sha = tip;
      pull.unknownFor = this.rules.mergeableAfter;
      this.touch(pull);
    }
  }

  markMerged(pull: ModelPull, commit: string): void {
    pull.state = 'closed';
    pull.mergedAt = this.clock.now();
    pull.mergeCommit = commit;
    pull.isQueued = false;
    this.touch(pull);
  }

  open(
    author: Account,
    ref: string,
    base: string,
    title: string,
    body: string,
    fork: Account | null = null,
  ): ModelPull {
    const now = this.clock.now();
    const number = this.pulls.length + 1;
    const pull: ModelPull = {
      number,
      head: {
        repositoryId: fork === null ? this.repositoryId : this.repositoryId + fork.id,
        owner: fork?.login ?? this.owner,
        ref,
        sha: this.git.read(ref) ?? '0'.repeat(40),
      },
      base,
      title,
      body,
      state: 'open',
      isDraft: false,
      author,
      createdAt: now,
      updatedAt: now,
      mergedAt: null,
      mergeCommit: null,
      isQueued: false,
      autoMerge: null,
      unknownFor: this.rules.mergeableAfter,
      hiddenFor: this.rules.listLag,
      requested: [],
    };
    this.pulls.push(pull);
    return pull;
  }

  review(number: number, login: string, state: ModelReview['state'], commit?: string | null): ModelReview {
    const pull = this.pull(number);
    if (pull === null) throw new Error(`no #${number}`);
    const by = this.account(login);
    const at = this.clock.now();
    const made = { id: this.nextId(), number, by, state, commit: commit === undefined ? pull.head.sha : commit, at };
    this.reviews.push(made);
    const asked = pull.requested.indexOf(by);
    if (asked >= 0) pull.requested.splice(asked, 1);
    this.touch(pull);
    return made;
  }

  dismiss(review: ModelReview): void {
    review.state = 'DISMISSED';
    const pull = this.pull(review.number);
    if (pull !== null) this.touch(pull);
  }

  comment(number: number, login: string, body: string): ModelComment {
    const made = { id: this.nextId(), number, by: this.account(login), body, edits: 0 };
    this.comments.push(made);
    const pull = this.pull(number);
    if (pull !== null) this.touch(pull);
    return made;
  }

  /** What stands in the queue is built on the base and merged under that very id. */
  buildQueue(): readonly string[] {
    return this.pulls
      .filter(({ isQueued }) => isQueued)
      .map((pull) => {
        const base = this.git.read(pull.base) ?? '';
        const commit = this.git.merge('merge', base, pull.head.sha, `Merge #${pull.number}`, 'GitHub') ?? base;
        const branch = `gh-readonly-queue/${pull.base}/pr-${pull.number}-${base}`;
        this.git.update(branch, commit);
        return branch;
      });
  }

  mergeQueue(): void {
    for (const branch of this.buildQueue()) {
      const pull = this.pulls.find(({ number }) => branch.includes(`/pr-${number}-`));
      const commit = this.git.read(branch);
      if (pull === undefined || commit === null) continue;
      this.git.update(pull.base, commit);
      this.git.update(branch, null);
      this.markMerged(pull, commit);
    }
  }
}
