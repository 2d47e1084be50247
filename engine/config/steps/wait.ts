// `wait:` lets time pass.

import { millis } from '../millis.ts';
import { duration } from '../schema/shape.ts';
import { stepKind, stepSchema } from './kind.ts';

const schema = stepSchema('wait', 'Lets time pass.', {
  wait: duration('How long.', { examples: ['30s'] }),
});

export const waitStep = stepKind('wait', schema, (step) => {
  const waitMs = millis(step.wait, 0);
  return {
    title: `wait ${step.wait}`,
    timeoutMs: millis(step.timeout, waitMs + 10_000),
    work: { type: 'wait', waitMs },
  };
});
