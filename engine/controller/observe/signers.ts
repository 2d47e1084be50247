// Whose signature each signed word of a person carries, checked against the keys at the head. Only words that bear a
// signature are looked at; every answer is remembered by the text, the signature and the keys, so that nothing old is
// ever believed.

import { createHash } from 'node:crypto';
import {
  signableOfApproval,
  signableOfGatesWord,
  signableOfOverride,
  signableOfRequest,
} from '../../ledger/signable.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import type { Signed } from '../../model/policy-facts.ts';
import { Fault } from '../../ports/fault.ts';
import type { Signing } from '../../ports/signing.ts';
import { Recent } from '../ledger/recent.ts';
import { type Keys, signedBy } from './keys.ts';

export class Signers {
  readonly #open: () => Promise<Signing>;
  readonly #checked = new Recent<string, Promise<Signed>>(5_000);

  constructor(open: () => Promise<Signing>) {
    this.#open = open;
  }

  /** By the id of the record; unsigned ones are absent. */
  async of(state: EnvironmentState, keys: Keys): Promise<ReadonlyMap<string, Signed>> {
    const { environment, approvals, overrides, requests, gateWords } = state;
    const signed: [string, string, string, 'yes' | 'no'][] = [];
    for (const said of approvals) {
      if (said.signature !== undefined)
        signed.push([said.id, signableOfApproval(environment, said), said.signature, sideOf(said)]);
    }
    for (const said of overrides) {
      if (said.signature !== undefined)
        signed.push([said.id, signableOfOverride(environment, said), said.signature, 'yes']);
    }
    for (const said of requests) {
      if (said.signature === undefined) continue;
      signed.push([said.id, signableOfRequest(environment, said), said.signature, 'yes']);
    }
    for (const said of gateWords) {
      if (said.signature !== undefined)
        signed.push([said.id, signableOfGatesWord(environment, said), said.signature, sideOf(said)]);
    }
    const found = new Map<string, Signed>();
    for (const [id, text, signature, answer] of signed) {
      found.set(id, await signedBy(keys, (list) => this.check(text, signature, list), answer));
    }
    return found;
  }

  /** What could not be checked is no yes, and is checked again. */
  async check(text: string, signature: string, allowedSigners: string): Promise<Signed> {
    const key = createHash('sha256')
      .update(JSON.stringify([text, signature, allowedSigners]))
      .digest('hex');
    try {
      return await this.#checked.remember(key, async () =>
        (await this.#open()).verify(text, signature, allowedSigners),
      );
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      const { message: sentence, retry } = cause;
      return retry === 'never' ? { type: 'invalid', sentence } : { type: 'invalid', sentence, passing: true };
    }
  }
}

function sideOf({ answer }: { readonly answer: string }): 'yes' | 'no' {
  return answer === 'rejected' ? 'no' : 'yes';
}
