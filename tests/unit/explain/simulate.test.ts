// Histories replayed against policies: what goes, what waits and for how long, what a newer version replaces.

import { describe, expect, test } from 'vitest';
import { plainText } from '../../../engine/cli/text/line.ts';
import { simulateLines } from '../../../engine/cli/text/simulate-shown.ts';
import { decisionJson, simulatedJson } from '../../../engine/contract/simulate.ts';
import { Replay } from '../../../engine/explain/simulate.ts';
import type { Decision, ReplayedCommit, ReplayedEnvironment } from '../../../engine/explain/simulate-lane.ts';
import { count, emptyTally, medianOf } from '../../../engine/explain/simulate-summary.ts';
import type { PolicyConfig } from '../../../engine/model/config.ts';
import type { RuleConfig } from '../../../engine/model/rule.ts';
import { evaluatePolicies } from '../../../engine/policy/evaluate.ts';
import { place } from '../../support/config-builders.ts';
import { ANA, instant, officeHours, version } from '../../support/observed-builders.ts';
import { facts } from '../../support/policy-facts.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 12:00');
const MONDAY_OPENS = instant('2026-11-23 07:00');
const END = instant('2026-12-31 00:00');
const HOUR = 3_600_000;

function policy(name: string, ...rules: readonly RuleConfig[]): PolicyConfig {
  return { name, place: place(`policies/${name}.yaml`), rules, override: null };
}

const at = place('policies/x.yaml');
const soak = (hours: number) =>
  policy('soaked', { type: 'soak', place: at, environment: 'staging', forMs: hours * HOUR });
const approval = policy('approved', {
  type: 'approval',
  place: at,
  require: [{ from: 'leads', count: 1 }],
  paths: [],
  author: 'excluded',
  userVerification: 'optional',
  expiresMs: null,
  remindMs: null,
  escalate: null,
});
const daily = (runsMax: number) => policy('daily', { type: 'limit', place: at, timezone: 'UTC', runsMax, per: 'day' });

function environment(change: Partial<ReplayedEnvironment> = {}): ReplayedEnvironment {
  return {
    name: 'production',
    policies: [officeHours()],
    queue: 'latest',
    comesBy: 'branch',
    promotedFrom: null,
    before: null,
    approvals: [],
    ...change,
  };
}

/** `one`, or `one feat` for its kind; positions follow the order. */
function commit(name: string, when: number, position: number, change: Partial<ReplayedCommit> = {}): ReplayedCommit {
  const [word = '', kind = ''] = name.split(' ');
  return {
    environment: 'production',
    at: when,
    position,
    version: version(word),
    change: { authors: [ANA], kind, paths: [] },
    ...change,
  };
}

function replay(environments: readonly ReplayedEnvironment[], commits: readonly ReplayedCommit[]): readonly Decision[] {
  const decisions: Decision[] = [];
  const directory = {
    people: {
      ana: { emails: ['ana@example.org'], github: null, gitlab: null },
      dan: { emails: ['dan@example.org'], github: null, gitlab: null },
    },
    teams: { leads: ['ana'] },
  };
  const settings = { environments, directory, signaturesRequired: false, holidays: {}, checksOf: () => [] };
  const run = new Replay(settings, (decision) => decisions.push(decision));
  for (const each of commits) run.take(each);
  run.finish(END);
  return decisions;
}

const told = (decisions: readonly Decision[]) =>
  decisions.map(({ environment: name, version: { commit: oid }, status, outcome, wentAt }) => {
    const word = ['one', 'two', 'three', 'v1.0.0', 'v1.1.0', 'v1.2.0'].find((each) => version(each).commit === oid);
    return `${name} ${word} ${status} ${outcome} ${wentAt === null ? '-' : new Date(wentAt).toISOString().slice(0, 16)}`;
  });

