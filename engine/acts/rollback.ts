// Asking for an earlier version: refused at once, with what could be had, where there is nothing to go back to.

import { sayVersion, type Version } from '../model/version.ts';
import {
  type Asker,
  confirming,
  NOTHING_WRITTEN,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
  signingFor,
} from './act.ts';
import { knownGood, rollbackRefusal } from './requests.ts';
import { rollbackSaid } from './rollback-said.ts';

export type RollbackAsked = Asker & {
  /** Null: the newest known-good version that is not in place. */
  readonly to: Version | null;
  readonly reason: string;
};

export function rollBack(
  { environment, observed, now }: Scene,
  { to, reason, ...asker }: RollbackAsked,
): Recorded | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const asked = { by: asker.by, reason, to, signs: signing.sign };
  const refusal = rollbackRefusal(environment, observed, now, asked);
  if (refusal !== null) return refuse(refusal, `${NOTHING_WRITTEN}; ${sayGood(knownGood(environment))}`);
  const said = rollbackSaid(environment, observed, now, asked);
  return record(
    { type: 'rollback-requested', to, reason },
    {
      sign: signing.sign,
      confirm: confirming(environment, 'ROLLBACK', `${said.planned}: ${reason}`),
      says: said.asked,
    },
  );
}

/** Enough to choose from without filling the screen. */
const GOOD_SAID_MAX = 10;

function sayGood(good: readonly Version[]): string {
  if (good.length === 0) return 'no earlier version ran well here';
  const more = good.length > GOOD_SAID_MAX ? ` and ${good.length - GOOD_SAID_MAX} more` : '';
  return `known-good here: ${good.slice(0, GOOD_SAID_MAX).map(sayVersion).join(', ')}${more}`;
}
