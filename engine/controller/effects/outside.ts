// The life of outside effects in this process: each once at a time, again after a fault and later each time, and what
// became of it kept by its id until that is recorded. After kill -9 nothing of this is left: a performer finds what
// was done.

import type { EndedEffect, OutsideEffect } from '../../model/outside-effect.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ForgeHand, NO_FORGE } from '../../ports/forge.ts';
import type { GitRepository } from '../../ports/git.ts';
import type { Backoff } from './backoff.ts';
import type { EffectEvent } from './effect-event.ts';
import { attempt } from './performer.ts';
import { perform } from './performers.ts';

export type OutsideOptions = {
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Whether this process speaks for the run that is open there. */
  readonly isOurs: (environment: string) => boolean;
  /** Looks at the remote: what follows a push of ours must not be decided on refs that are older. */
  readonly look: () => Promise<void>;
  /** The forge that merges, as tidegate.yaml names it now. */
  readonly forge?: () => ForgeHand;
  readonly emit: (event: EffectEvent) => void;
};

type Refused = { readonly environment: string; readonly run: string | null; readonly times: number };

/** A controller that runs once does not stay for what is further away. */
const WAITED_MS_MAX = 90_000;
/** As long as GitHub counts; one that says more is not believed. */
const NAMED_MS_MAX = 3_600_000;

export class Outside {
  readonly #options: OutsideOptions;
  readonly #ended = new Map<string, Map<string, EndedEffect>>();
  readonly #underWay = new Set<string>();
  /** Those the world has put off for longer than anything is waited for. */
  readonly #putOff = new Set<string>();
  readonly #refused = new Map<string, Refused>();

  constructor(options: OutsideOptions) {
    this.#options = options;
  }

  /** What became of them, by environment, then by id. */
  get ended(): ReadonlyMap<string, ReadonlyMap<string, EndedEffect>> {
    return this.#ended;
  }

  /** Under way, or waited for to be tried again; not what the world has put off for long. */
  get pending(): number {
    return this.#underWay.size - this.#putOff.size;
  }

  perform(effect: OutsideEffect): void {
    if (this.#underWay.has(effect.id)) return;
    this.#underWay.add(effect.id);
    this.#try(effect).catch((cause: unknown) => this.#options.emit({ type: 'failed', what: effect.id, cause }));
  }

  /**
   * The run is over, or its lease is not ours any more: what became of its effects is in the ledger, or of no use.
   */
  forget(environment: string, run: string): void {
    const known = this.#ended.get(environment);
    for (const [id, ended] of known ?? []) if (ended.run === run) known?.delete(id);
  }

  /** What became of a run that is not ours any more says nothing of another that gets its number. */
  forgetLost(): void {
    const { isOurs } = this.#options;
    for (const [environment, known] of this.#ended) {
      if (isOurs(environment)) continue;
      for (const [id, { run }] of known) if (run !== null) known.delete(id);
    }
    for (const [id, { environment, run }] of this.#refused)
      if (run !== null && !isOurs(environment)) this.#refused.delete(id);
  }

  async #try(effect: OutsideEffect): Promise<void> {
    const { backoff, clock, git, isOurs, look, emit, forge } = this.#options;
    const { id, environment, run } = effect;
    const refusedBefore = this.#refused.get(id)?.times ?? 0;
    const tried = await attempt(async () => {
      const ended = await performed(git, effect, refusedBefore, forge?.() ?? NO_FORGE);
      await look();
      return ended;
    });
    if (tried.type === 'ended') {
      this.#underWay.delete(id);
      backoff.succeeded(id);
      this.#refused.delete(id);
      if (run === null || isOurs(environment)) this.#knownIn(environment).set(id, tried.result);
      emit({ type: 'effect-over', environment });
      return;
    }
    emit({ type: 'failed', what: id, cause: tried.fault });
    if (tried.type === 'refused') this.#refused.set(id, { environment, run, times: refusedBefore + 1 });
    // Who says when to come again is not asked before, however often it has said so.
    const namedMs = Math.min(tried.fault.afterMs ?? 0, NAMED_MS_MAX);
    if (namedMs > WAITED_MS_MAX) this.#putOff.add(id);
    clock.after(Math.max(namedMs, backoff.failed(id, clock.monotonicMs())), () => {
      this.#underWay.delete(id);
      this.#putOff.delete(id);
      emit({ type: 'effect-over', environment });
    });
  }

  #knownIn(environment: string): Map<string, EndedEffect> {
    const known = this.#ended.get(environment) ?? new Map<string, EndedEffect>();
    this.#ended.set(environment, known);
    return known;
  }
}

async function performed(
  git: GitRepository,
  effect: OutsideEffect,
  refusedBefore: number,
  forge: ForgeHand,
): Promise<EndedEffect> {
  const { run } = effect;
  switch (effect.kind) {
    case 'write-back':
      return { kind: effect.kind, run, result: await perform(git, { ...effect, refusedBefore }, forge) };
    case 'remove-branch':
      return { kind: effect.kind, run, result: await perform(git, { ...effect, refusedBefore }, forge) };
    case 'promote-branch':
      return { kind: effect.kind, run, result: await perform(git, { ...effect, refusedBefore }, forge) };
    case 'merge-proposal':
      return { kind: effect.kind, run, result: await perform(git, { ...effect, refusedBefore }, forge) };
  }
}
