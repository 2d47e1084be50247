// Approvals of what somebody made whom nobody can place, of what somebody asked for, and of what nobody knows who
// made.

import { describe, expect, test } from 'vitest';
import type { GivenApproval, PolicyFacts } from '../../../engine/model/policy-facts.ts';
import { ANA, DAN, EVE } from '../../support/observed-builders.ts';
import { asked, by, evidence, MIA, wrote } from './approval-build.ts';

const QA = { require: [{ from: 'qa', count: 1 }] };
const ZOE = 'Zoe <zoe@example.org>';
const STRANGER = 'Dan Example <1234567+dan-x@users.noreply.github.com>';

describe('the one who made it and has no place among the people', () => {
  test('may be any of those who are asked: one more must agree, and the sentence says how to fix that', () => {
    const one = asked(QA, [by(DAN)], wrote(STRANGER));
    expect(one).toMatchObject({ status: 'waiting', waitsFor: ['approval by qa'] });
    expect(one.sentence).toContain('needs approval by 1 more of qa (mia); approved by dan;');
    expect(one.sentence).toContain(`${STRANGER} has a part in it and has no place in \`people\``);
    expect(one.sentence).toContain('people: { dan-example: { email: "1234567+dan-x@users.noreply.github.com" } }');
    expect(one.seen).toMatchObject({ 'not among people': STRANGER });
    expect(asked(QA, [by(DAN), by(MIA)], wrote(STRANGER))).toMatchObject({
      status: 'allowed',
      sentence: expect.stringContaining('1 more than asked for must agree'),
    });
  });

  test('is no stranger once `people` names the login or the address', () => {
    const known = (dan: Partial<PolicyFacts['directory']['people'][string]>): Partial<PolicyFacts> => {
      const nobody = { emails: [], github: null, gitlab: null };
      const people = {
        dan: { ...nobody, emails: ['dan@example.org'], ...dan },
        mia: { ...nobody, emails: ['mia@example.org'] },
      };
      return { directory: { people, teams: { qa: ['dan', 'mia'] } }, ...wrote(STRANGER) };
    };
    for (const dan of [
      { github: { login: 'dan-x', id: null } },
      { github: { login: 'renamed', id: 1_234_567 } },
      { emails: ['dan@example.org', '1234567+dan-x@users.noreply.github.com'] },
    ]) {
      expect(asked(QA, [by(DAN)], known(dan)).sentence).toContain(
        'dan made this change, and nobody approves their own',
      );
      expect(asked(QA, [by(MIA)], known(dan)).status).toBe('allowed');
    }
    expect(asked(QA, [by(MIA)], known({ github: { login: 'dan-x', id: 7 } })).status).toBe('waiting');
  });

  test('counts once by an address, however it is written, and again by another', () => {
    const twice = wrote('A <x@example.com>', 'B <X@Example.com>');
    expect(asked(QA, [by(DAN), by(MIA)], twice).status).toBe('allowed');
    expect(asked(QA, [by(DAN), by(MIA)], wrote('A <x@example.com>', 'A <y@example.com>')).sentence).toContain(
      'needs approval by 1 more of qa',
    );
  });

  test('counts in every group that is asked, also for paths', () => {
    const paths = [{ match: '*', from: 'security', count: 1 }];
    expect(asked({ require: [], paths }, [by(EVE)], wrote(STRANGER)).status).toBe('waiting');
    expect(asked({ require: [], paths }, [by(EVE)], wrote(ZOE)).status).toBe('allowed');
  });

  test('does not matter where those who made it count, and nobody was changed for nothing', () => {
    expect(asked({ ...QA, author: 'counts' }, [by(DAN)], wrote(STRANGER)).status).toBe('allowed');
    const nothing = asked({ require: [], paths: [{ match: '/infra/', from: 'qa', count: 1 }] }, [], wrote(STRANGER));
    expect(nothing).toMatchObject({ status: 'allowed', sentence: expect.not.stringContaining('no place') });
  });

  test('is shown with the letters that only look like ours', () => {
    const { sentence } = asked(QA, [by(DAN)], wrote('Dan <d\u0430n@example.org>'));
    expect(sentence).toContain('Dan <d\\u0430n@example.org>');
    expect(sentence).toContain('people: { dan: { email: ["dan@example.org", "d\\u0430n@example.org"] } }');
  });

  test('cannot be named without an address, so more have to agree', () => {
    const { sentence } = asked(QA, [by(DAN)], wrote('Dan <>'));
    expect(sentence).toContain('1 more than asked for must agree');
    expect(sentence).not.toContain('people: {');
  });

  test('is not said without end', () => {
    const many = Array.from({ length: 50 }, (_, index) => `Bot ${index} <bot-${index}@example.com>`);
    const { sentence } = asked(QA, [by(DAN)], wrote(...many));
    expect(sentence).toContain('and 47 others have a part in it');
    expect(sentence.length).toBeLessThan(1_000);
  });
});

