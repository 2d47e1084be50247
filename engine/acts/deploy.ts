// Asking for a version by name. An emergency that would not get through is refused, with the rules that stay in the
// way, instead of being written and left to wait; unless others only have to agree to it.

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
import { inTheWayOf, mayOmitReason } from './exceptions.ts';
import { deployRefusal } from './requests.ts';

export type DeployAsked = Asker & {
  readonly version: Version;
  readonly reason: string;
  readonly emergency: boolean;
  readonly skipTests: boolean;
};

export function deployVersion(
  { environment, observed, now }: Scene,
  { version, reason, emergency, skipTests, ...asker }: DeployAsked,
): Recorded | Refused {
  const { by } = asker;
  const mayOmit = emergency && mayOmitReason(environment, version, by);
  const unreasoned = reasonRefused(reason, !mayOmit);
  if (unreasoned !== null) return unreasoned;
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const asked = { by, reason, emergency, signs: signing.sign };
  const refusal = deployRefusal(environment, observed, now, version, asked);
  const isKnown = environment.contents.has(version.commit);
  if (refusal !== null) return refuse(refusal, NOTHING_WRITTEN, isKnown ? 'denied' : 'unknown');
  const way = inTheWayOf(environment, observed, now, version, asked);
  if (emergency && way !== null && way.unlifted.length > 0) {
    return refuse(
      `an emergency, asked for by ${by}, does not override ${way.unlifted.join('; nor ')}`,
      `${NOTHING_WRITTEN}; asked for as an ordinary deployment it waits for what it has to wait for`,
    );
  }
  // A request that is denied would stand in the way of everything else for ever.
  const denial = way?.denial ?? null;
  if (denial !== null) return refuse(denial, `${NOTHING_WRITTEN}; waiting would not help`);
  const { name } = environment;
  const past = emergency ? ' past its gates' : '';
  const what = `${sayVersion(version)} is to be deployed to ${name}${past}${reason === '' ? '' : `: ${reason}`}`;
  const others = emergency ? (way?.halfLifted ?? []) : [];
  return record(
    { type: 'deploy-requested', version, reason, emergency, skipTests },
    {
      sign: signing.sign,
      confirm: confirming(environment, `DEPLOY ${name.toUpperCase()}`, what),
      warnings: others.map((sentence) => ({ type: 'needs-others', sentence })),
      says: `asked to deploy ${sayVersion(version)} to ${name}`,
    },
  );
}
