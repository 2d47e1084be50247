// Approvals: who counts, who does not and is told so, until when, and who is to be told that somebody waits.

import { describe, expect, test } from 'vitest';
import type { GivenApproval, PolicyFacts } from '../../../engine/model/policy-facts.ts';
import { ANA, DAN, EVE, version } from '../../support/observed-builders.ts';
import { asked, by, evidence, HOUR_MS, MIA, NOW, wrote } from './approval-build.ts';

describe('counts', () => {
  test('each group on its own, a person once in each', () => {
    expect(asked({}, [by(ANA)])).toMatchObject({ status: 'waiting', waitsFor: ['approval by qa'], until: null });
    expect(asked({}, [by(ANA), by(DAN)])).toMatchObject({ status: 'allowed' });
    // Mia is in both groups, and speaks for each of them once.
    expect(asked({}, [by(MIA)])).toMatchObject({ status: 'allowed' });
    expect(asked({ require: [{ from: 'qa', count: 2 }] }, [by(MIA), by(MIA)]).status).toBe('waiting');
    expect(asked({ require: [{ from: 'qa', count: 2 }] }, [by(MIA), by(DAN)]).status).toBe('allowed');
  });

  test('a single person by name', () => {
    expect(asked({ require: [{ from: 'dan', count: 1 }] }, [by(DAN)]).status).toBe('allowed');
    expect(asked({ require: [{ from: 'dan', count: 1 }] }, [by(MIA)]).status).toBe('waiting');
  });

  test('until the first group falls short because approvals expire', () => {
    const both = asked({ require: [{ from: 'qa', count: 1 }] }, [by(DAN, { at: NOW - 50 * HOUR_MS }), by(MIA)]);
    expect(both.until).toBe(NOW + 71 * HOUR_MS);
    const two = asked({ require: [{ from: 'qa', count: 2 }] }, [by(DAN, { at: NOW - 50 * HOUR_MS }), by(MIA)]);
    expect(two.until).toBe(NOW + 22 * HOUR_MS);
    expect(asked({ expiresMs: null }, [by(MIA)]).until).toBeNull();
  });

  test('at the very instant of expiry it counts no longer', () => {
    const expiring = [by(MIA, { at: NOW - 72 * HOUR_MS })];
    expect(asked({}, expiring)).toMatchObject({ status: 'waiting', sentence: expect.stringContaining('expired at') });
    expect(asked({}, expiring, { now: NOW - 1 }).status).toBe('allowed');
  });

  test('the last word of a person', () => {
    expect(asked({}, [by(MIA, { answer: 'rejected', reason: 'no' }), by(MIA)]).status).toBe('allowed');
    expect(asked({}, [by(MIA), by(MIA, { answer: 'rejected', reason: 'no' })])).toMatchObject({
      status: 'denied',
      sentence: expect.stringContaining('rejected by mia: no; mia takes that back by approving it'),
    });
  });

  test('further groups for the paths that changed', () => {
    const paths = [{ match: '/infra/', from: 'security', count: 1 }];
    const change = { authors: [], paths: ['infra/network.tf'], kinds: [], commits: 1 };
    expect(asked({ paths }, [by(MIA)], evidence({ change }))).toMatchObject({
      status: 'waiting',
      waitsFor: ['approval by security'],
      sentence: expect.stringContaining('1 of security (eve) for infra/network.tf'),
    });
    expect(asked({ paths }, [by(MIA), by(EVE)], evidence({ change })).status).toBe('allowed');
    expect(asked({ require: [], paths }, []).sentence).toContain('nothing that needs an approval was changed');
  });
});

describe('only where a condition is true', () => {
  const when = 'version.major != current.major';
  const runs = (tag: string) => ({ current: { version: version(tag), since: NOW - HOUR_MS } });

  test('the product owner is asked for a major, and for nothing else', () => {
    const major = { ...runs('v0.9.0'), version: version('v1.4.2') };
    expect(asked({ when }, [], major).status).toBe('waiting');
    expect(asked({ when }, [by(MIA)], major).status).toBe('allowed');
    const minor = { ...runs('v1.3.0'), version: version('v1.4.2') };
    expect(asked({ when }, [], minor)).toMatchObject({
      status: 'allowed',
      sentence: expect.stringContaining(
        'asks nobody here, since `version.major != current.major` is false (version.major is 1; current.major is 1)',
      ),
    });
  });

  test('people are asked where the condition has no answer, or nobody knows what changed', () => {
    expect(asked({ when: 'change.paths[9] == "x"' }, []).status).toBe('waiting');
    expect(asked({ when: 'change.commits > 100' }, [], evidence({ change: null })).status).toBe('waiting');
    expect(asked({ when: 'change.commits > 100' }, []).status).toBe('allowed');
  });

  test('a no is none of somebody who is not asked', () => {
    const no = [by(MIA, { answer: 'rejected', reason: 'no' })];
    expect(asked({ when: 'environment == "elsewhere"' }, no).status).toBe('allowed');
    expect(asked({ when: 'true' }, no).status).toBe('denied');
  });
});

