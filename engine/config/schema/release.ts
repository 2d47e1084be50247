// `release:` of tidegate.yaml: what is released, from where to where, by which steps.

import { choice, listOf, mapOf, NAMES, name, object, text } from './shape.ts';

const PATHS = { maxLength: 500 } as const;

const versions = listOf(
  'Files that hold the version number: JSON or YAML, set by pointer. All else in them stays as it is.',
  object(
    'A file and the place in it.',
    {
      file: { ...text('The file.', { examples: ['package.json'] }), ...PATHS },
      pointer: text('Where in it, as a JSON pointer.', {
        pattern: '^(/([^~/]|~[01])*)+$',
        patternErrorMessage: 'a JSON pointer, such as /version',
        examples: ['/version'],
      }),
    },
    ['file', 'pointer'],
  ),
  { maxItems: 50, examples: [[{ file: 'package.json', pointer: '/version' }]] },
);

const tag = text('What stands before the version in the name of a tag.', {
  default: 'v',
  maxLength: 60,
  examples: ['v', 'web-v'],
});

const changelog = { ...text('The changelog.', { examples: ['CHANGELOG.md'] }), ...PATHS };

export const releaseSchema = object(
  'How versions are released: what counts, where it is written, and what leads to it.',
  {
    from: text('The branch whose commits are released; the default branch when left out.', { examples: ['develop'] }),
    to: text('The branch that carries the tags; the same when left out. Another one needs `by: proposal`.', {
      examples: ['main'],
    }),
    by: choice(
      'Changelog and tag are pushed in one, or proposed as a branch `release/<tag>`, tagged once somebody has merged it.',
      ['push', 'proposal'],
      'push',
    ),
    after: name('The environment whose deployment of the release is waited for before `to` is merged back.', {
      examples: ['production'],
    }),
    tag,
    changelog: { ...changelog, default: 'CHANGELOG.md' },
    versions,
    tickets: object(
      'What in a commit names a ticket, and where that is found.',
      {
        match: text('A regular expression without groups.', { examples: ['[A-Z]{2,}-\\d+', 'SHOP-\\d+'] }),
        url: text('The address; `$0` is the ticket.', {
          pattern: '^https?://[^\\s<>()]+$',
          patternErrorMessage: 'an address such as https://tickets.example.org/browse/$0',
          examples: ['https://tickets.example.org/browse/$0'],
        }),
      },
      ['match', 'url'],
    ),
    components: mapOf(
      'Parts of the repository that are released each on its own.',
      NAMES,
      object(
        'A part.',
        {
          paths: listOf(
            'Its folders and files: commits that change them count.',
            { ...text('A path.', {}), ...PATHS },
            {
              minItems: 1,
              maxItems: 100,
              uniqueItems: true,
              examples: [['services/web']],
            },
          ),
          shared: listOf(
            'Folders and files that count for other parts as well.',
            { ...text('A path.', {}), ...PATHS },
            { maxItems: 100, uniqueItems: true, examples: [['packages/shared']] },
          ),
          tag: text('What stands before the version in the name of its tags; `<name>-v` when left out.', {
            maxLength: 60,
            examples: ['web-v'],
          }),
          changelog,
          versions,
        },
        ['paths', 'changelog'],
      ),
      { examples: [{ web: { paths: ['services/web'], changelog: 'services/web/CHANGELOG.md' } }] },
    ),
    checklist: name('`checklists/<name>.md`: what else has to be done.', { examples: ['release'] }),
    train: name('The policy whose trains the steps lead to.', { examples: ['release-train'] }),
    steps: listOf(
      'What has to be done how many days before a train leaves; the calendar shows it.',
      object(
        'A step.',
        {
          name: text('What is done.', { maxLength: 100, examples: ['branch and changelog'] }),
          days_before: {
            type: 'integer',
            description: 'How many days before the departure, at its hour.',
            minimum: 0,
            maximum: 60,
            examples: [3],
          },
        },
        ['name', 'days_before'],
      ),
      { maxItems: 20, examples: [[{ name: 'branch and changelog', days_before: 3 }]] },
    ),
  },
  [],
);
