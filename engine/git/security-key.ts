// What a security key says about the person who signed with it. OpenSSH holds nobody to it when it verifies files: a
// key that was made or asked without a touch (`no-touch-required`) signs for any program that runs as its owner. The
// flags stand beside the signature and under it, so they are read from what has been verified. Format:
// PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH (https://github.com/openssh/openssh-portable), flags as in CTAP.

import type { Signed } from '../model/policy-facts.ts';

/** `plain`: no security key. `touched`: somebody was there. `verified`: and was told by a PIN or finger. */
export type Presence = 'plain' | 'untouched' | 'touched' | 'verified' | 'unreadable';

const MAGIC = 'SSHSIG';
const TOUCHED = 0x01;
const VERIFIED = 0x04;
/** How security keys are called: with certificates and of browsers too. */
const SECURITY_KEY = /^(?:webauthn-)?sk-/;

/** A signature that holds, as far as a person gave it. `text`: what carries it. */
export function signedWith(principal: string, text: string): Signed {
  const presence = presenceIn(text);
  switch (presence) {
    case 'plain':
    case 'touched':
      return { type: 'signed', by: principal };
    case 'verified':
      return { type: 'signed', by: principal, isVerified: true };
    case 'untouched':
      return {
        type: 'invalid',
        sentence: `the security key of ${principal} signed without being touched (no-touch-required), so by any program of its owner`,
      };
    case 'unreadable':
      return { type: 'invalid', sentence: `the signature of ${principal} does not say whether its key was touched` };
  }
}

/** Of all armoured signatures in a text, the weakest: whichever of them was verified. */
export function presenceIn(text: string): Presence {
  const found = [...text.matchAll(ARMOUR)].map(([, body = '']) => presenceOf(Buffer.from(body, 'base64')));
  return WEAKEST_FIRST.find((presence) => found.includes(presence)) ?? 'unreadable';
}

const ARMOUR = /-----BEGIN SSH SIGNATURE-----([A-Za-z0-9+/=\s]*)-----END SSH SIGNATURE-----/g;
const WEAKEST_FIRST = ['unreadable', 'untouched', 'touched', 'verified', 'plain'] as const;

function presenceOf(blob: Buffer): Presence {
  if (blob.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'unreadable';
  const outer = fieldsOf(blob, MAGIC.length + 4);
  const key = outer(0);
  const signature = outer(4);
  if (key === null || signature === null) return 'unreadable';
  const [keyType, signatureType] = [fieldsOf(key, 0)(0), fieldsOf(signature, 0)(0)].map((name) =>
    name?.toString('latin1'),
  );
  if (keyType === undefined || signatureType === undefined) return 'unreadable';
  if (!SECURITY_KEY.test(keyType) && !SECURITY_KEY.test(signatureType)) return 'plain';
  const flags = after(signature, 2);
  if (flags === undefined) return 'unreadable';
  if ((flags & TOUCHED) === 0) return 'untouched';
  return (flags & VERIFIED) === 0 ? 'touched' : 'verified';
}

/** Strings that follow one another, each with its length before it; null where there is no such one. */
function fieldsOf(bytes: Buffer, start: number): (index: number) => Buffer | null {
  return (index) => {
    const at = skip(bytes, start, index);
    const end = at === null ? null : skip(bytes, at, 1);
    return at === null || end === null ? null : bytes.subarray(at + 4, end);
  };
}

/** The byte after so many strings. */
function after(bytes: Buffer, count: number): number | undefined {
  const at = skip(bytes, 0, count);
  return at === null ? undefined : bytes[at];
}

function skip(bytes: Buffer, start: number, count: number): number | null {
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (at + 4 > bytes.length) return null;
    at += 4 + bytes.readUInt32BE(at);
    if (at > bytes.length) return null;
  }
  return at;
}
