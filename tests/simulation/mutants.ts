// Deliberate breaches, each by one part of a controller's world put in wrongly. A checker that lets its mutant live checks nothing.

import type { ControllerParts } from '../../engine/controller/controller.ts';
import type { SurveyOptions } from '../../engine/controller/survey.ts';
import type { ObservedEnvironment } from '../../engine/model/observed.ts';
import type { PushResult } from '../../engine/ports/git.ts';
import type { Machine } from './machine.ts';

export type Mutant = {
  readonly story: string;
  /** The checker that must notice it. */
  readonly caughtBy: string;
  /** The first seed that is tried; a few behind it are tried as well. */
  readonly from: number;
  readonly survey?: (options: SurveyOptions, machine: Machine) => Partial<SurveyOptions>;
  readonly parts?: (parts: ControllerParts, machine: Machine) => Partial<ControllerParts>;
};

/** The engine as it is. */
export const NONE: Mutant = { story: 'the engine as it is', caughtBy: 'nothing', from: 1 };

export const MUTANTS: readonly Mutant[] = [
  {
    story: 'takes over from a controller whose lease has not run out',
    caughtBy: 'one-at-a-time',
    from: 1,
    parts: seeing((one) => (one.lease.type === 'foreign' ? { lease: { ...one.lease, expiresAt: 0 } } : {})),
  },
  {
    story: 'takes a push that nobody answered for an accepted one',
    caughtBy: 'claimed',
    from: 1,
    survey: pushing(async (push) => accepted(await push())),
  },
  {
    story: 'does not wait for the remote to accept its claim',
    caughtBy: 'claimed',
    from: 1,
    survey: pushing(async (push, { world }, refs) => {
      void world.timeline.sleep(5_000).then(push);
      return new Map(refs.map((ref) => [ref, { type: 'accepted' }]));
    }),
  },
  {
    story: 'pushes by force',
    caughtBy: 'append-only',
    from: 1,
    survey: (options, { world, cache }) => ({
      git: {
        ...options.git,
        push: async (updates) => {
          await world.timeline.sleep(20);
          for (const { ref, oid } of updates) {
            await world.remote.store.copy(cache.store, oid);
            world.remote.refs.set(ref, oid);
          }
          return new Map(updates.map(({ ref }) => [ref, { type: 'accepted' }]));
        },
      },
    }),
  },
  {
    story: 'keeps no journal',
    caughtBy: 'intent',
    from: 1,
    parts: ({ folder }) => ({ folder: { ...folder, appendJournal: async () => {} } }),
  },
  {
    story: 'asks no policy',
    caughtBy: 'gates',
    from: 1,
    parts: seeing(({ gates }) => ({ gates: gates === null ? null : { ...gates, policies: [] }, former: [] })),
  },
  {
    story: 'asks the policies when a run is granted and never again',
    caughtBy: 'gates',
    from: 3,
    parts: seeing(({ gates, ledger }) =>
      gates === null || ledger.state.open.length === 0 ? {} : { gates: { ...gates, policies: [] }, former: [] },
    ),
  },
  {
    story: 'takes an override for one version for one of the next as well',
    caughtBy: 'gates',
    from: 83,
    parts: seeing(({ ledger, offers }) => {
      const version = ledger.state.open.at(-1)?.version ?? offers[0]?.version;
      if (version === undefined) return {};
      const overrides = ledger.state.overrides.map((one) => ({ ...one, version }));
      return { ledger: { ...ledger, state: { ...ledger.state, overrides } } };
    }),
  },
  {
    story: 'takes an approval of one version for one of the next as well',
    caughtBy: 'gates',
    from: 95,
    parts: seeing(({ ledger, offers }) => {
      const version = ledger.state.open.at(-1)?.version ?? offers[0]?.version;
      if (version === undefined) return {};
      const approvals = ledger.state.approvals.map((one) => ({ ...one, version, planDigest: null, tag: null }));
      return { ledger: { ...ledger, state: { ...ledger.state, approvals } } };
    }),
  },
  {
    story: 'does not hear that it is suspended',
    caughtBy: 'gates',
    from: 7,
    parts: seeing(({ ledger }) => ({ ledger: { ...ledger, state: { ...ledger.state, suspended: null } } })),
  },
  {
    story: 'takes no lock',
    caughtBy: 'lock',
    from: 62,
    parts: seeing(({ gates, former }) => ({
      gates:
        gates === null ? null : { ...gates, policies: gates.policies.filter(({ name }) => name !== 'shared-lock') },
      former: former.map((gate) => ({ ...gate, policies: [] })),
    })),
  },
  {
    story: 'acts on what is new, and forgets it when it could not act at once',
    caughtBy: 'progress',
    from: 4,
    parts: (parts, machine) => {
      const seen = new Map<string, number>();
      return seeing(({ name, offers, ledger }) => {
        if (ledger.state.open.length > 0) return {};
        const fresh = offers.filter(({ version: { commit } }) => {
          const first = seen.get(`${name} ${commit}`) ?? machine.now;
          seen.set(`${name} ${commit}`, first);
          return machine.now - first < 1_000;
        });
        return { offers: fresh };
      })(parts, machine);
    },
  },
  {
    story: 'keeps to itself why something waits',
    caughtBy: 'reasons',
    from: 1,
    parts: () => ({ onBecause: () => {} }),
  },
  {
    story: 'begins anew where a person has rewritten the ledger',
    caughtBy: 'begun-anew',
    from: 29,
    parts: ({ survey }) => {
      const take = survey.take.bind(survey);
      survey.take = (refs, at) => {
        survey.ledger.known.clear();
        return take(refs, at);
      };
      return {};
    },
  },
  {
    story: 'says that it has put the good version back, and has not',
    caughtBy: 'known-good',
    from: 1,
    parts: ({ runner }) => ({
      runner: delegating(runner, (spec, place) => {
        if (spec.env['TIDEGATE_KIND'] !== 'rollback' || !spec.id.includes('/deploy/')) return runner.start(spec, place);
        const ending = { outcome: 'succeeded', sentence: 'succeeded', exitCode: 0, signal: null, tail: '' } as const;
        return { id: spec.id, ended: Promise.resolve({ ...ending, logDigest: null, outputBytes: 0, durationMs: 0 }) };
      }),
    }),
  },
  {
    story: 'deploys once more before it verifies',
    caughtBy: 'repeated',
    from: 1,
    parts: ({ runner }, { world }) => ({
      runner: delegating(runner, (spec, place) => {
        const again = { ...spec, id: spec.id.replace(/verify\/.*/, 'deploy/1/1') };
        if (spec.id.includes('/verify/')) void world.timeline.sleep(2_500).then(() => runner.start(again, place));
        return runner.start(spec, place);
      }),
    }),
  },
  {
    story: 'leaves a record out when it puts a run into the archive',
    caughtBy: 'lost',
    from: 1,
    survey: ({ git }) => ({
      git: {
        ...git,
        writeCommits: (drafts) =>
          git.writeCommits(
            drafts.map((draft) => ({ ...draft, files: new Map([...draft.files].map(withoutSecondLine)) })),
          ),
      },
    }),
  },
];

