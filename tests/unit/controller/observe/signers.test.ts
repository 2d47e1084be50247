// A signature that nobody could look at is neither a yes nor a no, and is looked at again.

import { expect, test } from 'vitest';
import { EvidenceReader } from '../../../../engine/controller/observe/evidence.ts';
import { signedBy } from '../../../../engine/controller/observe/keys.ts';
import { Signers } from '../../../../engine/controller/observe/signers.ts';
import type { Signed } from '../../../../engine/model/policy-facts.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';

const KEYS = 'ana ssh-ed25519 AAAA';

function answering(...answers: (Signed | Fault)[]): Signers {
  return new Signers(async () => ({
    sign: async () => '',
    hasKey: async () => false,
    verify: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked once too often');
      if (answer instanceof Fault) throw answer;
      return answer;
    },
  }));
}

test('a program that does not answer is asked again, and its answer is kept', async () => {
  const late = new Fault('git-failed', 'ssh-keygen did not answer in time', { retry: 'later', hint: 'wait' });
  const signers = answering(late, { type: 'signed', by: 'ana' });
  const sentence = 'ssh-keygen did not answer in time';
  expect(await signers.check('text', 'armour', KEYS)).toEqual({ type: 'invalid', sentence, passing: true });
  for (let times = 0; times < 2; times += 1) {
    expect(await signers.check('text', 'armour', KEYS)).toEqual({ type: 'signed', by: 'ana' });
  }
});

test('a fault that will not pass is a no', async () => {
  const never = new Fault('usage', 'there is no such key', { retry: 'never', hint: 'make one' });
  expect(await answering(never).check('text', 'armour', KEYS)).not.toHaveProperty('passing');
});

test('under a commit or a tag it is looked at again as well', async () => {
  const answers = (retry: 'later' | 'never') => {
    const signature = async () =>
      Promise.reject(new Fault('git-failed', 'it could not be checked', { retry, hint: '' }));
    const git = { signature } as unknown as GitRepository;
    return new EvidenceReader(git, undefined as never).signature('a'.repeat(40), { head: KEYS, inForce: null });
  };
  const sentence = 'it could not be checked';
  expect(await answers('later')).toEqual({ type: 'invalid', sentence, passing: true });
  expect(await answers('never')).toEqual({ type: 'invalid', sentence });
});

test('by the keys in force it is no forgery either', async () => {
  const late: Signed = { type: 'invalid', sentence: 'ssh-keygen did not answer', passing: true };
  const check = async (keys: string): Promise<Signed> => (keys === KEYS ? { type: 'signed', by: 'ana' } : late);
  expect(await signedBy({ head: KEYS, inForce: 'older keys' }, check)).toEqual(late);
});
