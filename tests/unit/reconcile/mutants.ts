// Deliberate breaches of the laws: the engine's own decision with one thing spoilt. A checker that lets its mutant
// live checks nothing.

import { fold } from '../../../engine/ledger/fold.ts';
import type { JobEnding } from '../../../engine/model/job.ts';
import type { Observed, ObservedEnvironment } from '../../../engine/model/observed.ts';
import type { Plan } from '../../../engine/reconcile/plan.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import type { Law } from '../../support/laws.ts';
import type { Decide } from '../../support/model-life.ts';

export type Mutant = { readonly story: string; readonly law: Law; readonly make: () => Decide };

export const MUTANTS: readonly Mutant[] = [
  {
    story: 'counts how often it was asked',
    law: 'same',
    make: () => {
      let count = 0;
      return (observed, now) => {
        count += 1;
        const plan = reconcile(observed, now);
        return { ...plan, because: plan.because.map((said) => ({ ...said, sentence: `${said.sentence} (${count})` })) };
      };
    },
  },
  {
    story: 'acts on what is new, and forgets it when it could not act at once',
    law: 'level',
    make: () => {
      const seenAt = new Map<string, number>();
      return (observed, now) =>
        reconcile(
          changed(observed, ({ offers }) => ({
            offers: offers.filter(({ version: { commit } }) => {
              const first = seenAt.get(commit) ?? now;
              seenAt.set(commit, first);
              return first === now;
            }),
          })),
          now,
        );
    },
  },
  {
    story: 'starts a job in the plan that records its intent',
    law: 'intent',
    make: () => (observed, now) => {
      const plan = reconcile(observed, now);
      if (plan.append.length === 0) return plan;
      return { ...plan, effects: [...plan.effects, ...reconcile(afterwards(observed, plan), now).effects] };
    },
  },
  {
    story: 'names every attempt of a step the same',
    law: 'names',
    make: () => (observed, now) => {
      const plan = reconcile(observed, now);
      return {
        ...plan,
        effects: plan.effects.map((effect) => {
          if (effect.type !== 'start-job') return effect;
          const id = effect.job.id.replace(/\/\d+\/(\d+)$/, '/1/$1');
          return { ...effect, job: { ...effect.job, id, env: { ...effect.job.env, TIDEGATE_JOB_ID: id } } };
        }),
      };
    },
  },
  {
    story: 'asks the policies when a run is granted and never again',
    law: 'asked',
    make: () => (observed, now) =>
      reconcile(
        changed(observed, (one) => (one.ledger.state.open.length > 0 ? ungated(one) : {})),
        now,
      ),
  },
  {
    story: 'grants while a window is closed',
    law: 'asked',
    make: () => (observed, now) => reconcile(changed(observed, ungated), now),
  },
  {
    story: 'goes on with the gates it remembers when they cannot be read',
    law: 'closed',
    make: () => {
      let remembered: ObservedEnvironment['gates'] = null;
      return (observed, now) => {
        remembered = observed.environments[0]?.gates ?? remembered;
        return reconcile(
          changed(observed, () => ({ gates: remembered })),
          now,
        );
      };
    },
  },
  {
    story: 'trusts any clock',
    law: 'closed',
    make: () => (observed, now) => reconcile({ ...observed, clockSkewMs: null }, now),
  },
  {
    story: 'begins again where the ledger is damaged',
    law: 'closed',
    make: () => (observed, now) =>
      reconcile(
        changed(observed, ({ ledger }) => ({ ledger: { type: 'read', state: ledger.state } })),
        now,
      ),
  },
  {
    story: 'opens a run beside the one that is open',
    law: 'one-run',
    make: () => (observed, now) => {
      const plan = reconcile(observed, now);
      const beside = reconcile(
        changed(observed, ({ ledger }) => ({ ledger: { type: 'read', state: { ...ledger.state, open: [] } } })),
        now,
      );
      return {
        ...plan,
        append: [...plan.append, ...beside.append.filter(({ record }) => record.type === 'run-opened')],
      };
    },
  },
  {
    story: 'does not wait for a job that is being stopped',
    law: 'one-run',
    make: () => (observed, now) =>
      reconcile(
        changed(observed, ({ jobs }) => ({ jobs: ended(jobs) })),
        now,
      ),
  },
  {
    story: 'keeps to itself why a run rests',
    law: 'progress',
    make: () => (observed, now) => ({ ...reconcile(observed, now), because: [] }),
  },
  {
    story: 'takes what ended with its lease for a failure of the step',
    law: 'judged',
    make: () => (observed, now) =>
      reconcile(
        changed(observed, ({ jobs }) => ({ jobs: new Map([...jobs].map(([id, job]) => [id, unexcused(job)])) })),
        now,
      ),
  },
  {
    story: 'forgets the quarantine',
    law: 'quarantine',
    make: () => (observed, now) =>
      reconcile(
        changed(observed, ({ ledger }) => ({ ledger: { ...ledger, state: { ...ledger.state, quarantine: [] } } })),
        now,
      ),
  },
];

function changed(observed: Observed, change: (one: ObservedEnvironment) => Partial<ObservedEnvironment>): Observed {
  return { ...observed, environments: observed.environments.map((one) => ({ ...one, ...change(one) })) };
}

function ended(jobs: ObservedEnvironment['jobs']): ObservedEnvironment['jobs'] {
  return new Map([...jobs].filter(([, job]) => job !== 'running'));
}

function unexcused(job: JobEnding | 'running'): JobEnding | 'running' {
  if (job === 'running') return job;
  const { lapsed: _, ...ending } = job;
  return ending;
}

function ungated({ gates }: ObservedEnvironment): Partial<ObservedEnvironment> {
  return { gates: gates === null ? null : { ...gates, policies: [] } };
}

function afterwards(observed: Observed, plan: Plan): Observed {
  return changed(observed, ({ ledger, lease }) => {
    let { state } = ledger;
    for (const { record } of plan.append) {
      const folded = fold(state, record);
      if (folded.type === 'state') state = folded.state;
    }
    const epoch = state.open.at(-1)?.lease?.epoch;
    return { ledger: { type: 'read', state }, lease: epoch === undefined ? lease : { type: 'mine', epoch } };
  });
}
