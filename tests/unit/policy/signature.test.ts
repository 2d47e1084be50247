import { expect, test } from 'vitest';
import { type Evidence, NO_EVIDENCE, type Signed } from '../../../engine/model/policy-facts.ts';
import type { SignatureRule } from '../../../engine/policy/rules/signature.ts';
import { evaluateSignature } from '../../../engine/policy/rules/signature.ts';
import { facts } from '../../support/policy-facts.ts';
import { policyOf } from './window-build.ts';

const PLACE = { file: 'policies/signed.yaml', line: 1, column: 1 };
const UNSIGNED: Signed = { type: 'unsigned' };
const INVALID: Signed = { type: 'invalid', sentence: 'its key is not in policies/allowed_signers' };
const by = (principal: string): Signed => ({ type: 'signed', by: principal });
const WANTED = 'it takes a signature of leads with a key of policies/allowed_signers';

function verdict(of: SignatureRule['of'], commit: Signed, tag: Signed, hasTag = true) {
  const rule: SignatureRule = { type: 'signature', place: PLACE, by: ['leads'], of, userVerification: 'optional' };
  const evidence: Evidence = { ...NO_EVIDENCE, signed: { commit, tag } };
  const version = { commit: '1264ab1'.padEnd(40, '0'), tag: hasTag ? 'v1.4.2' : null };
  return evaluateSignature(rule, policyOf('signed', rule), facts({ evidence, version }));
}

test.each<[of: SignatureRule['of'], commit: Signed, tag: Signed, status: string, sentence: string]>([
  ['either', by('ana'), UNSIGNED, 'allowed', 'commit 1264ab1 is signed by ana'],
  ['either', UNSIGNED, by('ana@example.org'), 'allowed', 'tag v1.4.2 is signed by ana'],
  ['either', by('dan'), by('ana'), 'allowed', 'tag v1.4.2 is signed by ana'],
  ['either', by('ana'), INVALID, 'allowed', 'commit 1264ab1 is signed by ana'],
  ['commit', by('ana'), UNSIGNED, 'allowed', 'commit 1264ab1 is signed by ana'],
  ['tag', UNSIGNED, by('ana'), 'allowed', 'tag v1.4.2 is signed by ana'],
  [
    'commit',
    UNSIGNED,
    by('ana'),
    'denied',
    `commit 1264ab1 is not signed; ${WANTED}, on a new commit (\`git commit -S\`)`,
  ],
  ['tag', by('ana'), UNSIGNED, 'denied', `tag v1.4.2 is not signed; ${WANTED}, on a new tag of it (\`git tag -s\`)`],
  [
    'either',
    UNSIGNED,
    UNSIGNED,
    'denied',
    `commit 1264ab1 is not signed, and tag v1.4.2 is not signed; ${WANTED}, on a new tag of it (\`git tag -s\`)`,
  ],
  [
    'commit',
    INVALID,
    UNSIGNED,
    'denied',
    `the signature of commit 1264ab1 does not count: its key is not in policies/allowed_signers; ${WANTED}, on a new commit (\`git commit -S\`)`,
  ],
  [
    'commit',
    by('dan'),
    UNSIGNED,
    'denied',
    `commit 1264ab1 is signed by dan, who is not one of those; ${WANTED}, on a new commit (\`git commit -S\`)`,
  ],
  [
    'commit',
    by('mallory@example.org'),
    UNSIGNED,
    'denied',
    `commit 1264ab1 is signed by mallory@example.org, who is nobody in tidegate.yaml; ${WANTED}, on a new commit (\`git commit -S\`)`,
  ],
  [
    'commit',
    by('constructor'),
    UNSIGNED,
    'denied',
    `commit 1264ab1 is signed by constructor, who is nobody in tidegate.yaml; ${WANTED}, on a new commit (\`git commit -S\`)`,
  ],
])('%s of %j and %j: %s', (of, commit, tag, status, sentence) => {
  expect(verdict(of, commit, tag)).toMatchObject({
    status,
    sentence: `signed: ${sentence}`,
    until: null,
    waitsFor: [],
  });
});

test('what could not be checked now is waited for, unless the other one will do', () => {
  const passing: Signed = { type: 'invalid', sentence: 'ssh-keygen did not answer', passing: true };
  expect(verdict('either', passing, UNSIGNED)).toMatchObject({
    status: 'waiting',
    sentence:
      'signed: the signature of commit 1264ab1 could not be checked yet: ssh-keygen did not answer, and tag v1.4.2 is not signed',
    waitsFor: ['a signature that can be checked'],
  });
  expect(verdict('commit', by('dan'), passing).status).toBe('denied');
  expect(verdict('either', passing, by('ana')).status).toBe('allowed');
});

test('without a tag there is nothing that a tag could sign', () => {
  expect(verdict('tag', by('ana'), UNSIGNED, false).sentence).toBe(
    `signed: there is no tag of it; ${WANTED}, on a tag of it (\`git tag -s\`)`,
  );
});

test('where user verification is required, a key that asked nobody is not enough', () => {
  const rule: SignatureRule = {
    type: 'signature',
    place: PLACE,
    by: ['leads'],
    of: 'commit',
    userVerification: 'required',
  };
  const asked = (commit: Signed) => {
    const evidence: Evidence = { ...NO_EVIDENCE, signed: { commit, tag: UNSIGNED } };
    return evaluateSignature(rule, policyOf('signed', rule), facts({ evidence }));
  };
  expect(asked({ type: 'signed', by: 'ana', isVerified: true }).status).toBe('allowed');
  expect(asked(by('ana'))).toMatchObject({
    status: 'denied',
    sentence: expect.stringContaining('is signed by ana without a security key that asked for a PIN or finger'),
  });
  expect(asked(by('dan')).sentence).toContain('dan, who is not one of those');
});
