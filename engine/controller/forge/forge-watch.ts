// The controller's view of the forge: what it said last, and what it is to show of us. It goes beside the loop and
// never in its way: a forge that is slow, lies or is away keeps no run from going on. What is shown is made again
// from what is observed, so that nothing of it has to be remembered.

import { type ForgeConfig, mergingForge } from '../../model/forge-config.ts';
import { type ForgeFacts, NO_FORGE_FACTS } from '../../model/proposal.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { Forge, ForgeHand, Merger } from '../../ports/forge.ts';
import type { GitPerson } from '../../ports/git.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import type { Log } from '../../ports/log.ts';
import { isForgeFresh } from '../../reconcile/reviews.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import type { Survey } from '../observe/survey.ts';
import { Plans } from './plans.ts';
import { keepOpen, pullRequestOf } from './pull-requests.ts';

/** The forge said something that a decision may look at. */
export type ForgeEvent =
  | { readonly type: 'forge-said'; readonly environments: readonly string[] }
  /** It was asked, whatever it said: that alone may have kept the controller from being idle. */
  | { readonly type: 'looked' };

export type ForgeParts = {
  /** `author`: of commits that are made for it. */
  readonly open: (config: ForgeConfig, author: GitPerson) => Promise<Forge>;
  /** Another view of the same repository, to look at it as if something were merged. */
  readonly openSurvey: () => Survey;
  readonly openHolidays: () => Promise<HolidayTable>;
};

type WatchParts = ForgeParts & {
  readonly survey: Survey;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: ForgeEvent) => void;
};

/** How long after its end a pull request is still told of. */
const CLOSED_MS = 14 * 86_400_000;
/** In one round: what the first brings may be asked about in the second. */
const LOOKS_MAX = 3;
const NOTHING = { jobs: new Map(), effects: new Map() };

export class ForgeWatch {
  readonly #parts: WatchParts;
  readonly #plans: Plans;
  #forge: { readonly of: string; readonly config: ForgeConfig; readonly forge: Forge } | null = null;
  #round: Promise<void> | null = null;
  #isAskedAgain = false;
  #isWoken = false;
  #isEnded = false;
  /** Commits whose results were asked for. */
  #asked: ReadonlySet<string> = new Set();
  #said = '';

  constructor(parts: WatchParts) {
    this.#parts = parts;
    // A controller never goes by what was once written down of a forge: it waits until that has answered.
    parts.survey.forge ??= NO_FORGE_FACTS;
    this.#plans = new Plans(parts);
  }

  get underWay(): boolean {
    return this.#round !== null;
  }

