// policies/tests/<name>.yaml: cases that say what the policies must answer.

import { duration, either, flag, listOf, mapOf, NAMES, object, type Shape, text } from './shape.ts';

const STATUS = ['allowed', 'waiting', 'denied'] as const;

/** As an option: nothing is expected, or given, where it is left out. */
function oneOf<const V extends readonly string[]>(description: string, values: V) {
  return { enum: values, description } as const;
}

const person = text('A person: a key of `people`, or `Name <email>` for a stranger.', {
  examples: ['ana', 'Eve <eve@example.net>'],
});

const instant = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$',
  patternErrorMessage: 'an instant with its offset, such as 2026-11-21T14:30:00Z or 2026-11-21T16:30+02:00',
} as const;

const ago = {
  type: 'string',
  pattern: '^([0-9]{1,6}(s|m|h|d|w))+( ago)?$',
  patternErrorMessage: 'a span of time before `at`, such as 2h or "2h ago"',
} as const;

const ruleName = {
  pattern: '^[a-z0-9][a-z0-9-]*/[a-z]+$',
  patternErrorMessage: 'the name of a policy and of its rule, such as business-hours/window',
} as const;

const change = object(
  'What lies between the version that runs and this one. Unknown when left out: rules that need it do not allow then.',
  {
    kinds: listOf(
      'Kinds of change, by conventional commit; `""` for a commit that names none.',
      { type: 'string', description: 'A kind.', examples: ['feat', 'fix'] } as const,
      { uniqueItems: true },
    ),
    authors: listOf('Who made it.', person, { uniqueItems: true }),
    paths: listOf('What it touches.', text('A path.', { examples: ['environments/production/app.yaml'] }), {
      uniqueItems: true,
    }),
    commits: {
      type: 'integer',
      description: 'How many commits; as many as kinds, or 1.',
      minimum: 0,
      maximum: 1_000_000,
    },
  },
  [],
);

const approval = object(
  'What a person said to the version.',
  {
    by: person,
    answer: oneOf('What they said: `approved` when left out.', ['approved', 'rejected']),
    ago: { ...ago, description: 'How long before `at`; just now when left out.' },
    version: text('Another version than the one that is asked about.', { examples: ['v1.4.1'] }),
    signed: flag('Whether it carries their signature.', false),
  },
  ['by'],
);

const given = object(
  'The facts; what is left out is not there.',
  {
    version: text('The version that wants in: a tag or a commit.', { default: 'v1.0.0', examples: ['v1.4.2'] }),
    kind: oneOf('The kind of run: `deploy` when left out.', ['deploy', 'rollback', 'heal']),
    trigger: oneOf('What brought it: `request` where somebody asked for it, else `tag` or `commit` by the version.', [
      'commit',
      'tag',
      'promotion',
      'revert',
      'request',
      'schedule',
      'failure',
    ]),
    requestedBy: { ...person, description: 'Who asked for it by name: a key of `people`, or `Name <email>`.' },
    change,
    approvals: listOf('What people said, oldest first.', approval, {}),
    checks: mapOf(
      'Results of checks on the version, by name.',
      { minLength: 1 },
      either('`passed`, `failed`, `pending`, or the number that it measured.', [
        { type: 'string', enum: ['passed', 'failed', 'pending'], description: 'passed, failed or pending' } as const,
        { type: 'number', description: 'a number' },
      ]),
      { examples: [{ 'ci/test': 'passed', coverage: 83 }] },
    ),
    soaks: mapOf(
      'How long the version has been healthy, by environment.',
      NAMES,
      {
        type: 'string',
        description: 'A span of time, `never` or `failed`.',
        pattern: '^(never|failed|([0-9]{1,6}(s|m|h|d|w))+)$',
        patternErrorMessage: 'a span of time such as 50h, `never` or `failed`',
      } as const,
      { examples: [{ staging: '50h' }] },
    ),
    starts: listOf(
      'Deployments that began here before.',
      { ...ago, description: 'How long before `at`.' },
      {
        examples: [['1h ago', '5h ago']],
      },
    ),
    current: text('What runs here; nothing when left out.', { examples: ['v1.4.1'] }),
    older: flag('Whether the version lies behind what runs here.', false),
    signed: object(
      'Whose signature the version carries.',
      {
        commit: text('The principal that signed the commit.', { examples: ['ana'] }),
        tag: text('The principal that signed the tag.', { examples: ['ana'] }),
      },
      [],
    ),
    locks: mapOf(
      'Locks that are held, and the environment that holds each.',
      { minLength: 1 },
      text('An environment.', {}),
      { examples: [{ database: 'staging' }] },
    ),
    waiting: duration('For how long the version has waited here; it is new when left out.', { examples: ['4h'] }),
    emergency: either('Who asked for it in an emergency, with a reason: it overrides what names them.', [
      { ...text('A person.', { examples: ['ana'] }), description: 'a key of `people`' },
      listOf('a list of people', text('A person.', {}), { minItems: 1, uniqueItems: true }),
    ]),
    overridden: listOf(
      'What is overridden.',
      { ...text('A rule.', {}), ...ruleName },
      {
        uniqueItems: true,
        examples: [['business-hours/window']],
      },
    ),
  },
  [],
);

const expected = {
  ...object(
    'What they must answer. Everything that is said here must hold.',
    {
      status: oneOf('The answer of all policies together.', STATUS),
      until: {
        ...instant,
        description: 'The next instant at which time alone changes it; `never` where it does not.',
        pattern: `^never$|${instant.pattern}`,
        patternErrorMessage: `${instant.patternErrorMessage}; or never`,
        examples: ['2026-11-23T07:00:00Z'],
      },
      rules: mapOf('The answer of single rules.', ruleName, oneOf('The answer.', STATUS), {
        examples: [{ 'business-hours/window': 'waiting' }],
      }),
      says: either('Words that must stand in the sentence.', [
        { ...text('Words.', {}), description: 'words' },
        listOf('a list of words', text('Words.', {}), { minItems: 1 }),
      ]),
    },
    [],
  ),
  minProperties: 1,
} as const;

const policyTest = object(
  'One case.',
  {
    name: text('What it shows, in a few words.', { examples: ['a Saturday waits for Monday'] }),
    environment: text('The environment whose policies are asked.', { examples: ['production'] }),
    policy: text('The one policy that is asked, instead of an environment.', { examples: ['business-hours'] }),
    policies: listOf('The policies that are asked, instead of an environment.', text('A policy.', {}), {
      minItems: 1,
      uniqueItems: true,
    }),
    at: { ...instant, description: 'When they are asked.', examples: ['2026-11-21T14:30:00Z'] },
    given,
    expect: expected,
  },
  ['name', 'at', 'expect'],
);

export const policyTestSchema = {
  title: 'Tidegate: policy tests (policies/tests/<name>.yaml)',
  ...listOf('Cases, each with what is expected.', policyTest, { minItems: 1, maxItems: 2_000 }),
} as const;

export type PolicyTestFile = Shape<typeof policyTestSchema>;
