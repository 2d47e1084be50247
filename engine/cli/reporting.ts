// The commands that machines use: they record what was found out elsewhere, so that policies can rest on it. Like
// those of a person, each appends one record under Git's identity; anyone who may push to the ledger may record.

import { type Declaration, WITHOUT_TIME } from './declaration.ts';

export const REPORTING: readonly Declaration[] = [
  {
    syntax: 'checks set <version> <name> <status>',
    summary: 'record the result of a check',
    description:
      'Records that a check passed, failed or is pending for a version, for the `checks` of policies. The newest result of a ' +
      'name counts.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [['--value <number>', 'a number that came with it, such as a coverage']],
    examples: [
      ['tidegate checks set v1.4.2 ci/test passed', 'at the end of a build'],
      ['tidegate checks set "$COMMIT" coverage passed --value 82.5', 'with a number that a policy bounds'],
    ],
    run: async (context, given) => (await import('./commands/checks-set.ts')).checksSet(context, given),
  },
];
