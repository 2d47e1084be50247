// Asking for what runs in another environment to be proposed here, also where it was declined before.

import {
  type Asker,
  type Nothing,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
} from './act.ts';

export type PromoteAsked = Pick<Asker, 'by'> & {
  readonly from: string;
  /** Empty: all. */
  readonly services: readonly string[];
  readonly reason: string;
};

export function promoteHere(
  { environment }: Scene,
  { from, services, reason }: PromoteAsked,
): Recorded | Nothing | Refused {
  const unreasoned = reasonRefused(reason, false);
  if (unreasoned !== null) return unreasoned;
  const { name, gates, promotion } = environment;
  const promote = gates?.environment.promote;
  if (promote === undefined) {
    return refuse(
      `${name} is not promoted from anywhere`,
      `add \`promote: { from: [${from}], take: [services/*.yaml] }\` to environments/${name}/environment.yaml`,
    );
  }
  if (!promote.from.includes(from)) {
    return refuse(
      `${name} is not promoted from ${from}`,
      `it is promoted from ${promote.from.join(' and ')}`,
      'unknown',
    );
  }
  if (services.length > 0 && promote.each === 'environment') {
    return refuse(
      `${name} is promoted as a whole`,
      'name no service, or write `each: service` under `promote`',
      'malformed',
    );
  }
  const waits = promotion?.waits ?? null;
  if (waits !== null) return refuse(`nothing can be proposed: ${waits}`);
  const wanted = promotion?.wanted ?? [];
  const unwanted = services.find((service) => !wanted.some((each) => each.service === service));
  if (wanted.length === 0 || unwanted !== undefined) {
    const what = unwanted === undefined ? 'what it takes over' : unwanted;
    return { type: 'nothing', says: `${name} has ${what} as it runs in ${from}; nothing was written` };
  }
  const what = services.length === 0 ? '' : `${services.join(', ')} `;
  return record(
    { type: 'promotion-requested', from: [from], services, reason },
    { sign: false, says: `asked for a proposal of ${what}from ${from} for ${name}` },
  );
}
