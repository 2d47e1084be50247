// What the shell needs of people's keys: a signature over a text, and whose signature a text carries. One adapter:
// SSH keys, as git is told to use them. Nothing but the text of an allowed_signers file says whom a key belongs to.

import type { Signed } from '../model/policy-facts.ts';

export type Signing = {
  /**
   * Armoured, by the person at the keyboard; in the namespace of git for what git itself checks. Where that cannot
   * be, a Fault `usage` whose hint says what to set up.
   */
  sign(text: string, namespace?: 'tidegate' | 'git'): Promise<string>;

  /** Whether git is told of a key to sign with where the person stands. */
  hasKey(): Promise<boolean>;

  /** `unsigned` is never the answer: what is no good signature of somebody who is allowed to sign is `invalid`. */
  verify(text: string, signature: string, allowedSigners: string): Promise<Signed>;
};
