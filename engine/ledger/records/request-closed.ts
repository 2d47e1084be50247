// What a person asked for is done, or will not be.

import { eventKind } from './kind.ts';

export const requestClosed = eventKind({
  type: 'request-closed',
  fields: { request: 'text', sentence: 'text' },
  tone: () => 'plain',
  say: (record) => `request closed: ${record.sentence}`,
  fold: ({ requests }, record) => ({ requests: requests.filter(({ id }) => id !== record.request) }),
});