/** Sees every environment with something spoilt. */
function seeing(spoil: (one: ObservedEnvironment) => Partial<ObservedEnvironment>): NonNullable<Mutant['parts']> {
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
        entry.state = spoilt.ledger.state;
        return spoilt;
      });
      return { ...observed, environments };
    };
    return {};
  };
}

type Pushed = ReadonlyMap<string, PushResult>;

function pushing(
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

function accepted(answers: Pushed): Pushed {
  return new Map(
    [...answers].map(([ref, answer]) => [ref, answer.type === 'in-doubt' ? ({ type: 'accepted' } as const) : answer]),
  );
}

function delegating(
  runner: ControllerParts['runner'],
  start: ControllerParts['runner']['start'],
): ControllerParts['runner'] {
  return {
    start,
    warm: () => runner.warm(),
    stop: (id, why) => runner.stop(id, why),
    renew: (environment, forMs) => runner.renew(environment, forMs),
    setConcurrency: (jobs) => runner.setConcurrency(jobs),
    close: () => runner.close(),
  };
}

function withoutSecondLine([path, text]: readonly [string, string | null]): [string, string | null] {
  if (text === null || !path.startsWith('archive/')) return [path, text];
  return [path, text.split('\n').toSpliced(1, 1).join('\n')];
}
