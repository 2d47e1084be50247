// What a mutant is: a deliberate breach, made by putting one part of a controller's world in wrongly. Here are the
// ways in which that is done; the breaches themselves stand in mutants.ts and mutants-rules.ts.

import type { ControllerParts } from '../../engine/controller/loop/controller-parts.ts';
import type { SurveyOptions } from '../../engine/controller/observe/survey.ts';
import type { ObservedEnvironment } from '../../engine/model/observed.ts';
import type { GitRepository, PushResult } from '../../engine/ports/git.ts';
import { spoilEntry } from '../support/ledger-world.ts';
import type { Machine } from './machine.ts';
import type { Checker } from './witness.ts';

export type Mutant = {
  readonly story: string;
  /** The checker that must notice it. */
  readonly caughtBy: Checker | 'nothing';
  /** The first seed that is tried; a few behind it are tried as well. */
  readonly from: number;
  readonly survey?: (options: SurveyOptions, machine: Machine) => Partial<SurveyOptions>;
  /** What a stranger, who asks the last questions, has for a git. */
  readonly stranger?: (git: GitRepository) => Partial<GitRepository>;
  readonly parts?: (parts: ControllerParts, machine: Machine) => Partial<ControllerParts>;
};

/** The engine as it is. */
export const NONE: Mutant = { story: 'the engine as it is', caughtBy: 'nothing', from: 1 };

/** Sees every environment with something spoilt. */
export function seeing(
  spoil: (one: ObservedEnvironment) => Partial<ObservedEnvironment>,
): NonNullable<Mutant['parts']> {
  return ({ survey }) => {
    const observe = survey.observe.bind(survey);
    survey.observe = async (only, progress, extra) => {
      const observed = await observe(only, progress, extra);
      const environments = observed.environments.map((one) => {
        const spoilt = { ...one, ...spoil(one) };
        if (spoilt.ledger === one.ledger) return spoilt;
        const entry = survey.ledger.entry(one.name);
        if (entry.state !== one.ledger.state) return one;
        // The loop throws away what was observed of another state than the entry has: it must not notice this one.
        spoilEntry(survey.ledger, one.name, { state: spoilt.ledger.state });
        return spoilt;
      });
      return { ...observed, environments };
    };
    return {};
  };
}

type Pushed = ReadonlyMap<string, PushResult>;

export function pushing(
  spoil: (push: () => Promise<Pushed>, machine: Machine, refs: readonly string[]) => Promise<Pushed>,
): NonNullable<Mutant['survey']> {
  return ({ git }, machine) => ({
    git: {
      ...git,
      push: (updates, options) =>
        spoil(
          () => git.push(updates, options),
          machine,
          updates.map(({ ref }) => ref),
        ),
    },
  });
}

export function accepted(answers: Pushed): Pushed {
  return new Map(
    [...answers].map(([ref, answer]) => [ref, answer.type === 'in-doubt' ? ({ type: 'accepted' } as const) : answer]),
  );
}

export function delegating(
  runner: ControllerParts['runner'],
  start: ControllerParts['runner']['start'],
): ControllerParts['runner'] {
  return {
    start,
    warm: () => runner.warm(),
    stop: (id, why) => runner.stop(id, why),
    forget: (id) => runner.forget(id),
    renew: (environment, forMs) => runner.renew(environment, forMs),
    setConcurrency: (jobs) => runner.setConcurrency(jobs),
    close: () => runner.close(),
  };
}
