// `wait:` lets time pass.

import { millis } from '../../config/millis.ts';
import { duration } from '../../config/schema/shape.ts';
import { stepKind, stepSchema } from '../kind.ts';

const schema = stepSchema('wait', 'Lets time pass.', {
  wait: duration('How long.', { examples: ['30s'] }),
});

export type Wait = { readonly waitMs: number };

export const wait = stepKind({
  key: 'wait',
  schema,
  build: (step) => {
    const waitMs = millis(step.wait, 0);
    const settings: Wait = { waitMs };
    return { title: `wait ${step.wait}`, timeoutMs: millis(step.timeout, waitMs + 10_000), settings };
  },
  plan: (settings) => ({
    sentence: `wait ${settings.waitMs} ms`,
    work: [{ type: 'in-process', kind: 'wait', input: settings }],
  }),
});
