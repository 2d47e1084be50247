// `deploy: target` puts the version in place, by the environment's target.

import { millis } from '../../config/millis.ts';
import { planTarget } from '../../targets/table.ts';
import { stepKind, stepSchema } from '../kind.ts';

const schema = stepSchema('deploy', "Puts the version in place by the environment's `target`.", {
  deploy: { const: 'target', description: 'Always `target`: the target of the environment.' },
});

export const deploy = stepKind({
  key: 'deploy',
  schema,
  build: (step) => ({ title: 'deploy', timeoutMs: millis(step.timeout, 600_000), touches: true, settings: {} }),
  plan: (_settings, subject) => planTarget(subject),
});
