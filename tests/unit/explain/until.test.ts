// Until when, of a whole answer: every face gives the one instant at which all rules together say something else.

import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../engine/base/instant.ts';
import { plainText } from '../../../engine/cli/text/line.ts';
import { whyLines } from '../../../engine/cli/text/why-shown.ts';
import { judgeTest } from '../../../engine/explain/policy-test.ts';
import { Replay } from '../../../engine/explain/simulate.ts';
import type { Decision } from '../../../engine/explain/simulate-lane.ts';
import { standingOf } from '../../../engine/explain/standing.ts';
import { whenOf } from '../../../engine/explain/when.ts';
import { type Why, whyOf } from '../../../engine/explain/why.ts';
import type { PolicyConfig } from '../../../engine/model/config.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { PolicyTest } from '../../../engine/model/policy-test.ts';
import { lookedAhead } from '../../../engine/model/until.ts';
import { evaluatePolicies } from '../../../engine/policy/evaluate.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { place } from '../../support/config-builders.ts';
import { ANA, DAN, instant, observedBy, Story, version } from '../../support/observed-builders.ts';
import { policy, twoApprovals } from '../../support/policy-builders.ts';
import { facts } from '../../support/policy-facts.ts';
import { read } from '../config/repository.ts';
import { windowRule } from '../policy/window-build.ts';

const TUESDAY = instant('2026-11-24 10:30');
const hours = (name: string, allow: readonly string[], deny: readonly string[] = []): PolicyConfig =>
  policy(name, windowRule('UTC', allow, deny), {});

/** T1: open together on Wednesday from 11:00 to 12:00 only. */
const EARLY = hours('early', ['mon,wed 10:00-12:00']);
const LATE = hours('late', ['tue 10:00-12:00', 'wed 11:00-13:00']);

const story = (...policies: readonly PolicyConfig[]) =>
  new Story()
    .at('2026-11-19 09:00')
    .deployed('v1.4.1')
    .gatedBy(...policies)
    .offers('v1.4.2');

/** The same of every face, or the test says which one differs. */
function until(told: Story, now: number): { readonly until: number | null; readonly earliest: number | null } {
  const observed = observedBy(told);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('nothing is observed');
  const why = whyOf(environment, observed, now);
  const standing = standingOf(environment, observed, now);
  const [when] = whenOf(observed, now, version('v1.4.2'), 'UTC');
  if (standing.waiting !== null) expect(standing.waiting.until).toBe(why.verdict.until);
  if (why.verdict.becomes === 'allowed') expect(when?.earliest).toBe(why.verdict.until);
  if (why.verdict.status !== 'allowed') expect(reconcile(observed, now).wakeAt).toBe(why.verdict.until);
  holdsUntil(why, (at) => whyOf(environment, observed, at));
  return { until: why.verdict.until, earliest: when?.earliest ?? null };
}

/** Another answer at `until`, and the same a moment before. */
function holdsUntil({ verdict }: Why, ask: (at: number) => Why): void {
  if (verdict.until === null) return;
  expect(ask(verdict.until).verdict.status).toBe(verdict.becomes ?? expect.not.stringMatching(verdict.status));
  expect(ask(verdict.until - 1).verdict.status).toBe(verdict.status);
}

