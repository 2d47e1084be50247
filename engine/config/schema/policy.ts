// policies/<name>.yaml: rules, all of which must allow, and who may override them.

import { RULE_KINDS } from '../../policy/rules/table.ts';
import { choice, choiceOf, duration, flag, listOf, object, type Schema, type Shape, text } from './shape.ts';

const ruleSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  RULE_KINDS.map(({ type, schema }) => [type, schema]),
);

const override = object(
  'Who may override this policy by a recorded exception. Nobody when left out.',
  {
    by: listOf('People and teams.', text('A person or team.', {}), {
      minItems: 1,
      uniqueItems: true,
      examples: [['leads']],
    }),
    people: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'How many of them must agree: with 2 nobody overrides it alone.',
    },
    author: choiceOf(
      'Whether those who made the change override it; `excluded` when left out where a rule of this policy excludes them.',
      ['excluded', 'counts'],
    ),
    rules: listOf(
      'The kinds of rule that it overrides; all of this policy when left out.',
      { enum: Object.keys(ruleSchemas), description: 'A kind of rule.' } as const,
      { minItems: 1, uniqueItems: true, examples: [['window']] },
    ),
    reason: choice('Whether a reason must be given.', ['required', 'optional'], 'required'),
    expires: duration('How long an override holds.', { default: '4h', examples: ['4h', '2d'] }),
    postmortem: choice(
      'With `required`, a post-mortem is due for each use, until a person closes it.',
      ['required', 'none'],
      'none',
    ),
  },
  ['by'],
);

export const policySchema = {
  title: 'Tidegate: a policy (policies/<name>.yaml)',
  ...object(
    'Rules, all of which must allow, and who may override them.',
    {
      ...ruleSchemas,
      override,
      draft: flag(
        'Not in force: checked and tested like any policy, kept as an example or for a simulation, and no environment may name it.',
        false,
      ),
    },
    [],
  ),
} as const;

export type PolicyFile = Shape<typeof policySchema>;