describe('the one who asked for the version by name', () => {
  test.each<[string, string, readonly GivenApproval[], string]>([
    ['does not approve what they asked for', DAN, [by(DAN)], 'dan asked for this version, and nobody approves what'],
    ['is said to have made it where they did both', ZOE, [by(DAN), by(MIA)], 'approved by dan'],
    ['is not among those who are still asked', MIA, [], 'needs approval by 1 of qa (dan)'],
    ['may be a stranger, and then any of them', STRANGER, [by(DAN)], 'has no place in `people`'],
  ])('%s', (_title, requestedBy, approvals, sentence) => {
    expect(asked(QA, approvals, { requestedBy }).sentence).toContain(sentence);
  });

  test('counts where the rule says so', () => {
    expect(asked({ ...QA, author: 'counts' }, [by(DAN)], { requestedBy: DAN }).status).toBe('allowed');
    expect(asked(QA, [by(MIA)], { requestedBy: DAN }).status).toBe('allowed');
  });
});

describe('where nobody knows who made it', () => {
  const unknown = evidence({ change: null, changeUnknown: 'v1.4.1 (1164a97), which runs here, is gone' });

  test('nothing is approved, and the sentence says why', () => {
    const verdict = asked(QA, [by(DAN), by(MIA)], unknown);
    expect(verdict).toMatchObject({ status: 'waiting', until: null });
    expect(verdict.sentence).toContain(
      'who made this change cannot be found out (v1.4.1 (1164a97), which runs here, is gone)',
    );
  });

  test('a no of somebody who is asked denies all the same', () => {
    const no = { answer: 'rejected', reason: 'not today' } as const;
    expect(asked(QA, [by(DAN, no)], unknown)).toMatchObject({
      status: 'denied',
      sentence: expect.stringContaining('rejected by dan: not today'),
    });
    expect(asked(QA, [by(EVE, no)], unknown).status).toBe('waiting');
    expect(asked(QA, [by(DAN, no), by(DAN)], unknown).status).toBe('waiting');
  });

  test('a no of somebody who may be asked for a path that nobody knows denies too', () => {
    const paths = [{ match: '/infra/', from: 'security', count: 1 }];
    const no = by(EVE, { answer: 'rejected', reason: 'no' });
    expect(asked({ ...QA, paths }, [no], unknown).status).toBe('denied');
    expect(asked({ ...QA, paths }, [no, by(ANA), by(DAN)], wrote(ZOE)).status).toBe('allowed');
  });
});

test('where user verification is required, only such a key’s yes counts', () => {
  const rule = { ...QA, userVerification: 'required' } as const;
  const signed = { type: 'signed', by: 'dan' } as const;
  const sentence = expect.stringContaining('dan approved without a security key that asked for a PIN or finger');
  expect(asked(rule, [by(DAN)])).toMatchObject({ status: 'waiting', sentence });
  expect(asked(rule, [by(DAN, { signed })])).toMatchObject({ status: 'waiting', sentence });
  expect(asked(rule, [by(DAN, { signed: { ...signed, isVerified: true } })]).status).toBe('allowed');
  expect(asked(rule, [by(DAN, { answer: 'rejected', reason: 'no' })]).status).toBe('denied');
});
