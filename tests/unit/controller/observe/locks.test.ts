// Claims under a lock: what an environment's ledger says and what the repository's says of it stand or fall together,
// also when nobody answers, and the one who decided on an older one is refused before anything is sent.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Bound } from '../../../../engine/controller/ledger/ledger.ts';
import { verifyRef } from '../../../../engine/controller/ledger/verify.ts';
import { holdersFor } from '../../../../engine/controller/observe/holders.ts';
import type { Survey } from '../../../../engine/controller/observe/survey.ts';
import type { EventRecord, LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import { emptyState } from '../../../../engine/model/environment-state.ts';
import { type Around, openMemoryGit } from '../../../support/memory-git.ts';
import { contents, version } from '../../../support/observed-builders.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const LOCKED = { policies: '[one-at-a-time]' };
const LOCK = { 'policies/one-at-a-time.yaml': 'lock: database\n' };
const ALL = 'refs/heads/tidegate/_all';
const NOTHING = { jobs: new Map(), effects: new Map() };

let world: SurveyWorld;
beforeEach(async () => {
  world = await surveyWorld({ production: LOCKED, staging: LOCKED, free: {} }, { files: LOCK });
});

describe('a claim under a lock', () => {
  test('is one push of both ledgers, and anyone who looks next sees who holds it', async () => {
    const [one, two] = [await looking('one'), await looking('two')];
    expect(await claim(one, 'production')).toEqual({ type: 'accepted' });
    expect(world.remote.refs.has(ALL)).toBe(true);
    await look(two);
    expect(await holders(two, 'staging')).toEqual([
      { lock: 'database', environment: 'production', run: 'production-1' },
    ]);
    expect(await holders(two, 'production')).toEqual([]);
    expect(await holders(two, 'free')).toEqual([]);
    expect(one.ledger.entry('production').claimedEpoch).toBe(1);
  });

  test('of two controllers and two environments in the same moment is one’s alone', async () => {
    const [one, two] = [await looking('one'), await looking('two')];
    expect(await claim(one, 'production')).toEqual({ type: 'accepted' });
    expect(await claim(two, 'staging')).toEqual({ type: 'moved' });
    expect(world.remote.refs.has('refs/heads/tidegate/staging')).toBe(false);
    expect(two.ledger.entry('staging').state.open).toEqual([]);
    expect(two.ledger.entry('_all').state.locks).toEqual([]);
  });

  test('that was decided before another’s is not even sent', async () => {
    const one = await looking('one');
    const before = one.repository.seq;
    expect(await claim(one, 'production', before)).toEqual({ type: 'accepted' });
    expect(await claim(one, 'staging', before)).toEqual({ type: 'moved' });
    expect(one.ledger.entry('staging')).toMatchObject({ isPushing: false, doubt: null, pending: [] });
    expect(one.ledger.entry('_all')).toMatchObject({ isPushing: false, doubt: null, pending: [] });
  });

  test.each([
    ['its own ledger', 'tidegate/production'],
    ['the ledger of the whole repository', 'tidegate/_all'],
  ])('that the remote refuses for %s leaves neither behind', async (_, to) => {
    const one = await looking('one');
    await world.remote.refusePushes({ to, words: 'protected branch' });
    expect(await claim(one, 'production')).toEqual({ type: 'refused', message: 'protected branch' });
    expect([...world.remote.refs.keys()].filter((ref) => ref.includes('tidegate'))).toEqual([]);
    await world.remote.refusePushes(null);
    expect(await claim(one, 'production')).toEqual({ type: 'accepted' });
  });

  test.each(['arrived', 'was lost'])(
    'that nobody answered, and %s, is settled for both by the next look',
    async (fate) => {
      let answers = false;
      const one = await looking('one', async (operation, work) => {
        if (operation !== 'push' || answers) return work();
        if (fate === 'arrived') await work();
        return new Map() as Awaited<ReturnType<typeof work>>;
      });
      expect((await claim(one, 'production')).type).toBe('in-doubt');
      expect([one.ledger.entry('production').doubt, one.ledger.entry('_all').doubt]).not.toContain(null);
      answers = true;
      // Until then nothing else rests on it.
      expect(await claim(one, 'staging')).toEqual({ type: 'moved' });
      await look(one);
      const arrived = fate === 'arrived';
      expect(one.ledger.entry('production').state.open.length).toBe(arrived ? 1 : 0);
      expect(one.ledger.entry('production').claimedEpoch).toBe(arrived ? 1 : null);
      expect(one.repository.locks.length).toBe(arrived ? 1 : 0);
      if (!arrived) expect(await claim(one, 'production')).toEqual({ type: 'accepted' });
      for (const [ref, tip] of world.remote.refs) {
        if (!ref.includes('/tidegate/')) continue;
        const git = openMemoryGit({ remote: world.remote });
        await git.fetch(new Map([[ref, tip]]));
        expect((await verifyRef(git, ref.slice('refs/heads/tidegate/'.length), ref, tip)).problems).toEqual([]);
      }
    },
  );
});

test('an answer about one ledger is an answer about both', async () => {
  for (const ref of [ALL, 'refs/heads/tidegate/production']) {
    world = await surveyWorld({ production: LOCKED }, { files: LOCK });
    const one = await looking('one', async (operation, work) => {
      const result = await work();
      const told = new Map([[ref, { type: 'accepted' }]]);
      return operation === 'push' ? (told as Awaited<ReturnType<typeof work>>) : result;
    });
    expect(await claim(one, 'production')).toEqual({ type: 'accepted' });
    expect(one.ledger.entry('production')).toMatchObject({ claimedEpoch: 1, doubt: null });
    expect(one.ledger.entry('_all').doubt).toBeNull();
  }
});

describe('a lock', () => {
  test('that was taken by a run which nobody here has seen yet is held', () => {
    const taken = [{ lock: 'database', environment: 'production', run: 'production-1' }];
    const seen = { state: emptyState('production'), isKnown: true };
    expect(holdersFor('staging', new Map(), taken, () => seen)).toEqual(taken);
    expect(holdersFor('staging', new Map(), taken, () => undefined)).toEqual(taken);
    expect(holdersFor('staging', new Map(), taken, () => ({ ...seen, state: { ...seen.state, runs: 1 } }))).toEqual([]);
  });

  test('is free when the run has ended, and all who share it look again', async () => {
    const [one, two] = [await looking('one'), await looking('two')];
    await claim(one, 'production');
    expect(await look(two)).toEqual(['free', 'production', 'staging']);
    await end(one, 'production');
    expect(await look(two)).toEqual(['production', 'staging']);
    expect(await holders(two, 'staging')).toEqual([]);
    expect(await claim(two, 'staging')).toEqual({ type: 'accepted' });
  });

  test('is seen by a controller of one environment too', async () => {
    const one = await looking('one');
    await claim(one, 'production');
    const only = world.another('two', { only: ['staging'] });
    await look(only);
    expect(only.environments).toEqual(['staging']);
    expect((await holders(only, 'staging')).map(({ run }) => run)).toEqual(['production-1']);
    await end(one, 'production');
    expect(await look(only)).toEqual(['staging']);
    expect(await holders(only, 'staging')).toEqual([]);
  });

  test('that policies do not name any more is held by the one who took it', async () => {
    const one = await looking('one');
    await claim(one, 'production');
    await world.commit({ 'environments/production/environment.yaml': yamlWithoutPolicies() });
    const two = await looking('two');
    expect((await holders(two, 'staging')).map(({ run }) => run)).toEqual(['production-1']);
    const only = world.another('three', { only: ['staging'] });
    await look(only);
    await look(only);
    expect((await holders(only, 'staging')).map(({ run }) => run)).toEqual(['production-1']);
    await end(one, 'production');
    await look(only);
    expect(await holders(only, 'staging')).toEqual([]);
  });

  test('of an environment whose ledger cannot be read is held', async () => {
    const [one, two] = [await looking('one'), await looking('two')];
    await claim(one, 'production');
    await end(one, 'production');
    await look(two);
    expect(await holders(two, 'staging')).toEqual([]);
    await world.remote.setRef('refs/heads/tidegate/production', null);
    await look(two);
    expect((await holders(two, 'staging')).map(({ environment }) => environment)).toEqual(['production']);
  });

  test('is not held by a run that waits and never took it: two would wait for each other', async () => {
    const one = await looking('one');
    const { records } = await claimRecords(one, 'production');
    const released = { type: 'lease-released', epoch: 1, ...common('production', 2) } as LedgerRecord;
    await one.ledger.push(['production'], new Map([['production', [...records]]]));
    expect((await holders(one, 'staging')).map(({ run }) => run)).toEqual(['production-1']);
    await one.ledger.push(['production'], new Map([['production', [released]]]));
    expect(await holders(one, 'staging')).toEqual([]);
  });
});

function yamlWithoutPolicies(): string {
  return 'follow: { branch: main }\npipeline: deploy\npolicies: []\ntarget: { files: { to: live/production } }\nvariables: { WORLD: world }\n';
}

async function looking(id: string, around?: Around): Promise<Survey> {
  const survey = world.another(id, around === undefined ? {} : { around });
  await look(survey);
  return survey;
}

async function look(survey: Survey): Promise<readonly string[]> {
  world.clock.advance(1);
  return [...(await survey.take(await survey.look(), world.clock.monotonicMs()))].sort();
}

async function holders(survey: Survey, environment: string) {
  return (await survey.observe([environment], NOTHING)).environments[0]?.holders ?? [];
}

async function claim(survey: Survey, environment: string, seq = survey.repository.seq) {
  world.clock.advance(1);
  const { records, bound } = await claimRecords(survey, environment, seq);
  return survey.ledger.pushTogether(environment, records, bound);
}

async function claimRecords(
  survey: Survey,
  environment: string,
  seq = survey.repository.seq,
): Promise<{ records: readonly LedgerRecord[]; bound: Bound }> {
  const run = `${environment}-1`;
  const opened = opening(version('v1.0.0'), contents('v1.0.0'), version('head').commit, {
    epoch: 1,
    controller: survey.controller.id,
  });
  const taken = { type: 'lock-taken', lock: 'database', environment, holder: run } as const;
  const event: EventRecord = { ...taken, id: `lock-taken:${run}:database`, at: world.clock.now(), by: 'controller x' };
  return { records: [{ ...opened, ...common(environment, 1) } as LedgerRecord], bound: { records: [event], seq } };
}

function common(environment: string, number: number) {
  const run = `${environment}-1`;
  return { run, id: `${run}.${number}`, at: world.clock.now(), by: 'controller x' };
}

async function end(survey: Survey, environment: string): Promise<void> {
  const ended = { type: 'run-ended', outcome: 'Succeeded', sentence: 'deployed', ...common(environment, 2) } as const;
  await survey.ledger.push([environment], new Map([[environment, [ended]]]));
}
