// What the forge is to show: a comment and a status for each pull request that changes an environment, and runs as
// deployments. A plan is made again where the pull request, the branch it is for, or a ledger has moved, and now and
// then, since time alone changes an answer.

import { type BranchPlan, branchPlanOf } from '../../explain/branch-plan.ts';
import { storyOf } from '../../explain/story.ts';
import { deploymentsOf } from '../../mirror/deployments.ts';
import { planComment } from '../../mirror/plan-comment.ts';
import { conflictStatus, PLAN_STATUS, planStatus } from '../../mirror/plan-status.ts';
import { storyComment } from '../../mirror/story-comment.ts';
import type { ForgeConfig } from '../../model/forge-config.ts';
import type { Observed } from '../../model/observed.ts';
import type { ForgeFacts, ForgeProposal } from '../../model/proposal.ts';
import { pathMatcher } from '../../policy/path-patterns.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DesiredComment, DesiredStatus, ForgeDesired } from '../../ports/forge.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import { seeMerged } from '../commands/branch-plan.ts';
import type { Survey } from '../observe/survey.ts';
import { endedText } from './pull-requests.ts';

type PlanParts = {
  readonly survey: Survey;
  readonly openSurvey: () => Survey;
  readonly openHolidays: () => Promise<HolidayTable>;
  readonly clock: Clock;
};

/** What is shown of one pull request, and what it rests on. */
type Shown = {
  readonly key: string;
  readonly madeAtMs: number;
  readonly comment: string | null;
  readonly status: { readonly state: DesiredStatus['state']; readonly description: string } | null;
  /** What merging would make of each environment it changes: digests of contents. */
  readonly contents: ReadonlyMap<string, string>;
  /** The tip that it is about. */
  readonly head: string;
  /** The same tip changed something before and changes nothing now: it was merged, whatever the forge says yet. */
  readonly isOver: boolean;
};

/** Made in one round; the rest follows at the next. */
const AT_ONCE_MAX = 5;
const AGAIN_MS = 5 * 60_000;
const NOTHING = { jobs: new Map(), effects: new Map() };
const QUEUED = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]+$/;

export class Plans {
  readonly #parts: PlanParts;
  readonly #shown = new Map<number, Shown>();

  constructor(parts: PlanParts) {
    this.#parts = parts;
  }

  /** The whole state that is wanted. Throws Fault. */
  async desired(config: ForgeConfig, facts: ForgeFacts): Promise<ForgeDesired> {
    const { proposals } = facts;
    const { survey } = this.#parts;
    const observed = await survey.observe(null, NOTHING);
    let room = AT_ONCE_MAX;
    const comments: DesiredComment[] = [];
    const statuses: DesiredStatus[] = [];
    for (const proposal of proposals) {
      const { number, head, state } = proposal;
      if (number === null) continue;
      const over = endedText(survey, proposal, facts);
      if (over !== null) {
        comments.push({ number, recorded: null, body: over });
        continue;
      }
      const isStale = state === 'open' && !this.#isFresh(number, this.#keyOf(proposal));
      if (isStale && room > 0) {
        room -= 1;
        this.#shown.set(number, follows(this.#shown.get(number), await this.#planned(proposal, config)));
      }
      const shown = this.#shown.get(number);
      if (shown === undefined) continue;
      const told = state === 'open' && !shown.isOver ? shown.comment : await this.#told(proposal, shown, observed);
      if (told !== null) comments.push({ number, recorded: null, body: told });
      if (state === 'open' && shown.status !== null) statuses.push(statusOf(head, shown.status));
    }
    const known = new Set(proposals.map(({ number }) => number));
    for (const number of this.#shown.keys()) if (!known.has(number)) this.#shown.delete(number);
    return {
      comments,
      statuses: [...statuses, ...this.#ofQueue()],
      deployments: deploymentsOf(observed, config.deployments),
    };
  }

  /** A merge queue waits for the same status on a commit of its own. */
  #ofQueue(): readonly DesiredStatus[] {
    return [...(this.#parts.survey.refs?.refs ?? [])].flatMap(([ref, commit]) => {
      const shown = this.#shown.get(Number(QUEUED.exec(ref)?.[1] ?? Number.NaN));
      return shown === undefined || shown.status === null ? [] : [statusOf(commit, shown.status)];
    });
  }

  #isFresh(number: number, key: string): boolean {
    const shown = this.#shown.get(number);
    return shown?.key === key && this.#parts.clock.monotonicMs() - shown.madeAtMs < AGAIN_MS;
  }

