// Saying that the post-mortem is written which an exception asked for, and where.

import { nearest } from '../config/suggest.ts';
import {
  type Asker,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
  signingFor,
} from './act.ts';

export type CloseAsked = Asker & { readonly id: string; readonly reason: string };

export function closePostmortemOf({ environment }: Scene, { id, reason, ...asker }: CloseAsked): Recorded | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  const due = environment.ledger.state.postmortemsDue.map((each) => each.id);
  if (!due.includes(id)) {
    const near = nearest(id, due);
    const known = near === null ? `known: ${due.join(', ')}` : `did you mean ${near}?`;
    const hint = due.length === 0 ? 'none is' : known;
    return refuse(`no post-mortem ${id} is due in ${environment.name}`, hint, 'unknown');
  }
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  return record(
    { type: 'incident-closed', incident: id, reason },
    { sign: signing.sign, says: `closed post-mortem ${id}: ${reason}` },
  );
}