  /** What outside effects need of it. */
  get hand(): ForgeHand {
    return {
      merger: this.#merger(),
      told: (order) => {
        const place = this.#parts.survey.serving?.config?.repository.forge?.place;
        if (place?.kind !== 'gitlab') return [];
        if (this.#forge !== null) return this.#forge.forge.told?.(order) ?? [];
        throw new Fault('remote-unreachable', 'what GitLab is told with a push is not known yet', {
          retry: 'now',
          hint: 'the branch is pushed a moment later',
        });
      },
    };
  }

  /** Null where tidegate.yaml names no forge that merges: then a push does. */
  #merger(): Merger | null {
    const name = mergingForge(this.#parts.survey.serving?.config?.repository.forge ?? null);
    if (name === null) return null;
    return {
      name,
      merge: async (order) => {
        const pull = pullRequestOf(order, this.#parts.survey.forge?.proposals ?? []);
        if (this.#forge === null || pull === undefined)
          throw new Fault('remote-unreachable', `${name} has not shown a pull request of ${order.branch} yet`, {
            retry: 'later',
            hint: 'it is asked again; a person may merge it there meanwhile',
          });
        return await this.#forge.forge.merge({ ...order, number: pull.number, method: null });
      },
    };
  }

  /** The remote was looked at: now the forge is. Returns at once. */
  looked(): void {
    if (this.#isEnded) return;
    if (this.#round !== null) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isAskedAgain = false;
    this.#round = this.#watch().finally(() => {
      this.#round = null;
      this.#parts.emit({ type: 'looked' });
      if (this.#isAskedAgain) this.looked();
    });
  }

  /** Somebody says that something happened there: at the next look it is asked, however short ago it was. */
  woken(): void {
    this.#isWoken = true;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#round;
    await this.#forge?.forge.end();
  }

  async #watch(): Promise<void> {
    try {
      const opened = await this.#opened();
      if (opened === null) {
        this.#parts.survey.forge = { ...NO_FORGE_FACTS, trouble: 'tidegate.yaml names no forge that shows reviews' };
        return;
      }
      const facts = await this.#lookAtAll(opened.forge);
      this.#say(facts.reachable ? '' : `the forge does not answer: ${facts.trouble ?? 'nobody knows why'}`);
      const kept = await keepOpen(this.#parts.survey, opened.forge, facts);
      for (const sentence of kept.refused) this.#say(sentence);
      // What follows from a pull request needs its number: it is not waited for until the next look is due.
      if (kept.isChanged) this.woken();
      opened.forge.mirror(await this.#plans.desired(opened.config, facts));
    } catch (cause) {
      // A view that fails is told and made again at the next look: no run waits for it.
      if (!(cause instanceof Fault)) throw cause;
      this.#say(`the forge: ${cause.message}`);
    }
  }

  /** Decided about again where it says something else than before, or may be believed again. */
  #take(facts: ForgeFacts): void {
    const { survey, emit } = this.#parts;
    const saidBy = ({ reachable, proposals, checks }: ForgeFacts) => JSON.stringify({ reachable, proposals, checks });
    const before = survey.forge ?? NO_FORGE_FACTS;
    const isNews = !isForgeFresh(before, this.#parts.clock.now()) || saidBy(before) !== saidBy(facts);
    survey.forge = facts;
    if (isNews) emit({ type: 'forge-said', environments: survey.environments });
  }

  /** By what tidegate.yaml says now; null for Git alone. */
  async #opened(): Promise<{ readonly config: ForgeConfig; readonly forge: Forge } | null> {
    const config = this.#parts.survey.serving?.config?.repository.forge ?? null;
    const of = config === null || config.place.kind === 'plain' ? '' : JSON.stringify(config.place);
    if (this.#forge !== null && this.#forge.of !== of) {
      await this.#forge.forge.end();
      this.#forge = null;
    }
    if (config === null || of === '') return null;
    this.#forge = { of, config, forge: this.#forge?.forge ?? (await this.#parts.open(config, LEDGER_AUTHOR)) };
    return this.#forge;
  }

  /** What rules ask about is known once it was observed; what a look tells of pull requests may add to that. */
  async #lookAtAll(forge: Forge): Promise<ForgeFacts> {
    const { survey } = this.#parts;
    for (let looks = 1; ; looks += 1) {
      await survey.observe(null, NOTHING);
      const asked = survey.checksAsked;
      const isNews = asked.some((commit) => !this.#asked.has(commit));
      if (looks > 1 && !isNews) return survey.forge ?? NO_FORGE_FACTS;
      const isFresh = isNews || this.#isWoken;
      this.#isWoken = false;
      this.#take(await this.#look(forge, asked, isFresh));
      // Also while it is away: then it is asked at its own pace, with these among the rest.
      this.#asked = new Set(asked);
      if (looks === LOOKS_MAX || survey.forge?.reachable !== true) return survey.forge ?? NO_FORGE_FACTS;
    }
  }

  #look(forge: Forge, checksOf: readonly string[], fresh: boolean): Promise<ForgeFacts> {
    const { clock, survey } = this.#parts;
    return forge.look({
      closedAfter: Math.max(0, clock.now() - CLOSED_MS),
      // Of those that are closed too: a yes counts for what was merged only while it stands.
      wantsReviews: ({ base }) => survey.refs?.refs.has(`refs/heads/${base}`) === true,
      checksOf,
      fresh,
    });
  }

  #say(sentence: string): void {
    if (sentence === this.#said) return;
    this.#said = sentence;
    if (sentence !== '') this.#parts.log.warn(sentence);
  }
}