describe('until of a whole answer', () => {
  test('T1: is the first common opening of two windows', () => {
    const told = story(EARLY, LATE);
    const wednesday = parseInstant('2026-11-25T11:00:00Z');
    expect(until(told, TUESDAY)).toEqual({ until: wednesday, earliest: wednesday });
    const observed = observedBy(told);
    const [because] = reconcile(observed, TUESDAY).because;
    expect(because?.sentence).toMatch(/next deployment window: Wednesday 11:00 UTC$/);
    const [environment] = observed.environments;
    if (environment === undefined) throw new Error('nothing is observed');
    expect(plainText(whyLines(whyOf(environment, observed, TUESDAY), 'UTC'))).toMatch(
      /^production: v1.4.2 \(1264ab1\) waits until Wednesday 2026-11-25 11:00 UTC \(in 1 d 30 min\)/,
    );
  });

  test('T2: is never where an approval will have expired by the opening', () => {
    const approved = { type: 'approved', version: version('v1.4.2'), planDigest: 'plan', reason: '' } as const;
    const told = story(hours('mondays', ['mon 09:00-17:00']), twoApprovals({ expiresMs: 2 * DAY_MS }))
      .observes({ evidence: new Map([[version('v1.4.2').commit, EVIDENCE]]) })
      .at('2026-11-24 08:00')
      .event(approved, ANA)
      .event(approved, DAN);
    expect(until(told, TUESDAY)).toEqual({ until: null, earliest: null });
    // The same with a longer life of the approvals: until Monday.
    const lasting = story(hours('mondays', ['mon 09:00-17:00']), twoApprovals({ expiresMs: 20 * DAY_MS }))
      .observes({ evidence: new Map([[version('v1.4.2').commit, EVIDENCE]]) })
      .at('2026-11-24 08:00')
      .event(approved, ANA)
      .event(approved, DAN);
    const monday = parseInstant('2026-11-30T09:00:00Z');
    expect(until(lasting, TUESDAY)).toEqual({ until: monday, earliest: monday });
  });

  test('goes through three windows, to where all of them are open', () => {
    const told = story(EARLY, LATE, hours('second weeks', ['FREQ=MONTHLY;BYDAY=2WE @11:30 +1h']));
    const december = parseInstant('2026-12-09T11:30:00Z');
    expect(until(told, TUESDAY)).toEqual({ until: december, earliest: december });
  });

  test('is null where windows take turns for ever, and says how far anybody looked', () => {
    const told = story(hours('mornings', ['mon-sun 09:00-12:00']), hours('evenings', ['mon-sun 18:00-20:00']));
    const observed = observedBy(told);
    const [environment] = observed.environments;
    if (environment === undefined) throw new Error('nothing is observed');
    const { verdict } = whyOf(environment, observed, TUESDAY);
    expect(verdict).toMatchObject({ status: 'waiting', until: null, lookedTo: expect.any(Number) });
    expect(reconcile(observed, TUESDAY).wakeAt).toBe(verdict.lookedTo);
    const [when] = whenOf(observed, TUESDAY, version('v1.4.2'), 'UTC');
    expect(when?.earliest).toBeNull();
    expect(when?.sentence).toMatch(/^not within 400 days: /);
  });

  test('is the end of an override, unless the rule allows by then', () => {
    const lifted = (at: string) =>
      story(hours('mondays', ['mon 09:00-17:00']))
        .at(at)
        .event(
          {
            type: 'overridden',
            version: version('v1.4.2'),
            reason: 'urgent',
            until: null,
            rules: [],
          },
          ANA,
        );
    expect(until(lifted('2026-11-24 10:00'), TUESDAY).until).toBe(parseInstant('2026-11-24T14:00:00Z'));
    // Lifted until Monday 10:00, and open until 17:00.
    expect(until(lifted('2026-11-30 06:00'), instant('2026-11-30 07:00')).until).toBe(
      parseInstant('2026-11-30T17:00:00Z'),
    );
  });
});

