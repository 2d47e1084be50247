// environments/<env>/environment.yaml: what an environment follows, its pipeline, gates and target.

import { targetSchemas } from '../../targets/table.ts';
import { promoteSchema } from './promote.ts';
import { scalar } from './scalar.ts';
import { choice, either, flag, listOf, mapOf, object, type Shape, text, VARIABLES } from './shape.ts';

const followBranch = object(
  'follow a branch',
  {
    branch: {
      type: ['string', 'null'],
      description: "A branch; without a value, the remote's default branch.",
      examples: ['main'],
    },
  },
  ['branch'],
);

const followTags = object(
  'follow tags',
  {
    tags: text('A pattern for tag names, `*` for any text. The highest semantic version among them wins.', {
      examples: ['v*'],
    }),
    on: listOf(
      'Branches from which a tag must be reachable; the default branch when left out.',
      text('A branch.', {}),
      {
        minItems: 1,
        examples: [['main']],
      },
    ),
    prereleases: flag('Whether versions such as v2.0.0-rc.1 count.', false),
  },
  ['tags'],
);

const followPromoted = object(
  'follow another environment',
  { promoted: text('Takes the newest version that succeeded in this environment.', { examples: ['staging'] }) },
  ['promoted'],
);

export const environmentSchema = {
  title: 'Tidegate: an environment (environments/<env>/environment.yaml)',
  ...object(
    'What an environment follows, how a version gets there, and which rules must allow it.',
    {
      description: text('What this environment is for, in a sentence.', { examples: ['The live system'] }),
      follow: {
        ...either('What brings new versions: a branch, tags, or another environment.', [
          followBranch,
          followTags,
          followPromoted,
        ]),
        examples: [{ branch: 'main' }, { tags: 'v*' }, { promoted: 'staging' }],
      },
      pipeline: text('The pipeline that a version goes through: a file of pipelines/, without `.yaml`.', {
        examples: ['deploy'],
      }),
      policies: listOf(
        'Policies that must all allow a run: files of policies/, without `.yaml`. `policies: []` says aloud that there is no gate.',
        text('A policy.', {}),
        { uniqueItems: true, examples: [[], ['business-hours']] },
      ),
      target: either('How a version is put in place.', targetSchemas),
      url: text('Where the environment answers; steps use it as `${{ environment.url }}`.', {
        examples: ['https://app.example.org'],
      }),
      variables: mapOf(
        'Plain values for steps, as `${{ variables.NAME }}` and as environment variables.',
        VARIABLES,
        scalar,
        {
          examples: [{ LOG_LEVEL: 'warn' }],
        },
      ),
      secrets: listOf(
        "Names of the controller's own environment variables that steps receive; their values are masked everywhere.",
        text('The name of an environment variable.', VARIABLES),
        { uniqueItems: true, examples: [['DEPLOY_TOKEN']] },
      ),
      queue: choice(
        'With `latest` a newer version replaces one that still waits; with `all` each has its turn.',
        ['latest', 'all'],
        'latest',
      ),
      confirm: flag('Whether commands that change the live system ask to type the words.', false),
      paths: listOf(
        'Further files or folders whose change makes a new version here.',
        text('A path from the root of the repository.', {}),
        {
          uniqueItems: true,
          examples: [['shared/nginx']],
        },
      ),
      rollback: object(
        'Who may roll back past the gates.',
        {
          by: listOf(
            'People and teams; everyone who may write the ledger when left out.',
            text('A person or team.', {}),
            { minItems: 1 },
          ),
        },
        ['by'],
      ),
      promote: promoteSchema,
    },
    ['follow', 'pipeline', 'policies', 'target'],
  ),
} as const;

export type EnvironmentFile = Shape<typeof environmentSchema>;