describe('a version', () => {
  test('goes at once where all allow, and waits for the window where that is closed', () => {
    const decisions = replay([environment()], [commit('one', FRIDAY, 0), commit('two', SATURDAY, 1)]);
    expect(told(decisions)).toEqual([
      'production one allowed at-once 2026-11-20T12:00',
      'production two waiting later 2026-11-23T07:00',
    ]);
    expect(decisions[1]).toMatchObject({ until: MONDAY_OPENS, wentAt: MONDAY_OPENS, needed: [] });
  });

  test('is superseded by a newer one that comes while it waits, and not by one that comes after', () => {
    const commits = [commit('one', SATURDAY, 0), commit('two', SATURDAY + HOUR, 1), commit('three', MONDAY_OPENS, 2)];
    expect(told(replay([environment()], commits))).toEqual([
      'production one waiting superseded -',
      'production two waiting later 2026-11-23T07:00',
      'production three allowed at-once 2026-11-23T07:00',
    ]);
    const every = replay([environment({ queue: 'all' })], commits);
    expect(told(every).map((line) => line.split(' ').at(-1))).toEqual(Array(3).fill('2026-11-23T07:00'));
  });

  test('waits still where the stretch ends first', () => {
    const late = replay([environment()], [commit('one', instant('2026-12-30 23:00'), 0)]);
    expect(told(late)).toEqual(['production one waiting waiting -']);
  });

  test('needs people, who are taken to say yes at once, and it says so', () => {
    const decisions = replay([environment({ policies: [officeHours(), approval] })], [commit('one', SATURDAY, 0)]);
    expect(decisions[0]).toMatchObject({ status: 'waiting', outcome: 'later', wentAt: MONDAY_OPENS });
    expect(decisions[0]?.needed).toEqual(['approved/approval']);
  });

  test('has what people did say, from when they said it', () => {
    const given = {
      id: 'a',
      by: ANA,
      answer: 'approved' as const,
      version: version('one'),
      planDigest: 'plan',
      reason: '',
      at: FRIDAY + HOUR,
      tag: null,
      signed: { type: 'unsigned' } as const,
      void: null,
    };
    const dan = commit('one', FRIDAY, 0, { change: { authors: ['Dan <dan@example.org>'], kind: '', paths: [] } });
    const approved = environment({ policies: [approval], approvals: [given] });
    expect(replay([approved], [{ ...dan, at: FRIDAY + 2 * HOUR }])[0]).toMatchObject({ status: 'allowed', needed: [] });
    expect(replay([approved], [dan])[0]).toMatchObject({ status: 'waiting', needed: ['approved/approval'] });
  });

  test('goes when a lead lifted the rule, and no other version with it', () => {
    const lifted = (at: number) => ({
      person: 'ana',
      reason: 'customers wait',
      rules: [],
      at,
      until: null,
      commit: version('one').commit,
    });
    const commits = [commit('one', SATURDAY, 0), commit('two', SATURDAY + 2 * HOUR, 1)].map((each) => ({
      ...each,
      change: { authors: ['Dan <dan@example.org>'], kind: '', paths: [] },
    }));
    const at = (when: number) => told(replay([environment({ overrides: [lifted(when)] })], commits));
    expect(at(SATURDAY + HOUR)).toEqual([
      'production one waiting later 2026-11-21T13:00',
      'production two waiting later 2026-11-23T07:00',
    ]);
    expect(at(SATURDAY - HOUR)[0]).toBe('production one allowed at-once 2026-11-21T12:00');
    // It had run out by then.
    expect(at(SATURDAY - 5 * HOUR)[0]).toBe('production one waiting superseded -');
  });

  test('is refused for good where time does not help', () => {
    const never = policy('never', { type: 'when', place: at, expression: 'environment == "x"', says: 'not here' });
    const decisions = replay(
      [environment({ policies: [never] })],
      [commit('one', FRIDAY, 0), commit('two', SATURDAY, 1)],
    );
    expect(told(decisions)).toEqual(['production one denied refused -', 'production two denied refused -']);
  });

  test('meets the limit that those before it have used up', () => {
    const commits = [commit('one', FRIDAY, 0), commit('two', FRIDAY + 1, 1), commit('three', FRIDAY + 2, 2)];
    expect(told(replay([environment({ policies: [daily(2)] })], commits))).toEqual([
      'production one allowed at-once 2026-11-20T12:00',
      'production two allowed at-once 2026-11-20T12:00',
      'production three waiting later 2026-11-21T00:00',
    ]);
  });

  test('carries everything since what runs: one commit of another kind closes what lets hotfixes pass', () => {
    const [hours] = officeHours().rules;
    if (hours?.type !== 'window') throw new Error('office hours are a window');
    const span = { type: 'dated', timezone: 'UTC', from: '2026-11-20', to: '2026-11-22' } as const;
    const frozen = policy('frozen', {
      ...hours,
      allow: [],
      deny: [{ span, reason: null, except: ['hotfix'], calendar: null }],
    });
    const alone = replay([environment({ policies: [frozen] })], [commit('one hotfix', FRIDAY, 0)]);
    expect(alone[0]?.status).toBe('allowed');
    const both = replay(
      [environment({ policies: [frozen] })],
      [commit('one feat', FRIDAY, 0), commit('two hotfix', FRIDAY + 1, 1)],
    );
    expect(told(both)[1]).toBe('production two waiting later 2026-11-23T00:00');
    const each = replay(
      [environment({ policies: [frozen], queue: 'all' })],
      [commit('one feat', FRIDAY, 0), commit('two hotfix', FRIDAY + 1, 1)],
    );
    expect(each[1]?.status).toBe('allowed');
  });
});