test('AC: what waits for a window in the gap night starts when it opens', () => {
  // In Bucharest the clocks go from 03:00 to 04:00: 03:05 is read as 04:05.
  const told = story(policy('night', windowRule('Europe/Bucharest', ['mon-sun 02:45-03:05'])));
  const observed = observedBy(told);
  const opens = parseInstant('2027-03-28T00:45:00Z') ?? 0;
  const before = reconcile(observed, opens - 15 * 60_000);
  expect(before.wakeAt).toBe(opens);
  const begun = (at: number) => reconcile(observed, at).append.some(({ record }) => record.type === 'run-opened');
  expect(begun(opens - 1)).toBe(false);
  expect(begun(opens)).toBe(true);
  expect(begun(parseInstant('2027-03-28T01:04:59Z') ?? 0)).toBe(true);
  expect(begun(parseInstant('2027-03-28T01:05:00Z') ?? 0)).toBe(false);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('nothing is observed');
  const open = whyOf(environment, observed, opens).verdict;
  expect(open).toMatchObject({ status: 'allowed', until: parseInstant('2027-03-28T01:05:00Z') });
});

describe('what looking ahead costs', () => {
  const monday = hours('mondays', ['mon 09:00-17:00']);
  const looks = (now: number, policies: readonly PolicyConfig[], more: Parameters<typeof facts>[0] = {}): number => {
    let count = 0;
    const at = (instantOf: number) => {
      count += 1;
      return evaluatePolicies(policies, facts({ ...more, now: instantOf }));
    };
    lookedAhead(now, at(now), at, false);
    return count - 1;
  };

  test('nothing where everything allows, or where only people are waited for', () => {
    expect(looks(instant('2026-11-30 10:00'), [monday])).toBe(0);
    expect(looks(TUESDAY, [twoApprovals()])).toBe(0);
    expect(looks(TUESDAY, [monday, twoApprovals()])).toBe(0);
  });

  test('one look where one window is waited for, one more for each that is closed then', () => {
    expect(looks(TUESDAY, [monday])).toBe(1);
    expect(looks(TUESDAY, [EARLY, LATE])).toBe(2);
  });
});

test('a test of policies, and a history, give the same until', () => {
  const named = { early: EARLY, late: LATE };
  const { config } = read({});
  if (config === null) throw new Error('the starter can be read');
  const test1: PolicyTest = {
    name: 'T1',
    place: place('tests/x.yaml'),
    asks: { policies: ['early', 'late'] },
    at: TUESDAY,
    given: GIVEN,
    expect: { status: 'waiting', until: parseInstant('2026-11-25T11:00:00Z'), rules: {}, says: [] },
  };
  expect(judgeTest(test1, { ...config, policies: named }, {}).failures).toEqual([]);
  const decisions: Decision[] = [];
  const replay = new Replay(
    {
      environments: [
        {
          name: 'production',
          policies: [EARLY, LATE],
          queue: 'latest',
          comesBy: 'branch',
          promotedFrom: null,
          before: null,
          approvals: [],
        },
      ],
      directory: facts().directory,
      signaturesRequired: false,
      holidays: {},
      checksOf: () => [],
    },
    (decision) => decisions.push(decision),
  );
  const change = { authors: [], kind: 'fix', paths: [] };
  replay.take({ environment: 'production', at: TUESDAY, position: 0, version: version('v1.4.2'), change });
  replay.finish(TUESDAY + 30 * DAY_MS);
  const wednesday = parseInstant('2026-11-25T11:00:00Z');
  expect(decisions).toMatchObject([{ status: 'waiting', until: wednesday, outcome: 'later', wentAt: wednesday }]);
});

const GIVEN: PolicyTest['given'] = {
  version: 'v1.4.2',
  kind: 'deploy',
  trigger: 'commit',
  requestedBy: null,
  change: null,
  approvals: [],
  checks: [],
  soaks: {},
  startsAgoMs: [],
  current: null,
  isOlder: false,
  signed: { commit: { type: 'unsigned' }, tag: { type: 'unsigned' } },
  holders: [],
  offeredAgoMs: null,
  emergency: [],
  overridden: [],
};
const DAY_MS = 86_400_000;
const CHANGE = { authors: ['Leo <leo@example.org>'], paths: ['a.yaml'], kinds: ['feat'], commits: 1 };
const EVIDENCE = { ...NO_EVIDENCE, planDigest: 'plan', change: CHANGE };
