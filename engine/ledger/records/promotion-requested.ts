// A person asks for what runs elsewhere to be proposed here, also where it was declined before.

import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const promotionRequested = eventKind({
  type: 'promotion-requested',
  fields: { from: 'texts', services: 'texts', reason: 'reason' },
  weight: 5,
  tone: () => 'plain',
  say({ by, from, services, reason }) {
    const what = services.length === 0 ? '' : `${services.join(', ')} `;
    return `${by} asks to promote ${what}from ${from.join(' and ')}${after(reason)}`;
  },
  fold(_state, record) {
    const { id, by, at, from, services, reason } = record;
    return { promotion: { id, by, at, from, services, reason } };
  },
});