describe('several environments', () => {
  const staging = environment({ name: 'staging', policies: [officeHours()] });
  const both = (name: string, when: number, position: number) => [
    commit(name, when, position, { environment: 'staging' }),
    commit(name, when, position),
  ];

  test('what is promoted comes when it has gone where it comes from', () => {
    const production = environment({ policies: [], promotedFrom: 'staging' });
    expect(told(replay([staging, production], both('one', SATURDAY, 0)))).toEqual([
      'staging one waiting later 2026-11-23T07:00',
      'production one allowed at-once 2026-11-23T07:00',
    ]);
    // What staging never ran does not come; what leaves staging alone comes with what runs there.
    const own = [...both('one', FRIDAY, 0), commit('two', SATURDAY, 1), ...both('three', SATURDAY + 1, 2)];
    expect(told(replay([staging, production], own)).filter((line) => line.startsWith('production'))).toEqual([
      'production one allowed at-once 2026-11-20T12:00',
      'production two allowed at-once 2026-11-21T12:00',
      'production three allowed at-once 2026-11-23T07:00',
    ]);
  });

  test('a soak begins when it goes there, and ends when something else does', () => {
    const production = environment({ policies: [soak(24)] });
    expect(told(replay([staging, production], both('one', FRIDAY, 0)))).toEqual([
      'staging one allowed at-once 2026-11-20T12:00',
      'production one waiting later 2026-11-21T12:00',
    ]);
    // Two replaces one in staging after an hour; one never soaks long enough.
    const commits = [...both('one', FRIDAY, 0), commit('two', FRIDAY + HOUR, 1, { environment: 'staging' })];
    expect(told(replay([staging, production], commits))[1]).toBe('production one waiting waiting -');
    // What production alone changed needs no soak again: staging has the contents that it had.
    const later = [...both('one', FRIDAY, 0), commit('two', FRIDAY + 30 * HOUR, 1)];
    expect(told(replay([staging, production], later))[2]).toBe('production two allowed at-once 2026-11-21T18:00');
  });

  test('tags come in order of version, and one without a change is only a name', () => {
    const production = environment({ policies: [], comesBy: 'tags' });
    const tag = (name: string, when: number, position: number) => commit(name, when, position, { change: null });
    const commits = [
      commit('x', FRIDAY, 0),
      tag('v1.1.0', FRIDAY, 0.5),
      commit('y', FRIDAY + HOUR, 1),
      tag('v1.0.0', FRIDAY + HOUR, 1.5),
      tag('v1.2.0', SATURDAY, 1.5),
      tag('v1.3.0', SATURDAY + HOUR, 1.5),
    ];
    expect(told(replay([production], commits))).toEqual([
      'production v1.1.0 allowed at-once 2026-11-20T12:00',
      'production v1.2.0 allowed at-once 2026-11-21T12:00',
    ]);
  });
});

