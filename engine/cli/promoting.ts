// The commands about what waits to be merged: proposals, and asking for one.

import { type Declaration, WITHOUT_TIME } from './declaration.ts';

export const PROMOTING: readonly Declaration[] = [
  {
    syntax: 'proposals [env]',
    summary: 'what waits for somebody to merge it',
    description: 'Proposals of promotions, and branches that hold a rollback, each with the branch that it is for.',
    group: 'Look',
    takes: WITHOUT_TIME,
    examples: [['tidegate proposals', 'everywhere']],
    run: async (context, given) => (await import('./commands/proposals.ts')).proposals(context, given),
  },
  {
    syntax: 'promote <from> <to> [service...]',
    summary: 'ask for what runs there to be proposed here',
    description:
      'Asks for a proposal: a branch with what runs in one environment, for another. A controller makes it at its next ' +
      'look, also where it was declined before. Nothing is merged by it.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [['--reason <text>', 'kept in the ledger and in the commit']],
    examples: [
      ['tidegate promote staging production', 'all that is taken over'],
      ['tidegate promote staging production web --reason "fixes the cart"', 'one service, with `each: service`'],
    ],
    run: async (context, given) => (await import('./commands/promote.ts')).promote(context, given),
  },
  {
    syntax: 'merge <proposal>',
    summary: 'merge a proposal into the branch that it is for',
    description:
      'Merges a proposal in your name: by fast-forward where that is possible, else by a merge commit. What arrives goes ' +
      'as the gates allow. Refused where it conflicts, and where somebody pushed to it a moment ago.',
    group: 'Act',
    takes: WITHOUT_TIME,
    examples: [
      ['tidegate merge production/9f3c2d1', 'one that `tidegate proposals` lists'],
      ['tidegate merge production', 'the only one there is for production'],
    ],
    run: async (context, given) => (await import('./commands/proposals.ts')).merge(context, given),
  },
  {
    syntax: 'release [version]',
    summary: 'the next version: changelog and tag',
    description:
      'Counts the commits since the last tag, and makes the next version of them: a section in the changelog, the version in ' +
      'files, an annotated tag, in one push; or a branch that somebody merges (`by: proposal` in tidegate.yaml). A level or a ' +
      'version of yours goes before what was counted. Where anything is unclear it says what, and nothing is tagged.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [
      ['--dry-run', 'only show it'],
      ['--component <name>', 'one of several that are released on their own'],
      ['--propose', 'by a branch that somebody merges'],
      ['--push', 'by a push of commit and tag'],
      ['--tag', 'tag what was merged: what a controller does at its next look'],
      ['--all', 'list also what nobody sees who uses the software (chore, ci, docs, …)'],
      ['--sign', 'sign the tag, or fail; without it, signed where git has a key to sign with'],
    ],
    examples: [
      ['tidegate release --dry-run', 'what it would be, and what each commit counts for'],
      ['tidegate release', 'as counted'],
      ['tidegate release 2.0.0', 'as you say'],
    ],
    run: async (context, given) => (await import('./commands/release.ts')).release(context, given),
  },
  {
    syntax: 'config set <service> <env> <key> <value>',
    summary: 'set one value of a service, by a commit',
    description:
      'Sets one value of environments/<env>/services/<service>.yaml, by a commit in your name; comments and order stay. Where ' +
      'the branch takes no push it waits on a branch of its own. The same value again is nothing, so that a build may repeat it.',
    group: 'Act',
    takes: WITHOUT_TIME,
    examples: [['tidegate config set web staging image.tag 1.9.0', 'at the end of a build']],
    run: async (context, given) => (await import('./commands/config-set.ts')).configSet(context, given),
  },
];
