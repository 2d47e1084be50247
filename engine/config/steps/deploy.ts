// `deploy: target` puts the version in place, by the environment's target.

import { millis } from '../millis.ts';
import { stepKind, stepSchema } from './kind.ts';

const schema = stepSchema('deploy', "Puts the version in place by the environment's `target`.", {
  deploy: { const: 'target', description: 'Always `target`: the target of the environment.' },
});

export const deployStep = stepKind('deploy', schema, (step) => ({
  title: 'deploy',
  timeoutMs: millis(step.timeout, 600_000),
  work: { type: 'deploy' },
}));
