// `promote:` of environments/<env>/environment.yaml: what is brought here from other environments, as proposals.

import { choice, listOf, mapOf, object, text } from './shape.ts';

const KEYS = {
  pattern: '^[^\\s.]+(\\.[^\\s.]+)*$',
  patternErrorMessage: 'keys with dots between them, such as image.tag',
} as const;
const PATTERNS = { minLength: 1, maxLength: 200 } as const;

export const promoteSchema = object(
  'Brings what runs in other environments here, as a proposal: a branch that somebody merges.',
  {
    from: listOf('Environments that must all run it, and well.', text('An environment.', {}), {
      minItems: 1,
      uniqueItems: true,
      examples: [['staging']],
    }),
    take: listOf(
      'Files below the folder of the environment that are taken over as they are; environment.yaml never is.',
      { ...text('A file or a pattern, such as services/*.yaml.', {}), ...PATTERNS },
      { minItems: 1, uniqueItems: true, examples: [['services/*.yaml', 'compose.yaml']] },
    ),
    fields: mapOf(
      'Of these YAML files only these keys are taken over; comments and order stay.',
      PATTERNS,
      listOf('Keys.', { ...text('Keys with dots between them.', {}), ...KEYS }, { minItems: 1, uniqueItems: true }),
      { examples: [{ 'services/*.yaml': ['image.tag'] }] },
    ),
    each: choice(
      'One proposal for the environment, or one for each file of services/.',
      ['environment', 'service'],
      'environment',
    ),
    when: choice(
      'When it succeeded in all sources, when it also soaked there as a `soak` rule of this environment asks, or only when ' +
        'somebody asks for it.',
      ['proven', 'soaked', 'asked'],
      'proven',
    ),
    merge: choice(
      'A person merges a proposal, or Tidegate does when all gates allow it.',
      ['person', 'when-allowed'],
      'person',
    ),
    closed: choice(
      'Whether a proposal whose branch somebody has deleted is not made again for the same contents.',
      ['remember', 'reopen'],
      'remember',
    ),
  },
  ['from'],
);
