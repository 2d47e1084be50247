// A signature that nobody could look at is neither a yes nor a no, and is looked at again.

import { expect, test } from 'vitest';
import { Signers } from '../../../engine/controller/signers.ts';
import type { Signed } from '../../../engine/model/policy-facts.ts';
import { Fault } from '../../../engine/ports/fault.ts';

const KEYS = 'ana ssh-ed25519 AAAA';

function answering(...answers: (Signed | Fault)[]): Signers {
  return new Signers(async () => ({
    sign: async () => '',
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