test('answers that are kept are those that would be given', () => {
  const policies = [officeHours(), daily(3)];
  const commits = Array.from({ length: 400 }, (_, index) => commit(`c${index}`, FRIDAY + index * 47 * 60_000, index));
  for (const { at: when, rules, version: wanted } of replay([environment({ policies })], commits)) {
    const [asked] =
      evaluatePolicies([officeHours()], facts({ now: when, version: wanted })).children[0]?.children ?? [];
    expect([rules[0]?.status, rules[0]?.until]).toEqual([asked?.status, asked?.until]);
  }
});

describe('what it comes to', () => {
  test('is counted by how each went, and by what was in the way', () => {
    const signature = policy('signed', {
      type: 'signature',
      place: at,
      by: ['leads'],
      of: 'commit',
      userVerification: 'optional',
    });
    const policies = [officeHours(), approval, signature];
    const commits = [commit('one', FRIDAY, 0), commit('two', SATURDAY, 1), commit('three', SATURDAY + HOUR, 2)];
    const tally = emptyTally('production');
    const decisions = replay([environment({ policies })], commits);
    for (const decision of decisions) count(tally, decision);
    const { summary } = simulatedJson([tally], { branch: 'main', commit: 'c'.repeat(40) }, []);
    expect(summary).toMatchObject({
      allowed: 0,
      waiting: 3,
      denied: 0,
      wentAtOnce: 1,
      wentLater: 1,
      superseded: 1,
      waited: { total: 42 * HOUR, median: 42 * HOUR, longest: 42 * HOUR },
      byRule: { 'approved/approval': { waiting: 3, denied: 0 }, 'business-hours/window': { waiting: 2, denied: 0 } },
      needed: { 'approved/approval': 2 },
      assumed: { 'signed/signature': 3 },
    });
    const span = {
      from: FRIDAY,
      to: END,
      policies: { branch: 'main', commit: version('head').commit },
      timezone: 'UTC',
      notes: [],
    };
    expect(plainText(simulateLines([tally], span))).toMatchInlineSnapshot(`
      "production: 3 versions
        at once     1  33 %  when they came
        later       1  33 %  after 1 d 18 h (median), 1 d 18 h at most
        superseded  1  33 %  by a newer version while they waited
        in the way
          approved/approval      held 3
          business-hours/window  held 2
        taken as given  approved/approval for 2 versions, signed/signature for 3 versions (not looked at)

      what people say and sign is not in Git for versions of then; it is taken as given
      2026-11-20 12:00 to 2026-12-31 00:00 UTC; policies of main at 32694bc; nothing was written
      "
    `);
    expect(decisionJson(decisions[1] as Decision)).toMatchObject({
      at: '2026-11-21T12:00:00Z',
      environment: 'production',
      status: 'waiting',
      outcome: 'superseded',
      supersededBy: version('three'),
      wentAt: null,
      rules: [
        { policy: 'business-hours', rule: 'window', status: 'waiting', overridden: false },
        {},
        { assumed: true },
      ],
    });
  });

  test('the median lies in the middle', () => {
    expect([medianOf([]), medianOf([5]), medianOf([1, 4]), medianOf([1, 4, 9])]).toEqual([null, 5, 3, 4]);
  });
});
