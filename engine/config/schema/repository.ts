// tidegate.yaml: what holds for the whole repository. Also its type, and the file that editors check it with.

import { forgeSchema } from './forge.ts';
import { releaseSchema } from './release.ts';
import { choice, duration, either, listOf, mapOf, NAMES, object, type Shape, text } from './shape.ts';

const email = text('An e-mail address of their commits.', {
  examples: ['ana@example.org'],
  pattern: '^[^\\s@]+@[^\\s@]+$',
  patternErrorMessage: 'an e-mail address',
});

function login(forge: string) {
  const named = text('The login.', { examples: ['ana-p'] });
  return either(`Their login on ${forge}, by whose noreply address they are known too.`, [
    named,
    object(
      'login and number',
      {
        login: named,
        id: {
          type: 'integer',
          description: 'The number of the account, which stays when the login is renamed or given to somebody else.',
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          examples: [583231],
        },
      },
      ['login'],
    ),
  ]);
}

const person = object(
  'A person, found by signing key, then by the e-mail addresses of their commits.',
  {
    email: either('The e-mail addresses of their commits.', [
      email,
      listOf('All of them; the first is the one that they are written by.', email, {
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        examples: [['ana@example.org', 'ana@home.example.org']],
      }),
    ]),
    github: login('GitHub'),
    gitlab: login('GitLab'),
  },
  [],
);

const changes = object(
  'Who accepts changes of gates, in every environment. Without it, all rules about people that are in force answer.',
  {
    by: listOf('People and teams.', text('A name from `people` or `teams`.', { examples: ['leads'] }), {
      minItems: 1,
      examples: [['leads']],
    }),
    count: {
      type: 'integer',
      description: 'How many of them.',
      minimum: 1,
      maximum: 100,
      default: 1,
      examples: [1, 2],
    },
    author: choice('Whether those who made the change count.', ['excluded', 'counts'], 'excluded'),
  },
  ['by'],
);

const ledger = object(
  'Where what happened is written.',
  {
    namespace: text('Ref prefix of the ledger; one branch an environment stands below it.', {
      default: 'refs/heads/tidegate',
      examples: ['refs/heads/tidegate', 'refs/tidegate'],
    }),
    repository: text('Another repository that holds the ledger; this one when left out.', {
      examples: ['ssh://git@example.org/shop-ledger.git'],
    }),
    signatures: choice(
      'Whether what people say here (approvals, overrides, requests) must be signed with an SSH key of policies/allowed_signers to count.',
      ['optional', 'required'],
      'optional',
    ),
    output: choice("Whether the last lines of a step's output go into its record.", ['tail', 'none'], 'tail'),
    flush: duration(
      'How long records may wait on local disk before they are pushed; chosen by the kind of remote when left out.',
      {
        examples: ['2s', '10s'],
      },
    ),
  },
  [],
);

const lease = object(
  'How controllers agree on who speaks for an environment while a run is open.',
  {
    renew: duration('How often the holder shows that it is alive.', { default: '10s', examples: ['10s', '60s'] }),
    expires: duration('After how long without a sign of life another may take over; at least twice `renew`.', {
      default: '30s',
      examples: ['30s', '180s'],
    }),
  },
  [],
);

export const repositorySchema = {
  title: 'Tidegate: the repository (tidegate.yaml)',
  ...object(
    'What holds for the whole configuration repository.',
    {
      version: { const: 1, description: 'The format of this repository: 1.', examples: [1] },
      timezone: text('IANA time zone of every window that names none.', {
        default: 'UTC',
        examples: ['UTC', 'Europe/Bucharest'],
      }),
      poll: duration('How often the repository is looked at.', { default: '10s', examples: ['10s', '1m'] }),
      concurrency: {
        type: 'integer',
        description: 'How many jobs one controller runs at once.',
        minimum: 1,
        maximum: 256,
        default: 4,
      },
      people: mapOf('Who is known here, by name.', NAMES, person, {
        examples: [{ ana: { email: 'ana@example.org' } }],
      }),
      teams: mapOf(
        'Groups of people, by name.',
        NAMES,
        listOf('Who belongs to it.', text('A name from `people`.', {}), { uniqueItems: true }),
        {
          examples: [{ leads: ['ana'] }],
        },
      ),
      changes,
      forge: forgeSchema,
      release: releaseSchema,
      ledger,
      lease,
    },
    ['version'],
  ),
} as const;

export type RepositoryFile = Shape<typeof repositorySchema>;
