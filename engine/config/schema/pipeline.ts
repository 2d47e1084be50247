// pipelines/<name>.yaml: stages and steps.

import { stepSchemas } from '../../steps/table.ts';
import { retry } from './retry.ts';
import { choice, either, flag, listOf, name, object, type Shape, text } from './shape.ts';

const stage = object(
  'Steps, one after another; the first that fails fails the stage.',
  {
    name: name('What the stage is called.', { examples: ['test', 'deploy', 'verify'] }),
    skippable: flag('Whether an override, or a return to a known-good version, may skip it.', false),
    policies: listOf('Gates of this stage alone, asked when it starts.', text('A policy.', {}), { uniqueItems: true }),
    retry: { ...retry, description: 'The `retry` of every step of the stage that has none of its own.' },
    steps: listOf('What is done, in order.', either('One step.', stepSchemas), { minItems: 1, maxItems: 100 }),
  },
  ['name', 'steps'],
);

export const pipelineSchema = {
  title: 'Tidegate: a pipeline (pipelines/<name>.yaml)',
  ...object(
    'What a version goes through on its way into an environment.',
    {
      stages: listOf('Stages, in order.', stage, { minItems: 1, maxItems: 100 }),
      on_failure: choice(
        'What follows when a stage fails after the target was touched: the earlier version is put back, or a person decides.',
        ['rollback', 'stop'],
        'rollback',
      ),
    },
    ['stages'],
  ),
} as const;

export type PipelineFile = Shape<typeof pipelineSchema>;
