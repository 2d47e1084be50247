// What `tidegate doctor` needs to find out about the world: this machine, git, the remote, the person's key. Adapters
// find out and judge nothing; what cannot be known is told as unknown, never guessed. Nothing is left behind, here or
// there.

import type { LedgerHost, MachineFindings, Reached, SigningKeyFound } from '../model/findings.ts';

export type Doctor = {
  machine(): Promise<MachineFindings>;
  /** `2.47` as git says it, or null where git cannot be started. */
  gitVersion(): Promise<readonly [number, number] | null>;
  reach(): Promise<Reached>;
  /** Of the repository that holds the ledger; `repository` null for the configuration's own. */
  ledgerHost(ledger: { readonly repository: string | null; readonly namespace: string }): Promise<LedgerHost>;
  /** Text of policies/allowed_signers at that commit, which is here already; null where there is none. */
  signers(head: string): Promise<string | null>;
  /** Signs a text that says nothing, without ever asking for a passphrase. */
  signingKey(allowedSigners: string): Promise<SigningKeyFound>;
  /** Those that no folder of PATH has a program for. */
  missingPrograms(names: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
};
