// Words that take one another back, words that begin to count by themselves, and names and plans that are not there.

import { describe, expect, test } from 'vitest';
import { type GivenApproval, NO_EVIDENCE, type PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { Verdict } from '../../../engine/model/verdict.ts';
import type { ApprovalRule } from '../../../engine/policy/rules/approval.ts';
import { ANA, DAN, version } from '../../support/observed-builders.ts';
import { asked, by, HOUR_MS, MIA, MINUTE_MS, NOW, wrote } from './approval-build.ts';

test('a no that was taken back does not come back when the yes expires', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today', at: NOW - 80 * HOUR_MS });
  const yes = by(ANA, { at: NOW - 73 * HOUR_MS });
  expect(askedOfLeads({}, [no, yes])).toMatchObject({
    status: 'waiting',
    sentence: expect.stringContaining('expired at'),
  });
});

test('the one who made the change may reject it, and take that back, as the sentence of the rejection promises', () => {
  const evidence = wrote(ANA);
  const no = by(ANA, { answer: 'rejected', reason: 'wrong branch' });
  const rejected = askedOfLeads({}, [no], evidence);
  expect(rejected).toMatchObject({
    status: 'denied',
    sentence: expect.stringContaining('ana takes that back by approving it'),
  });
  const again = askedOfLeads({}, [no, by(ANA)], evidence);
  expect(again).toMatchObject({ status: 'waiting', sentence: expect.stringContaining('nobody approves their own') });
});

test('a yes for an earlier version takes no rejection of this one back', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today' });
  expect(askedOfLeads({}, [no, by(ANA, { version: version('v1.4.1') })]).status).toBe('denied');
});

test('the yes of another takes no rejection back', () => {
  const no = by(ANA, { answer: 'rejected', reason: 'not today' });
  expect(askedOfLeads({ require: [{ from: 'qa', count: 1 }], paths: [path('leads')] }, [no, by(DAN)]).status).toBe(
    'denied',
  );
});

test('a word that is dated ahead says when it begins to count', () => {
  const ahead = by(ANA, { at: NOW + HOUR_MS });
  const waiting = askedOfLeads({}, [ahead, by(ANA, { at: NOW + 2 * HOUR_MS })]);
  expect(waiting).toMatchObject({ status: 'waiting', until: NOW + 55 * MINUTE_MS });
  expect(askedOfLeads({}, [ahead], { now: NOW + 55 * MINUTE_MS - 1 }).status).toBe('waiting');
  expect(askedOfLeads({}, [ahead], { now: NOW + 55 * MINUTE_MS }).status).toBe('allowed');
});

test('where nobody knows what would be done, an approval of nothing does not fit', () => {
  const verdict = askedOfLeads({ author: 'counts' }, [by(ANA, { planDigest: '' })], { evidence: NO_EVIDENCE });
  expect(verdict).toMatchObject({ status: 'waiting', waitsFor: ['approval by leads'] });
  expect(verdict.sentence).toContain('what would be done cannot be found out');
});

test('a person who is called like something that every object has', () => {
  const nobody = { emails: [], github: null, gitlab: null };
  const people = {
    constructor: { ...nobody, emails: ['con@example.org'] },
    zoe: { ...nobody, emails: ['zoe@example.org'] },
  };
  const directory = { people, teams: {} };
  const require = [{ from: 'constructor', count: 1 }];
  expect(askedOfLeads({ require }, [], { directory })).toMatchObject({
    status: 'waiting',
    sentence: expect.stringContaining('1 of constructor;'),
  });
  expect(askedOfLeads({ require }, [by('Con <con@example.org>')], { directory }).status).toBe('allowed');
});

test('the root as a pattern is every path', () => {
  expect(askedOfLeads({ require: [], paths: [{ ...path('leads'), match: '/' }] }, []).status).toBe('waiting');
});

describe('a no whose signature could not be checked yet', () => {
  const late = { type: 'invalid', sentence: 'ssh-keygen did not answer', passing: true } as const;
  const no = by(MIA, { id: 'rejected:mia', answer: 'rejected', signed: late });

  test('opens nothing that others have approved', () => {
    expect(askedOfLeads({}, [by(ANA)]).status).toBe('allowed');
    expect(askedOfLeads({}, [by(ANA), no])).toMatchObject({
      status: 'waiting',
      waitsFor: ['a signature that can be checked'],
      sentence: expect.stringContaining(`a rejection by ${MIA} could not be checked yet: ssh-keygen did not answer`),
    });
  });

  test('goes behind one that was checked, and is said where approvals are missing', () => {
    expect(askedOfLeads({}, [by(ANA, { answer: 'rejected' }), no]).status).toBe('denied');
    const { sentence, waitsFor } = askedOfLeads({}, [no]);
    expect(waitsFor).toEqual(['approval by leads']);
    expect(sentence).toContain(`${MIA} rejected, but the signature could not be checked yet`);
  });

  test('is none about another version, by a tag that is void, with a signature that does not hold, or where nobody is asked', () => {
    const { passing: _passing, ...broken } = late;
    for (const other of [{ version: version('v1.4.1') }, { void: 'the tag is gone' }, { signed: broken }]) {
      expect(askedOfLeads({}, [by(ANA), { ...no, ...other }]).status).toBe('allowed');
    }
    expect(askedOfLeads({ require: [], paths: [{ ...path('leads'), match: '/infra/' }] }, [no]).status).toBe('allowed');
  });
});

/** One of leads is enough. */
function askedOfLeads(
  change: Partial<ApprovalRule>,
  approvals: readonly GivenApproval[],
  more: Partial<PolicyFacts> = {},
): Verdict {
  return asked({ require: [{ from: 'leads', count: 1 }], ...change }, approvals, more);
}

function path(from: string): ApprovalRule['paths'][number] {
  return { match: 'services/', from, count: 1 };
}
