// Whether a rule wants to know that the very owner of a key used it.

import { choice } from './shape.ts';

export const userVerification = choice(
  'With `required` only signatures of security keys count that asked their owner for a PIN or finger (`ssh-keygen -t ed25519-sk -O verify-required`).',
  ['required', 'optional'],
  'optional',
);
