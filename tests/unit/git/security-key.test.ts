// What the flags of a security key say, read from signatures of all kinds, and from what is none.

import { expect, test } from 'vitest';
import { presenceIn } from '../../../engine/git/security-key.ts';
import { armoured, securityKey, TOUCHED, VERIFIED } from '../../support/security-key.ts';

const key = securityKey();
const signed = (flags: number) => key.sign('text', 'git', flags);

test.each([
  [0x00, 'untouched'],
  [VERIFIED, 'untouched'],
  [TOUCHED, 'touched'],
  [TOUCHED | VERIFIED, 'verified'],
  [0xff, 'verified'],
])('flags %i', (flags, presence) => expect(presenceIn(signed(flags))).toBe(presence));

test('of several signatures in one place the weakest counts', () => {
  expect(presenceIn(signed(TOUCHED | VERIFIED) + signed(0))).toBe('untouched');
  expect(presenceIn(signed(TOUCHED) + signed(TOUCHED | VERIFIED))).toBe('touched');
});

test('a browser’s signature and a certificate are of a security key as well', () => {
  const renamed = (from: string, to: string) => {
    const blob = Buffer.from(signed(0).replaceAll(/-----.*-----|\n/g, ''), 'base64');
    expect(to.length).toBe(from.length);
    return armoured(Buffer.from(blob.toString('latin1').replaceAll(from, to), 'latin1'));
  };
  expect(presenceIn(renamed('sk-ssh-ed25519@openssh.com', 'webauthn-sk-ecdsa-sha2-nis'))).toBe('untouched');
  expect(presenceIn(renamed('sk-ssh-ed25519@openssh.com', 'ssh-ed25519-of-somebody-xx'))).toBe('plain');
});

test('what cannot be read is no touch, wherever it ends', () => {
  const blob = Buffer.from(signed(TOUCHED).replaceAll(/-----.*-----|\n/g, ''), 'base64');
  for (let length = 0; length < blob.length - 5; length += 1) {
    expect(presenceIn(armoured(blob.subarray(0, length)))).toBe('unreadable');
  }
  expect(presenceIn('')).toBe('unreadable');
  expect(presenceIn(armoured(Buffer.alloc(500, 0xff)))).toBe('unreadable');
});
