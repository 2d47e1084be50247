// policies/<name>.yaml: rules, all of which must allow, and who may lift them.

import { ruleSchemas } from '../rules/table.ts';
import { choice, duration, listOf, object, type Shape, text } from './shape.ts';

const override = object(
  'Who may lift this policy by a recorded exception. Nobody when left out.',
  {
    by: listOf('People and teams.', text('A person or team.', {}), {
      minItems: 1,
      uniqueItems: true,
      examples: [['leads']],
    }),
    reason: choice('Whether a reason must be given.', ['required', 'optional'], 'required'),
    expires: duration('How long an override holds.', { default: '4h', examples: ['4h', '2d'] }),
  },
  ['by'],
);

export const policySchema = {
  title: 'Tidegate: a policy (policies/<name>.yaml)',
  ...object('Rules, all of which must allow, and who may lift them.', { ...ruleSchemas, override }, []),
} as const;

export type PolicyFile = Shape<typeof policySchema>;
