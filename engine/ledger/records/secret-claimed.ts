// A secret has an owner from now on: the first whose granted run named it, or whom the operator's `--grants` names.
// The first claim stands; only the operator gives a secret to another environment, or to several.

import { SECRETS_MAX } from '../bounds.ts';
import { eventKind } from './kind.ts';

export const secretClaimed = eventKind({
  type: 'secret-claimed',
  fields: { secret: 'text', environment: 'text', holder: 'text', because: { oneOf: ['first', 'granted'] } },
  ledger: 'repository',
  say(record) {
    const why = record.because === 'granted' ? "by the operator's grant" : 'the first to name it';
    return `secret ${record.secret} belongs to ${record.environment}: ${why}, with ${record.holder}`;
  },
  fold(state, { secret, environment, holder: run, because }) {
    const owners = state.secrets.filter((claimed) => claimed.secret === secret);
    const other = owners.find((claimed) => claimed.environment !== environment);
    if (because === 'first' && other !== undefined) return `the secret ${secret} belongs to ${other.environment}`;
    const replaced = owners.filter((claimed) => claimed.environment === environment || claimed.because === 'first');
    const kept = state.secrets.filter((claimed) => !replaced.includes(claimed));
    if (kept.length >= SECRETS_MAX) return `${SECRETS_MAX} secrets have an owner already, and none is forgotten`;
    return { secrets: [...kept, { secret, environment, run, because }] };
  },
});