describe('what was said of other versions', () => {
  const since = (at: number) => ({ current: { version: version('v1.4.1'), since: at } });
  const six = ['v1.3.0', 'v1.3.1', 'v1.3.2', 'v1.3.3', 'v1.4.0', 'v1.4.1'].flatMap((name, index) =>
    [MIA, DAN].map((person) => by(person, { version: version(name), at: NOW - 60_000 * (10 - index) })),
  );

  test('is in no sentence once they had their turn, however many they are', () => {
    const verdict = asked({}, six, since(NOW - 1));
    expect(verdict.sentence).toBe(asked({}, [], since(NOW - 1)).sentence);
    expect(verdict.aside).toHaveLength(12);
    expect(verdict.aside?.join()).toContain('mia approved v1.4.1');
  });

  test('is one sentence where the newest version has overtaken them', () => {
    const { sentence } = asked({}, six, since(0));
    expect(sentence).toContain(
      '; dan and mia approved what was offered before v1.4.2 (1264ab1): a new version needs a new approval',
    );
    expect(sentence.match(/needs a new approval/g)).toHaveLength(1);
    expect(sentence).not.toContain('v1.3.');
  });

  test('a no to another version is no no to this one', () => {
    const no = by(MIA, { answer: 'rejected', version: version('v1.4.1') });
    expect(asked({}, [no])).toMatchObject({ status: 'waiting', sentence: expect.not.stringContaining('mia rejected') });
  });
});

describe('does not count, and says so:', () => {
  test.each<[string, readonly GivenApproval[], Partial<PolicyFacts>, string]>([
    ['the author', [by(MIA)], wrote(MIA), 'mia made this change, and nobody approves their own'],
    ['a co-author under another name', [by(MIA)], wrote('M. <MIA@example.org>'), 'nobody approves their own'],
    ['somebody in no group', [by(EVE)], {}, 'eve approved, and is in none of leads, qa'],
    ['a stranger', [by('X <x@evil.example>')], {}, 'X <x@evil.example> approved, and is none of the people'],
    [
      'one for another commit',
      [by(MIA, { version: version('v1.4.1') })],
      {},
      'mia approved v1.4.1 (1164a97), and this is v1.4.2 (1264ab1): a new version needs a new approval',
    ],
    [
      'one for another plan',
      [by(MIA, { planDigest: 'other' })],
      {},
      'its inputs, steps or target are not what they were',
    ],
    [
      'a tag that was moved',
      [by(MIA, { void: 'tag approve/x was moved', tag: 'approve/x' })],
      {},
      'tag approve/x was moved',
    ],
    [
      'a signature that does not hold',
      [by(MIA, { signed: { type: 'invalid', sentence: 'the text was changed' } })],
      {},
      'the signature does not hold: the text was changed',
    ],
    ['an unsigned word where they must be signed', [by(MIA)], { signaturesRequired: true }, 'without a signature'],
    ['one from the future', [by(MIA, { at: NOW + 6 * 60_000 })], {}, 'which has not come yet'],
    [
      'a signature of somebody else',
      [by(MIA, { signed: { type: 'signed', by: 'eve' } })],
      {},
      'eve approved, and is in none',
    ],
  ])('%s', (_title, approvals, change, sentence) => {
    const verdict = asked({}, approvals, change);
    expect(verdict).toMatchObject({ status: 'waiting', sentence: expect.stringContaining(sentence) });
  });

  test('a rejection by a stranger', () => {
    const no = by(EVE, { answer: 'rejected', reason: 'because' });
    expect(asked({}, [no, by(MIA)]).status).toBe('allowed');
  });

  test('anything, where nobody can tell who made the change', () => {
    const unknown = evidence({ change: null });
    expect(asked({}, [by(MIA)], unknown)).toMatchObject({
      status: 'waiting',
      sentence: expect.stringContaining('cannot be found out'),
    });
    expect(asked({ author: 'counts' }, [by(MIA)], unknown).status).toBe('allowed');
    expect(asked({ author: 'counts', paths: [{ match: '*', from: 'qa', count: 1 }] }, [by(MIA)], unknown).status).toBe(
      'waiting',
    );
  });
});

describe('counts all the same:', () => {
  test('a signed word by the signer, whatever name stands beside it', () => {
    const signed = { type: 'signed', by: 'mia@example.org' } as const;
    expect(asked({}, [by('somebody <who@ever.example>', { signed })], { signaturesRequired: true })).toMatchObject({
      status: 'allowed',
      sentence: 'two-approvals: approved by mia (signed)',
    });
  });

  test('an answer by tag, which names no plan', () => {
    expect(asked({}, [by(MIA, { planDigest: null, tag: 'approve/production/v1.4.2' })]).status).toBe('allowed');
  });

  test('the author, where the rule says so', () => {
    expect(asked({ author: 'counts' }, [by(MIA)], wrote(MIA)).status).toBe('allowed');
  });

  test('a clock that is a little ahead', () => {
    expect(asked({}, [by(MIA, { at: NOW + 4 * 60_000 })]).status).toBe('allowed');
  });
});

describe('who is to be told', () => {
  const rule = { remindMs: 4 * HOUR_MS, escalate: { afterMs: 8 * HOUR_MS, to: 'leads' } } as const;

  test('the newest reminder that is due, the next one, and the escalation', () => {
    const { notices } = asked(rule, [by(ANA)], { offeredAt: NOW - 9 * HOUR_MS });
    expect(notices.map(({ kind, at, to }) => [kind, (at - NOW) / HOUR_MS, to])).toEqual([
      ['remind', -1, ['qa']],
      ['remind', 3, ['qa']],
      ['escalate', -1, ['leads']],
    ]);
  });

  test('before the first is due, only what comes', () => {
    const { notices } = asked(rule, [], {});
    expect(notices.map(({ kind, at, to }) => [kind, (at - NOW) / HOUR_MS, to])).toEqual([
      ['remind', 4, ['leads', 'qa']],
      ['escalate', 8, ['leads']],
    ]);
  });

  test('nobody once it is approved', () => {
    expect(asked(rule, [by(MIA)], { offeredAt: NOW - 9 * HOUR_MS }).notices).toEqual([]);
  });
});

test('a team whose members all made the change is named as such', () => {
  expect(asked({}, [], wrote(ANA, MIA)).sentence).toContain('leads (nobody is left who did not make this change)');
});