  #keyOf({ head, base }: ForgeProposal): string {
    const { survey } = this.#parts;
    const ledgers = [...survey.ledger.entries.values()].map(({ environment, state }) => `${environment} ${state.seq}`);
    return [head, survey.refs?.refs.get(`refs/heads/${base}`) ?? '', survey.head?.commit ?? '', ...ledgers].join('\n');
  }

  async #planned(proposal: ForgeProposal, config: ForgeConfig): Promise<Shown> {
    const { clock, openSurvey, openHolidays } = this.#parts;
    const made = { key: this.#keyOf(proposal), madeAtMs: clock.monotonicMs(), head: proposal.head, isOver: false };
    const nothing: Shown = { ...made, comment: null, status: null, contents: new Map() };
    const survey = openSurvey();
    survey.forge = this.#parts.survey.forge;
    await survey.take(await survey.look(), clock.monotonicMs());
    const { branch, base, isFork, number } = proposal;
    const ref = isFork ? `refs/pull/${number}/head` : `refs/heads/${branch}`;
    const seen = await seeMerged({ survey, clock, openHolidays }, { branch, onto: base, ref });
    if (seen.type === 'conflict') return { ...nothing, status: conflictStatus(base) };
    if (seen.type !== 'merged' || !isAskedFor(seen.ahead.paths, config)) return nothing;
    const { ahead, problems, timezone } = seen;
    const plan = branchPlanOf(ahead, clock.now(), timezone);
    return {
      ...made,
      comment: planComment(plan, problems, timezone),
      status: planStatus(plan, problems),
      contents: contentsOf(plan, ahead),
    };
  }

  /** After its end: what became of it where it was merged, and what was told before where it was not. */
  async #told({ base }: ForgeProposal, { comment, contents }: Shown, observed: Observed): Promise<string | null> {
    const { survey, clock } = this.#parts;
    const tip = survey.refs?.refs.get(`refs/heads/${base}`);
    if (tip === undefined || contents.size === 0 || survey.serving === null) return comment;
    for (const [name, digest] of contents) {
      const inputs = await survey.reader.inputs(tip, name, survey.serving);
      const [there] = await survey.git.contentsAt(tip, [inputs]);
      const state = survey.ledger.entries.get(name)?.state;
      // What came after it may have changed it again: then its run tells.
      const isKnown = state?.contents.some((known) => known.digest === digest) === true;
      if (there?.digest !== digest && !isKnown) return comment;
    }
    const timezone = survey.serving.config?.repository.timezone ?? 'UTC';
    return storyComment(storyOf(observed, { commit: tip, contents }, clock.now()), timezone) ?? comment;
  }
}

function follows(before: Shown | undefined, { key, madeAtMs, ...made }: Shown): Shown {
  const isOver = before !== undefined && before.head === made.head && before.contents.size > 0;
  return isOver && made.contents.size === 0 ? { ...before, key, madeAtMs, isOver } : { ...made, key, madeAtMs };
}

function statusOf(commit: string, { state, description }: NonNullable<Shown['status']>): DesiredStatus {
  return { commit, context: PLAN_STATUS, state, description, url: null };
}

/** `forge.plan.paths`; all, where it is not said. */
function isAskedFor(paths: readonly string[] | null, { plan }: ForgeConfig): boolean {
  if (plan.paths === null || paths === null) return true;
  const matchers = plan.paths.map(pathMatcher);
  return paths.some((path) => matchers.some((matches) => matches(path)));
}

function contentsOf(
  plan: BranchPlan,
  { after, merged }: { after: Observed; merged: string },
): ReadonlyMap<string, string> {
  const changed = plan.environments.filter(({ version }) => version !== null).map(({ name }) => name);
  return new Map(
    changed.flatMap((name): [string, string][] => {
      const digest = after.environments.find((each) => each.name === name)?.contents.get(merged)?.digest;
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}
