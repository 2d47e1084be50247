// Deliberate breaches: each checker has one that it must catch. A checker that lets its mutant live checks nothing.

import { INSTANT_MAX } from '../../engine/base/instant.ts';
import { accepted, delegating, type Mutant, pushing, seeing } from './mutant.ts';
import { RULE_MUTANTS } from './mutants-rules.ts';

export const MUTANTS: readonly Mutant[] = [
  ...RULE_MUTANTS,
  {
    story: 'takes over from a controller whose lease has not run out',
    caughtBy: 'one-at-a-time',
    from: 1,
    parts: seeing((one) => (one.lease.type === 'foreign' ? { lease: { ...one.lease, expiresAt: 0 } } : {})),
  },
  {
    story: 'takes a push that nobody answered for an accepted one',
    caughtBy: 'claimed',
    from: 13,
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
    story: "does not hear the remote's clock",
    caughtBy: 'gates',
    from: 93,
    survey: ({ git }) => ({
      git: { ...git, look: async (prefixes) => ({ ...(await git.look(prefixes)), clockSkewMs: null }) },
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
    story: 'begins again where a person has rewritten the ledger',
    caughtBy: 'begun-again',
    from: 282,
    parts: ({ survey }) => {
      survey.ledger.known.get = () => undefined;
      return {};
    },
  },
  {
    story: 'takes a push that nobody answered for a ref that has moved, and tries it again without a word',
    caughtBy: 'unanswered',
    from: 1,
    survey: pushing(async (push) => {
      const answers = await push();
      return new Map([...answers].map(([ref, one]) => [ref, one.type === 'in-doubt' ? { type: 'moved' } : one]));
    }),
  },
  {
    story: 'grants an earlier head on what was found out about the newest',
    caughtBy: 'facts',
    from: 1,
    parts: (parts, machine) =>
      seeing(({ offers, evidence, versions, weighed }) => {
        const [offer, ...others] = offers;
        const heads = machine.sights.flatMap(({ refs }) => refs.get('refs/heads/main') ?? []);
        const commit = heads.find((head) => !evidence.has(head));
        const known = offer === undefined ? undefined : evidence.get(offer.version.commit);
        const config = offer === undefined ? undefined : versions.get(offer.version.commit);
        if (offer === undefined || commit === undefined || known === undefined || config === undefined) return {};
        const version = { ...offer.version, commit };
        return {
          offers: [{ ...offer, version }, ...others],
          evidence: new Map([...evidence, [commit, known]]),
          versions: new Map([...versions, [commit, config]]),
          weighed: [...weighed, version],
        };
      })(parts, machine),
  },
  {
    story: 'says nothing of what it passes over',
    caughtBy: 'level',
    from: 6,
    parts: ({ onBecause }) => ({
      onBecause: (environment, sentence, remedy) => {
        if (!/quarantine|replaced by/.test(sentence)) onBecause(environment, sentence, remedy);
      },
    }),
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
  {
    story: 'leaves the index of a ledger as it was',
    caughtBy: 'verify',
    from: 1,
    survey: ({ git }) => ({
      git: {
        ...git,
        writeCommits: (drafts) =>
          git.writeCommits(
            drafts.map((draft) => ({
              ...draft,
              files: new Map([...draft.files].filter(([path]) => path !== 'index.json' || draft.parent === null)),
            })),
          ),
      },
    }),
  },
  {
    story: 'asks for what it has not fetched',
    caughtBy: 'answers',
    from: 1,
    stranger: (git) => ({
      fetch: (wants) => git.fetch(new Map([...wants].filter(([ref]) => ref === 'refs/heads/main'))),
    }),
  },
  {
    story: 'writes every record down twice',
    caughtBy: 'invariants',
    from: 1,
    parts: ({ survey }) => {
      const { ledger } = survey;
      const append = ledger.append.bind(ledger);
      ledger.append = (environment, records) => append(environment, [...records, ...records]);
      return {};
    },
  },
  {
    // Its supervisor is half a second early, as clocks of two processes may be: the step is over before the
    // controller sees its lease lapsed. By itself that breaks nothing.
    story: 'judges a version by a step that its own lease has ended',
    caughtBy: 'unwarranted',
    from: 13,
    parts: ({ runner }) => ({
      runner: {
        ...delegating(runner, (spec, place) => {
          const { id, ended } = runner.start(spec, place);
          return { id, ended: ended.then(({ lapsed: _, ...ending }) => ending) };
        }),
        renew: (environment, forMs) => runner.renew(environment, forMs - 500),
      },
    }),
  },
  {
    story: 'never takes a run over from a controller that is gone',
    caughtBy: 'progress',
    from: 70,
    parts: seeing((one) => (one.lease.type === 'foreign' ? { lease: { ...one.lease, expiresAt: INSTANT_MAX } } : {})),
  },
  {
    story: 'calls nobody when it cannot put the good version back',
    caughtBy: 'known-good',
    from: 40,
    parts: ({ survey }) => {
      const { ledger } = survey;
      const append = ledger.append.bind(ledger);
      ledger.append = (environment, records) =>
        append(
          environment,
          records.map((record) =>
            record.type === 'run-failed' && record.next === 'stall' ? { ...record, next: 'stop' } : record,
          ),
        );
      return {};
    },
  },
];

function withoutSecondLine([path, text]: readonly [string, string | null]): [string, string | null] {
  if (text === null || !path.startsWith('archive/')) return [path, text];
  return [path, text.split('\n').toSpliced(1, 1).join('\n')];
}
