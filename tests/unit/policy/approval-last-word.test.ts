// Words that take one another back, words that begin to count by themselves, and names and plans that are not there.

import { expect, test } from 'vitest';
import { type GivenApproval, NO_EVIDENCE, type PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { ApprovalRule } from '../../../engine/model/rule.ts';
import type { Verdict } from '../../../engine/model/verdict.ts';
import { evaluateApproval } from '../../../engine/policy/approval.ts';
import { ANA, DAN, instant, version } from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';
import { facts } from '../../support/policy-facts.ts';

const NOW = instant('2026-11-20 12:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('a no that was taken back does not come back when the yes expires', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today', at: NOW - 80 * HOUR_MS });
  const yes = by(ANA, { at: NOW - 73 * HOUR_MS });
  expect(asked({}, [no, yes])).toMatchObject({ status: 'waiting', sentence: expect.stringContaining('expired at') });
});

test('whoever made the change may reject it, and take that back, as the sentence of the rejection promises', () => {
  const evidence = known({ authors: [ANA], paths: ['a.txt'], kinds: [], commits: 1 });
  const no = by(ANA, { answer: 'rejected', reason: 'wrong branch' });
  const rejected = asked({}, [no], { evidence });
  expect(rejected).toMatchObject({ status: 'denied', sentence: expect.stringContaining('ana takes that back with') });
  const again = asked({}, [no, by(ANA)], { evidence });
  expect(again).toMatchObject({ status: 'waiting', sentence: expect.stringContaining('nobody approves their own') });
});

test('a yes for an earlier version takes no rejection of this one back', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today' });
  expect(asked({}, [no, by(ANA, { version: version('v1.4.1') })]).status).toBe('denied');
});

test('the yes of another takes no rejection back', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today' });
  expect(asked({ require: [{ from: 'qa', count: 1 }], paths: [path('leads')] }, [no, by(DAN)]).status).toBe('denied');
});

test('a word that is dated ahead says when it begins to count', () => {
  const ahead = by(ANA, { at: NOW + HOUR_MS });
  const waiting = asked({}, [ahead, by(ANA, { at: NOW + 2 * HOUR_MS })]);
  expect(waiting).toMatchObject({ status: 'waiting', until: NOW + 55 * MINUTE_MS });
  expect(asked({}, [ahead], { now: NOW + 55 * MINUTE_MS - 1 }).status).toBe('waiting');
  expect(asked({}, [ahead], { now: NOW + 55 * MINUTE_MS }).status).toBe('allowed');
});

test('where nobody knows what would be done, an approval of nothing does not fit', () => {
  const verdict = asked({ author: 'counts' }, [by(ANA, { planDigest: '' })], { evidence: NO_EVIDENCE });
  expect(verdict).toMatchObject({ status: 'waiting', waitsFor: ['approval by leads'] });
  expect(verdict.sentence).toContain('what would be done cannot be found out');
});

test('a person who is called like something that every object has', () => {
  const directory = { people: { constructor: { email: 'con@example.org', github: null } }, teams: {} };
  const require = [{ from: 'constructor', count: 1 }];
  expect(asked({ require }, [], { directory })).toMatchObject({
    status: 'waiting',
    sentence: expect.stringContaining('1 of constructor;'),
  });
  expect(asked({ require }, [by('Con <con@example.org>')], { directory }).status).toBe('allowed');
});

test('the root as a pattern is every path', () => {
  expect(asked({ require: [], paths: [{ ...path('leads'), match: '/' }] }, []).status).toBe('waiting');
});

function asked(
  change: Partial<ApprovalRule>,
  approvals: readonly GivenApproval[],
  more: Partial<PolicyFacts> = {},
): Verdict {
  const policy = twoApprovals({ require: [{ from: 'leads', count: 1 }], ...change });
  const [rule] = policy.rules;
  if (rule?.type !== 'approval') throw new Error('an approval rule');
  return evaluateApproval(rule, policy, facts({ now: NOW, approvals, evidence: known(CHANGE), ...more }));
}

const CHANGE = { authors: ['Zoe <zoe@example.org>'], paths: ['services/web.yaml'], kinds: ['feat'], commits: 1 };

function known(change: PolicyFacts['evidence']['change']): PolicyFacts['evidence'] {
  return { ...NO_EVIDENCE, planDigest: 'plan', change };
}

function path(from: string): ApprovalRule['paths'][number] {
  return { match: 'services/', from, count: 1 };
}

function by(person: string, change: Partial<GivenApproval> = {}): GivenApproval {
  return {
    id: `approved:${person}`,
    by: person,
    answer: 'approved',
    version: version('v1.4.2'),
    planDigest: 'plan',
    reason: '',
    at: NOW - HOUR_MS,
    tag: null,
    signed: { type: 'unsigned' },
    void: null,
    ...change,
  };
}
