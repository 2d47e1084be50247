// What a person asked for is done, or will not be.

import { eventKind } from './kind.ts';

export const requestClosed = eventKind({
  type: 'request-closed',
  fields: { request: 'text', sentence: 'text' },
  tone: () => 'plain',
  say: (record) => `request closed: ${record.sentence}`,
  fold({ requests, promotion }, { request }) {
    const rest = { requests: requests.filter(({ id }) => id !== request) };
    return promotion?.id === request ? { ...rest, promotion: null } : rest;
  },
});
