// `forge` of tidegate.yaml: one place, and what is shown there.

import { listOf, object, type Shape, text } from './shape.ts';

/** What looks like a secret is none of these: a token has small letters, a key has line breaks. */
const variable = <const E extends readonly string[]>(description: string, examples: E) =>
  text(description, {
    pattern: '^[A-Z][A-Z0-9_]{0,99}$',
    patternErrorMessage: 'the name of an environment variable; the secret itself does not belong in Git',
    writeOnly: true,
    examples,
  });

const repository = text('The repository, as owner/name.', {
  pattern: '^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$',
  patternErrorMessage: 'owner/name',
  examples: ['acme/shop'],
});

const number = <const E extends readonly number[]>(description: string, maximum: number, examples: E) =>
  ({ type: 'integer', description, minimum: 1, maximum, examples }) as const;

const github = object(
  'GitHub, by an App or a token.',
  {
    repository,
    app: object(
      'The App that Tidegate speaks as. Its pull requests start workflows, and its limits are its own.',
      {
        id: number('The number of the App.', Number.MAX_SAFE_INTEGER, [1234]),
        installation: number('The number of its installation.', Number.MAX_SAFE_INTEGER, [5678]),
        key: variable('The environment variable that holds its private key.', ['TIDEGATE_GITHUB_KEY']),
      },
      ['id', 'installation', 'key'],
    ),
    token: variable('The environment variable that holds a token, where there is no App.', ['TIDEGATE_GITHUB_TOKEN']),
    api: text('Where its API is, for an Enterprise server.', {
      default: 'https://api.github.com',
      examples: ['https://github.example.org/api/v3'],
    }),
    webhook: object(
      'A port that GitHub may knock at, so that it is looked at sooner. Nothing rests on it.',
      {
        port: number('The port, on this machine.', 65_535, [9090]),
        secret: variable('The environment variable that holds the secret of the webhook.', ['TIDEGATE_WEBHOOK_SECRET']),
      },
      ['port', 'secret'],
    ),
  },
  ['repository'],
);

export const forgeSchema = object(
  'Where proposals are opened and shown. Without it a proposal is a branch, and Git alone is asked.',
  {
    github,
    gitlab: object(
      'GitLab, with what Git can tell it in a push. Its approvals name no commit, so none counts.',
      {},
      [],
    ),
    plain: object('Git alone: a proposal is a branch.', {}, []),
    plan: object(
      'The comment that says what merging does.',
      {
        paths: listOf(
          'Which pull requests get one, by the paths that they change; those that change what an environment is made of ' +
            'when left out.',
          text('A pattern.', { examples: ['environments/**'] }),
          { minItems: 1, maxItems: 100 },
        ),
      },
      [],
    ),
    deployments: listOf(
      'Environments whose runs the forge shows as deployments.',
      text('A name from `environments/`.', { examples: ['production'] }),
      { uniqueItems: true, maxItems: 500 },
    ),
  },
  [],
);

export type ForgeFile = Shape<typeof forgeSchema>;
